"""Whose hands a merge went through: merges inside, agents beside people, names as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN, GITHUB
from histories import BY_CLAUDE, CAROL, CLAUDE, DEPENDABOT, audited, judged, newest, people, told

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

PULL = "Merge pull request #12 from someone/side"
NO_CHANGE = "it brought in no commit, or nothing but merges: there was no change to review"
NO_FILE = "it changed no file: nothing was reviewed"
PULLED = "it merges the branch into itself (a pull): that shows no review of what was pulled"


def merged_inside(repo: Repo, message: str, *, by: str = ALICE, at: str | None = None) -> None:
    """A side branch at `at` that merges what Carol did on the main branch meanwhile."""
    begun = repo.commit("Begin", author="Zoe First <zoe@club.mail>")
    repo.commit("Meanwhile", author=CAROL)
    repo.branch("side", at=at or begun)
    repo.merge("main", message=message, author=by, branch="side", files={"side.txt": "resolved"})


def test_a_merge_of_nothing_but_a_merge_that_an_agent_claims_shows_no_reviewer(repo: Repo) -> None:
    merged_inside(repo, f"Update the branch\n\n{BY_CLAUDE}\nCo-authored-by: {CAROL}")
    repo.merge("side", message=PULL, author=BEN, files={"side.txt": "resolved"})
    review = newest(repo).review
    assert (review.grade, review.self_merged) == ("R1", False)
    assert NO_CHANGE in review.evidence
    assert newest(repo).authorship == "ai"


def test_a_merge_that_changed_no_file_shows_no_reviewer(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Work", branch="side", at="main")
    repo.merge("side", message=PULL, author=BEN, files={})
    review = newest(repo).review
    assert (review.grade, review.self_merged) == ("R1", False)
    assert NO_FILE in review.evidence


def test_who_made_a_merge_inside_that_an_agent_claims_is_no_author(repo: Repo) -> None:
    merged_inside(repo, f"Update the branch\n\n{BY_CLAUDE}", by=BEN)
    repo.commit("Work", author=ALICE, branch="side")
    repo.merge("side", message=PULL, author=BEN)
    assert judged(repo) == ("R1", None)
    assert people(repo) == (
        "Alice Example: author",
        "Ben Ode: committer merger",
        "Claude: co-author",
    )
    assert newest(repo).authorship == "mixed"


STEVE = "steve@firm.mail"


def test_a_name_typed_beside_an_agents_address_leaves_its_owner_another_person(repo: Repo) -> None:
    repo.commit("Begin", author=f"mayor <{STEVE}>")
    repo.commit("Long ago", author="mayor <noreply@anthropic.com>")
    repo.commit(f"Work\n\n{BY_CLAUDE}", author=ALICE, branch="side", at="main")
    repo.merge("side", message=PULL, author=f"Steve Quill <{STEVE}>")
    assert judged(repo) == ("R2", False)


def test_an_agents_own_commit_stays_undecided_whoever_used_its_name(repo: Repo) -> None:
    repo.commit("Begin", author=f"mayor <{STEVE}>")
    repo.commit("Work", author="mayor <noreply@anthropic.com>", branch="side", at="main")
    repo.commit("More", author=ALICE, branch="side")
    repo.merge("side", message=PULL, author=f"Steve Quill <{STEVE}>")
    assert judged(repo) == ("R1", None)


def test_a_merger_is_named_as_the_merge_types_them(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Work", author=f"beads/crew/emma <{STEVE}>", branch="side", at="main")
    repo.merge("side", message=PULL, author=f"Steve Quill <{STEVE}>")
    assert newest(repo).review.evidence[0] == (
        "merged by Steve Quill (as typed): Steve Quill is among the authors as beads/crew/emma"
    )
    assert people(repo) == ("Steve Quill: author merger",)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (("Al", "Alice", "Alice"), "Alice"),
        (("Al", "Alice"), "Al"),
        (("beads/crew/emma", "beads/crew/emma", "Alice"), "Alice"),
    ],
)
def test_of_several_spellings_a_persons_then_the_commonest_then_the_first_met_is_shown(
    repo: Repo, names: tuple[str, ...], shown: str
) -> None:
    repo.commit("Begin")
    for name in reversed(names):
        repo.commit("Work", author=f"{name} <alice@firm.mail>", branch="side", at="main")
    repo.merge("side", message=PULL, author=BEN)
    assert people(repo) == (f"{shown}: author", "Ben Ode: merger")


def test_landings_by_the_same_people_each_show_the_spelling_that_is_commonest_there(
    repo: Repo,
) -> None:
    repo.commit("Begin")
    for side, names in (("one", ("Al", "Alice", "Alice")), ("two", ("Al", "Al", "Alice"))):
        for name in reversed(names):
            repo.commit("Work", author=f"{name} <alice@firm.mail>", branch=side, at="main")
        repo.merge(side, message=PULL, author=BEN)
    shown = [one.authors[0].name for one in audited(repo).landings[:2]]
    assert shown == ["Al", "Alice"]


PLACEHOLDERS = [
    "Test <test@example.com>",
    "mayor <mayor@gastown.local>",
    "dev <dev@build.lan>",
    "Worker <worker@host>",
]


@pytest.mark.parametrize("author", PLACEHOLDERS)
def test_an_author_under_a_placeholder_may_be_anybody(repo: Repo, author: str) -> None:
    repo.commit("Begin")
    repo.commit("Work", author=author, branch="side", at="main")
    repo.merge("side", message=PULL, author=BEN)
    assert judged(repo) == ("R1", None)


def test_the_callers_file_says_whose_a_machines_address_is(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Begin")
    repo.commit("Work", author="mayor <mayor@gastown.local>", branch="side", at="main")
    repo.merge("side", message=PULL, author=BEN)
    config = tmp_path / "who.toml"
    config.write_text('[[person]]\nname = "Alice"\naddresses = ["mayor@gastown.local"]\n')
    review = newest(repo, identities=config).review
    assert (review.grade, review.self_merged) == ("R2", False)


def test_an_account_that_was_renamed_may_be_the_same_person(repo: Repo) -> None:
    repo.commit("Begin")
    old = "Ada <4711+ada-old@users.noreply.github.com>"
    repo.commit("Work", author=old, branch="side", at="main")
    new = "The Countess <4711+countess@users.noreply.github.com>"
    repo.merge("side", message=PULL, author=new)
    review = newest(repo).review
    assert (review.grade, review.self_merged) == ("R1", None)
    assert review.evidence[0] == (
        "merged by The Countess (as typed): The Countess may be Ada, one of the authors:"
        " both accounts have one number"
    )


MAESTRO = "dotnet-maestro[bot] <42748379+dotnet-maestro[bot]@users.noreply.github.com>"
SHORT_MAESTRO = "dotnet-maestro[bot] <dotnet-maestro[bot]@users.noreply.github.com>"


def test_a_bot_under_both_noreply_addresses_is_one(repo: Repo) -> None:
    message = f"Bump (#7)\n\nCo-authored-by: {SHORT_MAESTRO}"
    repo.commit(message, author=MAESTRO, committer=GITHUB)
    assert people(repo) == ("dotnet-maestro[bot]: author co-author",)


@pytest.mark.parametrize(
    ("line", "work"),
    [
        (f"\n\nCo-authored-by: {ALICE}", "no-signal"),
        (f"\n\nCo-authored-by: {ALICE}\n\nand more", "no-signal"),
        (f"\n\nCo-authored-by: {DEPENDABOT}", "automation"),
        ("", "automation"),
    ],
)
def test_a_person_beside_a_bot_makes_it_more_than_automation(
    repo: Repo, line: str, work: str
) -> None:
    repo.commit("Begin")
    repo.commit(f"Bump (#7){line}", author=MAESTRO, committer=GITHUB)
    landing = newest(repo)
    assert (landing.authorship, "automation" in landing.marks) == (work, work == "automation")


@pytest.mark.parametrize(
    "title",
    [
        "Merge main into fix/ci-errors, resolve graph.go conflict",
        "Merge main - keep local version",
        "Merge origin/main: keep ours",
        "Merge main, keep ours",
        "Merge main",
    ],
)
def test_a_pull_in_words_of_ones_own_is_a_back_merge(repo: Repo, title: str) -> None:
    repo.commit("Begin")
    repo.commit("Others'", author=CAROL, branch="theirs", at="main")
    repo.commit("Mine", author=BEN)
    repo.merge("theirs", message=title, author=BEN)
    landing = newest(repo)
    assert (landing.marks, landing.review.self_merged) == (("back-merge",), None)
    assert landing.review.evidence == (
        f"merged by Ben Ode (as typed): Ben Ode is not among the authors; {PULLED}",
    )


def test_a_merge_in_words_of_what_a_forges_ref_holds_names_its_request(repo: Repo) -> None:
    repo.commit("Begin")
    head = repo.commit("Work", branch="side", at="main")
    repo.ref("refs/pull/2285/head", head)
    repo.merge("side", message="Merge PR #2285: fix (GH#12, #3)", author=ALICE)
    pull = newest(repo).pull_request
    assert pull is not None
    assert (pull.number, pull.proof, pull.form, pull.corroborated_by) == (
        "2285",
        "claimed",
        "github-ref",
        "refs/pull/2285/head",
    )
    assert judged(repo) == ("R1", True)


@pytest.mark.parametrize("title", ["Merge PR #2286: fix", "Merge PR 2285", "Merge it"])
def test_a_merge_that_names_another_number_names_no_request(repo: Repo, title: str) -> None:
    repo.commit("Begin")
    repo.ref("refs/pull/2285/head", repo.commit("Work", branch="side", at="main"))
    repo.ref("refs/pull/2286/head", "main")
    repo.merge("side", message=title, author=ALICE)
    assert newest(repo).pull_request is None


def test_a_title_with_a_number_names_its_request_by_the_ref_where_no_forge_made_it(
    repo: Repo,
) -> None:
    repo.commit("Begin")
    repo.ref("refs/pull/9/head", repo.commit("Work", branch="side", at="main"))
    repo.merge("side", message="Fix it (#9)", author=BEN)
    assert told(newest(repo)).pull_request == "github 9 claimed"


def test_an_agent_named_on_a_line_among_the_text_has_a_row(repo: Repo) -> None:
    repo.commit(f"Work\n\n{BY_CLAUDE}\n\nand more\n")
    assert people(repo) == ("Alice Example: author", "Claude: co-author")


ALIKE = 'a name, an account or an address of each comes to "alquill"'
SHORTENED = '"asmith" abbreviates a name'
BEGINS = 'one name begins with the other, "ada"'
SIGNS = [
    ("Al Quill <al.quill@x.mail>", "A Q <al.quill@y.mail>", ALIKE),
    ("Alice Smith <a@x.mail>", "asmith <b@y.mail>", SHORTENED),
    ("asmith <b@y.mail>", "Alice Smith <a@x.mail>", SHORTENED),
    ("Ada <a@x.mail>", "Ada Quill <b@y.mail>", BEGINS),
    ("Ada Quill <b@y.mail>", "Ada <a@x.mail>", BEGINS),
]


@pytest.mark.parametrize(("author", "by", "why"), SIGNS)
def test_it_is_said_which_author_a_merger_may_be_and_why(
    repo: Repo, author: str, by: str, why: str
) -> None:
    repo.commit("Begin", author="Zoe First <zoe@club.mail>")
    repo.commit("Work", author=author, branch="side", at="main")
    repo.merge("side", message=PULL, author=by)
    name, other = by.partition(" <")[0], author.partition(" <")[0]
    assert newest(repo).review.evidence[0] == (
        f"merged by {name} (as typed): {name} may be {other}, one of the authors: {why}"
    )


def test_it_is_said_which_name_two_people_share(repo: Repo) -> None:
    repo.commit("Begin", author="emma <steve@firm.mail>")
    repo.commit("Then", author="emma <other@x.mail>")
    repo.commit("Work", author="Other One <other@x.mail>", branch="side", at="main")
    repo.merge("side", message=PULL, author="Steve Quill <steve@firm.mail>")
    assert (
        newest(repo)
        .review.evidence[0]
        .endswith(
            'Steve Quill may be Other One, one of the authors: both were typed as "emma" somewhere'
        )
    )


def test_it_is_said_which_committer_a_merger_may_be(repo: Repo) -> None:
    repo.commit("Begin", author="Zoe First <zoe@club.mail>")
    repo.commit("Work", committer="Ada <a@x.mail>", branch="side", at="main")
    repo.merge("side", message=PULL, author="Ada Quill <b@y.mail>")
    assert (
        "Ada Quill may be Ada, who committed what was brought in"
        in (newest(repo).review.evidence[0])
    )


def test_it_is_said_under_which_name_a_merger_is_an_author(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Work", author="gorkem-bwl <167+gorkem-bwl@users.noreply.github.com>",
                branch="side", at="main")  # fmt: skip
    repo.merge("side", message=PULL, author="Gorkem <167+gorkem-bwl@users.noreply.github.com>")
    assert newest(repo).review.evidence[0] == (
        "merged by Gorkem (as typed): Gorkem is among the authors as gorkem-bwl"
    )


def test_an_agent_that_made_the_merge_inside_leaves_its_prompter_unknown(repo: Repo) -> None:
    merged_inside(repo, "Update the branch", by=CLAUDE)
    repo.commit("Work", author=ALICE, branch="side")
    repo.merge("side", message=PULL, author=BEN)
    assert judged(repo) == ("R1", None)


def test_whom_a_trailer_alone_names_does_not_answer_for_an_agents_commit(repo: Repo) -> None:
    repo.commit("Begin", author=ALICE)
    message = "Work\n\nCo-authored-by: CI Runner <ci.runner@firm.mail>"
    repo.commit(message, author=CLAUDE, branch="side", at="main")
    repo.merge("side", author=BEN)
    assert newest(repo).review.self_merged is None
