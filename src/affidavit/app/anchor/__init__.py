"""Checkpoints held elsewhere: copies in a git repository, and time stamps of an authority."""
