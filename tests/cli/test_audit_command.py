"""The command as a user meets it: what it prints, writes, refuses, and how it ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from gitrepo import BEN, GITHUB, Repo, git
from histories import BY_CLAUDE, Ended, ran

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Ended]:
    """Runs the program in the directory ``here``, which its arguments are relative to."""
    return partial(ran, here=tmp_path / "here")


def reviewed(repo: Repo) -> None:
    """A history without any exception: one merge by another person in the period asked for."""
    repo.commit("Begin", date="2026-01-01")
    repo.commit("One", branch="side", at="main", date="2026-02-01")
    repo.merge("side", message="Merge branch 'side'", author=BEN, date="2026-02-02")


def pulled(repo: Repo) -> None:
    """A history whose second landing has only a number."""
    repo.commit("Begin", date="2026-01-01")
    repo.commit("One (#1)", committer=GITHUB, date="2026-02-02")


LATER = ("--since", "2026-01-15")


def test_the_summary_answers_in_about_ten_lines(repo: Repo, run: Callable[..., Ended]) -> None:
    reviewed(repo)
    repo.commit(f"Two\n\n{BY_CLAUDE}", date="2026-02-03")
    ended = run("audit", repo.path, "--name", "o/r", "--output", "out")
    head = repo.resolve("main")[:12]
    assert ended == Ended(
        0,
        f"o/r, branch main at {head}, 2026-01-01T00:00:00Z to 2026-02-03T00:00:01Z\n"
        "3 landings with 4 commits\n"
        "AI agents      at least 1 of 3 (33.3%) landings (tier A 0, A-B 1, A-C 1):"
        " claude-code 1\n"
        "no signal      2 of 3 (66.7%) landings: author unknown, not shown to be a person\n"
        "neither        0 only assisted by an agent, 0 by automation, 0 attested to people\n"
        "AI changes     reviewer shown 0 of 1 (0%) (0 merged by another person (R2))"
        " | PR only, review unknown 0 | no evidence 1\n"
        "other changes  reviewer shown 1 of 2 (50.0%) (1 merged by another person (R2))"
        " | PR only, review unknown 0 | no evidence 1\n"
        "self-merged    0 of 1 (0%) merges where git shows whether the merger is an author"
        " (AI none); 0 undecided (AI 0)\n"
        "exceptions     2 on 2 landings\n"
        f"  {head} no-review-evidence: an AI change for which git shows no review evidence: Two\n"
        f"  {repo.parents(repo.parents('main')[0])[0][:12]} no-review-evidence:"
        " a change for which git shows no review evidence: Begin\n"
        "limits         5 things this report cannot see or did not use\n"
        "report         out/report.html\n",
        "",
    )


def test_a_period_without_landings_says_so_and_makes_no_claim(
    repo: Repo, run: Callable[..., Ended]
) -> None:
    reviewed(repo)
    ended = run(
        "audit", repo.path, "--since", "2026-03-01", "--until", "2026-03-31", "--name", "o/r"
    )
    assert ended.out.splitlines()[1:] == [
        "0 landings with 0 commits",
        "nothing landed in this period: there is nothing to say about reviews or agents",
        "report         affidavit-report/report.html",
    ]


def test_files_of_an_earlier_run_are_named(repo: Repo, run: Callable[..., Ended]) -> None:
    reviewed(repo)
    assert run("audit", repo.path, "--quiet").err == ""
    again = run("audit", repo.path, "--quiet", "--format", "csv")
    assert again.err == (
        "affidavit: of an earlier run, not this one: report.html, report.json (in"
        " affidavit-report)\n"
    )


def test_why_nothing_could_be_decided_is_told(repo: Repo, run: Callable[..., Ended]) -> None:
    reviewed(repo)
    day = ("--since", "2026-03-01", "--until", "2026-03-02")
    ended = run("audit", repo.path, *day, "--fail-on", "unknown", "--quiet")
    assert ended.err == ("affidavit: status 3: nothing landed in the period (--fail-on unknown)\n")


@pytest.mark.parametrize(
    ("history", "asked", "fail_on", "status"),
    [
        (reviewed, (), "never", 0),
        (reviewed, (), "exceptions", 1),
        (reviewed, (), "unknown", 1),
        (reviewed, LATER, "exceptions", 0),
        (reviewed, LATER, "unknown", 0),
        (pulled, LATER, "exceptions", 0),
        (pulled, LATER, "unknown", 3),
        (pulled, (), "unknown", 1),
        (reviewed, ("--since", "2026-03-01", "--until", "2026-03-02"), "unknown", 3),
        (reviewed, ("--since", "2026-03-01", "--until", "2026-03-02"), "exceptions", 0),
    ],
)
def test_the_status_is_what_was_asked_to_fail_on(
    repo: Repo,
    run: Callable[..., Ended],
    *,
    history: Callable[[Repo], None],
    asked: tuple[str, ...],
    fail_on: str,
    status: int,
) -> None:
    history(repo)
    assert run("audit", repo.path, *asked, "--fail-on", fail_on).status == status


def test_a_shallow_clone_is_a_gap(repo: Repo, run: Callable[..., Ended], tmp_path: Path) -> None:
    repo.commit("Before", date="2025-12-31")
    reviewed(repo)
    clone = repo.clone(tmp_path / "clone", "--depth", "2")
    ended = run("audit", clone, "--since", "2026-02-02", "--fail-on", "unknown")
    assert ended.status == 3
    assert ended.err == (
        "affidavit: status 3: no exception, but a review is unknown or something could not be read"
        " (--fail-on unknown)\n"
    )
    assert "in what could be read" in ended.out


def test_quiet_prints_nothing_and_still_writes(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path
) -> None:
    reviewed(repo)
    assert run("audit", repo.path, "--quiet", "--fail-on", "exceptions") == Ended(
        1, "", "affidavit: status 1: 1 exception (--fail-on exceptions)\n"
    )
    assert sorted(path.name for path in (tmp_path / "here/affidavit-report").iterdir()) == [
        ".gitignore",
        "exceptions.csv",
        "landings.csv",
        "report.html",
        "report.json",
    ]


@pytest.mark.parametrize(
    ("formats", "names", "first"),
    [
        (("json",), ["report.json"], "report.json"),
        (("csv",), ["exceptions.csv", "landings.csv"], "landings.csv"),
        (("html",), ["report.html"], "report.html"),
        (("csv", "json"), ["exceptions.csv", "landings.csv", "report.json"], "report.json"),
    ],
)
def test_only_the_formats_that_were_asked_for_are_written(
    repo: Repo,
    run: Callable[..., Ended],
    tmp_path: Path,
    *,
    formats: tuple[str, ...],
    names: list[str],
    first: str,
) -> None:
    reviewed(repo)
    options = [word for one in formats for word in ("--format", one)]
    ended = run("audit", repo.path, "--output", "out/deep", *options)
    assert sorted(path.name for path in (tmp_path / "here/out/deep").iterdir()) == names
    assert ended.out.endswith(f"report         out/deep/{first}\n")


def test_the_default_is_the_repository_one_stands_in(
    repo: Repo,
) -> None:
    reviewed(repo)
    assert ran("audit", here=repo.path).status == 0
    assert git("-C", repo.path, "status", "--porcelain", "--", "affidavit-report") == b""


@pytest.mark.parametrize("words", [(), ("--help",), ("audit", "--help"), ("--version",)])
def test_help_and_version_end_well(run: Callable[..., Ended], words: tuple[str, ...]) -> None:
    ended = run(*words)
    assert ended.status == (2 if not words else 0)
    assert "ffidavit" in ended.out + ended.err


@pytest.mark.parametrize(
    "words",
    [("audit", "--nonsense"), ("audit", "--format", "pdf"), ("nonsense",), ("audit", "a", "b")],
)
def test_a_wrong_use_of_the_command_ends_with_2(
    run: Callable[..., Ended], words: tuple[str, ...]
) -> None:
    assert run(*words).status == 2


def test_a_bug_ends_with_its_own_status(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr("affidavit.cli.run.run", broken)
    ended = run("audit")
    assert (ended.status, ended.err.splitlines()[-1]) == (
        70,
        "affidavit: AFF-BUG: this is a bug in Affidavit, please report it",
    )


def test_a_machine_without_memory_left_is_no_bug(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> int:
        raise MemoryError

    monkeypatch.setattr("affidavit.cli.run.run", full)
    ended = run("audit")
    assert (ended.status, ended.out, ended.err.splitlines()) == (
        5,
        "",
        [
            "affidavit: AFF-MEMORY: the machine has no memory left",
            "  give it more memory, or audit a shorter period with --since",
        ],
    )
