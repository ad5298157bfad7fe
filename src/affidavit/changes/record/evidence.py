"""What ran on a change and where it went: checks, facts of a ledger, deployments, a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.model import Kind
from affidavit.changes.record.lacking import NO_FORGE, earlier
from affidavit.changes.record.model import Check, Deployed, Result, Shipped
from affidavit.changes.record.people import login
from affidavit.changes.record.value import (
    Listed,
    Source,
    SourceKind,
    Stated,
    Strength,
    commit_source,
    recorded,
    typed,
    unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.forge.model import CheckRun, Checks, Status
    from affidavit.changes.record.material import Forge, Material, Ran, Told

_SUCCESS = "success"
HEAD, GROUP, LANDING = "merged head", "merge group", "landing"
REQUESTED = "request's head"
"""What the forge names as the head of a request where git shows that another commit was merged."""
_QUEUED = "merge_group"
"""The event that runs checks on what a merge queue is about to land."""


def checked_commits(material: Material) -> dict[str, str]:
    """The commits on which checks matter, each with what it is: the merged head, the landing."""
    newest = material.newest
    head = material.request.data.head_oid if material.request else None
    if head is None or head == newest.commit:
        return {newest.commit: LANDING if head is None else HEAD}
    merged = newest.kind is not Kind.MERGE or head in newest.commits
    return {head: HEAD if merged else REQUESTED, newest.commit: LANDING}


def checks(material: Material) -> Listed[Check]:
    """Every run and status on the merged head and on the landing."""
    forge = material.forge
    if forge is None:
        return Listed(why=NO_FORGE)
    merged = material.request.data.merged_at if material.request else None
    places = checked_commits(material)
    items = [
        recorded(one, kept.source)
        for kept in forge.checks
        for one in ran_on(kept.data, places.get(kept.data.commit, REQUESTED), merged)
    ]
    source = forge.checks[0].source if forge.checks else None
    return Listed(items=tuple(items), why=_unchecked(forge, places), source=source)


def _unchecked(forge: Forge, places: dict[str, str]) -> str | None:
    if "checks" in forge.absent:
        return forge.absent["checks"]
    known = {one.data.commit for one in forge.checks}
    without = [what for commit, what in places.items() if commit not in known]
    if without:
        return f"the forge's records hold no checks of the {' and the '.join(without)}"
    lost = [one for kept in forge.checks for one in kept.data.missing]
    reasons = dict.fromkeys(f"{one.what} ({one.reason})" for one in lost)
    return f"the forge did not tell all: {', '.join(reasons)}" if lost else None


def ran_on(found: Checks, place: str, merged: str | None) -> Iterator[Check]:
    """Every run and status of a commit, which is called `place`."""
    runs = sorted(found.runs, key=lambda one: (one.name, one.started_at or "", one.id or 0))
    newest = {_same(one): one.id for one in runs}
    for run in runs:
        on = GROUP if place == LANDING and run.event == _QUEUED else place
        again = newest[_same(run)] != run.id
        yield _run(run, found.commit, on=on, merged=merged, superseded=again)
    statuses = sorted(found.statuses, key=lambda one: (one.context, one.created_at or ""))
    last = {one.context: one for one in statuses}
    for status in statuses:
        again = last[status.context] is not status
        yield _status(status, found.commit, on=place, merged=merged, superseded=again)


def _same(run: CheckRun) -> tuple[str, int | None, str | None]:
    """What a second attempt has in common with the first."""
    return run.name, run.app_id, run.event


def _run(run: CheckRun, commit: str, *, on: str, merged: str | None, superseded: bool) -> Check:
    return Check(
        name=visible(shortened(run.name, 200)),
        reported_by=visible(shortened(run.app, 100)) if run.app else None,
        on=on,
        commit=commit,
        conclusion=run.conclusion or (None if run.status == "completed" else run.status),
        success=_success(run.conclusion),
        finished_at=run.completed_at,
        before_merge=earlier(run.completed_at, merged),
        superseded=superseded,
    )


def _success(conclusion: str | None) -> Answer:
    """Whether it succeeded. What was skipped, or came to nothing, did not."""
    if conclusion is None:
        return Answer.UNKNOWN
    return Answer.YES if conclusion == _SUCCESS else Answer.NO


def _status(status: Status, commit: str, *, on: str, merged: str | None, superseded: bool) -> Check:
    pending = status.state in {"pending", "expected"}
    return Check(
        name=visible(shortened(status.context, 200)),
        reported_by=login(status.creator),
        on=on,
        commit=commit,
        conclusion=status.state,
        success=_success(None if pending else status.state),
        finished_at=None if pending else status.created_at,
        before_merge=Answer.UNKNOWN if pending else earlier(status.created_at, merged),
        superseded=superseded,
    )


def results(material: Material) -> Listed[Result]:
    """What the ledger holds about its commits: nobody checked what was recorded there."""
    if material.ledger is None:
        return Listed(why="no ledger was given")
    if not material.ledger:
        return Listed(why="the ledger holds nothing about its commits")
    return Listed(
        items=tuple(map(result, material.ledger)),
        why=f"the ledger has {material.untold:,} more about its commits"
        if material.untold
        else None,
    )


def result(one: Told) -> Stated[Result]:
    """What an entry of a ledger says, which nobody checked."""
    return Stated(
        value=Result(
            kind=one.kind,
            commit=one.commit,
            result=visible(shortened(one.result, 300)),
            producer=visible(shortened(one.producer, 200)) if one.producer else None,
            independent=one.independent,
            recorded_at=one.time,
        ),
        strength=Strength.ASSERTED,
        source=Source(kind=SourceKind.LEDGER, at=str(one.index), digest=one.digest),
    )


def deployments(material: Material) -> Listed[Deployed]:
    """Deployments of its very commits, and of each environment the first that holds it."""
    forge = material.forge
    if forge is None:
        return Listed(why=NO_FORGE)
    return Listed(
        items=tuple(recorded(deployed(one), one.deployment.source) for one in forge.deployments),
        why=forge.unshipped,
        source=forge.export,
    )


def deployed(ran: Ran) -> Deployed:
    """A deployment with its last success, else its last status."""
    made = ran.deployment.data
    statuses = sorted(made.statuses, key=lambda one: one.at)
    last = statuses[-1] if statuses else None
    shown = next((one for one in statuses if one.state == _SUCCESS), last)
    return Deployed(
        environment=visible(shortened(made.environment, 200)) if made.environment else None,
        production=made.production,
        status=shown.state if shown else "no status",
        at=shown.at if shown else made.created_at,
        by=login(made.creator),
        commit=made.commit,
        exact=ran.exact,
    )


def release(material: Material) -> Stated[Shipped]:
    """The first tag that holds it."""
    tagged = material.tagged
    if tagged is None and material.untagged is not None:
        return unknown(material.untagged)
    if tagged is None:
        return Stated(
            value=None,
            strength=Strength.CONTENT,
            source=commit_source(material.newest.commit),
        )
    name = visible(shortened(tagged.tag, 200))
    if tagged.release is None:
        source = Source(kind=SourceKind.TAG, at=f"refs/tags/{name}")
        return typed(Shipped(tag=name, commit=tagged.commit), source)
    published = tagged.release.data.published_at
    shipped = Shipped(tag=name, commit=tagged.commit, published_at=published)
    return recorded(shipped, tagged.release.source)
