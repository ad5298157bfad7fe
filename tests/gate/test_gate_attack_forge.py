"""A forge that fails, hides or is raced, and checks that are not what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.gate.keeping import posted
from affidavit.app.gate.wanted import Wanted
from affidavit.base.errors import AffidavitError, ForgeError
from affidavit.sources.github.token import Token
from collectors import SECRET, Nobody
from forges import App, Protection, checks_rule, faults
from gate_desk import (
    ALLOWED,
    MET,
    REFUSED,
    TICKED,
    UNDECIDED,
    UNKNOWN,
    UNMET,
    Desk,
    held,
    impatient,
)
from gates import found, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.gate.judging import Gated
    from forges import Answer, Pull, Request

GRAPH, OTHER_APP = "POST /graphql", App("scanner", 77)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    impatient(monkeypatch)
    made = Desk(tmp_path)
    with made.forge:
        yield made


@pytest.mark.parametrize(
    ("act", "where", "status"),
    [
        (faults.server_error(), GRAPH, 3),
        (faults.server_error(503), "GET ", 3),
        (faults.truncated(), GRAPH, 3),
        (faults.truncated(), "GET ", 3),
        (faults.forbidden("pull_requests=read"), GRAPH, 3),
        (faults.forbidden("contents=read", 404), GRAPH, 3),
        (faults.forbidden("contents=read", 401), "GET ", 5),
        (faults.nothing_at("repository", "pullRequest"), GRAPH, 3),
    ],
)
def test_a_forge_that_fails_is_no_leave(
    desk: Desk, act: faults.Act, where: str, status: int
) -> None:
    pull = desk.ready()
    desk.forge.faults.order(where, act, times=None)
    assert _status(desk, pull) == status
    desk.forge.faults.clear()
    assert _status(desk, pull) == 0


def _status(desk: Desk, pull: Pull) -> int:
    """How the command would end."""
    try:
        return desk.live(pull, base="main", head=pull.head_oid).answer.status
    except AffidavitError as error:
        return error.exit_status


@pytest.mark.parametrize("field", ["reviews", "timelineItems", "commits"])
def test_a_list_of_the_request_that_was_not_told_whole_leaves_it_open(
    desk: Desk, field: str
) -> None:
    pull = desk.ready()
    error = faults.partial_error("repository", "pullRequest", field)
    desk.forge.faults.order(GRAPH, error, times=None)
    assert _status(desk, pull) == 3
    desk.forge.faults.clear()
    assert _status(desk, pull) == 0


def test_a_forge_that_would_have_named_the_change_and_fails_is_told_of(desk: Desk) -> None:
    pull = desk.ready()
    desk.shop.git.ref(f"refs/pull/{pull.number}/head", None)
    desk.forge.faults.order(GRAPH, faults.server_error(), times=None)
    with pytest.raises(ForgeError, match="502"):
        desk.live(pull)


def test_whether_another_request_has_the_head_has_to_be_known(desk: Desk) -> None:
    pull = desk.ready()
    desk.forge.faults.order("/commits/", faults.forbidden("pull_requests=read"), times=None)
    answer = desk.live(pull).answer
    assert (answer.verdict, held(answer, "current")) == (UNDECIDED, {"current": UNKNOWN})
    desk.forge.faults.clear()
    assert desk.live(pull).answer.verdict is ALLOWED


def test_checks_that_were_not_told_are_not_success(desk: Desk) -> None:
    pull = desk.ready()
    hidden = faults.nothing_at("repository", "c0", "checkSuites", kind="FORBIDDEN", message="no")
    desk.forge.faults.order(GRAPH, hidden, times=None, after=1)
    answer = desk.live(pull).answer
    assert held(answer, "checks") == {"checks": UNKNOWN}


def test_a_head_that_moved_between_read_and_answer_is_refused(desk: Desk) -> None:
    pull = desk.ready()
    judged = pull.head_oid

    def race(_request: Request, answer: Answer) -> Answer:
        pull.commit(desk.ann, "Slip in", {"evil.py": "1\n"})
        return answer

    desk.forge.faults.order("GET /repos/firm/shop$", race)
    answer = desk.live(pull, head=judged).answer
    assert held(answer, "current") == {"current": UNMET}


def test_a_leave_is_of_the_commit_that_was_judged(desk: Desk) -> None:
    desk.shop.protect("main", Protection(reviews=1, checks=("test", "affidavit/gate")))
    pull = desk.ready()
    good = pull.head_oid
    _posted(desk, pull, desk.live(pull))
    assert "affidavit/gate" in desk.shop.checks.good(good)
    pull.auto_merge(desk.ben)
    assert not pull.open
    evil = desk.ready({"b.py": "1\n"})
    _posted(desk, evil, desk.live(evil))
    evil.force_push(desk.ann, "Else", {"b.py": "evil = 1\n"})
    desk.shop.checks.passes(evil.head_oid, "test")
    assert "affidavit/gate" not in desk.shop.checks.good(evil.head_oid)
    evil.auto_merge(desk.ann)
    assert evil.open
    _posted(desk, evil, desk.live(evil))
    assert desk.shop.checks.statuses[evil.head_oid][-1].state == "failure"
    assert evil.open


def _posted(desk: Desk, pull: Pull, found_: Gated) -> None:
    wanted = Wanted(
        repository=desk.shop.git.path, token=Token(SECRET), url=desk.forge.url, change=pull.number
    )
    posted(found_, wanted, Nobody())


def test_a_clone_that_is_behind_what_the_forge_tells_of_the_base_decides_nothing(
    desk: Desk,
) -> None:
    old = desk.shop.heads["main"]
    strict = {"affidavit/policy/all.rego": "package firm\n\nallow := false\n"}
    desk.shop.direct(desk.ben, "Deny everything", strict)
    pull = desk.ready()
    head = desk.shop.make(desk.ann, "Old", {"a.py": "1\n"}, on=old)
    behind = desk.opened_at(head)
    assert desk.answer(pull).verdict is REFUSED
    answer = desk.answer(behind, base=old)
    assert held(answer, "current") == {"current": UNKNOWN}
    assert held(desk.answer(behind), "policy") == {"policy": UNMET}


def test_a_check_of_the_same_name_by_another_app_is_not_the_one_that_is_asked_for(
    desk: Desk,
) -> None:
    desk.shop.protect("main", None)
    desk.shop.ruleset(desk.ann, "Checks", [checks_rule("test", app=15368)])
    pull = desk.shop.open(desk.ann, "Add", {"a.py": "1\n"})
    pull.review(desk.ben, body=TICKED)
    desk.report(pull.head_oid)
    desk.shop.checks.passes(pull.head_oid, "test", app=OTHER_APP, event=None)
    answer = desk.answer(pull)
    assert (held(answer, "checks"), found(answer, "checks")) == (
        {"checks": UNMET}, "missing: test",
    )  # fmt: skip
    desk.shop.checks.passes(pull.head_oid, "test")
    assert desk.answer(pull).verdict is ALLOWED


def test_a_check_that_failed_is_not_made_good_by_one_of_its_name(desk: Desk) -> None:
    pull = desk.opened()
    pull.review(desk.ben, body=TICKED)
    desk.report(pull.head_oid)
    checks = desk.shop.checks
    checks.run(
        checks.suite(pull.head_oid, workflow=".github/workflows/other.yml"), "test", "failure"
    )
    checks.passes(pull.head_oid, "test", app=OTHER_APP, event=None)
    checks.passes(pull.head_oid, "test", workflow=".github/workflows/own.yml")
    assert found(desk.answer(pull), "checks") == "failed: test"


def test_a_required_check_that_did_not_succeed_is_not_success(desk: Desk) -> None:
    pull = desk.shop.open(desk.ann, "Add", {"a.py": "1\n"})
    pull.review(desk.ben, body=TICKED)
    desk.report(pull.head_oid)
    checks = desk.shop.checks
    run = checks.run(checks.suite(pull.head_oid), "test", None)
    assert held(desk.answer(pull), "checks") == {"checks": UNMET}
    for conclusion in ("skipped", "neutral", "cancelled"):
        checks.finish(run, conclusion)
        assert held(desk.answer(pull), "checks") == {"checks": UNMET}
    checks.finish(run, "success")
    assert desk.answer(pull).verdict is ALLOWED


def test_a_commit_that_asks_to_skip_ci_has_no_check(desk: Desk) -> None:
    pull = desk.shop.open(desk.ann, "Add [skip ci]", {"a.py": "1\n"}, message="Add\n\n[skip ci]\n")
    pull.review(desk.ben, body=TICKED)
    desk.report(pull.head_oid)
    answer = desk.answer(pull)
    assert (held(answer, "checks"), found(answer, "checks")) == (
        {"checks": UNMET}, "missing: test",
    )  # fmt: skip
    desk.shop.checks.passes(pull.head_oid, "test")
    assert desk.answer(pull).verdict is ALLOWED


def test_a_program_that_wrote_it_sets_no_status_and_runs_no_check_of_its_own(desk: Desk) -> None:
    pull = desk.shop.open(desk.copilot, "Add", {"a.py": "1\n"})
    pull.assign(desk.ann, desk.copilot)
    pull.review(desk.ben, body=TICKED)
    desk.report(pull.head_oid)
    desk.shop.checks.status(desk.copilot, pull.head_oid, "test", "success")
    own = App("copilot-swe-agent", 1143301)
    desk.shop.checks.passes(pull.head_oid, "test", app=own, event=None)
    answer = desk.answer(pull)
    assert (held(answer, "checks"), found(answer, "checks")) == (
        {"checks": UNMET}, "missing: test",
    )  # fmt: skip
    desk.shop.checks.status(desk.forge.bot("ci"), pull.head_oid, "test", "success")
    assert statuses(desk.answer(pull))["checks"] is MET
