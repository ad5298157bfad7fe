"""Pull requests of the forge until they are merged: pushes, reviews and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forges import Protection, Small, said, small

if TYPE_CHECKING:
    from pathlib import Path

    from forges import Pull


@pytest.fixture
def firm(tmp_path: Path) -> Small:
    return small(tmp_path)


def lines(pull: Pull) -> list[tuple[str, str | None]]:
    return [(each.kind, each.actor.login if each.actor else None) for each in pull.events]


def test_an_open_pull_request_has_a_branch_and_a_ref_of_its_own(firm: Small) -> None:
    base = firm.shop.heads["main"]
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    refs = firm.shop.git.run("for-each-ref", "--format=%(refname) %(objectname)").decode()
    assert refs.splitlines() == [
        f"refs/heads/change-1 {pull.head_oid}",
        f"refs/heads/main {base}",
        f"refs/pull/1/head {pull.head_oid}",
    ]
    assert (pull.base_oid, pull.commits) == (base, [pull.head_oid])


def test_a_push_moves_the_head_and_is_in_the_activity(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    first = pull.head_oid
    second = pull.commit(firm.ben, "More", {"a.py": "2\n"})
    assert pull.commits == [first, second]
    last = firm.shop.activity[-1]
    assert (last.kind, last.before, last.after) == ("push", first, second)
    assert last.actor is firm.ben
    assert pull.events == []


def test_a_force_push_says_what_was_before_and_after(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    first = pull.head_oid
    second = pull.force_push(firm.ann, "Other", {"a.py": "2\n"})
    event = pull.events[-1]
    assert (event.kind, event.before, event.after) == ("HeadRefForcePushedEvent", first, second)
    assert (firm.shop.activity[-1].kind, pull.commits) == ("force_push", [second])


def test_what_another_program_pushed_is_found(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a/b/c.py": "1\n"})
    tree = firm.shop.git.run("rev-parse", f"{pull.head_oid}^{{tree}}").decode().strip()
    made = firm.shop.git.run(
        *("-c", "user.name=Eve", "-c", "user.email=eve@firm.mail"),
        *("commit-tree", tree, "-p", pull.head_oid, "-m", "By git"),
    )
    pull.push(firm.ben, made.decode().strip())
    assert firm.shop.git.get(pull.head_oid).message == "By git"
    assert len(pull.commits) == 2
    assert sorted(firm.shop.git.files(pull.head_oid)) == ["README.md", "a/b/c.py"]


def test_a_review_is_of_the_head_or_of_what_its_client_names(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    first = pull.head_oid
    second = pull.commit(firm.ann, "More", {"a.py": "2\n"})
    pull.review(firm.ben)
    pull.review(firm.ben, "COMMENTED", commit=first)
    pull.review(firm.ben, "COMMENTED", commit=None)
    assert [each.commit for each in pull.reviews] == [second, first, None]


def test_nobody_approves_their_own(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    with pytest.raises(ValueError, match="approve your own"):
        pull.review(firm.ann)
    assert pull.review(firm.ann, "COMMENTED").state == "COMMENTED"


def test_only_the_timeline_says_what_a_dismissed_review_said(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    review = pull.review(firm.ben)
    pull.dismiss(review, firm.ann, "changed")
    event = pull.events[-1]
    assert review.state == "DISMISSED"
    assert (event.kind, event.was, event.text) == ("ReviewDismissedEvent", "APPROVED", "changed")
    assert event.review is review


@pytest.mark.parametrize(("update", "state"), [(True, "APPROVED"), (False, "DISMISSED")])
def test_an_approval_is_dismissed_by_a_push_that_changes_the_change(
    firm: Small, *, update: bool, state: str
) -> None:
    firm.shop.protect("main", Protection(dismiss_stale=True))
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    firm.shop.direct(firm.ann, "Elsewhere", {"b.py": "1\n"})
    review, comment = pull.review(firm.ben), pull.review(firm.ben, "COMMENTED")
    if update:
        pull.update_branch(firm.ann)
    else:
        pull.commit(firm.ann, "More", {"a.py": "2\n"})
    assert (review.state, comment.state) == (state, "COMMENTED")
    assert [each.commit for each in pull.events] == ([] if update else [pull.head_oid])


def test_an_update_is_a_signed_merge_of_the_base_by_the_forge(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    first = pull.head_oid
    base = firm.shop.direct(firm.ann, "Elsewhere", {"b.py": "1\n"})
    made = firm.shop.git.get(pull.update_branch(firm.ben))
    assert (made.parents, made.signed) == ((first, base), True)
    assert (made.author.name, made.committer.name) == ("Ben Ode", "GitHub")
    assert sorted(firm.shop.git.files(made.oid)) == ["README.md", "a.py", "b.py"]
    with pytest.raises(ValueError, match="no new commits"):
        pull.update_branch(firm.ben)


def test_a_fork_s_branch_is_not_in_the_repository(firm: Small) -> None:
    pull = firm.shop.open(firm.ben, "One", {"a.py": "1\n"}, fork="ben/shop")
    pull.commit(firm.ben, "More", {"a.py": "2\n"})
    assert (list(firm.shop.heads), firm.shop.activity) == (["main"], [])
    assert firm.shop.git.run("rev-parse", "refs/pull/1/head").decode().strip() == pull.head_oid


def test_without_its_branch_a_pull_request_is_closed_until_it_is_there_again(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    firm.shop.delete_branch(firm.ben, pull.head_ref)
    assert not pull.open
    firm.shop.push(firm.ann, pull.head_ref, pull.head_oid)
    pull.reopen(firm.ann)
    assert [kind for kind, _ in lines(pull)] == [
        "HeadRefDeletedEvent",
        "ClosedEvent",
        "HeadRefRestoredEvent",
        "ReopenedEvent",
    ]


def test_each_act_has_a_line_in_the_order_of_time(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"}, draft=True)
    pull.ready(firm.ann)
    pull.label(firm.ben, "big")
    pull.request(firm.ann, firm.ben)
    pull.close(firm.ben)
    pull.reopen(firm.ann)
    assert lines(pull) == [
        ("ReadyForReviewEvent", "ann"),
        ("LabeledEvent", "ben"),
        ("ReviewRequestedEvent", "ann"),
        ("ClosedEvent", "ben"),
        ("ReopenedEvent", "ann"),
    ]
    times = [each.at for each in pull.events]
    assert times == sorted(times)
    assert pull.updated_at == times[-1]


def test_a_commit_is_linked_to_an_account_that_has_its_address_since(firm: Small) -> None:
    firm.shop.make(("Mia", "mia@firm.mail"), "One", {"a.py": "1\n"})
    assert firm.forge.linked("mia@firm.mail") is None
    mia = firm.forge.account("mia", "Mia", "mia@firm.mail")
    assert firm.forge.linked("mia@firm.mail") is firm.forge.linked("MIA@firm.mail") is mia
    assert firm.forge.linked(f"{mia.id}+mia@users.noreply.github.com") is mia
    firm.forge.delete(mia)
    assert firm.forge.linked("mia@firm.mail") is None


def test_who_is_deleted_is_nobody_to_graphql_and_the_ghost_to_rest(firm: Small) -> None:
    firm.shop.open(firm.ben, "One", {"a.py": "1\n"})
    firm.forge.delete(firm.ben)
    query = '{repository(owner:"firm",name:"shop"){pullRequest(number:1){author{login}}}}'
    found = firm.forge.query(query)
    assert found == {"data": {"repository": {"pullRequest": {"author": None}}}}
    shown = said(firm.forge, "/pulls/1")
    assert isinstance(shown, dict)
    assert (shown["user"]["login"], shown["user"]["id"]) == ("ghost", 10137)
