"""Requirements of the gate: each is met, unmet or unknown, and says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.gate.case import Current, Reports
from affidavit.changes.gate.model import ALWAYS, OPTIONAL, Status, Verdict, verdict
from affidavit.changes.gate.requirements import requirements
from affidavit.policy.model import Reason
from gate_cases import ALLOWED, case, changed, status, whole

if TYPE_CHECKING:
    from affidavit.changes.gate.case import Case

MET, UNMET, UNKNOWN = Status.MET, Status.UNMET, Status.UNKNOWN
REASON = Reason(id="scan.clean", message="no scan", how="scan it")


def denied(*reasons: Reason, error: str | None = None) -> Case:
    decision = msgspec.structs.replace(ALLOWED, allowed=False, reasons=reasons, error=error)
    return case(decision=decision)


@pytest.mark.parametrize(
    ("id_", "given", "expected"),
    [
        ("base", case(problems=("affidavit.toml is a symbolic link",)), UNKNOWN),
        ("history", case(changed(change={"merge_base": None})), UNKNOWN),
        ("history", case(changed(change={"commits": None})), UNKNOWN),
        ("history", case(changed(classes=None)), UNKNOWN),
        ("current", case(current=Current(status=UNMET, found="moved")), UNMET),
        ("gate-files", case(changed(gate={"touched": None})), UNKNOWN),
        ("gate-files", case(changed(gate={"touched": ("policy",)})), UNMET),
        (
            "gate-files",
            case(changed(gate={"touched": ("policy",)}, approvals={"possible": 2})),
            UNKNOWN,
        ),
        (
            "gate-files",
            case(changed(gate={"touched": ("policy",)}, approvals={"persons": 2, "possible": 2})),
            MET,
        ),
        ("policy", case(decision=None, no_policy="no folder"), UNMET),
        ("policy", denied(REASON), UNMET),
        ("policy", denied(msgspec.structs.replace(REASON, unknown=True)), UNKNOWN),
        ("policy", denied(error="it loops"), UNKNOWN),
        ("reviewed", case(changed(approvals={"persons": 0, "possible": 0})), UNMET),
        ("reviewed", case(changed(approvals={"persons": 0, "possible": 1})), UNKNOWN),
        ("reviewed", case(changed(approvals={"persons": 0, "possible": None})), UNKNOWN),
        ("reviewed", case(changed(approvals={"persons": None, "possible": None})), UNKNOWN),
        ("reviewed", case(changed(approvals={"needed": 2})), UNMET),
        ("reviewed", case(changed(approvals={"needed": None})), UNKNOWN),
        ("reviewed", case(changed(approvals={"against": 1})), UNMET),
        ("reviewed", case(changed(approvals={"against": None})), UNKNOWN),
        ("reviewed", case(decision=msgspec.structs.replace(ALLOWED, needs=2)), UNMET),
        ("proven-approval", case(changed(approvals={"proven": 0})), UNMET),
        ("proven-approval", case(changed(approvals={"proven": None})), UNKNOWN),
        ("checks", case(changed(checks={"passed": ("build",), "failed": ("test",)})), UNMET),
        ("checks", case(changed(checks={"passed": ("build",), "pending": ("test",)})), UNMET),
        ("checks", case(changed(checks={"passed": ("build",), "skipped": ("test",)})), UNMET),
        ("checks", case(changed(checks={"passed": ("build",), "missing": ("test",)})), UNMET),
        ("checks", case(changed(checks={"passed": ("build",)})), UNKNOWN),
        ("checks", case(changed(checks={"passed": None})), UNKNOWN),
        ("checks", case(changed(checks={"failed": None})), UNKNOWN),
        ("checks", case(changed(checks={"required": ()})), UNMET),
        ("checks", case(changed(checks={"required": ()}, gate={"rules_known": False})), UNKNOWN),
        ("tests", case(tests=Reports(state=None)), UNKNOWN),
        ("tests", case(tests=Reports(state="failed")), UNMET),
        ("tests", case(tests=Reports(state="none")), UNMET),
        ("scan", case(changed(scan={"state": "none", "open": None})), UNMET),
        ("scan", case(changed(scan={"state": None, "open": None})), UNKNOWN),
        ("scan", case(changed(scan={"state": "findings", "open": None})), UNKNOWN),
        ("scan", case(changed(scan={"state": "findings", "open": {"high": 1}})), UNMET),
        ("scan", case(changed(scan={"state": "findings", "open": {"unrated": 1}})), UNMET),
        ("scan", case(changed(scan={"state": "findings", "open": {"medium": 9}})), MET),
        ("scan", case(changed(scan={"open": {"medium": 1}}), threshold="medium"), UNMET),
        ("checklist", case(changed(checklist={"security": False})), UNMET),
        ("checklist", case(changed(checklist={"security": None})), UNKNOWN),
        ("ai-declared", case(changed(ai={"use": None, "declared": None})), UNKNOWN),
        ("ai-declared", case(changed(ai={"declared": "request"})), UNKNOWN),
        ("ai-declared", case(changed(ai={"use": "none", "commits": 1})), UNMET),
        ("attribution", case(unattributed=("c" * 40,)), UNMET),
        ("attribution", case(unattributed=None), UNKNOWN),
        ("owners", case(changed(teams={"missing": ("@ann",)})), UNMET),
        ("owners", case(changed(teams={"missing": None})), UNKNOWN),
        ("up-to-date", case(changed(change={"behind": True})), UNMET),
        ("up-to-date", case(changed(change={"behind": None})), UNKNOWN),
        ("no-conflicts", case(changed(change={"conflicts": True})), UNMET),
        ("no-conflicts", case(changed(change={"conflicts": None})), UNKNOWN),
    ],
)
def test_a_requirement_is_what_the_evidence_makes_of_it(
    id_: str, given: Case, expected: Status
) -> None:
    assert status(id_, given) is expected


@pytest.mark.parametrize("id_", sorted({*ALWAYS, *OPTIONAL}))
def test_each_requirement_is_met_by_a_change_with_all_evidence(id_: str) -> None:
    assert status(id_, case()) is MET


def test_what_is_asked_of_every_change_is_asked_where_nothing_is() -> None:
    assert tuple(one.id for one in requirements(case(), ())) == ALWAYS


def test_a_requirement_that_is_asked_for_twice_stands_once() -> None:
    asked = requirements(case(), ("scan", "policy", "scan"))
    assert tuple(one.id for one in asked) == (*ALWAYS, "scan")


def test_a_requirement_that_is_not_met_says_what_to_do_and_one_that_is_does_not() -> None:
    given = case(
        changed(change={"behind": True}, checks={"passed": None}, gate={"touched": None}),
        tests=Reports(state="none"),
        decision=None,
    )
    found = requirements(given, OPTIONAL, 101)
    assert {bool(one.how) for one in found if one.status is MET} == {False}
    assert {bool(one.how) for one in found if one.status is not MET} == {True}


def test_no_policy_is_told_by_its_name() -> None:
    found = requirements(case(decision=None, no_policy="the base has no folder"), ())
    (policy,) = (one for one in found if one.id == "policy")
    assert policy.found == "no-policy: the base has no folder"


def test_the_reasons_of_a_policy_and_what_to_do_are_told() -> None:
    (policy,) = (one for one in requirements(denied(REASON), ()) if one.id == "policy")
    assert (policy.found, policy.how.split("; ")) == (
        "scan.clean: no scan",
        ["scan it", "affidavit record scan makes the report that --facts FILE hands in"],
    )


def test_a_name_that_somebody_chose_is_shown_on_one_line_without_control_characters() -> None:
    given = case(changed(checks={"passed": ("test",), "failed": ("build\x1b[2J\n::error::x",)}))
    (found,) = (one for one in requirements(given, ("checks",)) if one.id == "checks")
    assert found.found == "failed: build\\u001b[2J\\u000a::error::x"


def test_unmet_is_refused_whatever_else_is_unknown_and_unknown_is_never_allowed() -> None:
    assert whole(case()) is Verdict.ALLOWED
    assert whole(case(changed(change={"behind": None}))) is Verdict.UNDECIDED
    both = changed(change={"behind": None, "conflicts": True})
    assert whole(case(both)) is Verdict.REFUSED
    assert verdict(()) is Verdict.UNDECIDED


@pytest.mark.parametrize(("score", "expected"), [(60, MET), (59, UNMET), (None, UNKNOWN)])
def test_a_threshold_is_a_requirement_of_its_own(score: int | None, expected: Status) -> None:
    found = requirements(case(changed(score=score)), (), 60)[-1]
    assert (found.id, found.status) == ("threshold", expected)


def test_a_score_lifts_no_requirement() -> None:
    assert whole(case(changed(checks={"failed": ("test",)}, score=100)), 1) is Verdict.REFUSED


@pytest.mark.parametrize(
    ("found", "code"), [(Verdict.ALLOWED, 0), (Verdict.REFUSED, 1), (Verdict.UNDECIDED, 3)]
)
def test_a_verdict_has_its_exit_status(found: Verdict, code: int) -> None:
    assert found.exit_status == code
