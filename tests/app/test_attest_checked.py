"""What runs of checks come to: unknown is never passed."""

from __future__ import annotations

import pytest

from affidavit.app.attests.checked import Outcome, Ran, Sum, before, ran, summed
from affidavit.changes.forge.model import Account, AccountKind, CheckRun, Checks, Status

ANN = Account("ann", AccountKind.PERSON, 1)
MERGED = "2026-01-05T09:00:00Z"


def run(
    name: str = "test",
    conclusion: str | None = "success",
    *,
    at: tuple[str, str | None] = ("2026-01-05T08:00:00Z", "2026-01-05T08:05:00Z"),
    app: str = "github-actions",
    workflow: str = "ci.yml",
    number: int | None = 77,
) -> CheckRun:
    """A run of a check by a workflow's run of this number."""
    return CheckRun(
        id=1, name=name, app=app, app_id=7, status="completed", conclusion=conclusion,
        started_at=at[0], completed_at=at[1], event="pull_request", workflow=workflow,
        run=number,
    )  # fmt: skip


def status(state: str, at: str, creator: Account | None = None) -> Status:
    return Status(context="lint", state=state, created_at=at, creator=creator)


def checks(*runs: CheckRun, statuses: tuple[Status, ...] = ()) -> Checks:
    return Checks(commit="1" * 40, runs=runs, statuses=statuses)


def told(found: Checks, *authors: str) -> list[tuple[str, str]]:
    return [(one.name, str(one.outcome)) for one in ran(found, frozenset(authors), MERGED)]


def said(*runs: Ran, gaps: tuple[str, ...] = ()) -> Sum:
    return summed(runs, gaps)


ONE, OFF, BAD, OPEN = (
    Ran(name=name, outcome=outcome)
    for name, outcome in zip(("one", "off", "bad", "open"), Outcome, strict=True)
)


@pytest.mark.parametrize(
    ("found", "result", "why"),
    [
        (said(ONE), Outcome.PASSED, "passed: one"),
        (said(ONE, OFF), Outcome.WARNED, "neither passed nor failed: off"),
        (said(OFF), None, "nothing that ran on it passed"),
        (said(), None, "nothing that ran on it passed"),
        (said(ONE, OPEN), None, "how it ended is not known: open"),
        (said(ONE, gaps=("some are not told",)), None, "some are not told"),
        (said(ONE, OPEN, BAD, gaps=("some are not told",)), Outcome.FAILED, "failed: bad"),
    ],
)
def test_what_is_not_known_never_passed(found: Sum, result: Outcome | None, why: str) -> None:
    assert (found.result, found.why) == (result, why)


@pytest.mark.parametrize(
    ("conclusion", "outcome"),
    [
        ("success", "passed"),
        ("skipped", "warned"),
        ("neutral", "warned"),
        ("failure", "failed"),
        ("cancelled", "failed"),
        ("timed_out", "failed"),
        ("stale", "unknown"),
        ("a word of tomorrow", "unknown"),
        (None, "unknown"),
    ],
)
def test_every_word_for_an_end_has_its_outcome(conclusion: str | None, outcome: str) -> None:
    assert told(checks(run(conclusion=conclusion))) == [("test", outcome)]


def after(conclusion: str, number: int | None = 77, *, name: str = "test") -> CheckRun:
    """A run that began once the first of `run` had ended."""
    at = ("2026-01-05T08:06:00Z", "2026-01-05T08:07:00Z")
    return run(name, conclusion, at=at, number=number)


def test_another_run_of_the_workflow_that_began_after_the_first_takes_its_place() -> None:
    found = checks(after("success", 78), run(conclusion="failure"))
    assert told(found) == [("test", "passed")]


@pytest.mark.parametrize("number", [77, None])
@pytest.mark.parametrize("first", ["failure", "cancelled", "skipped", "neutral", "a new word"])
def test_what_may_be_a_second_job_of_the_name_leaves_open_how_the_first_ended(
    first: str, number: int | None
) -> None:
    found = checks(run(conclusion=first, number=number), after("success", number))
    assert told(found) == [("test", "unknown"), ("test", "passed")]


def test_of_runs_of_which_one_alone_names_its_workflow_none_is_known_to_be_the_later() -> None:
    found = checks(run(conclusion="failure", number=None), after("success", 78))
    assert told(found) == [("test", "unknown"), ("test", "passed")]


def test_a_second_job_or_attempt_that_failed_is_a_failure() -> None:
    found = checks(run(), after("failure"))
    assert summed(ran(found, frozenset(), MERGED), ()) == Sum(
        result=Outcome.FAILED, why="failed: test"
    )


def test_of_two_jobs_of_a_name_another_run_of_the_workflow_stands_for_neither() -> None:
    late = run(at=("2026-01-05T08:08:00Z", "2026-01-05T08:09:00Z"), number=78)
    found = checks(run(conclusion="failure"), after("success"), late)
    assert told(found) == [("test", "unknown"), ("test", "passed"), ("test", "passed")]
    twice = checks(run(conclusion="failure"), after("success", 78), after("success", 78))
    assert told(twice) == [("test", "unknown"), ("test", "passed"), ("test", "passed")]


def test_a_run_beside_another_of_its_name_does_not_hide_it() -> None:
    beside = run(at=("2026-01-05T08:01:00Z", "2026-01-05T08:07:00Z"))
    assert told(checks(run(conclusion="failure"), beside)) == [
        ("test", "failed"),
        ("test", "passed"),
    ]


def test_a_run_of_another_workflow_does_not_hide_one_of_its_name() -> None:
    other = run(at=("2026-01-05T08:06:00Z", "2026-01-05T08:07:00Z"), workflow="other.yml")
    assert told(checks(run(conclusion="failure"), other)) == [
        ("test", "failed"),
        ("test", "passed"),
    ]


def test_the_last_status_of_a_name_counts() -> None:
    states = (
        status("success", "2026-01-05T08:02:00Z"),
        status("pending", "2026-01-05T08:01:00Z"),
    )
    assert told(checks(statuses=states)) == [("lint", "passed")]


def test_what_began_after_the_merge_hides_nothing_of_before() -> None:
    late = run(at=("2026-01-05T09:01:00Z", "2026-01-05T09:02:00Z"))
    states = (status("failure", "2026-01-05T08:00:00Z"), status("success", "2026-01-05T09:02:00Z"))
    found = before(checks(run(conclusion="failure"), late, statuses=states), MERGED)
    assert told(found) == [("test", "failed"), ("lint", "failed")]


def test_an_authors_word_that_it_passed_is_none() -> None:
    by_ann = status("success", "2026-01-05T08:00:00Z", ANN)
    own = ran(checks(run(app="coder"), statuses=(by_ann,)), frozenset(("ann", "coder[bot]")), None)
    assert summed(own, ()) == Sum(result=None, why="nothing that ran on it passed")


def test_an_authors_word_that_it_failed_is_one() -> None:
    by_ann = status("failure", "2026-01-05T08:00:00Z", ANN)
    own = ran(checks(run(), statuses=(by_ann,)), frozenset(("ann",)), None)
    assert summed(own, ()) == Sum(result=Outcome.FAILED, why="failed: lint")
