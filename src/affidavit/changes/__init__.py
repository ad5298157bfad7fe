"""Landings: what reached a branch, whose it was, and what review evidence it carries."""
