"""Collecting what a forge knows into an export."""
