"""Checks of the forge: attempts, latest and all, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forges import App, Small, said, small

if TYPE_CHECKING:
    from pathlib import Path

RUNS = """query($id: ID!) { node(id: $id) { ... on Commit {
  statusCheckRollup { state contexts(first: 10) { totalCount } }
  checkSuites(first: 5) { nodes { conclusion app { slug } workflowRun { event }
    latest: checkRuns(first: 5) { nodes { conclusion } }
    all: checkRuns(first: 5, filterBy: {checkType: ALL}) { nodes { conclusion } } } } } } }"""


@pytest.fixture
def firm(tmp_path: Path) -> Small:
    return small(tmp_path)


def seen(firm: Small, oid: str) -> dict[str, object]:
    found = firm.forge.query(RUNS, id=f"C_{firm.shop.id}_{oid}")["data"]
    assert isinstance(found, dict)
    node: dict[str, object] = found["node"]
    return node


def conclusions(of: object) -> list[str]:
    assert isinstance(of, dict)
    return [run["conclusion"] for run in of["check_runs"]]


def test_a_second_attempt_takes_the_place_of_the_first_but_for_those_who_ask(firm: Small) -> None:
    oid = firm.shop.heads["main"]
    suite = firm.shop.checks.suite(oid)
    firm.shop.checks.run(suite, "test", "failure")
    firm.shop.checks.run(suite, "test", "success")
    assert [run.attempt for run in suite.runs] == [1, 2]
    found = seen(firm, oid)
    assert found["statusCheckRollup"] == {"state": "SUCCESS", "contexts": {"totalCount": 1}}
    assert found["checkSuites"] == {
        "nodes": [
            {
                "conclusion": "SUCCESS",
                "app": {"slug": "github-actions"},
                "workflowRun": {"event": "pull_request"},
                "latest": {"nodes": [{"conclusion": "SUCCESS"}]},
                "all": {"nodes": [{"conclusion": "FAILURE"}, {"conclusion": "SUCCESS"}]},
            }
        ]
    }
    path = f"/commits/{oid}/check-runs"
    assert conclusions(said(firm.forge, path)) == ["success"]
    assert conclusions(said(firm.forge, f"{path}?filter=all")) == ["success", "failure"]


@pytest.mark.parametrize(
    ("conclusion", "state", "good"),
    [
        ("success", "SUCCESS", {"test"}),
        ("skipped", "SUCCESS", {"test"}),
        ("failure", "FAILURE", set()),
        ("timed_out", "FAILURE", set()),
        (None, "PENDING", set()),
    ],
)
def test_what_the_checks_come_to(
    firm: Small, conclusion: str | None, state: str, good: set[str]
) -> None:
    oid = firm.shop.heads["main"]
    firm.shop.checks.run(firm.shop.checks.suite(oid), "test", conclusion)
    assert seen(firm, oid)["statusCheckRollup"] == {"state": state, "contexts": {"totalCount": 1}}
    assert firm.shop.checks.good(oid) == good


def test_an_app_outside_actions_has_no_workflow(firm: Small) -> None:
    oid = firm.shop.heads["main"]
    firm.shop.checks.passes(oid, "scan", app=App("scanner", 77), event=None)
    suites = seen(firm, oid)["checkSuites"]
    assert isinstance(suites, dict)
    assert suites["nodes"][0]["workflowRun"] is None
    assert suites["nodes"][0]["app"] == {"slug": "scanner"}


def test_of_statuses_the_newest_counts_and_all_are_kept(firm: Small) -> None:
    oid = firm.shop.heads["main"]
    firm.shop.checks.status(firm.ann, oid, "ci/old", "failure")
    firm.shop.checks.status(firm.ann, oid, "ci/old", "success")
    every, combined = (said(firm.forge, f"/commits/{oid}/{end}") for end in ("statuses", "status"))
    assert isinstance(every, list)
    assert isinstance(combined, dict)
    assert [each["state"] for each in every] == ["success", "failure"]
    assert (combined["state"], combined["total_count"]) == ("success", 1)


def test_what_nobody_checked_is_null(firm: Small) -> None:
    found = seen(firm, firm.shop.heads["main"])
    assert found == {"statusCheckRollup": None, "checkSuites": {"nodes": []}}


def test_what_is_old_is_gone(firm: Small) -> None:
    oid = firm.shop.heads["main"]
    firm.shop.checks.passes(oid, "test")
    firm.shop.checks.forget(oid)
    assert seen(firm, oid)["checkSuites"] == {"nodes": []}
