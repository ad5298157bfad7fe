"""Audits that read signed statements: on a firm's forge, with its gate, keys and decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.approval.posted import posted
from affidavit.changes.exceptional import UNGATED
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade
from affidavit.package.summary import summary
from authenticator import security_key
from gates import CI, STRANGER
from signed_approvals import row
from sworn_desk import FILES, SOFT, Sworn, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.ledger.key import SigningKey


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


@pytest.mark.parametrize("style", ["squash", "merge", "rebase"])
def test_a_change_signed_by_a_proven_hand_and_let_through_is_r4(sworn: Sworn, style: str) -> None:
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    sworn.decide(pull)
    landing = sworn.landing(pull.merge(sworn.firm.ben, style))
    assert landing.sworn
    assert [one.why_not for one in landing.sworn.approvals] == [()]
    assert (landing.review.grade, state(landing)) == (Grade.R4, GateState.ALLOWED)
    assert UNGATED not in landing.exceptions


OTHER = security_key(seed=2)


@pytest.mark.parametrize(
    ("approver", "grade"), [("cleo", Grade.R4), ("ben", Grade.R2), (None, Grade.R2)]
)
def test_a_key_is_enrolled_by_a_change_that_another_person_approved_on_the_forge(
    sworn: Sworn, approver: str | None, grade: Grade
) -> None:
    firm = sworn.firm
    lines = f"{FILES['affidavit/allowed_signers']}{row('ben@firm.mail', OTHER)}"
    enrolling = firm.opened({"affidavit/allowed_signers": lines})
    if approver is not None:
        enrolling.review({"cleo": firm.cleo, "ben": firm.ben}[approver])
    enrolling.merge(firm.cleo, "squash")
    pull = firm.opened()
    pull.review(firm.cleo, "COMMENTED", body=posted(sworn.approve(pull, OTHER)))
    assert sworn.landing(pull.merge(firm.ben, "squash")).review.grade is grade


def test_a_key_of_software_shows_no_hand(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    pull.review(sworn.firm.ben, "COMMENTED", body=posted(sworn.approve(pull, SOFT)))
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert landing.review.grade is Grade.R2
    assert landing.sworn
    assert landing.sworn.approvals[0].why_not == ("signed, presence unproven",)


def test_a_signature_that_nobody_else_saw_before_the_merge_does_not_count(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    sworn.approve(pull)
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert (landing.sworn and landing.sworn.proven, landing.review.grade) == (0, Grade.R2)


def test_a_signature_of_an_author_does_not_count(sworn: Sworn) -> None:
    pull = sworn.firm.opened(by=sworn.firm.ben)
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    landing = sworn.landing(pull.merge(sworn.firm.cleo, "squash"))
    assert landing.review.grade is Grade.R2
    assert landing.sworn
    assert "among the authors" in landing.sworn.approvals[0].why_not[0]


def test_a_signature_is_not_carried_to_what_was_pushed_after_it(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    sworn.decide(pull)
    pull.commit(sworn.firm.ann, "More", {"more.py": "y = 2\n"})
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert (landing.review.grade, state(landing)) == (Grade.R2, GateState.NONE)
    assert UNGATED in landing.exceptions


@pytest.mark.parametrize(
    ("verdict", "key", "expected"),
    [
        ("refused", CI, GateState.REFUSED),
        ("undecided", CI, GateState.UNDECIDED),
        ("allowed", STRANGER, GateState.NONE),
    ],
)
def test_a_landing_that_was_not_let_through_is_an_exception(
    sworn: Sworn, verdict: str, key: SigningKey, expected: GateState
) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull, verdict, key)
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert (state(landing), UNGATED in landing.exceptions) == (expected, True)


def test_a_decision_after_the_merge_comes_too_late(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    merged = pull.merge(sworn.firm.ben, "squash")
    sworn.firm.forge.clock.advance(seconds=1)
    sworn.decide(pull)
    landing = sworn.landing(merged)
    assert (state(landing), UNGATED in landing.exceptions) == (GateState.NONE, True)


def test_every_landing_is_listed_where_no_decision_is_known(sworn: Sworn) -> None:
    pushed = sworn.firm.shop.direct(sworn.firm.ann, "Hotfix", {"fix.py": "1\n"})
    landing = sworn.landing(pushed)
    assert (state(landing), UNGATED in landing.exceptions) == (GateState.NONE, True)


def test_the_first_landing_with_a_gate_needed_none(sworn: Sworn) -> None:
    landing = sworn.landing(sworn.firm.base)
    assert UNGATED not in landing.exceptions


def test_without_a_forge_a_leave_is_unknown_for_nobody_says_when_it_was_merged(
    sworn: Sworn,
) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull)
    landing = sworn.landing(pull.merge(sworn.firm.ben, "merge"), forge=False)
    assert (state(landing), UNGATED in landing.exceptions) == (GateState.UNKNOWN, True)


def test_the_summary_says_how_many_landings_the_gate_allowed(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull)
    pull.merge(sworn.firm.ben, "squash")
    sworn.firm.shop.direct(sworn.firm.ann, "Hotfix", {"fix.py": "1\n"})
    told = "gate           allowed 1 of 3 (33.3%) of the landings whose base asks for it"
    assert f"{told}; 2 of 5 were not asked" in list(summary(sworn.report()))
