"""The log on disk: SQLite."""
