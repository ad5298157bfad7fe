"""Approvals of a request that got another base afterwards: they were for that of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.changes.approval.judging import judged
from affidavit.changes.approval.model import Code, Problem, Seen, TimeBy
from signed_approvals import APPROVED, BEN, NOON, SOFT, about, row, signed, statement, trusting

if TYPE_CHECKING:
    from affidavit.changes.approval.predicate import Word

ONE, TWO = "2026-11-21T13:00:00Z", "2026-11-21T14:00:00Z"
WHY = "the base of the request became another at {}, after it was signed"


def problems(*rebased: str, seen: str = NOON, decision: Word = "approved") -> tuple[Problem, ...]:
    """What is wrong with a decision of noon that was known at `seen`."""
    reason = None if decision == "approved" else "No"
    until = "2026-11-22T12:00:00Z" if decision == "waived" else None
    said = msgspec.structs.replace(APPROVED, decision=decision, reason=reason, until=until)
    made = statement(signed(SOFT, said), Seen(seen, TimeBy.FORGE))
    return judged(made, about(rebased=rebased), trusting(row(BEN, SOFT))).problems


@pytest.mark.parametrize(
    ("rebased", "seen", "at"),
    [
        pytest.param((ONE,), NOON, ONE, id="afterwards"),
        pytest.param((NOON,), NOON, NOON, id="in its very second"),
        pytest.param((ONE, TWO), NOON, ONE, id="twice"),
        pytest.param((ONE,), TWO, ONE, id="brought by somebody afterwards"),
        pytest.param(("2026-11-21T11:00:00Z",), "2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z",
                     id="known before its own time"),
    ],
)  # fmt: skip
def test_an_approval_is_of_the_base_that_its_request_had(
    rebased: tuple[str, ...], seen: str, at: str
) -> None:
    assert problems(*rebased, seen=seen) == (Problem(Code.WRONG_CHANGE, WHY.format(at)),)


def test_what_was_signed_afterwards_is_of_the_new_base() -> None:
    assert problems("2026-11-21T11:59:59Z") == ()


@pytest.mark.parametrize(("decision", "wrong"), [("waived", True), ("rejected", False)])
def test_a_waiver_is_of_it_as_well_and_a_rejection_of_the_commit(
    decision: Word, *, wrong: bool
) -> None:
    found = [one.code for one in problems(ONE, decision=decision)]
    assert found == [Code.WRONG_CHANGE] * wrong
