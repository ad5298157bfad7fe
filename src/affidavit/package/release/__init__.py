"""A release report written down: as JSON, as one page, and as lines for a terminal."""
