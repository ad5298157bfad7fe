"""Who could have reviewed: every form of review evidence, and the grade it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN, GITHUB
from histories import BY_CLAUDE, CAROL, CHANGE_ID, CLAUDE, DEPENDABOT, newest, told

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

PULL = "Merge pull request #12 from alice/side"
LOGIN = "123+alice@users.noreply.github.com"


def merged(
    repo: Repo,
    *,
    author: str = ALICE,
    by: str = BEN,
    message: str = PULL,
    work: str = "One",
    forge: bool = False,
) -> None:
    """A branch with one commit, merged by hand or in the name of GitHub."""
    repo.commit("Begin", author="Zoe First <zoe@club.mail>")
    repo.commit(work, author=author, branch="side", at="main")
    repo.merge("side", message=message, author=by, committer=GITHUB if forge else None)


def judged(repo: Repo) -> tuple[str, bool | None, tuple[str, ...]]:
    landing = newest(repo)
    return landing.review.grade.value, landing.review.self_merged, landing.exceptions


R2 = ("R2", False, ())
SELF_WITH_PR = ("R1", True, ("self-merged",))
MAYBE_WITH_PR = ("R1", None, ())

MERGERS = [
    pytest.param(ALICE, BEN, R2, id="another person"),
    pytest.param(ALICE, ALICE, SELF_WITH_PR, id="the author"),
    pytest.param(
        ALICE, "Alice Example <a.e@home.mail>", SELF_WITH_PR, id="same name, other address"
    ),
    pytest.param(ALICE, "ALICE  example <a.e@home.mail>", SELF_WITH_PR, id="same name, other case"),
    pytest.param(ALICE, "A. E. <ALICE@firm.mail>", SELF_WITH_PR, id="same address, other case"),
    pytest.param(
        f"Alice <{LOGIN}>",
        "A. E. <alice@users.noreply.github.com>",
        SELF_WITH_PR,
        id="one account, both noreply forms",
    ),
    pytest.param(ALICE, f"ali <{LOGIN}>", MAYBE_WITH_PR, id="login that equals the local part"),
    pytest.param(ALICE, "A. E. <alice@home.mail>", MAYBE_WITH_PR, id="same local part"),
    pytest.param("Al <dev@one.mail>", "Bo <dev@two.mail>", R2, id="local part of everybody"),
    pytest.param(ALICE, DEPENDABOT, MAYBE_WITH_PR, id="a bot"),
    pytest.param(ALICE, CLAUDE, MAYBE_WITH_PR, id="an agent"),
    pytest.param(ALICE, GITHUB, MAYBE_WITH_PR, id="nobody but the forge"),
    pytest.param(CLAUDE, BEN, MAYBE_WITH_PR, id="an agent's work, its prompter unknown"),
    pytest.param(DEPENDABOT, BEN, MAYBE_WITH_PR, id="a bot's work"),
    pytest.param(
        "Jose\u0301 Ruiz <jr@one.mail>",
        "Jos\u00e9 Ruiz <ruiz@two.mail>",
        SELF_WITH_PR,
        id="same name, accent composed",
    ),
    pytest.param(
        ALICE,
        "A. E. <alice+work@home.mail>",
        MAYBE_WITH_PR,
        id="same local part, tagged",
    ),
    pytest.param(
        ALICE,
        "Example, Alice <a.e@home.mail>",
        MAYBE_WITH_PR,
        id="surname first",
    ),
]


@pytest.mark.parametrize(("author", "by", "truth"), MERGERS)
def test_a_merger_counts_only_as_another_person(
    repo: Repo, author: str, by: str, truth: tuple[str, bool | None, tuple[str, ...]]
) -> None:
    merged(repo, author=author, by=by)
    assert judged(repo) == truth


FORMS = [
    (PULL, "github 12 claimed"),
    ("Merge branch 'side' into 'main'\n\nSee merge request g/p!5", "gitlab 5 claimed"),
    ("Merged in side (pull request #6)", "bitbucket 6 claimed"),
    ("Merged PR 7: One", "azure 7 claimed"),
    ("Auto merge of #8 - alice:side, r=ben", "github 8 claimed"),
    ("Merge branch 'side'", None),
    ("Merge it (#9)", None),
]


@pytest.mark.parametrize(("message", "pull"), FORMS)
def test_a_merge_names_its_request_in_every_forges_form(
    repo: Repo, message: str, pull: str | None
) -> None:
    merged(repo, message=message, by=ALICE)
    truth = told(newest(repo))
    grade = "R1" if pull else "R0"
    assert (truth.pull_request, truth.grade, truth.self_merged) == (pull, grade, True)


def test_a_merge_by_its_author_without_a_request_has_both_exceptions(repo: Repo) -> None:
    merged(repo, message="Merge branch 'side'", by=ALICE)
    assert judged(repo) == ("R0", True, ("no-review-evidence", "self-merged"))


def test_a_merger_who_also_committed_on_the_branch_is_not_outside(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", author=ALICE, committer=BEN, branch="side", at="main")
    repo.merge("side", message=PULL, author=BEN)
    assert judged(repo) == ("R1", None, ())


def test_a_merger_who_merged_inside_the_branch_is_not_outside(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.commit("Meanwhile", author=CAROL)
    repo.merge("main", message="Update branch", author=BEN, branch="side")
    repo.merge("side", message=PULL, author=BEN)
    assert judged(repo) == ("R1", None, ())


def test_a_merger_named_as_co_author_is_an_author(repo: Repo) -> None:
    merged(repo, work="One\n\nCo-authored-by: Ben Ode <ben@firm.mail>")
    assert judged(repo) == SELF_WITH_PR


def test_a_sign_off_does_not_make_the_merger_an_author(repo: Repo) -> None:
    merged(repo, work="One\n\nSigned-off-by: Ben Ode <ben@firm.mail>")
    assert judged(repo) == R2
    assert "Ben Ode: merger signed-off" in told(newest(repo)).people


def test_a_person_beside_the_agent_makes_the_merger_another(repo: Repo) -> None:
    merged(repo, work=f"One\n\n{BY_CLAUDE}", author=ALICE)
    assert judged(repo) == R2
    assert newest(repo).authorship == "ai"


def test_an_agents_owner_who_merges_merges_their_own_work(repo: Repo, tmp_path: Path) -> None:
    merged(repo, author=CLAUDE)
    config = tmp_path / "who.toml"
    config.write_text(
        '[[agent]]\nname="claude"\naddresses=["noreply@anthropic.com"]\nowner="ben@firm.mail"\n'
    )
    landing = newest(repo, identities=config)
    assert (landing.review.grade, landing.review.self_merged) == ("R1", True)


def test_an_agents_owner_makes_another_merger_a_reviewer(repo: Repo, tmp_path: Path) -> None:
    merged(repo, author=CLAUDE)
    config = tmp_path / "who.toml"
    config.write_text(
        '[[agent]]\nname="claude"\naddresses=["noreply@anthropic.com"]\nowner="al@firm.mail"\n'
    )
    landing = newest(repo, identities=config)
    assert (landing.review.grade, landing.review.self_merged) == ("R2", False)


def test_an_agent_declared_without_an_owner_has_nobody_who_answers_for_it(
    repo: Repo, tmp_path: Path
) -> None:
    merged(repo, author=CLAUDE)
    config = tmp_path / "who.toml"
    config.write_text('[[agent]]\nname="claude"\naddresses=["noreply@anthropic.com"]\n')
    landing = newest(repo, identities=config)
    assert (landing.review.grade, landing.review.self_merged) == ("R1", None)


@pytest.mark.parametrize(("by", "truth"), [(ALICE, SELF_WITH_PR), (BEN, MAYBE_WITH_PR)])
def test_a_merge_that_is_only_typed_as_githubs_shows_no_reviewer(
    repo: Repo, by: str, truth: tuple[str, bool | None, tuple[str, ...]]
) -> None:
    merged(repo, by=by, forge=True)
    assert judged(repo) == truth


def test_an_agents_commit_among_a_persons_leaves_its_prompter_unknown(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("One", branch="side", at="main")
    repo.commit("Two", author=CLAUDE, branch="side")
    repo.merge("side", message=PULL, author=BEN)
    assert judged(repo) == MAYBE_WITH_PR


@pytest.mark.parametrize("committer", [GITHUB, ALICE])
def test_a_number_in_a_subject_counts_only_from_the_forge(repo: Repo, committer: str) -> None:
    repo.commit("Begin")
    repo.commit("Fix it (#12)", committer=committer)
    truth = told(newest(repo))
    assert (truth.kind, truth.pull_request, truth.grade, truth.self_merged) == (
        ("squash", "github 12 claimed", "R1", None)
        if committer == GITHUB
        else ("linear", None, "R0", None)
    )


def test_typed_reviews_are_shown_and_raise_nothing(repo: Repo) -> None:
    repo.commit("Work\n\nReviewed-by: Ben Ode <ben@firm.mail>\nAcked-by: Carol")
    review = newest(repo).review
    assert (review.grade, review.evidence) == (
        "R0",
        (
            "asserted, proves nothing: Reviewed-by: Ben Ode <ben@firm.mail>",
            "asserted, proves nothing: Acked-by: Carol",
        ),
    )


VOTES = [
    pytest.param("Code-Review+2: Ben Ode <ben@firm.mail>\n", "R3", id="another's"),
    pytest.param("Code-Review+2: Alice Example <alice@firm.mail>\n", "R1", id="the author's"),
    pytest.param("Code-Review+2: A. E. <alice@home.mail>\n", "R1", id="perhaps the author's"),
    pytest.param("Code-Review+1: Ben Ode <ben@firm.mail>\n", "R1", id="an opinion"),
    pytest.param("Verified+2: Ben Ode <ben@firm.mail>\n", "R1", id="another label"),
    pytest.param(
        "Code-Review+2: Ben Ode <ben@firm.mail>\nCode-Review-2: Carol Reyes <c@firm.mail>\n",
        "R1",
        id="one vetoes",
    ),
    pytest.param("Code-Review-2: Ben Ode <ben@firm.mail>\n", "R1", id="a veto"),
    pytest.param(f"Code-Review+2: {DEPENDABOT}\n", "R1", id="a bot's"),
    pytest.param(f"Code-Review+2: {CLAUDE}\n", "R1", id="an agent's"),
    pytest.param(
        "Code-Review+2: dependabot[bot] <support@github.com>\n",
        "R1",
        id="a bot's by its name",
    ),
    pytest.param("not a note\n", "R1", id="no vote"),
]


@pytest.mark.parametrize(("note", "grade"), VOTES)
def test_a_gerrit_vote_counts_when_it_approves_and_comes_from_outside(
    repo: Repo, note: str, grade: str
) -> None:
    repo.commit("Begin")
    commit = repo.commit(f"Work\n\nChange-Id: {CHANGE_ID}")
    repo.note("refs/notes/review", commit, note)
    truth = told(newest(repo))
    assert (truth.kind, truth.pull_request, truth.grade, truth.self_merged) == (
        "linear",
        f"gerrit {CHANGE_ID} claimed",
        grade,
        None,
    )


def test_a_vote_names_its_voter_and_when_it_was_submitted(repo: Repo) -> None:
    commit = repo.commit("Work")
    repo.note(
        "refs/notes/review",
        commit,
        "Code-Review+2: Ben Ode <ben@firm.mail>\nSubmitted-at: Tue, 11 Sep 2012 04:49:03 +0000\n",
    )
    assert newest(repo).review.evidence == (
        "Code-Review+2 by Ben Ode (refs/notes/review, submitted 2012-09-11T04:49:03Z)",
    )


def test_a_vote_on_one_of_two_commits_does_not_cover_the_merge(repo: Repo) -> None:
    repo.commit("Begin")
    one = repo.commit("One", branch="side", at="main")
    two = repo.commit("Two", branch="side")
    repo.merge("side", message='Merge "Two"', author=CAROL)
    repo.note("refs/notes/review", two, "Code-Review+2: Ben Ode <ben@firm.mail>\n")
    assert newest(repo).review.grade == "R2"
    repo.note("refs/notes/review", one, "Code-Review+2: Ben Ode <ben@firm.mail>\n")
    assert newest(repo).review.grade == "R3"


def test_zuul_merges_the_change_that_its_parent_names(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit(f"One\n\nChange-Id: {CHANGE_ID}", branch="side", at="main")
    repo.merge("side", message='Merge "One"', author=BEN)
    assert told(newest(repo)).pull_request == f"gerrit {CHANGE_ID} claimed"


def test_a_forges_ref_that_agrees_corroborates_the_number(repo: Repo) -> None:
    merged(repo)
    repo.ref("refs/pull/12/head", repo.resolve("side"))
    pull = newest(repo).pull_request
    assert pull is not None
    assert pull.corroborated_by == "refs/pull/12/head"


def test_a_forges_ref_that_disagrees_corroborates_nothing(repo: Repo) -> None:
    merged(repo)
    repo.ref("refs/pull/12/head", repo.parents(repo.resolve("side"))[0])
    pull = newest(repo).pull_request
    assert pull is not None
    assert pull.corroborated_by is None


def test_merging_what_was_pulled_from_a_forks_main_is_no_back_merge(repo: Repo) -> None:
    repo.config("remote.origin.url", "https://github.com/o/r.git")
    merged(repo, message="Merge branch 'main' of github.com:alice/r")
    landing = newest(repo)
    assert (landing.marks, landing.review.grade) == ((), "R2")
