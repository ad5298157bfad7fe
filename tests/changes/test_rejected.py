"""Signed rejections: while one stands, no signature approves what was merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from test_sworn import AFTER, MERGED, about, approval, found, graded, merged

from affidavit.changes.approval.model import Code, Problem, SignedApproval, Strength
from affidavit.changes.approval.predicate import Change
from affidavit.changes.model import Grade
from affidavit.changes.sworn import sworn

if TYPE_CHECKING:
    from affidavit.changes.sworn import Sworn

BEN, CLEO = "ben.ode@firm.mail", "cleo.park@firm.mail"
UNTIMED = Problem(Code.NO_TIME, "nobody recorded when it was there")
STRANGE = Problem(Code.UNKNOWN_KEY, "no line of the allowed signers at the base has the key")


def rejection(who: str = BEN, key: str = "another key", **changed: object) -> SignedApproval:
    """A rejection by a key of software, later than the approval by its own word."""
    later = "2026-03-02T11:30:00Z"
    made = msgspec.structs.replace(
        approval(who, Strength.SOFTWARE),
        statement=f"sha256:{key}",
        fingerprint=f"SHA256:{key}",
        decision="rejected",
        reason="it is broken",
        time=later,
        asserted_at=later,
    )
    return msgspec.structs.replace(made, **changed)


def with_rejection(against: SignedApproval) -> Sworn:
    return sworn(found(approval(), against), about())


@pytest.mark.parametrize(
    ("against", "named"),
    [
        pytest.param(rejection(), BEN, id="the same person with another key"),
        pytest.param(rejection(CLEO), CLEO, id="another person"),
        pytest.param(rejection(time=MERGED), BEN, id="in the second of the merge"),
        pytest.param(
            rejection(time=None, principals=(), problems=(UNTIMED,)),
            "SHA256:another key",
            id="when is unknown",
        ),
        pytest.param(
            rejection(principals=(BEN, CLEO)), f"{BEN}, {CLEO}", id="a key of several persons"
        ),
    ],
)
def test_no_signature_counts_beside_a_rejection_that_stands(
    against: SignedApproval, named: str
) -> None:
    shown = with_rejection(against)
    why = f"{named} rejected it, and did not take it back"
    assert (shown.proven, graded(shown), shown.approvals[0].why_not) == (0, Grade.R0, (why,))


@pytest.mark.parametrize(
    "against",
    [
        pytest.param(rejection(time=AFTER), id="after the merge"),
        pytest.param(
            rejection(asserted_at="2026-03-02T10:00:00Z"), id="taken back by the approval"
        ),
        pytest.param(rejection(strength=Strength.UNCHECKED), id="it does not hold"),
        pytest.param(rejection(problems=(STRANGE,)), id="a stranger"),
        pytest.param(
            rejection(time=None, principals=(), problems=(UNTIMED, STRANGE)),
            id="a stranger, and when is unknown",
        ),
    ],
)
def test_a_rejection_that_does_not_stand_takes_nothing_away(against: SignedApproval) -> None:
    assert graded(with_rejection(against)) is Grade.R4


def test_another_persons_approval_takes_no_rejection_back() -> None:
    shown = with_rejection(rejection(CLEO, asserted_at="2026-03-02T10:00:00Z"))
    assert graded(shown) is Grade.R0


@pytest.mark.parametrize(("request_", "grade"), [(7, Grade.R0), (None, Grade.R4)])
def test_what_was_signed_of_a_request_is_not_of_what_was_pushed_past_all(
    request_: int | None, grade: Grade
) -> None:
    one = msgspec.structs.replace(approval(), change=Change(request=request_))
    pushed = merged(request=None, branch=None, outside=True)
    assert graded(sworn(found(one), about(merge=pushed))) is grade
