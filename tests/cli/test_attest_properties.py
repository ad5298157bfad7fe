"""``affidavit attest svr`` and ``source-vsa``: which properties hold by which evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest

from attest_desk import AttestDesk
from forges import Forge
from histories import BY_CLAUDE
from noted_squashes import AI, ONE, ai_note
from receipts import a_ledger
from result_samples import PYTEST, finding, sarif
from written_records import SOURCE_VSA, SVR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from attest_desk import Stated

NOTHING = "affidavit: nothing is stated: there is no evidence to do it"
PASSED = b'<testsuite tests="1"><testcase classname="a" name="b"/></testsuite>'
UNKNOWN = b'<testsuite tests="2"><testcase classname="a" name="b"/></testsuite>'
OF_REQUEST = ["APPROVED", "REQUEST_MERGED", "REVIEWER_SHOWN"]
VSA = ("--level", "SLSA_SOURCE_LEVEL_2", "--policy", "https://firm.example/policy",
       "--resource", "git+https://firm.example/shop")  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[AttestDesk]:
    with Forge(tmp_path / "forge") as forge:
        yield AttestDesk(forge, tmp_path)


def held(found: Stated) -> list[str]:
    """The properties of a verification result, each without what stands before it."""
    jsonschema.validate(found.statement, SVR)
    properties = found.predicate["properties"]
    assert isinstance(properties, list)
    return [one.removeprefix("AFFIDAVIT_") for one in properties]


def why(found: Stated, name: str) -> str:
    """Whether a property was shown, and why or why not."""
    return next(one for one in found.told if f" {name}: " in one)


def test_an_approved_request_whose_checks_succeeded_has_these_properties(desk: AttestDesk) -> None:
    _, commit = desk.merged("success")
    found = desk.state("svr", commit)
    assert (found.status, found.subjects) == (0, [commit, desk.tree(commit)])
    assert held(found) == ["APPROVED", "CHECKS_SUCCEEDED", "REQUEST_MERGED", "REVIEWER_SHOWN"]
    assert why(found, "APPROVED") == (
        "holds          APPROVED: R3: 1 of 1 persons by the forge's record"
    )
    assert why(found, "GATE_ALLOWED") == ("not shown      GATE_ALLOWED: its base asks for no gate")


def test_the_same_landing_without_the_forges_records_has_none(desk: AttestDesk) -> None:
    _, commit = desk.merged("success")
    found = desk.state("svr", commit, forge=False)
    assert (found.status, found.statement, found.told[-1]) == (3, None, NOTHING)


def test_a_request_that_its_author_alone_merged_was_reviewed_by_nobody(desk: AttestDesk) -> None:
    commit = desk.opened().merge(desk.ann, "squash")
    assert held(desk.state("svr", commit)) == ["REQUEST_MERGED"]


def test_a_merge_by_another_person_shows_a_reviewer_and_no_approval(desk: AttestDesk) -> None:
    commit = desk.opened().merge(desk.ben, "merge")
    assert held(desk.state("svr", commit)) == ["REQUEST_MERGED", "REVIEWER_SHOWN"]


def test_a_direct_push_has_no_property(desk: AttestDesk) -> None:
    commit = desk.shop.direct(desk.ann, "By hand", {"cart.py": "x = 1\n"})
    assert desk.state("svr", commit).status == 3


@pytest.mark.parametrize(
    ("conclusions", "told"),
    [
        ((), "nothing that ran on it passed"),
        (("success", None), "how it ended is not known: test 1"),
        (("success", "skipped"), "neither passed nor failed: test 1"),
    ],
)
def test_checks_that_did_not_all_pass_are_not_listed(
    desk: AttestDesk, conclusions: tuple[str | None, ...], told: str
) -> None:
    _, commit = desk.merged(*conclusions)
    found = desk.state("svr", commit)
    assert held(found) == OF_REQUEST
    assert why(found, "CHECKS_SUCCEEDED") == f"not shown      CHECKS_SUCCEEDED: {told}"


def test_a_second_job_of_a_name_does_not_hide_that_the_first_failed(desk: AttestDesk) -> None:
    pull = desk.approved()
    suite = desk.shop.checks.suite(pull.head_oid)
    for conclusion in ("failure", "success"):
        desk.shop.checks.run(suite, "test", conclusion)
        desk.forge.clock.advance(seconds=60)
    found = desk.state("svr", pull.merge(desk.cleo, "squash"))
    assert why(found, "CHECKS_SUCCEEDED") == (
        "not shown      CHECKS_SUCCEEDED: how it ended is not known: test"
    )


def test_a_check_that_ended_after_the_merge_did_not_succeed_before_it(desk: AttestDesk) -> None:
    pull = desk.approved()
    run = desk.shop.checks.run(desk.shop.checks.suite(pull.head_oid), "test", None)
    commit = pull.merge(desk.cleo, "squash")
    desk.shop.checks.finish(run, "success")
    found = desk.state("svr", commit)
    assert why(found, "CHECKS_SUCCEEDED") == (
        "not shown      CHECKS_SUCCEEDED: test had not surely ended before the merge"
    )


def test_checks_of_the_merge_queue_are_asked_for_as_well(desk: AttestDesk) -> None:
    pull = desk.approved()
    desk.shop.checks.passes(pull.head_oid, "test")
    group = pull.enqueue(desk.cleo)
    run = desk.shop.checks.run(
        desk.shop.checks.suite(group.commit, event="merge_group"), "queued", "failure"
    )
    commit = pull.land() or run.suite.commit
    found = desk.state("svr", commit)
    assert why(found, "CHECKS_SUCCEEDED") == "not shown      CHECKS_SUCCEEDED: failed: queued"


@pytest.mark.parametrize(
    ("what", "data", "name"),
    [
        ("test", PASSED, "TESTS_PASSED"),
        ("test", PYTEST, ""),
        ("test", UNKNOWN, ""),
        ("scan", sarif(), "SCAN_CLEAN"),
        ("scan", sarif(finding()), ""),
        ("scan", sarif(invocations=[]), ""),
    ],
)
def test_results_in_a_ledger_hold_only_where_all_is_well(
    desk: AttestDesk, monkeypatch: pytest.MonkeyPatch, what: str, data: object, name: str
) -> None:
    desk.ledger = a_ledger(desk.folder, monkeypatch)
    _, commit = desk.merged()
    kept = desk.recorded(what, commit, data)
    found = desk.state("svr", commit, "--ledger", kept)
    assert held(found) == sorted([*OF_REQUEST, *([name] if name else [])])


def test_an_empty_ledger_shows_neither_tests_nor_scans(
    desk: AttestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.ledger = a_ledger(desk.folder, monkeypatch)
    _, commit = desk.merged()
    found = desk.state("svr", commit, "--ledger", desk.ledger.folder)
    assert held(found) == OF_REQUEST
    assert why(found, "SCAN_CLEAN") == "not shown      SCAN_CLEAN: no scan of it is recorded"


def noted(desk: AttestDesk) -> str:
    """A landing whose note names agent, model and session."""
    commit = desk.opened().merge(desk.ben, "squash")
    desk.shop.git.run("notes", f"--ref={AI}", "add", "-m", ai_note({"cart.py": {ONE: "1"}}), commit)
    return commit


def mixed(desk: AttestDesk) -> str:
    """A landing whose trailer names one agent alone, and whose note names another wholly."""
    commit = named(desk)
    text = ai_note({"cart.py": {ONE: "1"}}).replace('"claude"', '"codex"')
    desk.shop.git.run("notes", f"--ref={AI}", "add", "-m", text, commit)
    return commit


def named(desk: AttestDesk) -> str:
    """A landing that names an agent alone."""
    return desk.opened(message=f"Add a cart\n\n{BY_CLAUDE}").merge(desk.ben, "squash")


def plain(desk: AttestDesk) -> str:
    """A landing of which nothing says that an agent wrote it."""
    return desk.opened().merge(desk.ben, "squash")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (noted, "holds          AI_ATTRIBUTED: agent, model and session are named by 1 commits"),
        (mixed, "not shown      AI_ATTRIBUTED: agent, model or session is not named by "),
        (named, "not shown      AI_ATTRIBUTED: agent, model or session is not named by "),
        (plain, "not shown      AI_ATTRIBUTED: no claim says that an agent wrote it"),
    ],
)
def test_only_what_names_agent_model_and_session_is_attributed(
    desk: AttestDesk, make: Callable[[AttestDesk], str], told: str
) -> None:
    found = desk.state("svr", make(desk))
    assert why(found, "AI_ATTRIBUTED").startswith(told)
    assert ("AI_ATTRIBUTED" in held(found)) is told.startswith("holds")


def test_a_summary_has_the_level_that_is_stated_and_what_was_found(desk: AttestDesk) -> None:
    _, commit = desk.merged("success")
    found = desk.state("source-vsa", commit, *VSA, "--require", "CHECKS_SUCCEEDED")
    jsonschema.validate(found.statement, SOURCE_VSA)
    assert (found.status, found.predicate["verificationResult"]) == (0, "PASSED")
    assert found.predicate["verifiedLevels"] == [
        "SLSA_SOURCE_LEVEL_2",
        "ORG_SOURCE_APPROVED",
        "ORG_SOURCE_CHECKS_SUCCEEDED",
        "ORG_SOURCE_REQUEST_MERGED",
        "ORG_SOURCE_REVIEWER_SHOWN",
    ]
    assert found.statement is not None
    assert found.statement["subject"] == [
        {
            "name": "commit",
            "digest": {"gitCommit": commit},
            "annotations": {"sourceRefs": ["refs/heads/main"]},
        },
        {"name": "tree", "digest": {"gitTree": desk.tree(commit)}},
    ]


def test_a_summary_failed_where_what_is_required_is_not_shown(desk: AttestDesk) -> None:
    _, commit = desk.merged(None)
    found = desk.state("source-vsa", commit, *VSA, "--require", "CHECKS_SUCCEEDED")
    jsonschema.validate(found.statement, SOURCE_VSA)
    said = (found.predicate["verificationResult"], found.predicate["verifiedLevels"])
    assert (found.status, said) == (1, ("FAILED", ["FAILED"]))
    assert found.told[-1] == (
        "failed         CHECKS_SUCCEEDED is required and was not found to hold"
    )


def test_a_level_alone_is_no_evidence(desk: AttestDesk) -> None:
    commit = desk.shop.direct(desk.ann, "By hand", {"cart.py": "x = 1\n"})
    found = desk.state("source-vsa", commit, *VSA)
    assert (found.status, found.statement, found.told[-1]) == (3, None, NOTHING)
