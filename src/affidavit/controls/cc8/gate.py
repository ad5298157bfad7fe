"""Whether the rules of a branch were ever weaker than agreed: a row for each day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.period import day, rfc3339
from affidavit.changes.forge.approvals import Answer
from affidavit.controls.cc8.case import said
from affidavit.controls.cc8.lacking import RULES
from affidavit.controls.cc8.rules import (
    classic_layers,
    snapshot_layers,
    undated_layers,
    weaker,
)
from affidavit.controls.model import Item, Subject, item, no, unknown, yes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.base.period import Period
    from affidavit.changes.forge.model import BranchRules
    from affidavit.changes.record.material import Kept
    from affidavit.changes.record.value import Source
    from affidavit.controls.cc8.rules import History, Layer, Version
    from affidavit.controls.criteria import Criteria
    from affidavit.controls.model import Attribute

TEST = "AFF-CC8.1-12"
_DAY = 86_400
_NAME = "not weaker"


def days(branch: History, period: Period, criteria: Criteria) -> Iterator[Item]:
    """The rows of the days of `period` that begin in it, or in which it begins."""
    for start in range(period.start - period.start % _DAY, period.end, _DAY):
        name = day(start)
        subject = Subject(
            of="day", item=f"{said(branch.branch)} {name}", occurred_at=rfc3339(start)
        )
        looked = _Day(rfc3339(start), rfc3339(start + _DAY), branch.by_day.get(name, ()))
        yield item(TEST, subject, *looked.attributes(branch, criteria))


class _Day:
    """A day from `start` to `end`, and the snapshots of it."""

    def __init__(self, start: str, end: str, snapshots: tuple[Kept[BranchRules], ...]) -> None:
        self._start = start
        self._end = end
        self._snapshots = snapshots

    def attributes(self, branch: History, criteria: Criteria) -> tuple[Attribute, ...]:
        found = (
            *self._of_snapshots(branch.versions, criteria),
            *self._of_versions(branch, criteria),
        )
        return found or (unknown(_NAME, self._absent(branch), lacks=RULES),)

    def _absent(self, branch: History) -> str:
        why = branch.rules_absent
        return f"no snapshot of the rules is of this day{f': {why}' if why else ''}"

    def _of_snapshots(self, known: Sequence[Version], criteria: Criteria) -> Iterator[Attribute]:
        for one in self._snapshots:
            lost = any(each.what in ("protection", "rules") for each in one.data.missing)
            layers = snapshot_layers(one.data, known)
            what = f"as found at {one.data.at}"
            yield _judged(layers, criteria, what=what, lost=lost, sources=(one.source,))

    def _of_versions(self, branch: History, criteria: Criteria) -> Iterator[Attribute]:
        """The versions of rulesets in force in the day, by the moments at which they changed.

        Without a snapshot of the day they count only where they are enough by themselves and cover
        all of it.
        """
        known = branch.versions
        changed = {one.start for one in known if self._start < one.start < self._end}
        moments = sorted({self._start, *changed})
        snapshots = [one.data for one in self._snapshots]
        classic = (*classic_layers(snapshots), *undated_layers(snapshots, known))
        told = bool(snapshots) and not any(
            each.what == "protection" for one in snapshots for each in one.missing
        )
        for number, at in enumerate(moments):
            end = moments[number + 1] if number + 1 < len(moments) else self._end
            inside = [one for one in known if one.start <= at < one.end]
            layers = [one.layer for one in inside if one.layer is not None]
            whole = [one.layer for one in inside if one.layer is not None and one.end >= end]
            what = f"by the rulesets from {at}"
            sources = tuple(one.source for one in inside)
            if not snapshots:
                lacking = ", ".join(said(one) for one in weaker(whole, criteria))
                if not lacking:
                    yield yes(_NAME, f"{what}: all that was agreed", *sources)
                else:
                    why = f"{what}: {lacking} may be lacking, and {self._absent(branch)}"
                    yield unknown(_NAME, why, *sources, lacks=RULES)
            else:
                # Where no version is known to have been in force, another one may have been.
                lost = not (told and inside)
                found = (*classic, *layers)
                yield _judged(found, criteria, what=what, lost=lost, sources=sources)


def _judged(
    layers: Sequence[Layer],
    criteria: Criteria,
    *,
    what: str,
    lost: bool,
    sources: tuple[Source, ...],
) -> Attribute:
    """Whether `layers` are as strong as agreed; `lost` is whether there may be others."""
    lacking = weaker(layers, criteria)
    if not lacking:
        return yes(_NAME, f"{what}: all that was agreed", *sources)
    surely = [name for name, answer in lacking.items() if answer is Answer.NO]
    named = ", ".join(said(one) for one in (surely or lacking))
    if surely and not lost:
        return no(_NAME, f"{what}: lacking {named}", *sources)
    return unknown(_NAME, f"{what}: {named} may be lacking", *sources, lacks=RULES)
