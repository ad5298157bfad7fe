"""Whom git cannot tell from another leaves a merger or a voter undecided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN
from histories import CAROL, CHANGE_ID, CLAUDE, judged, newest, people

if TYPE_CHECKING:
    from gitrepo import Repo


def grade_of(repo: Repo, author: str, committer: str | None = None) -> tuple[str, bool | None]:
    repo.commit("Begin", author="Ann Lee <ann@lee.dev>")
    repo.commit("Own", author=CAROL, branch="side", at="main")
    repo.commit("Work", author=author, committer=committer, branch="side")
    repo.merge("side", author=BEN)
    return judged(repo)


@pytest.mark.parametrize(
    ("author", "committer"),
    [
        ("Harsh <harsh@Harsh.local>", None),
        ("Harsh <harsh@mac.home>", None),
        ("Harsh <harsh@192.168.0.2>", None),
        ("Harsh <harsh@YigitOzc.>", None),
        ("Test <test@fritz.box>", None),
        ("CI Bot <ci@beads.test>", None),
        (CAROL, "CI Bot <ci@beads.test>"),
    ],
)
def test_one_commit_of_whoever_it_may_be_leaves_the_merger_undecided(
    repo: Repo, author: str, committer: str | None
) -> None:
    assert grade_of(repo, author, committer) == ("R0", None)


def test_a_name_that_one_person_alone_bears_says_whose_a_machines_address_is(repo: Repo) -> None:
    assert grade_of(repo, "Ann Lee <ann@Anns-Mac.local>") == ("R2", False)


def test_a_name_that_two_bear_does_not(repo: Repo) -> None:
    repo.commit("Before", author="Ann Lee <other@lee.dev>")
    assert grade_of(repo, "Ann Lee <ann@Anns-Mac.local>") == ("R0", None)


def test_the_person_at_a_workers_address_answers_for_what_they_committed(repo: Repo) -> None:
    worker = "beads/crew/leeloo <xexr@xexr.com>"
    assert grade_of(repo, worker, "Xexr <xexr@xexr.com>") == ("R2", False)


def test_the_mergers_fork_is_known_by_any_of_their_names(repo: Repo) -> None:
    repo.commit("Begin", author=ALICE)
    repo.commit("Work", author="Dustin Brown <dustin@dolt.dev>", branch="side", at="main")
    repo.commit("Work", author=CAROL, branch="side")
    message = "Merge pull request #7 from coffeegoddd/side"
    repo.merge("side", message=message, author="coffeegoddd \u2615 <dustin@dolt.dev>")
    assert "an account that is called as the merger is" in " ".join(newest(repo).review.evidence)


def test_of_two_spellings_the_one_of_several_words_is_shown(repo: Repo) -> None:
    repo.commit(
        "Work", author="basalt <steve@yegge.dev>", committer="Steve Yegge <steve@yegge.dev>"
    )
    assert people(repo) == ("Steve Yegge: author committer",)


@pytest.mark.parametrize(
    ("author", "merger"),
    [
        ("Ben Ode <ben@firm.mail>", "ben_ode <bo@club.mail>"),
        ("Alice Smith <alice_smith@firm.mail>", "Al <alice.smith@club.mail>"),
        ("root <root@one.mail>", "root <root@two.mail>"),
        ("Your Name <you@one.mail>", "Your Name <me@two.mail>"),
    ],
)
def test_names_that_may_be_one_hands_decide_nothing(repo: Repo, author: str, merger: str) -> None:
    repo.commit("Begin", author="Ann Lee <ann@lee.dev>")
    repo.commit("Work", author=author, branch="side", at="main")
    repo.merge("side", author=merger)
    assert judged(repo) == ("R0", None)


def test_a_fork_with_a_hyphen_is_known(repo: Repo) -> None:
    repo.commit("Begin", author=ALICE)
    repo.commit("Work", author=CAROL, branch="side", at="main")
    message = "Merge pull request #7 from jane-doe/side"
    repo.merge("side", message=message, author="Jane Doe <jane-doe@club.mail>")
    assert newest(repo).review.self_merged is None


def test_a_vote_on_an_agents_commit_without_a_person_shows_nobody(repo: Repo) -> None:
    work = f"Work\n\nCo-authored-by: Zed <zed@zz.dev>\nChange-Id: {CHANGE_ID}"
    commit = repo.commit(work, author=CLAUDE)
    repo.note("refs/notes/review", commit, "Code-Review+2: Carol Reyes <carol@firm.mail>\n")
    assert newest(repo).review.grade == "R1"
