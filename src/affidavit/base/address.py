"""Addresses as typed, made comparable."""

from __future__ import annotations

import re

_ZEROS = re.compile(
    r"\A0++(?=[1-9]\d{0,11}\+[^+@]+@users\.noreply\.github\.com\Z)", re.ASCII | re.IGNORECASE
)
"""What an account's number may begin with without being another."""
_SCHEME = re.compile(r"\Amailto:\s*+", re.IGNORECASE)
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]+"
)
_CRUD = " \t\r\n<>.,:;\"'\\"
"""What git drops at both ends of a name and of an address when it writes them (``ident.c``)."""


def plain_address(email: str) -> str:
    """`email` as git would have written it, without ``mailto:`` and zeros before an account."""
    return _ZEROS.sub("", _SCHEME.sub("", cleaned(email)), count=1)


def folded_address(email: str) -> str:
    """`email` for comparison: plain, and without regard to case."""
    return plain_address(email).casefold()


def cleaned(text: str) -> str:
    """`text` as git would have written it, without what nobody sees in it."""
    return _UNSEEN.sub("", text).strip(_CRUD)
