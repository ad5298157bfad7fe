"""What a ledger holds of decisions by a policy, each made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.policy.replaying import Had, repeating
from affidavit.base.errors import DamagedError
from affidavit.changes.gate.model import ALWAYS, OPTIONAL
from affidavit.controls.cc8.case import Repeated
from affidavit.ledger.decided import CHANNELS, KIND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row
    from affidavit.app.policy.replaying import Find, Repeating

_KNOWN = frozenset((*ALWAYS, *OPTIONAL, "threshold"))
_AGAIN = {"same": True, "differs": False, "unknown": None}


def is_decision(row: Row) -> bool:
    """Whether `row` is a decision that the gate recorded or whose signer was believed."""
    return row.entry.kind == KIND and row.entry.recorded_by.channel in CHANNELS


def repeated(place: Home, rows: Iterable[Row], find: Find | None = None) -> Iterator[Repeated]:
    """The decisions in `rows`, evaluated again; what makes no sense is left out.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    with repeating(place, Had(find=find)) as again:
        for row in rows:
            try:
                yield _repeated(row, again)
            except (msgspec.DecodeError, DamagedError):
                continue


def _repeated(row: Row, again: Repeating) -> Repeated:
    made = again.again(row)
    return Repeated(
        index=row.index,
        digest=row.digest,
        commit=made.commit,
        time=row.entry.time,
        again=_AGAIN[made.again],
        why=made.why,
        waived=made.recorded.waived or (),
        strange=tuple(sorted(made.recorded.requirements.keys() - _KNOWN)),
    )
