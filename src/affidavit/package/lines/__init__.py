"""The lines of a repository as text, JSON, CSV and a page."""
