"""Change records written down: as text, JSON, CSV and HTML, and as a folder of evidence."""
