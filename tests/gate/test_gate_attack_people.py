"""Approvals that are nobody's, the author's own, of something else, or taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forges import faults
from gate_desk import ALLOWED, MET, REFUSED, TICKED, UNDECIDED, UNKNOWN, UNMET, Desk, held
from gates import COMPLETE, CONFIG, found, statuses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECOND = CONFIG.replace(
    'accounts = ["127.0.0.1:ann"]', 'accounts = ["127.0.0.1:ann", "127.0.0.1:ann-home"]'
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    with made.forge:
        yield made


@pytest.mark.parametrize("login", ["copilot-pull-request-reviewer", "claude", "helper"])
def test_a_programs_approval_is_nobodys(desk: Desk, login: str) -> None:
    bot = desk.forge.bot(login)
    desk.shop.roles[bot] = "write"
    pull = desk.passing(desk.opened())
    pull.review(bot, body=TICKED)
    assert held(desk.answer(pull), "reviewed", "checklist") == {
        "reviewed": UNMET, "checklist": UNKNOWN,
    }  # fmt: skip
    pull.review(desk.ben, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_the_agents_own_account_does_not_approve_what_ann_opened_for_it(desk: Desk) -> None:
    pull = desk.passing(desk.opened())
    pull.commit(desk.copilot, "More", {"cart.py": "x = 2\n"})
    desk.passing(pull)
    pull.review(desk.copilot, body=TICKED)
    assert held(desk.answer(pull), "reviewed") == {"reviewed": UNMET}
    pull.review(desk.ben, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_who_had_an_agent_make_it_does_not_review_it(desk: Desk) -> None:
    pull = desk.of_agent()
    pull.review(desk.ann, body=TICKED)
    answer = desk.answer(pull)
    assert held(answer, "reviewed") == {"reviewed": UNMET}
    assert "ann: " in found(answer, "reviewed")
    pull.review(desk.ben, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_a_second_account_that_the_base_declares_is_its_author(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"affidavit.toml": SECOND})
    with desk.forge:
        again = desk.forge.account("ann-home", "A. Lee", "lee@home.mail")
        desk.shop.roles[again] = "write"
        pull = desk.passing(desk.opened())
        pull.review(again, body=TICKED)
        assert held(desk.answer(pull), "reviewed") == {"reviewed": UNMET}
        pull.review(desk.ben, body=TICKED)
        assert desk.answer(pull).verdict is ALLOWED


def test_a_second_account_that_commits_show_to_be_the_authors_is_the_author(desk: Desk) -> None:
    again = desk.forge.account("ann-lee", "Ann Lee", "lee@home.mail")
    desk.shop.roles[again] = "write"
    pull = desk.opened()
    pull.commit(desk.ann, "By the other", {"cart.py": "x = 2\n"}, author=again)
    desk.passing(pull)
    pull.review(again, body=TICKED)
    assert held(desk.answer(pull), "reviewed") == {"reviewed": UNMET}


def test_one_person_under_two_accounts_is_not_two_persons(tmp_path: Path) -> None:
    two = CONFIG.replace(
        'accounts = ["127.0.0.1:ben"]', 'accounts = ["127.0.0.1:ben", "127.0.0.1:ben-home"]'
    )
    desk = Desk(tmp_path, {"affidavit.toml": two})
    with desk.forge:
        again = desk.forge.account("ben-home", "B. Ode", "ode@home.mail")
        desk.shop.roles[again] = "write"
        pull = desk.passing(desk.opened({"affidavit/policy/more.rego": "package more\n"}))
        pull.review(desk.ben, body=TICKED)
        pull.review(again, body=TICKED)
        assert held(desk.answer(pull), "gate-files") == {"gate-files": UNMET}
        pull.review(desk.cleo)
        assert desk.answer(pull).verdict is ALLOWED


def test_a_pusher_is_an_author_whatever_name_stands_in_the_commit(desk: Desk) -> None:
    pull = desk.opened()
    pull.commit(desk.ben, "By Ann, it says", {"cart.py": "x = 2\n"}, author=desk.ann)
    desk.passing(pull)
    pull.review(desk.ben, body=TICKED)
    assert held(desk.answer(pull), "reviewed") == {"reviewed": UNMET}
    pull.review(desk.cleo, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_who_pushed_is_not_known_and_so_nobody_is_surely_outside(desk: Desk) -> None:
    pull = desk.opened()
    pull.commit(desk.ben, "By Ann, it says", {"cart.py": "x = 2\n"}, author=desk.ann)
    desk.passing(pull)
    pull.review(desk.ben, body=TICKED)
    desk.forge.faults.order("/activity", faults.forbidden("contents=read"), times=None)
    answer = desk.live(pull).answer
    assert (answer.verdict, held(answer, "reviewed")) == (UNDECIDED, {"reviewed": UNKNOWN})
    desk.forge.faults.clear()
    pull.review(desk.cleo, body=TICKED)
    assert desk.live(pull).answer.verdict is ALLOWED


def test_an_account_that_nobody_knows_may_write_counts_for_nothing(desk: Desk) -> None:
    sue = desk.forge.account("sue", "Sue Else", "sue@else.mail")
    pull = desk.passing(desk.opened())
    pull.review(sue, body=TICKED)
    assert held(desk.live(pull).answer, "reviewed") == {"reviewed": UNMET}
    path = ("repository", "pullRequest", "reviews", "nodes", 0, "authorCanPushToRepository")
    desk.forge.faults.order("POST /graphql", faults.nothing_at(*path))
    assert held(desk.live(pull).answer, "reviewed") == {"reviewed": UNKNOWN}
    desk.forge.faults.clear()
    desk.shop.roles[sue] = "write"
    assert desk.live(pull).answer.verdict is ALLOWED


def test_an_approval_that_was_dismissed_is_none(desk: Desk) -> None:
    pull = desk.ready()
    assert desk.answer(pull).verdict is ALLOWED
    pull.dismiss(pull.reviews[0], desk.ann)
    answer = desk.answer(pull)
    assert (answer.verdict, statuses(answer)["reviewed"]) == (REFUSED, UNMET)


def test_an_approval_of_another_commit_is_not_of_this_one(desk: Desk) -> None:
    other = desk.ready({"other.py": "1\n"})
    pull = desk.passing(desk.opened({"evil.py": "1\n"}))
    pull.review(desk.ben, commit=other.head_oid, body=TICKED)
    answer = desk.answer(pull)
    assert held(answer, "reviewed") == {"reviewed": UNMET}
    assert f"approved {other.head_oid[:12]}" in found(answer, "reviewed")
    assert desk.answer(other).verdict is ALLOWED


def test_an_approval_that_names_a_head_before_it_was_pushed_is_not_of_it(desk: Desk) -> None:
    pull = desk.opened()
    coming = desk.shop.make(desk.ann, "Coming", {"evil.py": "1\n"}, on=pull.head_oid)
    pull.review(desk.ben, commit=coming, body=TICKED)
    pull.push(desk.ann, coming)
    desk.passing(pull)
    assert held(desk.answer(pull), "reviewed") == {"reviewed": UNMET}
    pull.review(desk.ben, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_a_merge_of_the_base_that_brings_more_does_not_carry_an_approval(desk: Desk) -> None:
    pull = desk.ready()
    desk.shop.direct(desk.cleo, "Else", {"else.py": "1\n"})
    main = desk.shop.heads["main"]
    files = desk.shop.git.merged(main, pull.head_oid)
    files["evil.py"] = ("100644", desk.shop.git.blob("evil = 1\n"))
    pull.push(desk.ann, desk.made(desk.shop.git.tree(files), pull.head_oid, main))
    desk.passing(pull)
    assert held(desk.answer(pull), "reviewed") == {"reviewed": UNMET}


def test_an_approval_does_not_outlive_a_change_of_the_base_branch(desk: Desk) -> None:
    named = desk.shop.direct(desk.ben, "All checks", {"affidavit.toml": COMPLETE})
    desk.shop.push(desk.ann, "weak", named)
    pull = desk.shop.open(desk.ann, "Add a cart", {"cart.py": "x = 1\n"}, base="weak")
    pull.review(desk.ben, body=TICKED)
    desk.passing(pull)
    assert desk.answer(pull).verdict is UNDECIDED
    assert desk.answer(pull, branches=("weak",)).verdict is ALLOWED
    pull.change_base(desk.ann, "main")
    answer = desk.answer(pull)
    assert (answer.change.branch, held(answer, "reviewed")) == ("main", {"reviewed": UNKNOWN})
    pull.review(desk.ben, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_answers_of_somebody_whose_approval_does_not_count_answer_nothing(desk: Desk) -> None:
    pull = desk.passing(desk.opened())
    pull.review(desk.ben)
    pull.review(desk.cleo, "COMMENTED", body=TICKED)
    pull.review(desk.copilot, body=TICKED)
    assert held(desk.answer(pull), "reviewed", "checklist") == {
        "reviewed": MET, "checklist": UNKNOWN,
    }  # fmt: skip
    pull.review(desk.cleo, body=TICKED)
    assert desk.answer(pull).verdict is ALLOWED


def test_a_co_author_that_an_agent_made_up_has_not_prompted_it(desk: Desk) -> None:
    made_up = "Add\n\nCo-authored-by: Zoe Who <zoe@firm.mail>\n"
    pull = desk.shop.open(desk.copilot, "Add", {"cart.py": "x = 1\n"}, message=made_up)
    desk.passing(pull)
    pull.review(desk.ben, body=TICKED)
    assert held(desk.answer(pull), "reviewed") == {"reviewed": UNMET}
    pull.review(desk.cleo)
    assert desk.answer(pull).verdict is ALLOWED
