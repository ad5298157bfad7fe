"""What records of other tools claim of commits, beside what git-ai's notes do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.claimed.forms import CLAIMING, FORMS
from affidavit.base.limit import Limit, limit
from affidavit.provenance.model import NoteReading
from affidavit.provenance.records.entire import CHECKPOINT
from affidavit.provenance.records.entire import SOURCE as ENTIRE
from affidavit.provenance.records.model import Attests

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from affidavit.app.claimed.forms import Place
    from affidavit.provenance.model import Claim
    from affidavit.provenance.records.model import Record


ODD = "Some records of other tools are not wholly in their form; what could be read was used."


class Claimed(NamedTuple):
    """Readings by commit, what sessions claim by their checkpoint, and what could not be read."""

    authorship: dict[str, NoteReading]
    sessions: dict[str, tuple[Claim, ...]]
    """Of no commit yet: of those whose messages name the checkpoint."""
    limits: tuple[Limit, ...]


def claimed(place: Place, wanted: Container[str]) -> Claimed:
    """What the records of a repository claim of the commits in `wanted`."""
    found: dict[str, NoteReading] = {}
    problems: list[str] = []
    for form in CLAIMING:
        for one in FORMS[form](place):
            if one.commit is None or one.commit in wanted:
                problems += told(one)
            if one.commit is not None and one.commit in wanted:
                found[one.commit] = merged(found.get(one.commit), _reading(one))
    sessions: dict[str, list[Claim]] = {}
    for one in FORMS[ENTIRE](place._replace(linked=None)):
        problems += told(one)
        if checkpoint := dict(one.stated).get(CHECKPOINT):
            sessions.setdefault(checkpoint, []).extend(one.claims)
    return Claimed(
        found,
        {checkpoint: tuple(each) for checkpoint, each in sessions.items()},
        (limit("odd-records", ODD, problems),) if problems else (),
    )


def told(record: Record) -> list[str]:
    """What could not be read of a record, with its place."""
    about = f"{record.place}, {record.commit}" if record.commit else record.place
    return [f"{about}: {problem}" for problem in record.problems]


def merged(earlier: NoteReading | None, later: NoteReading) -> NoteReading:
    """What two readings of one commit say together."""
    if earlier is None:
        return later
    return msgspec.structs.replace(
        later,
        claims=tuple(sorted({*earlier.claims, *later.claims})),
        human=earlier.human or later.human,
        ai=earlier.ai or later.ai,
    )


def joined(
    readings: dict[str, NoteReading], others: Mapping[str, NoteReading]
) -> dict[str, NoteReading]:
    """`readings` with those of `others`, by commit."""
    more = {one: merged(readings.get(one), reading) for one, reading in others.items()}
    return {**readings, **more}


def _reading(record: Record) -> NoteReading:
    whom = {one.attests for one in record.lines}
    return NoteReading(
        claims=record.claims,
        human=Attests.HUMAN in whom or Attests.MIXED in whom,
        ai=Attests.AI in whom or Attests.MIXED in whom,
    )
