"""Files of in-toto statements: one JSON value, or one a line as in the notes of a source tool."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.ledger.attested import Statement, attested, json_of

if TYPE_CHECKING:
    from affidavit.sources.results.reading import Source

LARGEST_ATTESTATIONS = 16 << 20
"""Bytes of a file of statements."""
MOST_STATEMENTS = 1_000
"""Statements of a file."""


class Statements(NamedTuple):
    """The statements of a file; `unread` are the lines of a file of several that hold none."""

    read: tuple[Statement, ...]
    unread: tuple[tuple[int, str], ...]


def read_statements(source: Source) -> Statements:
    """The statements of `source`: one JSON value, or one a line.

    Raises:
        InputError: It holds none, or too much; the message names file and line.
    """
    try:
        return Statements((attested(source.data),), ())
    except FormatError as error:
        first, _, rest = source.data.lstrip().partition(b"\n")
        if not rest.strip() or not _is_json(first):
            raise source.broken(_line(error), error.message) from error
    return _of_lines(source)


def _of_lines(source: Source) -> Statements:
    read, unread = list[Statement](), list[tuple[int, str]]()
    for number, line in enumerate(io.BytesIO(source.data), 1):
        if not line.strip():
            continue
        if len(read) + len(unread) == MOST_STATEMENTS:
            raise source.broken(number, f"more than {MOST_STATEMENTS:,} statements")
        try:
            read.append(attested(line, number))
        except FormatError as error:
            unread.append((number, error.message))
    if not read:
        raise source.broken(*unread[0])
    return Statements(tuple(read), tuple(unread))


def _is_json(line: bytes) -> bool:
    """Whether a line is a JSON object by itself, as in a file of several."""
    try:
        return isinstance(json_of(line), dict)
    except FormatError:
        return False


def _line(error: FormatError) -> int:
    """The line that is wrong in a file of one value, where JSON says so."""
    cause = error.__cause__
    return cause.lineno if isinstance(cause, json.JSONDecodeError) else 1
