"""What a ledger holds of decisions by a policy, each made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.policy.replaying import Had, repeating
from affidavit.base.errors import DamagedError
from affidavit.controls.cc8.case import Decision
from affidavit.ledger.decided import CHANNELS, KIND, PolicyDecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row
    from affidavit.app.policy.replaying import Find, Repeating

_AGAIN = {"same": True, "differs": False, "unknown": None}


def is_decision(row: Row) -> bool:
    """Whether `row` is a decision that the gate recorded or whose signer was believed."""
    return row.entry.kind == KIND and row.entry.recorded_by.channel in CHANNELS


def decisions(
    place: Home, rows: Iterable[tuple[str, Row]], find: Find | None = None
) -> Iterator[tuple[str, Decision]]:
    """The decisions in `rows`, each with what it is found under, evaluated again.

    What makes no sense is left out.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    with repeating(place, Had(find=find)) as again:
        for key, row in rows:
            try:
                yield key, _decision(row, again)
            except (msgspec.DecodeError, DamagedError):
                continue


def _decision(row: Row, again: Repeating) -> Decision:
    body = msgspec.json.decode(row.entry.body, type=PolicyDecided)
    made = again.again(row)
    subject = row.entry.subject
    return Decision(
        index=row.index,
        digest=row.digest,
        commit=made.commit,
        time=row.entry.time,
        tree=subject.tree if subject else None,
        at=body.at,
        policy=body.bundle,
        result="PASSED" if body.verdict == "allowed" and body.allowed else body.verdict.upper(),
        again=_AGAIN[made.again],
        why=made.why,
    )
