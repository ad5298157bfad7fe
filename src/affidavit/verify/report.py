"""What walking a range of a log is asked, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from affidavit.verify.result import Findings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.verify.accounts import Term
    from affidavit.verify.entries import Json
    from affidavit.verify.source import Last

OPENED, ROTATED, FROZEN = "log.opened.v1", "key.rotated.v1", "log.frozen.v1"
DISPOSED = "subject.disposed.v1"
KEEPERS_OWN = (OPENED, ROTATED, FROZEN, DISPOSED)
"""Kinds that only who keeps the log can write."""


@dataclass(frozen=True, slots=True)
class First:
    """Where a stream comes into a range: the index of its entry, its number, and `previous`."""

    index: int
    sequence: int
    previous: str


@dataclass(frozen=True, slots=True)
class Statement:
    """An entry that says something of the log itself."""

    index: int
    kind: str
    body: dict[str, Json]


class BlobFound(NamedTuple):
    """A blob that is stored: how many bytes it has, and whether they are those it is named for."""

    size: int
    good: bool


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked of every range.

    `end` is where the walk ends, `required` how many leaves the tiles must hold, and `sizes` those
    checkpoint sizes, ascending, whose roots are wanted. `blobs` are None where entries are not
    read beyond their hashes.
    """

    end: int
    required: int
    sizes: Sequence[int]
    blobs: Mapping[str, BlobFound] | None


@dataclass(slots=True)
class Report:
    """What walking a range came to. `tiles` are the hashes of its full tiles, one after another.

    `terms` count the entries by the account that recorded them; one begins with the range, and one
    with each statement of the log itself. `unread` are the ranges of which nothing could be read,
    `altered` the blobs that entries name and that hold other bytes.
    """

    findings: Findings = field(default_factory=Findings)
    tiles: bytearray = field(default_factory=bytearray)
    edges: dict[int, bytes] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    first: dict[str, First] = field(default_factory=dict)
    last: dict[str, Last] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    unread: list[tuple[int, int]] = field(default_factory=list)
    altered: set[str] = field(default_factory=set)
    disposals: int = 0
