"""What somebody who controls the repository tries, so that unreviewed work looks reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gitrepo import ALICE, BEN
from histories import audited, newest

if TYPE_CHECKING:
    from gitrepo import Repo

CLAUDE = "Claude <noreply@anthropic.com>"
BY_CLAUDE = f"Co-Authored-By: {CLAUDE}"
PULL = "Merge pull request #12 from someone/side"


def judged(repo: Repo) -> tuple[str, str, bool | None]:
    landing = newest(repo)
    return landing.authorship.value, landing.review.grade.value, landing.review.self_merged


def with_side(repo: Repo, message: str, author: str) -> None:
    """A branch with `message` by `author` and a correction by somebody else."""
    repo.commit("Begin", author="Zoe First <zoe@club.mail>")
    repo.commit(message, author=author, branch="side", at="main")
    repo.commit("Correct a word", author="Carol Reyes <carol@club.mail>", branch="side")


@pytest.mark.parametrize(
    ("author", "message"),
    [
        (CLAUDE, "Work"),
        ("Claude Code <claude@agents.corp>", "Work"),
        ("github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>",
         f"Work\n\n{BY_CLAUDE}"),
        ("root <root@localhost>", f"Work\n\n{BY_CLAUDE}"),
    ],
)  # fmt: skip
def test_somebody_elses_correction_does_not_tell_who_prompted_an_agent(
    repo: Repo, author: str, message: str
) -> None:
    with_side(repo, message, author)
    repo.merge("side", message=PULL, author=BEN)
    assert judged(repo) == ("mixed", "R1", None)


@pytest.mark.parametrize(
    "merger", ["OpenAI Codex <ci@corp.mail>", "Claude Code <claude@agents.corp>"]
)
def test_who_is_called_as_an_agent_is_merges_as_nobody(repo: Repo, merger: str) -> None:
    repo.commit("Begin")
    repo.commit("Work", author=ALICE, branch="side", at="main")
    repo.merge("side", message=PULL, author=ALICE, committer=merger)
    assert judged(repo)[1:] == ("R1", None)


def test_a_vote_by_who_is_called_as_an_agent_is_counts_for_nothing(repo: Repo) -> None:
    repo.commit("Begin")
    commit = repo.commit("Work\n\nChange-Id: I" + "a" * 40, author=ALICE)
    note = "Code-Review+2: OpenAI Codex <ci@corp.mail>\n"
    repo.note("refs/notes/review", commit, note)
    assert judged(repo)[1] == "R1"


def test_a_merge_in_form_only_still_holds_its_agents_work(repo: Repo) -> None:
    first = repo.commit("Begin")
    work = repo.commit(f"Work\n\n{BY_CLAUDE}", author=ALICE, parents=[first, first], branch="side")
    repo.commit("Correct a word", author="Carol Reyes <c@club.mail>", branch="side", at=work)
    repo.merge("side", message=PULL, author=ALICE)
    assert judged(repo) == ("mixed", "R1", True)


def test_a_title_that_looks_like_a_pull_does_not_hide_a_self_merge(repo: Repo) -> None:
    repo.commit("Begin")
    repo.commit("Work", author=ALICE, branch="side", at="main")
    message = "Merge branch 'main' into 'side'\n\nSee merge request g/p!12"
    repo.merge("side", message=message, author=ALICE)
    assert judged(repo)[1:] == ("R1", True)


@pytest.mark.parametrize("kind", ["bot", "agent"])
def test_who_declares_themselves_a_machine_inside_still_merges_their_own_work(
    repo: Repo, kind: str
) -> None:
    text = f'[[{kind}]]\nname = "builder"\naddresses = ["alice@firm.mail"]\n'
    repo.commit("Begin", files={"affidavit.toml": text})
    repo.commit("Work", author=ALICE, branch="side", at="main")
    repo.merge("side", message=PULL, author=ALICE)
    assert judged(repo)[2] is True


def test_a_name_typed_in_a_trailer_makes_nobody_a_self_merger(repo: Repo) -> None:
    repo.commit(f"Begin\n\nSigned-off-by: {BEN.partition('<')[0]}<alice@firm.mail>")
    repo.commit("Work", author=ALICE, branch="side", at="main")
    repo.merge("side", message=PULL, author=BEN)
    assert judged(repo)[1:] == ("R2", False)


@pytest.mark.parametrize(
    "merger",
    ["asmith <x@one.mail>", "A. Smith <x@one.mail>", "Alice B. Smith <x@one.mail>"],
)
def test_an_abbreviated_name_may_be_the_authors(repo: Repo, merger: str) -> None:
    repo.commit("Begin")
    repo.commit("Work", author="Alice Smith <alice@two.mail>", branch="side", at="main")
    repo.merge("side", message=PULL, author=merger)
    assert judged(repo)[1:] == ("R1", None)


def test_a_newest_landing_far_in_the_future_is_a_gap(repo: Repo) -> None:
    repo.commit("Begin", date="2026-01-01")
    repo.commit("Work", date="2099-01-01")
    assert [one.gap for one in audited(repo).limits if one.id == "newest-landing-leaps"] == [True]


def test_landings_after_the_period_are_counted(repo: Repo) -> None:
    repo.commit("Begin", date="2026-01-01")
    repo.commit("Work", date="2026-03-01")
    limits = {one.id: one.count for one in audited(repo, until="2026-01-31").limits}
    assert limits["landings-after-the-period"] == 1
