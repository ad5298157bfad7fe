"""AI changes and others measured beside each other, each count out of what it could be told of."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.period import moment
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.evidence import GROUP, HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from affidavit.changes.record.model import ChangeRecord


class Measure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A count out of a count. `median` is that of the `numerator` changes that have a value."""

    numerator: int
    denominator: int
    median: float | None = None


class Closed(msgspec.Struct, frozen=True):
    """A request that was closed in the period: an agent's or not, merged or not."""

    ai: bool
    merged: bool


class Counted(NamedTuple):
    """What is kept of a record to be measured."""

    ai: bool
    names: frozenset[str]
    """Its commits, and the number of its request as ``#12``."""
    reverts: tuple[str, ...]
    review_known: bool
    reviewed: bool
    waited: int | None
    """Seconds from the opening to the first approval that counts."""
    checked: bool
    passed: bool
    files: int | None
    lines: int | None


MEASURES = (
    "reviewed",
    "seconds_to_approval",
    "checks_passed",
    "files",
    "lines",
    "merged",
    "reverted",
)
"""What is measured of each group, in this order."""


def counted(record: ChangeRecord, *, reviewed: bool) -> Counted:
    """What is kept of `record`; `reviewed` is whether enough persons approved."""
    size, request = record.size.value, record.request.value
    checks = [one for one in record.checks.values if one.on in (HEAD, GROUP) and not one.superseded]
    lines = None
    if size is not None and size.additions is not None and size.deletions is not None:
        lines = size.additions + size.deletions
    return Counted(
        ai=record.ai,
        names=frozenset(
            (*(one.commit for one in record.members), *([f"#{request.number}"] if request else ()))
        ),
        reverts=record.reverts.values,
        review_known=record.reviewers.why is None,
        reviewed=reviewed,
        waited=_waited(record),
        checked=bool(checks) and record.checks.why is None,
        passed=all(one.success is Answer.YES and one.before_merge is Answer.YES for one in checks),
        files=size.files if size else None,
        lines=lines,
    )


def _waited(record: ChangeRecord) -> int | None:
    request = record.request.value
    times = [one.approved_at for one in record.approvers.values if one.approved_at]
    if request is None or request.opened_at is None or not times:
        return None
    return max(0, moment(min(times), "approval") - moment(request.opened_at, "opening"))


def measures(
    changes: Sequence[Counted], closed: Iterable[Closed] | None, *, ai: bool
) -> dict[str, Measure]:
    """The measures of AI changes, or of the others; `closed` is None where it is not known."""
    ours = [one for one in changes if one.ai is ai]
    ended = [one for one in closed or () if one.ai is ai]
    known = [one for one in ours if one.review_known]
    checked = [one for one in ours if one.checked]
    undone = {name for one in changes for name in one.reverts}
    found = (
        Measure(numerator=sum(one.reviewed for one in known), denominator=len(known)),
        _median([one.waited for one in ours]),
        Measure(numerator=sum(one.passed for one in checked), denominator=len(checked)),
        _median([one.files for one in ours]),
        _median([one.lines for one in ours]),
        Measure(numerator=sum(one.merged for one in ended), denominator=len(ended)),
        Measure(numerator=sum(_is_in(one, undone) for one in ours), denominator=len(ours)),
    )
    return dict(zip(MEASURES, found, strict=True))


def _is_in(change: Counted, undone: set[str]) -> bool:
    """Whether another change says that it reverts it; commits may be cut short."""
    return not change.names.isdisjoint(undone) or any(
        name.startswith(one)
        for name in change.names
        for one in undone
        if not one.startswith("#") and len(one) < len(name)
    )


def _median(values: Sequence[int | None]) -> Measure:
    known = [one for one in values if one is not None]
    middle = float(median(known)) if known else None
    return Measure(numerator=len(known), denominator=len(values), median=middle)
