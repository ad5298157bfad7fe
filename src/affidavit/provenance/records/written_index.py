"""What transcripts say was written, by path and text, to be looked up for the lines of commits."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from datetime import UTC, datetime
from math import floor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.provenance.records.model import Attests, Record

ROW = 3
"""How many lines in a row say that a line among them stands where it was written."""
_SHORTEST = 7
"""Digits of a shortened id of a commit that are taken for one."""


class Hand(NamedTuple):
    """A session, or all of an agent's that are not told apart."""

    source: str
    agent: str
    session: str | None


class Moment(NamedTuple):
    """A commit, and the second in which it was made."""

    commit: str
    at: int | None


class Times:
    """When something was written: the seconds, or the commits that are said to be made of it."""

    __slots__ = ("_at", "_commits", "_is_sorted")

    def __init__(self) -> None:
        self._at: list[int] = []
        self._commits: Counter[str] = Counter()
        self._is_sorted = True

    def add(self, at: int | None, commit: str | None) -> None:
        """Once more; what tells of a commit is of that alone."""
        if commit is not None:
            self._commits[commit] += 1
        elif at is not None:
            self._at.append(at)
            self._is_sorted = False

    def before(self, moment: Moment) -> int:
        """How often it was written until then, by its times."""
        if not self._is_sorted:
            self._at.sort()
            self._is_sorted = True
        return 0 if moment.at is None else bisect_right(self._at, moment.at)

    def told(self, moment: Moment) -> int:
        """How often it is said to be in that commit; a shortened id is one that it begins with."""
        if not self._commits:
            return 0
        ends = range(_SHORTEST, len(moment.commit) + 1)
        return sum(self._commits[moment.commit[:end]] for end in ends)

    def reach(self, moment: Moment) -> bool:
        """Whether any of it may be in that commit."""
        return bool(self.before(moment) or self.told(moment))


Kinds = dict[tuple[str | None, "Attests"], Times]
"""By model, and whom it is attested to, when it was written."""


class Writes(NamedTuple):
    """By path and digest, and by path and `ROW` digests in a row, who wrote them, and when."""

    lines: dict[tuple[str, str], dict[Hand, Kinds]]
    rows: dict[tuple[str, ...], dict[Hand, Times]]


def indexed(records: Iterable[Record]) -> Writes:
    """What `records` say was written; an edit that stands in several transcripts counts once."""
    found = Writes(defaultdict(dict), defaultdict(dict))
    edits = dict.fromkeys((each.source, each.time, _commit(each), each.lines) for each in records)
    for source, time, commit, claims in edits:
        at = second(time)
        for claim in claims:
            hand, kind = Hand(source, claim.agent, claim.session), (claim.model, claim.attests)
            for text in claim.texts:
                kinds = found.lines[claim.path, text].setdefault(hand, {})
                kinds.setdefault(kind, Times()).add(at, commit)
            for row in zip(*(claim.texts[start:] for start in range(ROW)), strict=False):
                found.rows[(claim.path, *row)].setdefault(hand, Times()).add(at, commit)
    return found


def _commit(record: Record) -> str | None:
    """The commit that a record is about, or that it states to have been made of the edit."""
    return record.commit or dict(record.stated).get("commit")


def second(time: str | None) -> int | None:
    """The second since 1970 that a time of RFC 3339 falls in."""
    try:
        at = datetime.fromisoformat((time or "").upper())
    except ValueError:
        return None
    return floor(at.astimezone(UTC).timestamp()) if at.tzinfo else None
