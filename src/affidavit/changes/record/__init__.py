"""What is known of one change, with where each part of it comes from (docs/changes.md)."""
