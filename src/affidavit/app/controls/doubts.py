"""Why the population of a test may not be whole, by what the audit of it could not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.gaps import said
from affidavit.base.period import since

if TYPE_CHECKING:
    from affidavit.audit.model import Report

_MISSING = frozenset(
    {
        *("shallow", "missing-commits", "damaged-commits", "unread-commits", "hidden-parents"),
        *("requests-not-landed", "forge-of-another", "displaced-landings", "newest-landing-leaps"),
        *("main-branch-elsewhere", "long-branches-elsewhere", "merged-the-wrong-way"),
        *("unrelated-histories", "lines-inside-merges", "too-many-refs", "alternates-absent"),
    }
)
"""Limits by which changes may be missing, where they are a gap (docs/limits.md)."""
_LATER = frozenset({"deployments-after-the-period", "landings-after-the-period"})
"""Limits that are no gap, and that whoever reads a count has to know of."""
_REQUESTS = "pull_requests"
_GIVEN = "given by whoever ran the audit"


def doubts(report: Report) -> tuple[str, ...]:
    """Why changes of the period may be missing, each a sentence."""
    found = [said(one) for one in report.limits if one.gap and one.id in _MISSING]
    reach = unreached(report, _REQUESTS)
    return (*found, *([reach] if reach else ()))


def unreached(report: Report, section: str) -> str | None:
    """Why not all of the period is in a section of the forge's records; None where it is.

    A section that was not collected whole at any time is another matter.
    """
    if isinstance(report.forge, msgspec.UnsetType):
        return None
    found = [one for one in report.forge.sections if one.name == section and one.at]
    if not found:
        return None
    name, at, first = section.replace("_", " "), found[0].at or "", found[0].since
    if first is not None and since(first) > since(report.period.start):
        return f"{name} from before {first} were not collected, and the period begins earlier"
    # The end itself is not in the period: its last second is the one before.
    if since(at) + 1 < since(report.period.end):
        return f"{name} were collected at {at}, before the end of the period"
    return None


def notes(report: Report) -> tuple[str, ...]:
    """What else bounds what the tests can say: every gap, and what lies after the period."""
    return tuple(said(one) for one in report.limits if one.gap or one.id in _LATER)


def given_files(report: Report) -> tuple[str, ...]:
    """The files that whoever ran it gave beside the repository, each with its digest."""
    return tuple(f"{one.file} {one.line}" for one in report.settings if one.effect == _GIVEN)
