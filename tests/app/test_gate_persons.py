"""Owners, emergencies and answers before the gate: who is meant, and who may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.approval.predicate import Answers
from affidavit.changes.gate.model import Status
from gates import CHECKLIST, CONFIG, Gates, found, statuses
from signed_approvals import APPROVED, SOFT, fact_of, line, row, signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
OWNERS = (
    "/account/ @cleo\n/address/ cleo@firm.mail\n/either/ @ann @cleo\n/nobody/\n"
    "/stranger/ zoe@else.mail\n/team/ @firm/unknown\n"
)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Gates]:
    made = Gates(tmp_path, {"CODEOWNERS": OWNERS})
    with made.forge:
        yield made


@pytest.mark.parametrize(
    ("folder", "before", "after"),
    [
        ("account", UNMET, MET),
        ("address", UNMET, MET),
        ("either", UNMET, MET),
        ("nobody", MET, MET),
        ("stranger", UNKNOWN, UNKNOWN),
        ("team", UNKNOWN, UNKNOWN),
    ],
)
def test_an_owner_is_an_account_an_address_or_a_team_that_the_base_knows(
    firm: Gates, folder: str, before: Status, after: Status
) -> None:
    pull = firm.ready({f"{folder}/a.py": "1\n"})
    assert statuses(firm.answer(pull, require=("owners",)))["owners"] is before
    pull.review(firm.cleo)
    assert statuses(firm.answer(pull, require=("owners",)))["owners"] is after


def test_owners_that_cannot_be_read_leave_it_open(tmp_path: Path) -> None:
    made = Gates(tmp_path, {"CODEOWNERS": "/x @ann\n" * 2_001})
    with made.forge:
        answer = made.answer(made.ready(), require=("owners",))
    assert (statuses(answer)["owners"], statuses(answer)["base"]) == (UNKNOWN, UNKNOWN)


def test_a_configuration_of_the_base_that_makes_no_sense_decides_nothing(tmp_path: Path) -> None:
    made = Gates(tmp_path, {"affidavit.toml": CONFIG.replace("version = 1", "version = 2")})
    with made.forge:
        answer = made.answer(made.ready())
    assert statuses(answer)["base"] is UNKNOWN
    assert found(answer, "base").startswith("affidavit.toml of the base cannot be understood")


def test_signers_of_the_base_that_make_no_sense_leave_results_open(tmp_path: Path) -> None:
    made = Gates(tmp_path, {"affidavit/signers.toml": "signers = 1\n"})
    with made.forge:
        answer = made.answer(made.ready(), require=("tests",))
    assert (statuses(answer)["scan"], statuses(answer)["tests"]) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(("by", "entitled"), [("ben", True), ("ann", False)])
def test_an_emergency_is_told_with_whether_whoever_said_so_may(
    firm: Gates, by: str, *, entitled: bool
) -> None:
    pull = firm.ready()
    pull.label({"ann": firm.ann, "ben": firm.ben}[by], "emergency")
    emergency = firm.asked(pull).input.emergency
    assert (emergency.labelled, emergency.entitled) == (True, entitled)
    assert emergency.at is not None


def test_who_is_no_member_may_not_say_that_it_is_an_emergency(tmp_path: Path) -> None:
    made = Gates(tmp_path, {"affidavit.toml": 'version = 1\n[gate]\nchecks = ["test"]\n'})
    with made.forge:
        pull = made.ready()
        pull.label(made.ben, "emergency")
        asked = made.asked(pull).input
    assert (asked.emergency.entitled, "emergency.entitled" in asked.unknown) == (None, True)


def test_a_software_key_answers_nothing_whoever_approves_on_the_forge(tmp_path: Path) -> None:
    made = Gates(tmp_path, {"affidavit/allowed_signers": row("ben@firm.mail", SOFT)})
    with made.forge:
        pull = made.opened()
        made.report(pull.head_oid)
        answers = Answers(functional_correctness=True, security=True, tests=True, ai_review=True)
        said = msgspec.structs.replace(APPROVED, answers=answers, ai_use="none")
        tree = made.shop.git.run("rev-parse", f"{pull.head_oid}^{{tree}}").decode().strip()
        fact = fact_of(signed(SOFT, said, commit=pull.head_oid, tree=tree))
        with made.facts.open("ab") as file:
            file.write(line(fact) + b"\n")
        before = made.answer(pull, require=("ai-declared",))
        pull.review(made.ben)
        after = made.answer(pull, require=("ai-declared",))
    assert [statuses(before)[one] for one in ("checklist", "ai-declared")] == [UNKNOWN] * 2
    assert [statuses(after)[one] for one in ("checklist", "ai-declared")] == [UNKNOWN] * 2
    assert "presence or enrolment of the key unproven" in found(after, "checklist")


def test_of_several_who_say_how_ai_was_used_the_most_counts(firm: Gates) -> None:
    pull = firm.ready()
    pull.review(firm.cleo, body=CHECKLIST.format(use="generated"))
    asked = firm.asked(pull, require=("ai-declared",))
    assert (asked.input.ai.use, asked.input.checklist.tests) == ("generated", True)
    assert statuses(asked.answer)["ai-declared"] is MET
