"""Whether the checks that are asked for succeeded on what was merged, before it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.evidence import GROUP, HEAD, LANDING, REQUESTED, checked_commits
from affidavit.changes.record.lacking import earlier
from affidavit.controls.cc8.case import said
from affidavit.controls.cc8.lacking import CHECKS, HISTORY, RULES
from affidavit.controls.cc8.rules import Required, classic_layers, undated_layers
from affidavit.controls.model import Item, answered, item, no, unknown, yes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.record.value import Source
    from affidavit.controls.cc8.case import Case
    from affidavit.controls.model import Attribute

TEST = "AFF-CC8.1-05"
_QUEUED = "merge_group"
_SUCCESS = "success"


class _Run(NamedTuple):
    """A run or a status; `before` is whether it had ended before the merge.

    `by` tells those apart of which each has to succeed: a workflow's path, or who set a status.
    """

    name: str
    app: int | None
    by: str
    place: str
    conclusion: str | None
    ended: str | None
    before: Answer
    source: Source


def tested(case: Case) -> Item:
    """The row of a change."""
    runs = list(_runs(case))
    lost = case.lost or case.record.checks.why
    asked = [_succeeded(case, Required(one), runs, lost) for one in case.criteria.checks.names]
    return item(TEST, case.subject, *_named(case), *asked, *_by_rules(case, runs, lost))


def _named(case: Case) -> Iterator[Attribute]:
    """Whether the engagement names checks of both sorts: else nothing says what a test is."""
    checks = case.criteria.checks
    for what, names in (("test", checks.test), ("scan", checks.scan)):
        if not names:
            yield no(f"{what} named", f"no check is named as a {what} in controls.checks")


def _moment(case: Case) -> str | None:
    """When it came onto the branch: by its merge, or by the push that brought it."""
    if case.merged_at is not None:
        return case.merged_at
    return next((one.data.at for one in case.arrivals), None)


def _runs(case: Case) -> Iterator[_Run]:
    """What ran on the merged head, and on the merge group that landed."""
    places = checked_commits(case.material)
    merged = _moment(case)
    direct, queued = case.request is None, _queued(case)
    # A status that an author sets says nothing that the author did not say.
    wrote = {one.account for one in case.record.authors.values if one.account}
    for kept in case.material.forge.checks if case.material.forge else ():
        place = places.get(kept.data.commit)
        for run in kept.data.runs:
            at = GROUP if queued and place == LANDING and run.event == _QUEUED else place
            if at in (HEAD, GROUP, REQUESTED) or (direct and at == LANDING):
                ended = run.completed_at if run.conclusion else None
                yield _Run(
                    *(run.name, run.app_id, run.workflow or "", at, run.conclusion, ended),
                    earlier(ended, merged),
                    kept.source,
                )
        for status in kept.data.statuses:
            if place == HEAD or (direct and place == LANDING):
                by = said(status.creator.login) if status.creator else "nobody named"
                if by in wrote:
                    continue
                pending = status.state in {"pending", "expected"}
                state, ended = (None, None) if pending else (status.state, status.created_at)
                yield _Run(
                    *(status.context, None, f"status by {by}", place, state, ended),
                    earlier(ended, merged),
                    kept.source,
                )


def _queued(case: Case) -> bool:
    """Whether a merge queue landed it, as the forge tells."""
    events = case.request.events if case.request else ()
    return any(one.kind == "added_to_merge_queue" for one in events) or any(
        one.data.kind == "merge_queue_merge" for one in case.arrivals
    )


def _by_rules(case: Case, runs: list[_Run], lost: str | None) -> Iterator[Attribute]:
    """The checks that the rules of the branch required at the merge, besides those named."""
    known, why = required(case)
    named = {Required(one) for one in case.criteria.checks.names}
    for one in sorted(known - named, key=lambda each: (each.name, each.app or 0)):
        yield _succeeded(case, one, runs, lost)
    if why is not None:
        yield unknown("required by rules", why, lacks=RULES)


def required(case: Case) -> tuple[frozenset[Required], str | None]:
    """The checks that the rules required when it landed, and why there may be others."""
    moment, branch = _moment(case), case.branch
    if moment is None or branch is None:
        return frozenset(), "when it landed is unknown, and with it the rules of that time"
    then = [one for one in branch.versions if one.start <= moment < one.end]
    of_day = [one.data for one in branch.by_day.get(moment[:10], ())]
    layers = [
        *(one.layer for one in then if one.layer is not None),
        *classic_layers(of_day),
        *undated_layers(of_day, then),
    ]
    found = frozenset(check for layer in layers if layer.sure for check in layer.checks)
    unsure = [layer for layer in layers if not layer.sure and layer.checks - found]
    if unsure:
        return found, f"whether {unsure[0].name} is about this branch is unknown"
    if not of_day:
        return found, f"no snapshot of the rules of the branch is of {moment[:10]}"
    if any(each.what in ("protection", "rules") for one in of_day for each in one.missing):
        return found, f"the forge did not tell all rules of the branch on {moment[:10]}"
    return found, None


def _succeeded(case: Case, check: Required, runs: list[_Run], lost: str | None) -> Attribute:
    """Whether the newest run of a check that ended before the merge succeeded, of every app."""
    name = f"check {said(check.name)}"
    own = [
        one
        for one in runs
        if one.name == check.name and (check.app is None or one.app == check.app)
    ]
    merged = [one for one in own if one.place != REQUESTED]
    if own and not merged:
        why = "it ran on the request's head, and whether that was merged is unknown"
        return unknown(name, why, *(one.source for one in own), lacks=HISTORY)
    grouped = [one for one in merged if one.place == GROUP]
    several: dict[tuple[int | None, str], list[_Run]] = {}
    for one in grouped or merged:
        several.setdefault((one.app, one.by), []).append(one)
    answers = [_newest(found) for found in several.values()]
    sources = tuple(dict.fromkeys(one.source for one in merged))
    told = {answer for answer, _ in answers}
    worst = next((one for one in (Answer.NO, Answer.UNKNOWN) if one in told), None)
    words = "; ".join(dict.fromkeys(text for _, text in answers))
    if not answers:
        by = f" by app {check.app}" if check.app is not None else ""
        words = f"it did not run{by} on what was merged"
    if worst is None and answers and (untold := _untold(case, sources)):
        return unknown(name, f"{words}; {untold}", *sources, lacks=CHECKS)
    if worst is None and answers:
        return yes(name, words, *sources)
    if lost is not None:
        return unknown(name, f"{words}; {lost}", *sources, lacks=CHECKS)
    return answered(name, worst or Answer.NO, words, *sources or (case.source,), lacks=CHECKS)


def _untold(case: Case, sources: tuple[Source, ...]) -> str:
    """Why a newer run may be missing of those at `sources`; empty where none is."""
    forge = case.material.forge
    read = [one for one in (forge.checks if forge else ()) if one.source in sources]
    lost = [each.reason for one in read for each in one.data.missing]
    return f"the forge did not tell every run there: {lost[0]}" if lost else ""


def _newest(runs: list[_Run]) -> tuple[Answer, str]:
    """What the runs of a check by one app come to."""
    ended = [one for one in runs if one.before is Answer.YES]
    open_ = [one for one in runs if one.before is Answer.UNKNOWN and one.ended is not None]
    # Of two that ended in one second the worse counts.
    last = max(ended, key=lambda one: (one.ended or "", one.conclusion != _SUCCESS), default=None)
    if last is not None and last.conclusion == _SUCCESS:
        worse = [one for one in open_ if one.conclusion != _SUCCESS]
        if not worse:
            return Answer.YES, f"succeeded at {last.ended} on the {last.place}"
        return Answer.UNKNOWN, "whether a run that failed ended before the merge is unknown"
    if any(one.conclusion == _SUCCESS for one in open_):
        return Answer.UNKNOWN, "whether it ended before the merge is unknown"
    if last is not None:
        return Answer.NO, f"{said(last.conclusion or 'no conclusion')} at {last.ended}"
    return Answer.NO, "it had not ended before the merge"
