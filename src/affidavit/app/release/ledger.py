"""What a ledger holds about a released commit, or about another with the same tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.records.ledger import as_told
from affidavit.audit.release.model import Artifact
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.evidence import result
from affidavit.changes.record.model import Result
from affidavit.changes.record.value import Listed, Source, SourceKind, Stated, Strength
from affidavit.ledger.results import BuildAttested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row, View
    from affidavit.audit.release.model import Point
    from affidavit.ledger.results import Attestation

_BUILT = "build.attested.v1"
NO_LEDGER = "no ledger was given"
MOST = 1_000
"""Facts about a release that are told."""


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a ledger holds about a release; `origin` is None where none was given."""

    origin: str | None
    results: Listed[Result]
    artifacts: Listed[Artifact]


def facts(place: Home | None, head: Point) -> Facts:
    """The facts about the commit of `head`, and about others with its tree.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    if place is None:
        return Facts(origin=None, results=Listed(why=NO_LEDGER), artifacts=Listed(why=NO_LEDGER))
    results: list[Stated[Result]] = []
    built: list[Stated[Artifact]] = []
    more = 0
    with viewing(place) as view:
        for row in _about(view, head):
            told = as_told(row, _commit(row) or head.commit)
            if told is None:
                continue
            if len(results) == MOST:
                more += 1
                continue
            results.append(result(told))
            built.extend(_artifacts(row))
        origin = view.origin
    source = Source(kind=SourceKind.LEDGER, at=origin)
    why = f"the ledger has {more:,} more about it" if more else None
    return Facts(
        origin=origin,
        results=Listed(items=tuple(results), why=why, source=source),
        artifacts=Listed(items=tuple(built), why=why, source=source),
    )


def origin_of(place: Home | None) -> str | None:
    """What the log at `place` calls itself.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    if place is None:
        return None
    with viewing(place) as view:
        return view.origin


def _about(view: View, head: Point) -> Iterator[Row]:
    for row in view.chosen(Choice()):
        about = row.entry.subject
        if about is not None and (about.commit == head.commit or about.tree == head.tree):
            yield row


def _commit(row: Row) -> str | None:
    return row.entry.subject.commit if row.entry.subject else None


def _artifacts(row: Row) -> Iterator[Stated[Artifact]]:
    """What an entry attests of a build; `as_told` has found it to make sense."""
    if row.entry.kind != _BUILT or row.entry.subject is None:
        return
    body = msgspec.json.decode(row.entry.body, type=BuildAttested)
    ended = [one.finished for one in body.attestations if one.finished]
    yield Stated(
        value=Artifact(
            digests=row.entry.subject.digests,
            more=body.digests_left,
            commit=_commit(row),
            statements=len(body.attestations) + body.attestations_left,
            names_commit=_names(body.attestations),
            signatures_checked=body.signatures_checked,
            finished=max(ended, default=None),
            recorded_at=row.entry.time,
        ),
        strength=Strength.ASSERTED,
        source=Source(kind=SourceKind.LEDGER, at=str(row.index), digest=row.digest),
    )


def _names(statements: tuple[Attestation, ...]) -> Answer:
    """Whether a statement itself names the commit or its tree."""
    told = {one.names_subject for one in statements}
    if True in told:
        return Answer.YES
    return Answer.NO if told == {False} else Answer.UNKNOWN
