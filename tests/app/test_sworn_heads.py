"""What a landing merged: never more than somebody signed or the gate decided about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.approval.posted import posted
from affidavit.changes.exceptional import UNGATED
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade, Kind
from authenticator import security_key
from signed_approvals import row
from sworn_desk import FILES, Sworn, state

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from affidavit.changes.model import Landing
    from forges import Pull

OTHER = security_key(seed=2)
CART = {"cart.py": "x = 1\n"}
EVIL: dict[str, str | bytes | None] = {"evil.py": "x\n"}


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def signed_for(sworn: Sworn) -> Pull:
    """A request that was approved by a proven hand and on the forge, and that the gate allowed."""
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    pull.review(sworn.firm.cleo)
    sworn.decide(pull)
    return pull


def by_hand(sworn: Sworn, pull: Pull, more: Mapping[str, str | bytes | None]) -> Landing:
    """The request merged by Ann herself, with `more` files that neither side has."""
    shop = sworn.firm.shop
    parents = (shop.heads["main"], pull.head_oid)
    merge = shop.make(sworn.firm.ann, "Merge it", {**CART, **more}, parents=parents)
    shop.push(sworn.firm.ann, "main", merge)
    pull.merge_oid, pull.brought = merge, (merge, pull.head_oid)
    return sworn.landing(merge)


@pytest.mark.parametrize(
    ("more", "grade", "known"), [(EVIL, Grade.R1, False), ({}, Grade.R4, True)]
)
def test_of_a_merge_by_hand_that_holds_more_than_its_sides_nothing_was_signed(
    sworn: Sworn, more: Mapping[str, str | bytes | None], grade: Grade, *, known: bool
) -> None:
    landing = by_hand(sworn, signed_for(sworn), more)
    assert landing.sworn
    found = (landing.kind, landing.review.grade, landing.sworn.head is not None)
    assert found == (Kind.MERGE, grade, known)


def test_of_a_merge_by_hand_that_holds_more_than_its_sides_the_gate_allowed_nothing(
    sworn: Sworn,
) -> None:
    landing = by_hand(sworn, signed_for(sworn), EVIL)
    assert (state(landing), UNGATED in landing.exceptions) == (GateState.UNKNOWN, True)


def on_top(sworn: Sworn, pull: Pull, message: str) -> Landing:
    """The request's head on the branch with another commit after it, pushed as one."""
    shop = sworn.firm.shop
    after = shop.make(sworn.firm.ann, message, EVIL, on=pull.head_oid)
    shop.push(sworn.firm.ann, "main", after)
    pull.merge_oid = after
    return sworn.landing(after)


@pytest.mark.parametrize("message", ["Evil", "Add a cart", "Add a cart (#1)"])
def test_a_commit_on_top_of_what_was_signed_was_not_signed(sworn: Sworn, message: str) -> None:
    landing = on_top(sworn, signed_for(sworn), message)
    assert landing.sworn
    found = (landing.kind, landing.review.grade, state(landing), landing.sworn.head)
    assert found == (Kind.LINEAR, Grade.R1, GateState.UNKNOWN, None)


def test_the_head_that_was_pushed_to_the_branch_itself_is_what_was_signed(sworn: Sworn) -> None:
    pull = signed_for(sworn)
    sworn.firm.shop.push(sworn.firm.ben, "main", pull.head_oid)
    landing = sworn.landing(pull.head_oid)
    assert (landing.review.grade, state(landing)) == (Grade.R4, GateState.ALLOWED)


@pytest.mark.parametrize("way", ["on top", "by hand"])
def test_what_came_beside_an_approved_request_enrols_no_key(sworn: Sworn, way: str) -> None:
    lines = f"{FILES['affidavit/allowed_signers']}{row('cleo@firm.mail', OTHER)}"
    enrolling = sworn.firm.opened()
    enrolling.review(sworn.firm.ben)
    shop, ann = sworn.firm.shop, sworn.firm.ann
    added = {**CART, "affidavit/allowed_signers": lines}
    if way == "on top":
        made = shop.make(ann, "More", added, on=enrolling.head_oid)
    else:
        made = shop.make(ann, "Merge it", added, parents=(shop.heads["main"], enrolling.head_oid))
    shop.push(ann, "main", made)
    enrolling.merge_oid = made
    pull = sworn.firm.opened({"more.py": "1\n"})
    pull.review(sworn.firm.ben, "COMMENTED", body=posted(sworn.approve(pull, OTHER)))
    landing = sworn.landing(pull.merge(sworn.firm.ben, "squash"))
    assert (landing.review.grade, landing.sworn and landing.sworn.proven) == (Grade.R2, 0)
