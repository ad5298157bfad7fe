"""Control tests on records that somebody shaped: nothing that is not shown may pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.audit import Request
from affidavit.app.controls import telling
from affidavit.app.gather import Bounds
from affidavit.app.records.asking import Wanted
from affidavit.base.period import since, until
from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    Checks,
    Deployment,
    Event,
    Missing,
    Status,
)
from affidavit.package.controls.text import text
from forge_exports import deployment, export, push, request
from forgelines import ANN, checks
from gitrepo import git
from histories import Silence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from affidavit.changes.forge.model import CheckRun, Record
    from affidavit.controls.model import Item
    from affidavit.package.controls.data import ControlTests
    from gitrepo import Repo

MERGED = "2026-02-03T10:00:00Z"
WORK = "d" * 40
BEN = Account(login="ben", kind=AccountKind.PERSON, id=2)
CI = Account(login="ci", kind=AccountKind.PERSON, id=3)
SECTIONS = ("pull_requests", "checks", "activity", "deployments", "rules")
PEOPLE = """
version = 1
[[person]]
name = "Ben"
accounts = ["github:ben"]
roles = ["change-authority"]
"""
AGREED = '[controls]\nchecks = { test = ["test"], scan = ["test"] }\n'


class Bench:
    """A repository with one squashed request, and its export."""

    def __init__(self, repo: Repo, folder: Path) -> None:
        self.repo = repo
        self.folder = folder
        repo.commit("Begin", files={"affidavit.toml": PEOPLE}, date="2026-01-01")
        self.landing = repo.commit("Work (#1)", date=MERGED)

    def tested(
        self,
        records: Iterable[Record],
        test: str,
        *,
        sections: Iterable[str] = SECTIONS,
        last: str = "2026-03-01",
        agreed: str = AGREED,
        repository: Path | None = None,
        **fields: object,
    ) -> ControlTests:
        made = request(1, self.landing, MERGED, head_oid=WORK, **fields)
        file = export(self.folder / "shop.jsonl", [made, *records], sections)
        criteria = self.folder / "agreed.toml"
        criteria.write_text(agreed)
        wanted = Request(
            repository=repository or self.repo.path,
            name="firm/shop",
            forge=file,
            bounds=Bounds(since("2026-02-01"), until(last)),
        )
        return telling.tested(Wanted(request=wanted), criteria, [test], Silence())

    def item(self, records: Iterable[Record], test: str, **more: object) -> Item:
        """The row of the request."""
        found = self.tested(records, test, **more)  # type: ignore[arg-type]
        (row,) = [one for one in found.items if one.request == "#1"]
        return row

    def check(self, found: Checks) -> str:
        """What is said of the check ``test``."""
        row = self.item([found, checks(self.landing)], "AFF-CC8.1-05")
        (asked,) = [one for one in row.attributes if one.name == "check test"]
        return str(asked.answer)


@pytest.fixture
def bench(repo: Repo, tmp_path: Path) -> Bench:
    return Bench(repo, tmp_path)


def runs(*told: tuple[str, str], missing: tuple[Missing, ...] = ()) -> Checks:
    """Runs of ``test`` on the head, each with its conclusion and when it ended."""
    made = checks(WORK, *(conclusion for conclusion, _ in told))
    every = zip(made.runs, told, strict=True)
    ran = tuple(
        msgspec.structs.replace(one, completed_at=at, started_at=at) for one, (_, at) in every
    )
    return msgspec.structs.replace(made, runs=ran, missing=missing)


def named(found: Checks, *workflows: str) -> Checks:
    """The same, each run of a workflow."""

    def of(one: CheckRun, path: str) -> CheckRun:
        return msgspec.structs.replace(one, workflow=path)

    ran = tuple(of(*each) for each in zip(found.runs, workflows, strict=True))
    return msgspec.structs.replace(found, runs=ran)


def statuses(*told: tuple[Account | None, str, str]) -> Checks:
    """Statuses ``test`` on the head: who set it, to what, and when."""
    made = tuple(
        Status(context="test", state=state, created_at=at, creator=who) for who, state, at in told
    )
    return Checks(commit=WORK, runs=(), statuses=made)


EARLY, LATER, AFTER = "2026-02-02T09:00:00Z", "2026-02-02T10:00:00Z", "2026-02-04T09:00:00Z"
LOST = (Missing("runs", "truncated"),)


@pytest.mark.parametrize(
    ("found", "answer"),
    [
        (runs(("success", EARLY)), "yes"),
        (runs(("failure", EARLY), ("success", LATER)), "yes"),
        (runs(("success", EARLY), ("failure", LATER)), "no"),
        (runs(("success", LATER), ("failure", EARLY)), "yes"),
        (runs(("success", EARLY), ("failure", EARLY)), "no"),
        (runs(("failure", EARLY), ("success", EARLY)), "no"),
        (runs(("success", AFTER)), "no"),
        (runs(("success", MERGED)), "unknown"),
        (runs(("success", EARLY), missing=LOST), "unknown"),
        (named(runs(("failure", EARLY), ("success", LATER)), "ci.yml", "evil.yml"), "no"),
        (named(runs(("failure", EARLY), ("success", LATER)), "ci.yml", "ci.yml"), "yes"),
        (statuses((CI, "success", EARLY)), "yes"),
        (statuses((ANN, "success", EARLY)), "no"),
        (statuses((CI, "failure", EARLY), (ANN, "success", LATER)), "no"),
        (statuses((CI, "failure", EARLY), (BEN, "success", LATER)), "no"),
        (statuses((CI, "failure", EARLY), (CI, "success", LATER)), "yes"),
        (statuses((CI, "pending", EARLY)), "no"),
    ],
)
def test_a_check_passes_by_the_newest_run_of_each_that_reports_it(
    bench: Bench, found: Checks, answer: str
) -> None:
    assert bench.check(found) == answer


def test_checks_of_another_commit_are_none_of_the_head(bench: Bench) -> None:
    other = msgspec.structs.replace(runs(("success", EARLY)), commit="e" * 40)
    assert bench.check(other) != "yes"


def population(found: ControlTests) -> list[tuple[str, str]]:
    return [(one.item, str(one.result)) for one in found.items if one.of == "period"]


def test_a_shallow_clone_passes_nothing_as_a_whole(bench: Bench, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git("clone", "-q", "--depth", "1", f"file://{bench.repo.path}", str(clone))
    found = bench.tested([], "AFF-CC8.1-01", repository=clone)
    assert population(found) == [("population", "unknown")]
    assert any("shallow" in note for note in found.notes)


def test_a_request_that_did_not_land_here_leaves_the_population_open(bench: Bench) -> None:
    lost = request(2, "f" * 40, MERGED)
    assert population(bench.tested([lost], "AFF-CC8.1-03")) == [("population", "unknown")]


def test_a_period_that_ends_after_the_records_leaves_it_open(bench: Bench) -> None:
    assert population(bench.tested([], "AFF-CC8.1-03")) == []
    late = bench.tested([], "AFF-CC8.1-03", last="2027-03-01")
    assert population(late) == [("population", "unknown")]
    told = [one.startswith("one item of each test, population, ") for one in text(late)]
    assert told.count(True) == 1
    assert not any("population, is" in one for one in text(bench.tested([], "AFF-CC8.1-03")))
    (pushes,) = [
        one for one in bench.tested([], "AFF-CC8.1-01", last="2027-03-01").items if one.of == "push"
    ]
    assert str(pushes.result) == "unknown"


def shipped(bench: Bench, *found: Deployment) -> list[tuple[str, str]]:
    rows = bench.tested(found, "AFF-CC8.1-10").items
    return [(one.item, str(one.result)) for one in rows]


def test_a_deployment_whose_statuses_are_not_told_is_unknown(bench: Bench) -> None:
    lost = deployment(7, bench.landing, AFTER, missing=(Missing("statuses", "permission"),))
    assert shipped(bench, lost) == [("deployment:7", "unknown")]
    assert shipped(bench, deployment(7, bench.landing, AFTER)) == []


def labelled(who: Account) -> Event:
    return Event(kind="labeled", at=EARLY, actor=who, text="emergency")


@pytest.mark.parametrize(
    ("who", "scope", "result"),
    [
        (BEN, "[controls]", "na"),
        (CI, "[controls]", "deviation"),
        (BEN, '[controls]\nscope = ["AFF-CC8.1-03"]', "deviation"),
    ],
)
def test_an_emergency_is_left_to_its_own_test_alone(
    bench: Bench, who: Account, scope: str, result: str
) -> None:
    row = bench.item([], "AFF-CC8.1-03", agreed=f"{scope}\n", events=(labelled(who),))
    assert str(row.result) == result


def test_a_deployed_emergency_has_to_have_passed_its_own_test(bench: Bench) -> None:
    scope = '[controls]\nscope = ["AFF-CC8.1-03", "AFF-CC8.1-10", "AFF-CC8.1-11"]\n'
    made = deployment(7, bench.landing, AFTER, "success")
    found = bench.tested([made], "AFF-CC8.1-10", agreed=scope, events=(labelled(BEN),))
    (row,) = found.items
    assert str(row.result) == "deviation"
    assert [str(one.answer) for one in row.attributes if one.name == "AFF-CC8.1-11"] == ["no"]


def test_a_push_that_left_the_branch_at_a_request_is_no_merge(bench: Bench) -> None:
    pushed = push(5, "0" * 40, bench.landing, MERGED)
    assert str(bench.item([pushed], "AFF-CC8.1-01").result) == "deviation"
    merged = msgspec.structs.replace(pushed, kind="pr_merge")
    assert str(bench.item([merged], "AFF-CC8.1-01").result) == "pass"
