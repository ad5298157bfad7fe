"""AI changes and others measured beside each other, each count out of what it could be told of."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.period import moment
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.evidence import GROUP, HEAD
from affidavit.changes.record.people import forge_review
from affidavit.changes.record.tested import Reading, coverage, tested

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from affidavit.changes.record.material import Material
    from affidavit.changes.record.model import ChangeRecord


class Measure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A count out of a count. `median` is that of the `numerator` changes that have a value.

    Both are None where it is not known of any change. `unknown` is of how many changes it is not,
    and `why` says why not of the newest of them.
    """

    numerator: int | None
    denominator: int | None
    median: float | None = None
    unknown: int = 0
    why: str | None = None


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
    readings: Mapping[str, Reading]
    """By the names of `SHARES` and `MEDIANS`."""


SHARES = ("reviewed", "checks_passed", "tests_passed")
"""Measures that hold of a change or do not."""
MEDIANS = ("seconds_to_approval", "coverage_points", "files", "lines")
"""Measures of which a change has a number."""
MEASURES = (
    "reviewed",
    "seconds_to_approval",
    "checks_passed",
    "tests_passed",
    "coverage_points",
    "files",
    "lines",
    "merged",
    "reverted",
)
"""What is measured of each group, in this order."""


def counted(record: ChangeRecord, material: Material) -> Counted:
    """What is kept of `record`, which was put together from `material`."""
    request, review = record.request.value, forge_review(material)
    size, unsized = record.size.value, record.size.why
    lines = None
    if size is not None and size.additions is not None and size.deletions is not None:
        lines = size.additions + size.deletions
    approved = review is not None and review.reviewed
    number = [f"#{request.number}"] if request else ()
    return Counted(
        ai=record.ai,
        names=frozenset((*(one.commit for one in record.members), *number)),
        reverts=record.reverts.values,
        readings={
            "reviewed": _unless(record.reviewers.why, int(approved)),
            "seconds_to_approval": _waited(record),
            "checks_passed": _checked(record),
            "tests_passed": tested(material),
            "coverage_points": coverage(material),
            "files": Reading(size.files if size else None, unsized),
            "lines": Reading(lines, None if lines is not None else unsized or _NO_LINES),
        },
    )


_NO_LINES = "no records of a forge tell how many lines it changed"


def _unless(why: str | None, value: float | None) -> Reading:
    return Reading(value) if why is None else Reading(why=why)


def _checked(record: ChangeRecord) -> Reading:
    found = [one for one in record.checks.values if one.on in (HEAD, GROUP) and not one.superseded]
    passed = all(one.success is Answer.YES and one.before_merge is Answer.YES for one in found)
    return _unless(record.checks.why, int(passed) if found else None)


def _waited(record: ChangeRecord) -> Reading:
    """Seconds from the opening to the first approval that counts."""
    request = record.request.value
    times = [one.approved_at for one in record.approvers.values if one.approved_at]
    if request is None or request.opened_at is None or not times:
        return Reading(why=record.approvers.why)
    return Reading(max(0, moment(min(times), "approval") - moment(request.opened_at, "opening")))


def measures(
    changes: Sequence[Counted],
    closed: Iterable[Closed] | str,
    *,
    ai: bool,
) -> dict[str, Measure]:
    """The measures of AI changes, or of the others; `closed` may be why it is not known."""
    ours = [one for one in changes if one.ai is ai]
    undone = {name for one in changes for name in one.reverts}
    found = {
        **{name: _share([one.readings[name] for one in ours]) for name in SHARES},
        **{name: _median([one.readings[name] for one in ours]) for name in MEDIANS},
        "merged": _merged(closed, ai=ai),
        "reverted": Measure(
            numerator=sum(_is_in(one, undone) for one in ours), denominator=len(ours)
        ),
    }
    return {name: found[name] for name in MEASURES}


def _merged(closed: Iterable[Closed] | str, *, ai: bool) -> Measure:
    if isinstance(closed, str):
        return Measure(numerator=None, denominator=None, why=closed)
    ended = [one for one in closed if one.ai is ai]
    return Measure(numerator=sum(one.merged for one in ended), denominator=len(ended))


def _is_in(change: Counted, undone: set[str]) -> bool:
    """Whether another change says that it reverts it; commits may be cut short."""
    return not change.names.isdisjoint(undone) or any(
        name.startswith(one)
        for name in change.names
        for one in undone
        if not one.startswith("#") and len(one) < len(name)
    )


def _share(found: Sequence[Reading]) -> Measure:
    """Of how many it holds, out of those of which it is known."""
    known = [one.value for one in found if one.value is not None]
    return _told(found, numerator=sum(map(bool, known)), denominator=len(known))


def _median(found: Sequence[Reading]) -> Measure:
    """The middle of the numbers there are, out of all."""
    known = [one.value for one in found if one.value is not None]
    middle = float(median(known)) if known else None
    return _told(found, numerator=len(known), denominator=len(found), median=middle)


def _told(
    found: Sequence[Reading], *, numerator: int, denominator: int, median: float | None = None
) -> Measure:
    """The counts, and of how many it is unknown; none where no change has a value."""
    whys = [one.why for one in found if one.value is None and one.why is not None]
    why = whys[0] if whys else None
    if whys and all(one.value is None for one in found):
        return Measure(numerator=None, denominator=None, unknown=len(whys), why=why)
    return Measure(
        numerator=numerator,
        denominator=denominator,
        median=median,
        unknown=len(whys),
        why=why,
    )
