"""Review notes of Gerrit: the votes a change had when it was submitted.

The plugin ``reviewnotes`` writes them under ``refs/notes/review``, one ``Key: value`` a line, the
value of a vote in its key (``Code-Review+2``); see docs/notes.md.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from types import MappingProxyType

from affidavit.base.commit import Ident
from affidavit.base.period import EARLIEST, EPOCH, LATEST, rfc3339
from affidavit.base.text import decode, shortened, visible
from affidavit.changes.model import ReviewNote, Vote
from affidavit.provenance.trailers import person

MOST_LINES = 10_000
"""How many lines of one note are read."""

_MOST_PROBLEMS = 5
_MOST_SHOWN = 60

_LINE = re.compile(rb"[^\n]+")
_FIELD = re.compile(r"([A-Za-z][\w-]*(?:[+-]\d{1,4}| 0)?):(.*)", re.ASCII | re.DOTALL)
_VOTE = re.compile(r"(.+?)([+-]\d{1,4}| 0)", re.ASCII)
_DATE = re.compile(
    r"(?:[A-Z][a-z]{2},\ )?(\d{1,2})\ ([A-Z][a-z]{2})\ (\d{4})"
    r"\ (\d\d):(\d\d):(\d\d)\ ([+-])(\d\d)(\d\d)",
    re.ASCII | re.VERBOSE,
)
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = MappingProxyType({name: number for number, name in enumerate(_NAMES, 1)})


def read(note: bytes) -> ReviewNote:
    """What a review note states, its votes in their order; the first of each other field counts.

    Gerrit joins two notes on one commit into one: a repeated vote is kept once, and a field that is
    stated again with another value is a problem.
    """
    problems: list[str] = []
    votes: dict[Vote, None] = {}
    fields: dict[str, str] = {}
    lines = _LINE.finditer(note)
    for line in islice(lines, MOST_LINES):
        field = _FIELD.fullmatch(decode(line[0]).strip())
        if field is None:
            _unread(line[0], problems)
        elif vote := _VOTE.fullmatch(field[1]):
            votes[Vote(label=vote[1], value=int(vote[2]), voter=_who(field[2]))] = None
        else:
            _state(fields, field[1], field[2].strip(), problems)
    if any(True for _ in lines):
        problems.insert(0, f"only the first {MOST_LINES:,} lines were read")
    return _note(tuple(votes), fields, problems)


def _note(votes: tuple[Vote, ...], fields: dict[str, str], problems: list[str]) -> ReviewNote:
    by, at = fields.get("Submitted-by"), fields.get("Submitted-at")
    submitted_at = None if at is None else _time(at)
    if at is not None and submitted_at is None:
        problems.append(f"the time of submission is not understood: {_shown(at)}")
    return ReviewNote(
        votes=votes,
        submitted_by=None if by is None else _who(by),
        submitted_at=submitted_at,
        url=fields.get("Reviewed-on"),
        change_id=fields.get("Change-Id"),
        problems=tuple(problems[:_MOST_PROBLEMS]),
    )


def _unread(line: bytes, problems: list[str]) -> None:
    if line.strip() and len(problems) < _MOST_PROBLEMS:
        problems.append(f"a line is no field: {_shown(decode(line[:1_000]))}")


def _state(fields: dict[str, str], key: str, value: str, problems: list[str]) -> None:
    known = fields.setdefault(key, value)
    if known != value and len(problems) < _MOST_PROBLEMS:
        problems.append(f"{_shown(key)} is stated twice, and differs")


def _who(value: str) -> Ident:
    """The account named; one without an address has its name or number, and an empty address."""
    return person(value) or Ident(value.strip(), "")


def _time(text: str) -> str | None:
    """A date such as ``Tue, 11 Sep 2012 04:49:03 +0000`` as RFC 3339 UTC, or ``None``."""
    found = _DATE.fullmatch(text)
    if found is None or found[2] not in _MONTHS:
        return None
    day, year, hour, minute, second, hours, minutes = (
        int(found[group]) for group in (1, 3, 4, 5, 6, 8, 9)
    )
    try:
        moment = datetime(year, _MONTHS[found[2]], day, hour, minute, second, tzinfo=UTC)
        ahead = timezone(timedelta(hours=hours, minutes=minutes)).utcoffset(None)
    except ValueError:
        return None
    seconds = (moment - EPOCH) // timedelta(seconds=1)
    seconds += (-1 if found[7] == "+" else 1) * (ahead // timedelta(seconds=1))
    return rfc3339(seconds) if EARLIEST <= seconds <= LATEST else None


def _shown(text: str) -> str:
    return shortened(visible(text.strip()), _MOST_SHOWN)
