"""The score of a change: points for evidence, none for what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.gate.score import score
from gate_cases import INPUT, changed

if TYPE_CHECKING:
    from affidavit.policy.input import PolicyInput

NOTHING = changed(
    approvals={"persons": None, "possible": None, "needed": None, "proven": None, "against": None},
    checks={"passed": None},
    scan={"state": None, "open": None},
    checklist=dict.fromkeys(("functional_correctness", "security", "tests", "ai_review")),
    ai={"use": None, "declared": None},
)


def points(input_: PolicyInput, *, tested: bool = True) -> dict[str, int]:
    return {one.id: one.points for one in score(input_, tested=tested, threshold="high").parts}


def test_all_evidence_is_a_hundred() -> None:
    assert score(INPUT, tested=True, threshold="high").points == 100
    assert sum(one.most for one in score(INPUT, tested=True, threshold="high").parts) == 100


def test_what_is_unknown_has_no_points() -> None:
    assert score(NOTHING, tested=False, threshold="high").points == 0


@pytest.mark.parametrize(
    ("input_", "part", "expected"),
    [
        (changed(approvals={"needed": 2}), "review", 15),
        (changed(approvals={"persons": 9}), "review", 30),
        (changed(approvals={"against": 1}), "review", 0),
        (changed(approvals={"proven": 0}), "proven", 0),
        (changed(checks={"passed": ("build",)}), "checks", 10),
        (changed(checks={"required": (), "passed": ()}), "checks", 0),
        (changed(checks={"passed": ("build", "other")}), "checks", 10),
        (changed(scan={"state": "findings", "open": {"low": 2}}), "scan", 7),
        (changed(scan={"state": "findings", "open": {"critical": 1}}), "scan", 0),
        (changed(scan={"state": "none", "open": None}), "scan", 0),
        (changed(checklist={"tests": None}), "checklist", 7),
        (changed(checklist={"tests": False}), "checklist", 7),
        (changed(ai={"declared": "request"}), "ai-use", 0),
    ],
)
def test_each_part_has_its_share(input_: PolicyInput, part: str, expected: int) -> None:
    assert points(input_)[part] == expected


def test_tests_have_their_points_where_they_passed() -> None:
    assert points(INPUT, tested=False)["tests"] == 0


def test_nothing_is_gained_by_splitting_a_change() -> None:
    small = changed(change={"files": 1, "added": 1, "deleted": 0, "commits": 1})
    assert score(small, tested=True, threshold="high") == score(
        INPUT, tested=True, threshold="high"
    )
