"""How the forge merges: which commits each way makes, and what it says of them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from forges import Protection, Small, queue_rule, small

if TYPE_CHECKING:
    from pathlib import Path

    from forges import Pull


@pytest.fixture
def firm(tmp_path: Path) -> Small:
    return small(tmp_path)


def two_commits(firm: Small) -> Pull:
    """A pull request of two authors, whose commits are signed."""
    pull = firm.shop.open(firm.ann, "Add it", {"a.py": "1\n"})
    pull.commit(firm.ben, "Finish it", {"b.py": "1\n"}, signed=True)
    return pull


def kinds(pull: Pull) -> list[str]:
    return [each.kind for each in pull.events]


def test_a_merge_has_both_parents_and_is_signed_by_the_forge(firm: Small) -> None:
    pull = two_commits(firm)
    base = firm.shop.heads["main"]
    made = firm.shop.git.get(pull.merge(firm.ben, "merge"))
    assert (made.parents, made.signed) == ((base, pull.head_oid), True)
    assert (made.author.name, made.committer.name) == ("Ben Ode", "GitHub")
    assert made.message == "Merge pull request #1 from firm/change-1\n\nAdd it"
    assert firm.shop.heads["main"] == pull.merge_oid == made.oid
    assert (pull.merged_by, kinds(pull)) == (firm.ben, ["MergedEvent", "ClosedEvent"])
    assert firm.shop.activity[-1].kind == "pr_merge"


def test_a_squash_is_one_commit_of_the_first_author_that_names_the_others(firm: Small) -> None:
    pull = two_commits(firm)
    base = firm.shop.heads["main"]
    made = firm.shop.git.get(pull.merge(firm.ben, "squash"))
    assert (made.parents, made.signed) == ((base,), True)
    assert (made.author.name, made.committer.name) == ("Ann Lee", "GitHub")
    assert made.message == (
        "Add it (#1)\n\n* Add it\n\n* Finish it\n\nCo-authored-by: Ben Ode <ben@firm.mail>"
    )
    assert made.tree == firm.shop.git.get(pull.head_oid).tree


def test_a_rebase_makes_other_commits_without_signatures(firm: Small) -> None:
    pull = two_commits(firm)
    firm.shop.direct(firm.ann, "Elsewhere", {"c.py": "1\n"})
    pull.update_branch(firm.ann)
    last = firm.shop.git.get(pull.merge(firm.ben, "rebase"))
    first = firm.shop.git.get(last.parents[0])
    landed, inner = [first, last], [firm.shop.git.get(oid) for oid in pull.commits[:2]]
    assert [each.author for each in landed] == [each.author for each in inner]
    assert [each.committer.name for each in landed] == ["Ben Ode", "Ben Ode"]
    assert [each.signed for each in landed] == [False, False]
    assert (pull.merge_oid, firm.shop.heads["main"]) == (last.oid, last.oid)
    assert sorted(firm.shop.git.files(last.oid)) == ["README.md", "a.py", "b.py", "c.py"]
    assert firm.shop.pulls_of(first.oid) == [pull]


def test_a_removed_file_stays_removed_after_a_rebase(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "Remove", {"README.md": None, "a.py": "1\n"})
    assert sorted(firm.shop.git.files(pull.merge(firm.ben, "rebase"))) == ["a.py"]


def test_the_queue_tests_a_commit_of_its_own_and_lands_that(firm: Small) -> None:
    pull = two_commits(firm)
    base = firm.shop.heads["main"]
    group = pull.enqueue(firm.ben)
    assert group.branch == f"gh-readonly-queue/main/pr-1-{base}"
    assert firm.shop.heads[group.branch] == group.commit
    assert firm.shop.git.get(group.commit).parents == (base, pull.head_oid)
    assert pull.land() == firm.shop.heads["main"] == group.commit
    assert pull.merged_by is not None
    assert (pull.merged_by.kind, group.branch in firm.shop.heads) == ("Bot", False)
    assert kinds(pull) == [
        "AddedToMergeQueueEvent",
        "MergedEvent",
        "ClosedEvent",
        "RemovedFromMergeQueueEvent",
    ]
    assert "merge_queue_merge" in [each.kind for each in firm.shop.activity]


def test_a_queue_merges_as_its_rule_says(firm: Small) -> None:
    firm.shop.ruleset(firm.ann, "Queue", [queue_rule(method="SQUASH")])
    pull = two_commits(firm)
    base = firm.shop.heads["main"]
    assert firm.shop.git.get(pull.enqueue(firm.ben).commit).parents == (base,)


def test_a_group_on_an_old_base_does_not_land(firm: Small) -> None:
    pull = two_commits(firm)
    pull.enqueue(firm.ben)
    firm.shop.direct(firm.ann, "Meanwhile", {"c.py": "1\n"})
    with pytest.raises(ValueError, match="head of the merge queue"):
        pull.land()
    pull.leave_queue(firm.ann)
    assert (pull.group, pull.open) == (None, True)


def test_auto_merge_waits_for_reviews_and_checks(firm: Small) -> None:
    firm.shop.protect("main", Protection(reviews=1, checks=("test",)))
    pull = two_commits(firm)
    pull.auto_merge(firm.ann, "squash")
    assert pull.open
    pull.review(firm.ben)
    assert pull.open
    firm.shop.checks.passes(pull.head_oid, "test")
    assert (pull.open, pull.merged_by) == (False, firm.ann)


def test_no_auto_merge_once_it_was_stopped(firm: Small) -> None:
    firm.shop.protect("main", Protection(reviews=1))
    pull = two_commits(firm)
    pull.auto_merge(firm.ann, "squash")
    pull.stop_auto_merge(firm.ben)
    pull.review(firm.ben)
    assert pull.open


def test_a_push_of_the_head_to_the_base_merges_indirectly(firm: Small) -> None:
    firm.shop.protect("main", Protection(reviews=1, checks=("test",)))
    pull = two_commits(firm)
    firm.shop.push(firm.ann, "main", pull.head_oid)
    assert (pull.open, pull.merged_by, pull.merge_oid) == (False, firm.ann, pull.head_oid)
    assert firm.shop.activity[-1].kind == "push"


def test_a_merge_takes_along_what_it_was_built_on(firm: Small) -> None:
    below = firm.shop.open(firm.ann, "Below", {"a.py": "1\n"})
    top = firm.shop.make(firm.ben, "Above", {"b.py": "1\n"}, on=below.head_oid)
    above = firm.shop.open(firm.ben, "Above", {}, head=top)
    oid = above.merge(firm.ann, "merge")
    assert (above.merge_oid, above.merged_by) == (oid, firm.ann)
    assert (below.merge_oid, below.merged_by) == (below.head_oid, firm.ann)
    assert [kinds(each) for each in (below, above)] == [["MergedEvent", "ClosedEvent"]] * 2


def test_a_branch_that_was_forced_back_lost_its_commits(firm: Small) -> None:
    first = firm.shop.heads["main"]
    second = firm.shop.direct(firm.ann, "Second", {"a.py": "1\n"})
    assert firm.shop.reach("main") == {first, second}
    firm.shop.push(firm.ann, "main", first)
    assert firm.shop.reach("main") == {first}
    assert firm.shop.activity[-1].kind == "force_push"


def test_git_finds_every_object_whole_and_clones_it(firm: Small, tmp_path: Path) -> None:
    two_commits(firm).merge(firm.ben, "merge")
    two_commits(firm).merge(firm.ben, "rebase")
    firm.shop.open(firm.ann, "Deep", {"a/b/c.py": "1\n", "a/b.py": "1\n", "a.b": ""})
    assert firm.shop.git.run("fsck", "--strict", "--full", "--no-dangling") == b""
    subprocess.run(
        ["git", "clone", "-q", str(firm.shop.git.path), str(tmp_path / "clone")], check=True
    )
    assert (tmp_path / "clone" / "a.py").read_text() == "1\n"
