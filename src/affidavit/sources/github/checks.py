"""What ran on commits: every attempt of every check, and the statuses that were set."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import CheckRun, Checks, Line, Missing, Origin, Status
from affidavit.sources.github.accounts import Actor, account, moment
from affidavit.sources.github.answer import decoded_part, digest
from affidavit.sources.github.graph import NOTHING, Graph, Page, Sized, lost, present
from affidavit.sources.github.queries import checks as query
from affidavit.sources.github.suite_runs import Workflow, all_runs, run_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.sources.github.graph import Reply
    from affidavit.sources.github.rest import Rest

MOST_PAGES = 200
"""How many further pages of one commit's suites are asked for."""


class _Context(msgspec.Struct, rename="camel"):
    context: str
    state: str
    created_at: str | None = None
    creator: Actor | None = None


class _Statuses(msgspec.Struct):
    contexts: list[_Context | None] | None = None


class _App(msgspec.Struct):
    slug: str | None = None
    databaseId: int | None = None  # noqa: N815 -- GitHub's name


class _Run(msgspec.Struct, rename="camel"):
    name: str
    status: str
    database_id: int | None = None
    conclusion: str | None = None
    started_at: str | None = None
    completed_at: str | None = None


class _Runs(msgspec.Struct, rename="camel"):
    total_count: int
    page_info: Page
    nodes: list[_Run | None] | None = None


class _File(msgspec.Struct):
    path: str | None = None


class _WorkflowRun(msgspec.Struct, rename="camel"):
    database_id: int | None = None
    event: str | None = None
    file: _File | None = None


class _Suite(msgspec.Struct, rename="camel"):
    database_id: int | None = None
    status: str | None = None
    conclusion: str | None = None
    app: _App | None = None
    workflow_run: _WorkflowRun | None = None
    check_runs: _Runs | None = None


class _Suites(msgspec.Struct, rename="camel"):
    total_count: int
    page_info: Page
    nodes: list[_Suite | None] | None = None


class _Commit(msgspec.Struct, rename="camel"):
    oid: str | None = None
    status: _Statuses | None = None
    check_suites: _Suites | None = None


class _Found(msgspec.Struct):
    repository: dict[str, msgspec.Raw] | None = None


class _Asked(NamedTuple):
    """A commit that is being asked about, and what is there of it so far."""

    oid: str
    raw: list[bytes]
    suites: list[_Suite]
    statuses: list[_Context]
    missing: list[Missing]
    totals: list[int]


def ran_on(graph: Graph, rest: Rest, sized: Sized, commits: Sequence[str]) -> list[Line]:
    """What ran on each of `commits`, one line for each.

    Raises:
        ForgeError: The forge does not tell.
    """
    found = {oid: _Asked(oid, [], [], [], [], []) for oid in commits}
    waiting: dict[str, str | None] = dict.fromkeys(commits)
    origin: Origin | None = None
    for _ in range(MOST_PAGES):
        if not waiting:
            break
        origin, waiting = _round(graph, sized, found, waiting)
    assert origin is not None
    return [_line(rest, origin, one) for one in found.values()]


def _round(
    graph: Graph, sized: Sized, found: dict[str, _Asked], waiting: dict[str, str | None]
) -> tuple[Origin, dict[str, str | None]]:
    """Ask once more about those of `waiting`; who is to be asked about still, and from where on."""
    left = dict(waiting)
    batch: list[str] = []

    def asked(size: int, patient: bool) -> Reply[_Found]:  # noqa: FBT001 -- as `Sized` calls it
        batch[:] = list(waiting)[:size]
        variables: dict[str, object] = {}
        for n, oid in enumerate(batch):
            variables |= {f"o{n}": oid, f"a{n}": waiting[oid]}
        return graph.ask(query(len(batch)), variables, _Found, patient=patient)

    try:
        reply = sized.fitting(asked)
    except ForgeError as error:
        if len(batch) != 1:
            raise
        graph.bear(error)
        return _failed(graph, found[batch[0]]), {one: left[one] for one in left if one != batch[0]}
    nodes = reply.data.repository or {}
    for n, oid in enumerate(batch):
        told = present(nodes.get(f"c{n}", NOTHING))
        cursor = _take(reply, found[oid], told, f"c{n}")
        del left[oid]
        if cursor is not None and cursor != waiting[oid]:
            left[oid] = cursor
    return reply.answer.origin(b""), left


def _failed(graph: Graph, asked: _Asked) -> Origin:
    """Mark that nothing more can be had of a commit; where its record then comes from."""
    asked.missing.extend((Missing("runs", "error"), Missing("statuses", "error")))
    transport = graph.transport
    return Origin(url=transport.place.graphql, fetched_at=transport.at, digest=digest(b""))


def _take(reply: Reply[_Found], asked: _Asked, raw: bytes | None, alias: str) -> str | None:
    """Take in what was told of a commit; where its suites go on."""
    asked.missing.extend(_untold(reply, alias))
    if raw is None:
        if not asked.missing:
            asked.missing.extend((Missing("runs", "hidden"), Missing("statuses", "hidden")))
        return None
    asked.raw.append(raw)
    node = decoded_part(reply.answer, raw, _Commit)
    if not asked.statuses and node.status is not None:
        asked.statuses.extend(one for one in node.status.contexts or () if one is not None)
    if node.check_suites is None:
        if all(one.what != "runs" for one in asked.missing):
            asked.missing.append(Missing("runs", "hidden"))
        return None
    asked.totals[:] = [node.check_suites.total_count]
    asked.suites.extend(one for one in node.check_suites.nodes or () if one is not None)
    return node.check_suites.page_info.goes_on


def _untold(reply: Reply[_Found], alias: str) -> Iterator[Missing]:
    """What the complaints say is not known of the commit of `alias`."""
    for complaint in reply.complaints:
        path = complaint.path or ()
        if len(path) < 2:
            yield lost("runs", complaint)
            yield lost("statuses", complaint)
        elif path[1] == alias:
            field = path[2] if len(path) > 2 else ""
            if field != "checkSuites":
                yield lost("statuses", complaint)
            if field != "status":
                yield lost("runs", complaint)


def _line(rest: Rest, origin: Origin, asked: _Asked) -> Line:
    suites = {one.database_id or -at: one for at, one in enumerate(asked.suites, 1)}
    if asked.totals and len(suites) < asked.totals[0]:
        asked.missing.append(Missing("runs", "truncated"))
    runs = [run for suite in suites.values() for run in _runs(rest, suite, asked)]
    data = Checks(
        commit=asked.oid,
        runs=tuple(runs),
        statuses=tuple(map(_status, asked.statuses)),
        missing=tuple(dict.fromkeys(asked.missing)),
    )
    origin = msgspec.structs.replace(origin, digest=digest(b"".join(asked.raw)))
    return Line(origin=origin, data=data)


def _runs(rest: Rest, suite: _Suite, asked: _Asked) -> list[CheckRun]:
    """The runs of a suite; those that did not fit are asked for through REST."""
    of = _workflow(suite)
    found = suite.check_runs
    if found is None:
        asked.missing.append(Missing("runs", "hidden"))
        return []
    there = [_run(one, of) for one in found.nodes or () if one is not None]
    if len(there) >= found.total_count:
        return there or _without_runs(suite, of)
    if suite.database_id is None:
        asked.missing.append(Missing("runs", "truncated", total=found.total_count))
        return there
    told = all_runs(rest, suite.database_id, of)
    asked.raw.extend(told.raw)
    asked.missing.extend(told.missing)
    return list({one.id: one for one in (*there, *told.runs)}.values())


def _without_runs(suite: _Suite, of: Workflow) -> list[CheckRun]:
    """A workflow that never came to a run, or not yet: it stands for itself, without an id.

    Suites of apps that report nothing stay queued for good, and say nothing.
    """
    if suite.workflow_run is None:
        return []
    name, status = of.path or "", suite.status or ""
    return [_run(_Run(name=name, status=status, conclusion=suite.conclusion), of)]


def _workflow(suite: _Suite) -> Workflow:
    run = suite.workflow_run
    return Workflow(
        app=suite.app.slug if suite.app else None,
        app_id=suite.app.databaseId if suite.app else None,
        event=run.event if run else None,
        path=run.file.path if run and run.file else None,
        run=run.database_id if run else None,
    )


def _run(found: _Run, of: Workflow) -> CheckRun:
    return run_of(
        of,
        id=found.database_id,
        name=found.name,
        status=found.status.lower(),
        conclusion=found.conclusion and found.conclusion.lower(),
        started_at=moment(found.started_at),
        completed_at=moment(found.completed_at),
    )


def _status(found: _Context) -> Status:
    return Status(
        context=found.context,
        state=found.state.lower(),
        created_at=moment(found.created_at),
        creator=account(found.creator),
    )
