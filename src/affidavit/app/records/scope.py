"""What records are of, as it is written beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit import __version__
from affidavit.app.ledger.view import viewing
from affidavit.package.records.data import Scope

if TYPE_CHECKING:
    from affidavit.app.records.asking import Found


def scope(of: Found, chosen: str) -> Scope:
    """The scope of the records of `of`; `chosen` says in words which of its changes are meant."""
    report = of.report
    forge = None if isinstance(report.forge, msgspec.UnsetType) else report.forge
    return Scope(
        tool=f"affidavit {__version__}",
        repository=report.repository.name,
        head=report.repository.head,
        start=report.period.start,
        end=report.period.end,
        population=report.population.digest,
        changes=len(of.changes),
        forge=forge.digest if forge else None,
        ledger=_ledger(of),
        chosen=chosen,
    )


def _ledger(of: Found) -> str | None:
    if of.wanted.ledger is None:
        return None
    with viewing(of.wanted.ledger) as view:
        return f"{view.origin}, {view.size:,} entries"
