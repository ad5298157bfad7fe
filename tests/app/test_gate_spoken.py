"""Who really speaks: a program that types a person's name, an edited review, an old label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forges import faults
from gate_desk import ALLOWED, DEFAULT_POLICY, MET, REFUSED, UNDECIDED, UNKNOWN, UNMET, Desk
from gates import CHECKLIST, found, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forges import Pull

NONE = CHECKLIST.format(use="none")
BOXES = NONE.partition("- [x] AI use")[0]
DEPENDENCY = {"requirements.txt": "x\n"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with made.forge:
        yield made


@pytest.fixture
def judging(tmp_path: Path) -> Iterator[Desk]:
    """A firm whose base has the policy that comes with the gate."""
    made = Desk(tmp_path, DEFAULT_POLICY)
    with made.forge:
        yield made


def test_a_name_that_a_program_typed_leaves_one_person_too_few(desk: Desk) -> None:
    bot = desk.forge.bot("github-actions")
    desk.shop.roles[bot] = "write"
    head = desk.shop.make(desk.ann, "Add a cart", {"cart.py": "x = 1\n"})
    pull = desk.opened_at(head, by=bot)
    answer = desk.answer(pull)
    assert (answer.verdict, statuses(answer)["reviewed"]) == (REFUSED, UNMET)
    pull.review(desk.cleo, body=NONE)
    assert desk.answer(pull).verdict is ALLOWED


def ticked(desk: Desk, use: str, review: str = BOXES) -> Pull:
    """A request whose text answers the question about AI, and a review."""
    body = f"- [x] AI use: {use}\n" if use else ""
    pull = desk.passing(desk.opened({**DEPENDENCY, f"{use}.txt": "x\n"}, body=body))
    pull.review(desk.cleo, body=review)
    return pull


def test_the_authors_own_box_is_no_answer_for_the_default_policy(judging: Desk) -> None:
    told = [judging.answer(ticked(judging, use)) for use in ("", "none", "assisted")]
    assert [one.verdict for one in told] == [REFUSED] * 3
    assert [{each.id for each in one.policy.reasons} for one in told] == [
        {"ai.known", "persons.enough"}, {"ai.known", "persons.enough"}, {"persons.enough"},
    ]  # fmt: skip
    assert judging.answer(ticked(judging, "none", NONE)).verdict is ALLOWED


def test_what_an_edited_review_answers_is_not_known(desk: Desk) -> None:
    pull = desk.passing(desk.opened())
    review = pull.review(desk.ben, body="Fine")
    assert desk.answer(pull).verdict is UNDECIDED
    pull.edit_review(review, NONE)
    answer = desk.answer(pull, require=("ai-declared",))
    told = statuses(answer)
    assert (answer.verdict, told["reviewed"], told["checklist"], told["ai-declared"]) == (
        UNDECIDED, MET, UNKNOWN, UNKNOWN,
    )  # fmt: skip
    assert "not counted: ben: the review was edited at " in found(answer, "checklist")
    pull.review(desk.cleo, body=NONE)
    assert desk.answer(pull).verdict is ALLOWED


def labelled(desk: Desk) -> Pull:
    """A request that somebody entitled calls an emergency."""
    pull = desk.opened()
    pull.label(desk.ben, "emergency")
    return pull


def test_a_label_of_an_emergency_is_of_what_was_pushed_before_it(desk: Desk) -> None:
    pull = labelled(desk)
    before = desk.asked(pull).input.emergency
    pull.commit(desk.ann, "More", {"evil.py": "1\n"})
    after = desk.asked(pull).input.emergency
    assert (before.labelled, before.entitled) == (True, True)
    assert (after.labelled, after.entitled) == (True, False)
    pull.unlabel(desk.ben, "emergency")
    pull.label(desk.ben, "emergency")
    assert desk.asked(pull).input.emergency.entitled is True


def test_where_pushes_are_not_told_nobody_knows_what_a_label_is_of(desk: Desk) -> None:
    pull = labelled(desk)
    assert desk.live(pull).input.emergency.entitled is True
    desk.forge.faults.order("activity", faults.forbidden("", 403), times=None)
    assert desk.live(pull).input.emergency.entitled is None
