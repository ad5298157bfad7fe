"""How a landing came onto the branch: histories whose truth is known, and what is told of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN, GITHUB
from histories import CAROL, Told, audited, newest, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitrepo import Repo

NONE = ("no-review-evidence",)
ONLY_ALICE = ("Alice Example: author",)


def initial(repo: Repo) -> None:
    repo.commit("Begin")


def linear(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Work")


def rebased(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Work", author=ALICE, committer=BEN)


def merged_by_another(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.commit("Two", branch="side")
    repo.merge("side", message="Merge branch 'side'", author=BEN)


def squashed(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.squash("side", "Work (#7)")


def squashed_with_its_commits(repo: Repo) -> None:
    repo.commit("Begin")
    head = repo.commit("One", author=BEN, branch="side", at="main")
    repo.ref("refs/pull/7/head", head)
    repo.squash("side", "Work (#7)")


def octopus(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="one", at="main")
    repo.commit("Two", author=CAROL, branch="two", at="main")
    repo.merge("one", "two", message="Merge branches 'one' and 'two'", author=BEN)


def unrelated(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Elsewhere", author=CAROL, branch="other", parents=())
    repo.merge("other", message="Merge branch 'other'", author=BEN)


def criss_cross(repo: Repo) -> None:
    """Each of two branches merges the other's first commit; then one is merged."""
    repo.commit("Begin")
    left = repo.commit("Left")
    right = repo.commit("Right", author=CAROL, branch="side", at=repo.parents(left)[0])
    repo.merge(right, message="Merge right", author=BEN)
    repo.merge(left, message="Merge left", author=CAROL, branch="side")
    repo.commit("More", author=CAROL, branch="side")
    repo.merge("side", message="Merge branch 'side'", author=BEN)


def fast_forward(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.branch("main", at="side")


def pulled(repo: Repo) -> None:
    """A foxtrot: what was on the branch becomes the second parent of a local merge."""
    repo.commit("Begin")
    repo.commit("Others'", author=CAROL, branch="upstream", at="main")
    repo.commit("Mine", author=BEN)
    repo.merge("upstream", message="Merge branch 'main' of github.com:o/r", author=BEN)


def pulled_from_remote(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Others'", author=CAROL, branch="upstream", at="main")
    repo.commit("Mine", author=BEN)
    repo.merge("upstream", message="Merge remote-tracking branch 'origin/main'", author=BEN)


def picked(repo: Repo) -> None:
    repo.commit("Begin")
    copied = f"Fix (#3)\n\n(cherry picked from commit {'a' * 40})"
    repo.commit(copied, author=CAROL, committer=BEN)


def reverted(repo: Repo) -> None:
    repo.commit("Begin")
    bad = repo.commit("Bad")
    repo.commit(f'Revert "Bad"\n\nThis reverts commit {bad}.', files={"main.txt": "first"})


def empty(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Trigger the build", files={})


def merge_of_nothing(repo: Repo) -> None:
    """A merge of what the branch already had: it brings no commit."""
    first = repo.commit("Begin")
    tip = repo.commit("Work")
    repo.commit("Merge branch 'old'", author=BEN, parents=(tip, first), files={})


def merge_of_another_merge(repo: Repo) -> None:
    """The side branch merged the main one into itself before it was merged."""
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.commit("Meanwhile", author=CAROL)
    repo.merge("main", message="Merge branch 'main' into side", branch="side")
    repo.merge("side", message="Merge branch 'side'", author=BEN)


def twice_the_same_parent(repo: Repo) -> None:
    tip = repo.commit("Begin")
    repo.commit("Merge branch 'main'", author=BEN, parents=(tip, tip), files={})


KINDS = [
    (initial, Told("initial", "no-signal", "R0", ONLY_ALICE, exceptions=NONE)),
    (linear, Told("linear", "no-signal", "R0", ONLY_ALICE, exceptions=NONE)),
    (
        rebased,
        Told(
            "linear",
            "no-signal",
            "R0",
            (*ONLY_ALICE, "Ben Ode: committer"),
            exceptions=NONE,
        ),
    ),
    (
        merged_by_another,
        Told(
            "merge",
            "no-signal",
            "R2",
            (*ONLY_ALICE, "Ben Ode: merger"),
            brought=2,
            self_merged=False,
        ),
    ),
    (
        squashed,
        Told("squash", "no-signal", "R1", ONLY_ALICE, pull_request="github 7 claimed"),
    ),
    (
        squashed_with_its_commits,
        Told(
            "squash",
            "no-signal",
            "R1",
            (*ONLY_ALICE, "Ben Ode: author"),
            pull_request="github 7 claimed",
        ),
    ),
    (
        octopus,
        Told(
            "merge",
            "no-signal",
            "R2",
            ("Alice Example: author", "Carol Reyes: author", "Ben Ode: merger"),
            brought=2,
            self_merged=False,
        ),
    ),
    (
        unrelated,
        Told(
            "merge",
            "no-signal",
            "R2",
            ("Carol Reyes: author", "Ben Ode: merger"),
            brought=1,
            self_merged=False,
        ),
    ),
    (
        criss_cross,
        Told(
            "merge",
            "no-signal",
            "R2",
            ("Carol Reyes: author committer", "Ben Ode: merger"),
            brought=2,
            self_merged=False,
        ),
    ),
    (fast_forward, Told("linear", "no-signal", "R0", ONLY_ALICE, exceptions=NONE)),
    (
        pulled,
        Told(
            "merge",
            "no-signal",
            "R0",
            ("Carol Reyes: author", "Ben Ode: merger"),
            marks=("back-merge",),
            exceptions=NONE,
            brought=1,
        ),
    ),
    (
        pulled_from_remote,
        Told(
            "merge",
            "no-signal",
            "R0",
            ("Carol Reyes: author", "Ben Ode: merger"),
            marks=("back-merge",),
            exceptions=NONE,
            brought=1,
        ),
    ),
    (
        picked,
        Told(
            "linear",
            "no-signal",
            "R0",
            ("Carol Reyes: author", "Ben Ode: committer"),
            exceptions=NONE,
        ),
    ),
    (
        reverted,
        Told("linear", "no-signal", "R0", ONLY_ALICE, marks=("revert",), exceptions=NONE),
    ),
    (
        empty,
        Told("linear", "no-signal", "R0", ONLY_ALICE, marks=("empty",), exceptions=NONE),
    ),
    (
        merge_of_nothing,
        Told(
            "merge",
            "no-signal",
            "R0",
            ("Ben Ode: merger",),
            marks=("empty",),
            exceptions=NONE,
        ),
    ),
    (
        merge_of_another_merge,
        Told(
            "merge",
            "no-signal",
            "R2",
            ("Alice Example: author committer", "Ben Ode: merger"),
            brought=2,
            self_merged=False,
        ),
    ),
    (
        twice_the_same_parent,
        Told(
            "merge",
            "no-signal",
            "R0",
            ("Ben Ode: merger",),
            marks=("back-merge", "empty"),
            exceptions=NONE,
        ),
    ),
]


@pytest.mark.parametrize(
    ("history", "truth"), KINDS, ids=[history.__name__ for history, _ in KINDS]
)
def test_the_newest_landing_is_told_as_it_came(
    repo: Repo, history: Callable[[Repo], None], truth: Told
) -> None:
    history(repo)
    assert told(newest(repo)) == truth


def test_every_commit_of_a_criss_cross_is_in_one_landing(repo: Repo) -> None:
    criss_cross(repo)
    titles = [landing.title for landing in audited(repo).landings]
    assert titles == ["Merge branch 'side'", "Merge right", "Left", "Begin"]
    assert [len(landing.commits) for landing in audited(repo).landings] == [3, 2, 1, 1]


def test_a_foxtrot_hands_the_earlier_landings_to_the_merge(repo: Repo) -> None:
    pulled(repo)
    report = audited(repo)
    assert [(one.title, len(one.commits)) for one in report.landings] == [
        ("Merge branch 'main' of github.com:o/r", 2),
        ("Mine", 1),
        ("Begin", 1),
    ]
    assert report.population.reconciliation.reachable == 4


def test_commits_of_a_merge_are_listed_children_before_parents(repo: Repo) -> None:
    merged_by_another(repo)
    landing = newest(repo)
    two = repo.parents(landing.commit)[1]
    assert landing.commits == (landing.commit, two, repo.parents(two)[0])


def test_the_squashed_commits_are_named_with_their_ref(repo: Repo) -> None:
    squashed_with_its_commits(repo)
    landing = newest(repo)
    assert landing.inner is not None
    assert (landing.inner.ref, landing.inner.commits) == (
        "refs/pull/7/head",
        (repo.resolve("side"),),
    )
    assert landing.unrefined is False


def test_a_squash_whose_commits_do_not_fit_stays_unrefined(repo: Repo) -> None:
    repo.commit("Begin")
    other = repo.commit("Other", author=BEN, branch="side", at="main", files={"x": "not landed"})
    repo.ref("refs/pull/7/head", other)
    repo.commit("Work (#7)", committer=GITHUB, files={"x": "landed"})
    landing = newest(repo)
    assert (landing.inner, landing.unrefined) == (None, True)


def test_two_people_who_merge_each_others_branch_are_told_apart(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Alice's", branch="a", at="main")
    repo.commit("Ben's", author=BEN, branch="b", at="main")
    repo.merge("a", message="Merge branch 'a'", author=BEN)
    repo.merge("b", message="Merge branch 'b'", author=ALICE)
    grades = [(one.review.grade, one.review.self_merged) for one in audited(repo).landings[:2]]
    assert grades == [("R2", False), ("R2", False)]
