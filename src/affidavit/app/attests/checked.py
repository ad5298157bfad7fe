"""What ran on what landed: checks of the forge and reports of tests in a ledger, and their end."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.lacking import earlier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.changes.forge.model import CheckRun, Checks, Status
    from affidavit.changes.record.material import Told

TESTS = "test.reported.v1"


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    WARNED = "warned"
    """It was skipped or came to nothing: neither passed nor failed."""
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It has not ended, or with a word that is not known."""


_ENDS = MappingProxyType(
    {
        "success": Outcome.PASSED,
        "skipped": Outcome.WARNED,
        "neutral": Outcome.WARNED,
        **dict.fromkeys(
            ("failure", "error", "timed_out", "startup_failure", "cancelled", "action_required"),
            Outcome.FAILED,
        ),
    }
)


class Ran(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A check and how it ended; `workflow` is the path of what ran it, where the forge tells.

    `before` is whether it surely ended before the merge, `own` whether an author of the change, or
    the agent that made it, reported it.
    """

    name: str
    outcome: Outcome
    workflow: str | None = None
    before: bool = False
    own: bool = False


def ran(checks: Checks, authors: frozenset[str], merged: str | None) -> Iterator[Ran]:
    """The newest run of each check on a commit, and the newest status of each name.

    Where it is not known whether a check ran again, or another of its name ran after it, how the
    first ended is not known unless it passed.
    `authors` are accounts that wrote the change: what one of them reports well says nothing that
    they did not say.
    """
    for run, is_open in _newest(checks.runs):
        found = _run(run, authors, merged)
        unsure = is_open and found.outcome is not Outcome.PASSED
        yield msgspec.structs.replace(found, outcome=Outcome.UNKNOWN) if unsure else found
    statuses = sorted(checks.statuses, key=lambda one: one.created_at or "")
    for status in {one.context: one for one in statuses}.values():
        yield _status(status, authors, merged)


def _newest(runs: Sequence[CheckRun]) -> Iterator[tuple[CheckRun, bool]]:
    """The runs that are not known to have run again, and whether one may have done so.

    A workflow surely ran again where another run of it, by its number, has the one check of that
    name and began once the first had ended. Within one run of a workflow, or without its number, a
    second check of the name may be an attempt at the same or a job of its own: no record of a forge
    tells them apart. Two that ran beside each other are two checks.
    """
    jobs = Counter((_same(one), one.run) for one in runs)
    last: dict[tuple[object, ...], str] = {}
    for one in runs:
        alone = one.run is not None and jobs[_same(one), one.run] == 1
        for key in (_same(one), (*_same(one), alone)):
            last[key] = max(last.get(key, ""), one.started_at or "")
    for one in runs:
        alone = one.run is not None and jobs[_same(one), one.run] == 1
        end = max(one.completed_at or "", one.started_at or "")
        if one.completed_at is None:
            yield one, False
        elif not alone or last[*_same(one), True] <= end:
            yield one, last[_same(one)] > end


def _same(run: CheckRun) -> tuple[object, ...]:
    """What a second attempt has in common with the first, and a second job of its name as well."""
    return (run.name, run.app_id, run.event, run.workflow)


def before(checks: Checks, merged: str | None) -> Checks:
    """`checks` without what surely began after the merge, which may not hide what was before."""
    runs = (one for one in checks.runs if earlier(merged, one.started_at) is not Answer.YES)
    states = (one for one in checks.statuses if earlier(merged, one.created_at) is not Answer.YES)
    return msgspec.structs.replace(checks, runs=tuple(runs), statuses=tuple(states))


def _run(run: CheckRun, authors: frozenset[str], merged: str | None) -> Ran:
    app = run.app or ""
    return Ran(
        name=_shown(run.name),
        outcome=_outcome(run.conclusion),
        workflow=run.workflow,
        before=bool(run.conclusion) and earlier(run.completed_at, merged) is Answer.YES,
        own=bool(app) and not authors.isdisjoint((app, f"{app}[bot]")),
    )


def _status(status: Status, authors: frozenset[str], merged: str | None) -> Ran:
    return Ran(
        name=_shown(status.context),
        outcome=_outcome(status.state),
        before=earlier(status.created_at, merged) is Answer.YES,
        own=status.creator is not None and status.creator.login in authors,
    )


def _shown(name: str) -> str:
    return visible(shortened(name, 200))


def _outcome(word: str | None) -> Outcome:
    return _ENDS.get(word or "", Outcome.UNKNOWN)


def reported(facts: Iterable[Told], commits: frozenset[str]) -> Iterator[Ran]:
    """What a ledger holds of tests of one of `commits`, each by its entry."""
    for one in facts:
        if one.kind == TESTS and one.commit in commits:
            outcome = {"passed": Outcome.PASSED, "failed": Outcome.FAILED}
            name = f"ledger entry {one.index} {one.digest}"
            yield Ran(
                name=name,
                outcome=outcome.get(one.outcome or "", Outcome.UNKNOWN),
                own=one.independent is False,
            )


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """What runs come to; None where that cannot be told, and `why`."""

    result: Outcome | None
    why: str


def summed(runs: Iterable[Ran], gaps: Iterable[str]) -> Sum:
    """What `runs` come to; `gaps` say what of them may be missing.

    One that failed decides. Without one, anything that is not known leaves all of it open, and so
    does that nothing passed.
    """
    each = [one for one in runs if not (one.own and one.outcome is Outcome.PASSED)]
    names = {what: sorted({one.name for one in each if one.outcome is what}) for what in Outcome}
    if failed := names[Outcome.FAILED]:
        return Sum(result=Outcome.FAILED, why=f"failed: {_several(failed)}")
    if unknown := names[Outcome.UNKNOWN]:
        return Sum(result=None, why=f"how it ended is not known: {_several(unknown)}")
    for gap in gaps:
        return Sum(result=None, why=gap)
    if not names[Outcome.PASSED]:
        return Sum(result=None, why="nothing that ran on it passed")
    if warned := names[Outcome.WARNED]:
        return Sum(result=Outcome.WARNED, why=f"neither passed nor failed: {_several(warned)}")
    return Sum(result=Outcome.PASSED, why=f"passed: {_several(names[Outcome.PASSED])}")


def _several(names: list[str]) -> str:
    more = f" and {len(names) - 10:,} more" if len(names) > 10 else ""
    return f"{', '.join(names[:10])}{more}"
