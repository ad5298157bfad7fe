"""The lines of an export that are not records: its head, and how far the collection came."""

from __future__ import annotations

from typing import Annotated

import msgspec

FORMAT = "affidavit/forge@1"
BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What comes of decoding what is not as it should be."""
LARGEST_LINE = 16 << 20
"""Bytes of a line, its line feed not counted."""
Time = Annotated[
    str,
    msgspec.Meta(
        pattern=r"\A(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z\Z"
    ),
]
"""RFC 3339 in UTC and whole seconds: such times are compared as they are written."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: of which repository of which forge, and what wrote it."""

    format: str
    forge: str
    host: str
    repository: str
    tool: str


class Progress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a section came: all its records up to here stand before this line.

    `cursor` is where the forge goes on, None where a pass has ended. `top` is the newest change
    that was there when the pass began, `floor` the time that it goes down to, None for the very
    first record. `watermark` is the time up to which everything is here from earlier passes.
    `etags` are those of answers, by their URLs; they add to the earlier ones.
    """

    section: str
    cursor: str | None = None
    top: str | None = None
    floor: str | None = None
    watermark: str | None = None
    etags: dict[str, str] = {}


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A section is whole as of `at`; since `since`, where it does not reach back to the beginning.

    `count` is how many records this collection wrote, `requests` what they cost.
    """

    section: str
    at: Time
    count: int
    requests: int
    since: Time | None = None
