"""The changes of a period measured: AI changes and others beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.records.asking import materials
from affidavit.app.records.closing import closed, unclosed
from affidavit.audit.gaps import gaps
from affidavit.base.limit import Limit
from affidavit.changes.record.flags import Flags
from affidavit.changes.record.measures import Measure, counted, measures
from affidavit.changes.record.record import change_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.reading import Progress
    from affidavit.app.records.asking import Found
    from affidavit.changes.record.group import Change

FORMAT = "affidavit/change-metrics@1"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The measures of both groups, by name."""

    format: str = FORMAT
    repository: str
    start: str
    end: str
    changes: int
    ai_changes: int
    limits: tuple[Limit, ...]
    ai: dict[str, Measure]
    other: dict[str, Measure]


def measured(of: Found, chosen: Sequence[Change], progress: Progress) -> Measured:
    """The measures of the changes `chosen`.

    Raises:
        AffidavitError: The repository, the export or the ledger cannot be read.
    """
    flags = Flags()
    several = materials(of, chosen, progress)
    found = [counted(change_record(one, flags), one) for one in several]
    ended = unclosed(of) or closed(of)
    return Measured(
        repository=of.report.repository.name,
        start=of.report.period.start,
        end=of.report.period.end,
        changes=len(found),
        ai_changes=sum(one.ai for one in found),
        limits=gaps(of.report.limits),
        ai=measures(found, ended, ai=True),
        other=measures(found, ended, ai=False),
    )
