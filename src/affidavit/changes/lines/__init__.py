"""Whose each line is, from what is claimed of the commits and lines behind it."""
