"""Asking a forge about one request as it is now: what a gate needs, from an export or live."""
