"""What a requirement that is not met says: what was found and does not count, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.gate.model import Status
from affidavit.changes.gate.requirements import requirements
from affidavit.policy.model import Decision, Reason
from gate_cases import ALLOWED, case, changed

if TYPE_CHECKING:
    from affidavit.changes.gate.case import Case
    from affidavit.changes.gate.model import Requirement

UNMET, UNKNOWN = Status.UNMET, Status.UNKNOWN
SOFT = "Ben Ode: signed by a software key"
LIFTS = "waiver of scan.clean by Ben Ode does not count: no role"


def one(id_: str, given: Case) -> Requirement:
    return next(each for each in requirements(given, (id_,)) if each.id == id_)


def denied(*reasons: Reason, error: str | None = None, bundle: str = ALLOWED.bundle) -> Decision:
    return Decision(
        allowed=False, reasons=reasons, bundle=bundle, input="", engine="e", error=error
    )


def test_no_owners_at_all_approved_nothing() -> None:
    found = one("owners", case(owned=False))
    assert (found.status, found.found) == (UNMET, "no code owners are named")
    assert found.how == "add a CODEOWNERS file with owners to the base; or do not ask for owners"


@pytest.mark.parametrize(
    ("id_", "given", "words"),
    [
        ("checklist", {"checklist": {"tests": None}}, "unanswered: tests"),
        ("ai-declared", {"ai": {"use": None, "declared": None}}, "nobody said"),
    ],
)
def test_answers_that_do_not_count_are_told_and_not_asked_for_again(
    id_: str, given: dict[str, object], words: str
) -> None:
    found = one(id_, case(changed(**given), unheard=(SOFT,)))
    assert (found.status, found.found) == (UNKNOWN, f"{words}; not counted: {SOFT}")
    assert found.how.startswith("answers count of somebody outside the authors")
    assert one(id_, case(changed(**given))).found == words


def test_answers_that_do_not_count_do_not_trouble_those_that_do() -> None:
    found = one("checklist", case(unheard=(SOFT,)))
    assert (found.found, found.how) == ("every question is answered with yes", "")


def test_what_is_proven_against_a_change_comes_before_what_is_unknown() -> None:
    reasons = (
        Reason(id="labels.known", message="not known", how="ask the forge", unknown=True),
        Reason(id="change.draft", message="a draft", how="mark it as ready"),
    )
    found = one("policy", case(changed(repository=None), decision=denied(*reasons)))
    assert found.found == "change.draft: a draft, labels.known: not known"
    assert found.how.split("; ") == [
        "mark it as ready", "ask the forge", "give the forge's records: --forge FILE or --live",
    ]  # fmt: skip


def test_a_waiver_that_lifts_nothing_is_told_with_what_it_lacks() -> None:
    given = case(decision=denied(Reason(id="x", message="no", how="do")), unlifted=(LIFTS,))
    found = one("policy", given)
    assert found.found == f"x: no; {LIFTS}"
    assert found.how.startswith("do; a waiver counts that somebody outside the authors signs")
    assert one("policy", case(unlifted=(LIFTS,))).found == "it allows it"


@pytest.mark.parametrize(
    ("decision", "how"),
    [
        (denied(), "affidavit gate --policy-input FILE writes what the policy was asked, and"),
        (denied(error="it loops"), "affidavit gate --policy-input FILE"),
        (denied(error="x.rego:1: no Rego", bundle=""), "repair the policy on the base: affidavit"),
        (None, "add a policy bundle to the base: affidavit policy init"),
    ],
)
def test_a_policy_that_gives_no_reason_can_be_asked_or_has_to_be_repaired(
    decision: Decision | None, how: str
) -> None:
    assert one("policy", case(decision=decision)).how.startswith(how)


def test_one_commit_and_one_file_are_told_as_one() -> None:
    found = one("history", case(changed(change={"commits": 1, "files": 1})))
    assert found.found == "1 commit, 1 file"
    assert one("history", case()).found == "2 commits, 3 files"
    none = one("ai-declared", case(changed(ai={"use": "none", "commits": 1})))
    assert none.found == "none, and 1 commit shows AI"
