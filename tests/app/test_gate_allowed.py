"""The gate on a forge: what lets a change through, and what holds it up."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.importing import imported
from affidavit.changes.gate.model import Status, Verdict
from gates import CHECKLIST, CONFIG, SIGNERS, STRANGER, Gates, found, statuses
from receipts import a_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
DENY = "package firm\n\nallow := input.change.files > 100\n"
LOOPS = "package firm\n\nallow if to_number(input.change.head) == 1\n"
ALL_ASKED = CONFIG.replace(
    'checks = ["test"]',
    'checks = ["test"]\nrequire = ["reviewed", "checks", "tests", "scan", "checklist",'
    ' "ai-declared", "attribution", "owners", "up-to-date", "no-conflicts"]\nthreshold = 90',
)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Gates]:
    made = Gates(tmp_path)
    with made.forge:
        yield made


def with_files(folder: Path, files: dict[str, str | None]) -> Gates:
    return Gates(folder, files)


def test_a_change_with_all_that_is_asked_for_is_allowed(firm: Gates) -> None:
    answer = firm.answer(firm.ready())
    assert (answer.verdict, answer.status) == (Verdict.ALLOWED, 0)
    assert set(statuses(answer).values()) == {MET}
    assert answer.score.points == 90


def test_everything_that_can_be_asked_for_can_be_met(tmp_path: Path) -> None:
    firm = with_files(tmp_path, {"affidavit.toml": ALL_ASKED})
    with firm.forge:
        answer = firm.answer(firm.ready())
    assert {id_ for id_, one in statuses(answer).items() if one is not MET} == set()
    assert "threshold" in statuses(answer)


def test_a_change_that_nobody_reviewed_is_refused(firm: Gates) -> None:
    pull = firm.opened()
    firm.report(pull.head_oid)
    answer = firm.answer(pull)
    assert (answer.status, statuses(answer)["reviewed"]) == (1, UNMET)


def test_an_approval_does_not_hold_for_what_was_pushed_later(firm: Gates) -> None:
    pull = firm.ready()
    assert firm.answer(pull).verdict is Verdict.ALLOWED
    pull.commit(firm.ann, "More", {"cart.py": "x = 2\n"})
    firm.shop.checks.passes(pull.head_oid, "test")
    firm.report(pull.head_oid)
    answer = firm.answer(pull)
    assert (answer.verdict, statuses(answer)["reviewed"]) == (Verdict.REFUSED, UNMET)
    assert "was merged: other content" in found(answer, "reviewed")
    pull.review(firm.ben, body=CHECKLIST.format(use="assisted"))
    assert firm.answer(pull).verdict is Verdict.ALLOWED


def test_an_approval_holds_where_only_the_base_was_merged_in(firm: Gates) -> None:
    pull = firm.ready()
    firm.shop.direct(firm.cleo, "Other work", {"other.py": "y = 1\n"})
    pull.update_branch(firm.ann)
    firm.shop.checks.passes(pull.head_oid, "test")
    firm.report(pull.head_oid)
    asked = firm.asked(pull)
    assert asked.answer.verdict is Verdict.ALLOWED
    assert [one.carried for one in asked.input.approvals.by] == [True]


def test_who_asked_for_changes_holds_it_up_until_they_approve(firm: Gates) -> None:
    pull = firm.ready()
    pull.review(firm.cleo, "CHANGES_REQUESTED")
    assert statuses(firm.answer(pull))["reviewed"] is UNMET
    pull.review(firm.cleo)
    assert statuses(firm.answer(pull))["reviewed"] is MET


def test_a_check_that_failed_or_did_not_run_holds_it_up(firm: Gates) -> None:
    pull = firm.ready()
    firm.shop.checks.run(firm.shop.checks.suite(pull.head_oid), "test", "failure")
    assert found(firm.answer(pull), "checks") == "failed: test"
    pull.commit(firm.ann, "More", {"cart.py": "x = 3\n"})
    assert found(firm.answer(pull), "checks") == "missing: test"


def test_a_scan_that_found_something_heavy_holds_it_up(firm: Gates) -> None:
    pull = firm.ready()
    firm.report(pull.head_oid, high=2)
    assert found(firm.answer(pull), "scan") == "2 open at high or above"


def test_results_that_a_stranger_signed_are_not_used_and_told(firm: Gates) -> None:
    pull = firm.opened()
    firm.report(pull.head_oid, STRANGER)
    answer = firm.answer(pull, require=("tests",))
    assert [statuses(answer)[one] for one in ("tests", "scan")] == [UNMET, UNMET]
    assert any("no known signer signed it" in one for one in answer.noticed)


def test_results_of_another_commit_are_none_of_this_one(firm: Gates) -> None:
    pull = firm.opened()
    firm.report(firm.base)
    assert statuses(firm.answer(pull))["scan"] is UNMET


@pytest.mark.parametrize(
    ("rego", "status", "words"),
    [
        (DENY, UNMET, "allow: data.firm.allow is false"),
        (LOOPS, UNKNOWN, "it failed, and so denies"),
        ("package firm\n\nallow := ", UNKNOWN, "it failed, and so denies"),
        ("package firm\n\nallow := null", UNKNOWN, "it failed, and so denies"),
    ],
)
def test_a_policy_that_does_not_allow_or_fails_denies(
    tmp_path: Path, rego: str, status: Status, words: str
) -> None:
    firm = with_files(tmp_path, {"affidavit/policy/all.rego": rego})
    with firm.forge:
        answer = firm.answer(firm.ready())
    assert statuses(answer)["policy"] is status
    assert found(answer, "policy").startswith(words)
    assert answer.verdict is not Verdict.ALLOWED


def test_no_policy_denies_by_name(tmp_path: Path) -> None:
    lost = dict.fromkeys(("affidavit/policy/all.rego", "affidavit/policy/policy.toml"))
    firm = with_files(tmp_path, lost)
    with firm.forge:
        answer = firm.answer(firm.ready())
    assert answer.status == 1
    assert found(answer, "policy") == "no-policy: the base has no folder affidavit/policy"
    assert answer.policy.error == "no-policy: the base has no folder affidavit/policy"


def test_a_policy_of_the_caller_is_used_instead_and_said(firm: Gates, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "policy.toml").write_text('version = 1\nname = "no"\nallow = "data.no.allow"\n')
    (folder / "no.rego").write_text("package no\n\nallow := false\n")
    answer = firm.answer(firm.ready(), policy=folder)
    assert (answer.status, answer.policy.source) == (1, "caller")


def test_a_file_of_code_owners_at_the_base_says_who_has_to_approve(firm: Gates) -> None:
    pull = firm.ready({"pay/card.py": "x = 1\n"})
    answer = firm.answer(pull, require=("owners",))
    assert found(answer, "owners") == "missing: @firm/security"
    pull.review(firm.cleo)
    assert statuses(firm.answer(pull, require=("owners",)))["owners"] is MET


def test_a_checklist_has_to_be_ticked_by_somebody_whose_approval_counts(firm: Gates) -> None:
    pull = firm.opened(body=CHECKLIST.format(use="none"))
    pull.review(firm.ben)
    firm.report(pull.head_oid)
    answer = firm.answer(pull, require=("ai-declared",))
    assert [statuses(answer)[one] for one in ("checklist", "ai-declared")] == [UNKNOWN, UNKNOWN]
    assert found(answer, "ai-declared") == "none, and only the author says it"


def test_without_a_forge_what_only_a_forge_knows_is_unknown(firm: Gates) -> None:
    pull = firm.ready()
    answer = firm.answer(base="main", head=pull.head_oid)
    assert (answer.verdict, answer.forge) == (Verdict.REFUSED, None)
    told = statuses(answer)
    assert (told["current"], told["checks"], told["scan"]) == (MET, UNKNOWN, MET)
    assert {"labels", "checks.passed", "change.draft"} <= set(answer.unknown)


def test_the_same_records_give_the_same_answer(firm: Gates) -> None:
    pull = firm.ready()
    firm.answer(pull)
    again = [firm.asked(pull, forge=firm.export) for _ in range(2)]
    assert again[0].answer == again[1].answer
    assert again[0].input == again[1].input


def test_a_change_of_two_changes_is_shown_by_its_own_files_alone(firm: Gates) -> None:
    first = firm.opened({"one.py": "1\n", "two.bin": b"\0\1"})
    asked = firm.asked(first).input
    assert asked.classes is not None
    assert (asked.change.files, asked.change.added, asked.paths) == (2, 2, ("one.py", "two.bin"))
    assert asked.classes["binary"].paths == ("two.bin",)


def test_results_of_a_ledger_count_and_those_of_one_that_was_changed_do_not(
    firm: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = firm.opened()
    firm.report(pull.head_oid)
    place = a_ledger(firm.folder, monkeypatch)
    signers = firm.folder / "signers.toml"
    signers.write_text(SIGNERS)
    imported(place, [firm.facts], signers)
    told = statuses(firm.answer(pull, facts=(), ledger=place, require=("tests",)))
    assert (told["scan"], told["tests"]) == (MET, MET)
    with closing(sqlite3.connect(place.folder / "ledger.db")) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE runs SET entries = zeroblob(length(entries)) WHERE first > 0")
        database.commit()
    told = statuses(firm.answer(pull, facts=(), ledger=place, require=("tests",)))
    assert (told["scan"], told["tests"]) == (UNKNOWN, UNKNOWN)
