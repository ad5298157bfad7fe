"""The runs of one suite of checks through REST: every attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict, Unpack

import msgspec

from affidavit.changes.forge.model import CheckRun, Missing
from affidavit.sources.github.accounts import moment
from affidavit.sources.github.answer import decoded

if TYPE_CHECKING:
    from affidavit.sources.github.rest import Rest


class Workflow(NamedTuple):
    """Who reported a suite's runs, and what ran them."""

    app: str | None
    app_id: int | None
    event: str | None
    path: str | None
    run: int | None


class Told(NamedTuple):
    """The runs of a suite, what was received of them, and what is not known."""

    runs: tuple[CheckRun, ...]
    raw: tuple[bytes, ...]
    missing: tuple[Missing, ...]


class _Fields(TypedDict):
    id: int | None
    name: str
    status: str
    conclusion: str | None
    started_at: str | None
    completed_at: str | None


class _Run(msgspec.Struct):
    id: int
    name: str
    status: str
    conclusion: str | None = None
    started_at: str | None = None
    completed_at: str | None = None


class _Runs(msgspec.Struct):
    total_count: int
    check_runs: list[_Run]


def run_of(of: Workflow, **fields: Unpack[_Fields]) -> CheckRun:
    """A run of a suite."""
    return CheckRun(
        app=of.app, app_id=of.app_id, event=of.event, workflow=of.path, run=of.run, **fields
    )


def all_runs(rest: Rest, suite: int, of: Workflow) -> Told:
    """All runs of `suite`, as far as the forge shows them."""
    runs: list[CheckRun] = []
    raw: list[bytes] = []
    url = rest.url("check-suites", str(suite), "check-runs", filter="all", per_page="100")
    total = 0
    for answer in rest.pages(url):
        if answer.status != 200:
            lost = answer.missing("runs")
            return Told(tuple(runs), tuple(raw), (lost,))
        found = decoded(answer, _Runs)
        raw.append(answer.body)
        total = max(total, found.total_count)
        runs.extend(_run(one, of) for one in found.check_runs)
    short = (Missing("runs", "truncated", total=total),) if len(runs) < total else ()
    return Told(tuple(runs), tuple(raw), short)


def _run(one: _Run, of: Workflow) -> CheckRun:
    return run_of(
        of,
        id=one.id,
        name=one.name,
        status=one.status,
        conclusion=one.conclusion,
        started_at=moment(one.started_at),
        completed_at=moment(one.completed_at),
    )
