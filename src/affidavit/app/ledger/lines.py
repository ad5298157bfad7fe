"""Facts that come in as lines of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.canonical import parsed
from affidavit.base.errors import EntryError, UnreadableError
from affidavit.ledger.entry import Fact
from affidavit.ledger.kinds import named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

LARGEST_LINE = 1 << 20
"""Bytes of a line; an entry is far smaller."""
MOST_LINES = 100_000
"""Facts of one batch: they are kept in memory until all are known to be good."""
LARGEST_BATCH = 256 << 20
"""Bytes of one batch."""


def facts_of(file: BinaryIO) -> list[Fact]:
    """The facts of a file of JSON lines, fact n on line n; empty lines may follow the last.

    Raises:
        EntryError: A line is no fact; its number and field are named.
        UnreadableError: The system does not let the file be read.
    """
    found, left, empty = list[Fact](), LARGEST_BATCH, 0
    for number, line in enumerate(_lines(file), 1):
        left -= len(line)
        if len(line) > LARGEST_LINE:
            raise EntryError(f"line {number}: longer than {LARGEST_LINE:,} bytes")
        if len(found) == MOST_LINES or left < 0:
            raise EntryError(
                f"line {number}: more than {MOST_LINES:,} facts or {LARGEST_BATCH:,} bytes in one"
                " batch",
                hint="append them in several batches",
            )
        if not line.strip():
            empty = empty or number
        elif empty:
            raise EntryError(f"line {empty}: it is empty")
        else:
            found.append(_fact(line, number))
    return found


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Each line, or what was read of one that is too long."""
    try:
        while line := file.readline(LARGEST_LINE + 1):
            yield line
    except OSError as error:
        raise UnreadableError(f"the facts cannot be read: {error.strerror}") from error


def _fact(line: bytes, number: int) -> Fact:
    try:
        return msgspec.convert(parsed(line.strip()), Fact)
    except EntryError as error:
        raise EntryError(f"line {number}: {error.message}", hint=error.hint) from error
    except msgspec.ValidationError as error:
        raise EntryError(f"line {number}: {named(error)}") from error
