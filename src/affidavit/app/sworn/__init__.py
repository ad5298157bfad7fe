"""Signed statements about landings: found where they lie, held against each landing's base."""
