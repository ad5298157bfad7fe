"""Patterns as an allowed-signers file has them: ``*`` is any text, ``?`` one byte, ``!`` not."""

from __future__ import annotations

LONGEST = 1_022
"""Bytes of one pattern of a list; OpenSSH lets no list match that has a longer one."""


def matches(text: str, patterns: str) -> bool:
    """Whether `text` is among the comma-separated `patterns`: one matches, and none with ``!``."""
    found = False
    for pattern in patterns.encode("utf-8", "surrogatepass").split(b","):
        plain = pattern.removeprefix(b"!")
        if len(plain) > LONGEST:
            return False
        if _matches_one(text.encode("utf-8", "surrogatepass"), plain):
            if plain != pattern:
                return False
            found = True
    return found


def _matches_one(text: bytes, pattern: bytes) -> bool:
    """Whether the whole `text` is like `pattern`; time is at most the product of their lengths."""
    at = place = 0
    star, retry = -1, 0
    while at < len(text):
        wanted = pattern[place : place + 1]
        if wanted == b"*":
            star, retry = place, at
            place += 1
        elif wanted in (b"?", text[at : at + 1]):
            at, place = at + 1, place + 1
        elif star >= 0:
            retry += 1
            at, place = retry, star + 1
        else:
            return False
    return not pattern[place:].strip(b"*")
