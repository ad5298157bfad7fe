"""Deployments, checks and rules in the forms that are rare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from affidavit.app.collecting import completing, state
from affidavit.app.collecting.collect import Patience
from affidavit.app.collecting.due import due, is_forgotten
from affidavit.base.errors import InputError
from affidavit.changes.forge.model import (
    BranchRules,
    CheckRun,
    Checks,
    Deployment,
    Missing,
    Permission,
    PullRequest,
)
from affidavit.changes.forge.model import (
    Repository as RepositoryRecord,
)
from affidavit.sources.forge.lines import Progress
from affidavit.sources.forge.reading import Export
from affidavit.sources.forge.writing import Writer
from affidavit.sources.github.repository import repository
from affidavit.sources.github.rest import Rest
from collectors import Nobody, gathered, only, records, transport
from forgelines import HEAD, checks, line, pull
from forges import Account, Forge, Pull, Repository, faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrepo import Repo

BOTH = only("pull_requests", "checks")
DEPLOYMENTS = only("deployments")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge") as forge:
        yield forge


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


@pytest.fixture
def ann(forge: Forge) -> Account:
    return forge.account("ann", "Ann Lee", "ann@firm.mail")


@pytest.fixture
def shop(forge: Forge) -> Repository:
    return forge.repository("firm/shop")


@pytest.fixture
def opened(shop: Repository, ann: Account) -> Pull:
    return shop.open(ann, "Add", {"a.py": "1\n"})


def steps(output: Path) -> list[str]:
    (found,) = records(output, Deployment)
    return [one.state for one in found.statuses]


def test_a_deployment_that_had_not_ended_is_asked_about_again(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    made = shop.deploy(ann, shop.direct(ann, "Add", {"a.py": "1\n"}), "production", state=None)
    gathered(forge, output, sections=DEPLOYMENTS)
    assert steps(output) == []
    forge.clock.advance(days=3)
    shop.deployed(made, "in_progress", by=ann)
    shop.deployed(made, "failure", by=ann)
    gathered(forge, output, sections=DEPLOYMENTS)
    assert steps(output) == ["in_progress", "failure"]
    asked = len(forge.asked(f"/deployments/{made.id}/statuses"))
    gathered(forge, output, sections=DEPLOYMENTS)
    assert len(forge.asked(f"/deployments/{made.id}/statuses")) == asked


def test_a_deployment_of_many_steps_has_them_all_in_their_order(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    made = shop.deploy(ann, shop.direct(ann, "Add", {"a.py": "1\n"}), "production", state=None)
    for _ in range(70):
        shop.deployed(made, "queued", by=ann)
        shop.deployed(made, "pending", by=ann)
    gathered(forge, output, sections=DEPLOYMENTS)
    assert steps(output) == ["queued", "pending"] * 70


def test_steps_that_are_refused_are_unknown(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    shop.deploy(ann, shop.direct(ann, "Add", {"a.py": "1\n"}), "production")
    forge.faults.order("graphql", faults.nothing_at("nodes", 0))
    forge.faults.order("/statuses", faults.forbidden("deployments=read"))
    gathered(forge, output, sections=DEPLOYMENTS)
    (found,) = records(output, Deployment)
    lost = Missing("statuses", "permission", needs="deployments=read")
    assert (found.statuses, found.missing) == ((), (lost,))


def test_a_workflow_without_runs_stands_for_itself(
    forge: Forge, shop: Repository, opened: Pull, output: Path
) -> None:
    shop.checks.suite(opened.head_oid)
    gathered(forge, output, sections=BOTH)
    (found,) = records(output, Checks)
    (run,) = found.runs
    assert (run.id, run.name, run.conclusion) == (None, run.workflow, None)
    assert isinstance(run, CheckRun)


def test_runs_that_do_not_fit_and_are_refused_are_unknown(
    forge: Forge, shop: Repository, opened: Pull, output: Path
) -> None:
    shop.checks.passes(opened.head_oid, *(f"run {number}" for number in range(60)))
    forge.faults.order("/check-suites/", faults.forbidden("checks=read"), times=None)
    gathered(forge, output, sections=BOTH)
    (found,) = records(output, Checks)
    lost = Missing("runs", "permission", needs="checks=read")
    assert (len(found.runs), found.missing) == (50, (lost,))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("repository", "c0", "status"), {"statuses"}),
        (("repository", "c0", "checkSuites", "nodes", 0), {"runs"}),
        (("repository", "c0"), {"runs", "statuses"}),
        (("repository",), {"runs", "statuses"}),
        (("repository", "c1"), set()),
    ],
)
def test_what_a_complaint_is_about_is_unknown(
    forge: Forge, opened: Pull, output: Path, path: tuple[str | int, ...], expected: set[str]
) -> None:
    assert opened.open
    forge.faults.order("graphql", faults.partial_error(*path, kind="FORBIDDEN"), after=1)
    gathered(forge, output, sections=BOTH)
    (found,) = records(output, Checks)
    assert {one.what for one in found.missing} == expected


def test_of_too_many_branches_and_accounts_the_rest_is_marked(
    forge: Forge,
    shop: Repository,
    ann: Account,
    output: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(state, "MOST_BRANCHES", 1)
    monkeypatch.setattr(state, "MOST_ACCOUNTS", 1)
    ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
    shop.push(ann, "next", shop.heads["main"])
    made = shop.open(ann, "Add", {"a.py": "1\n"}, base="next")
    made.review(ben)
    made.merge(ann, "squash")
    gathered(forge, output, sections=only("pull_requests", "rules", "permissions"))
    branches = {
        one.branch: {lost.what for lost in one.missing} for one in records(output, BranchRules)
    }
    assert branches == {"main": set(), "next": {"protection", "rules"}}
    told = {one.account.login: one.missing for one in records(output, Permission)}
    assert told == {"ann": (), "ben": (Missing("permission", "truncated"),)}


def test_rules_of_rulesets_that_are_refused_are_unknown(
    forge: Forge, shop: Repository, output: Path
) -> None:
    assert shop.heads
    forge.faults.order("/rules/branches/", faults.forbidden("metadata=read"))
    gathered(forge, output, sections=only("rules"))
    (found,) = records(output, BranchRules)
    assert found.missing == (Missing("rules", "permission", needs="metadata=read"),)


def test_environments_that_are_not_all_listed_are_marked() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/environments"):
            return httpx.Response(200, json={"total_count": 2, "environments": [{"name": "a"}]})
        if request.url.path.endswith("/workflow"):
            return httpx.Response(451)
        return httpx.Response(200, json={"id": 1, "full_name": "firm/shop", "archived": True})

    found = repository(Rest(transport(answer), "firm", "shop")).data
    assert isinstance(found, RepositoryRecord)
    assert found.settings == {"archived": True, "environments": [{"name": "a"}]}
    assert found.missing == (
        Missing("settings.environments", "truncated", total=2),
        Missing("settings.workflow_permissions", "permission"),
    )


def test_git_that_takes_too_long_leaves_it_unknown(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completing, "PATIENCE", 0.0)
    base = repo.commit("Base")
    head = repo.commit("Work", branch="work", at="main")
    lacking = pull(1, base_oid=base, head_oid=head, missing=(Missing("commits", "truncated"),))
    with completing.completing(repo.directory) as with_git:
        assert with_git is not None
        assert with_git.completed(line(lacking)).data == lacking


def test_what_a_watermark_says_must_be_a_time(forge: Forge, opened: Pull, output: Path) -> None:
    assert opened.open
    gathered(forge, output, sections=only("pull_requests"))
    with output.open("ab") as file:
        file.write(b'{"progress":{"section":"pull_requests","watermark":"soon"}}\n')
    with pytest.raises(InputError, match="'soon' is no time"):
        gathered(forge, output, sections=only("pull_requests"))


@pytest.mark.parametrize(
    ("fetched_at", "conclusions", "expected"),
    [
        ("2026-01-02T00:30:00Z", ["success"], True),
        ("2026-01-02T02:00:00Z", ["success"], False),
        ("2026-01-02T02:00:00Z", ["success", None], True),
        ("2026-02-10T00:00:00Z", [None], False),
    ],
)
def test_checks_are_due_until_they_ended_and_nothing_more_can_come(
    output: Path, fetched_at: str, conclusions: list[str | None], *, expected: bool
) -> None:
    one = pull(1, closed_at="2026-01-02T00:00:00Z")
    assert one.head_oid
    with Writer(output, HEAD) as writer:
        writer.record(line(one))
        writer.record(line(checks(one.head_oid, *conclusions), fetched_at=fetched_at))
        writer.progress(Progress(section="checks"))
    assert due(Export(output)).commits() == ([one.head_oid] if expected else [])


def test_one_commit_of_two_pull_requests_is_due_as_long_as_one_is_open(output: Path) -> None:
    with Writer(output, HEAD) as writer:
        writer.record(line(pull(1, head_oid="a" * 40)))
        writer.record(line(pull(2, head_oid="a" * 40, closed_at=None, state="open")))
        writer.record(line(checks("a" * 40, "success"), fetched_at="2026-05-01T00:00:00Z"))
    assert due(Export(output)).commits() == ["a" * 40]


def test_a_time_that_is_none_is_not_long_ago() -> None:
    assert not is_forgotten("soon", "2026-01-01T00:00:00Z")
    assert not is_forgotten(None, "2026-01-01T00:00:00Z")


def test_waiting_is_told_and_done() -> None:
    told = Nobody()
    patience = Patience(told)
    before = patience.now()
    patience.wait(0.01, "why")
    assert (told.waits, patience.now() > before) == ([(0.01, "why")], True)


def test_what_the_forge_cannot_tell_at_all_does_not_hold_up_the_rest(
    forge: Forge, opened: Pull, output: Path
) -> None:
    assert opened.open
    forge.faults.order("/activity", faults.server_error(500), times=None)
    forge.faults.order("graphql", faults.server_error(502), times=None)
    done = gathered(forge, output)
    told = {one.what: one.reason for one in done.export.unknowns}
    assert told == {"activity": "error", "pull_requests": "error"}
    whole = {one for one in done.sections if done.export.whole(one)}
    assert set(done.sections) - whole == {"activity", "pull_requests", "checks"}
    forge.faults.clear()
    assert gathered(forge, output).whole


def test_pull_requests_that_are_refused_are_unavailable(
    forge: Forge, opened: Pull, output: Path
) -> None:
    assert opened.open
    fault = faults.forbidden("pull_requests=read")
    forge.faults.order("graphql", fault)
    done = gathered(forge, output, sections=only("pull_requests"))
    ((found, count),) = done.export.unknowns.items()
    assert (found.what, found.reason, found.needs, count) == (
        "pull_requests",
        "permission",
        "pull_requests=read",
        1,
    )
    assert records(output, PullRequest) == []
