"""Decisions of policies as they are shown."""
