"""What the command refuses, and how: one sentence, a code, an exit status."""

from __future__ import annotations

import errno
import os
from functools import partial
from typing import TYPE_CHECKING

import pytest

from gitrepo import BEN, Repo
from histories import CONTROLS, Ended, ran

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


def refused(ended: Ended, code: str, status: int) -> None:
    """One clear sentence, its code and its status; no traceback, nothing printed beside it."""
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith(f"affidavit: {code}: ")
    assert "Traceback" not in ended.err
    assert not CONTROLS.intersection(ended.err)


@pytest.mark.parametrize(
    ("options", "code", "status"),
    [
        (("--since", "last week"), "AFF-PERIOD", 2),
        (("--until", "2026-02-30"), "AFF-PERIOD", 2),
        (("--since", "2026-02-01", "--until", "2026-01-01"), "AFF-PERIOD", 2),
        (
            ("--since", "2026-02-01T00:00:00Z", "--until", "2026-02-01T00:00:00Z"),
            "AFF-PERIOD",
            2,
        ),
        (("--since", "2030-01-01"), "AFF-PERIOD", 2),
        (("--branch", "nope"), "AFF-BRANCH", 2),
        (("--branch", "refs/heads/nope"), "AFF-BRANCH", 2),
        (("--branch", "\x1b[31m"), "AFF-BRANCH", 2),
        (("--config", "absent.toml"), "AFF-UNREADABLE", 5),
        (("--config", "."), "AFF-UNREADABLE", 5),
        (("--identities", "absent.toml"), "AFF-UNREADABLE", 5),
        (("--since-report", "absent.json"), "AFF-UNREADABLE", 5),
        (("--since-report", "."), "AFF-UNREADABLE", 5),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    repo: Repo, run: Callable[..., Ended], options: tuple[str, ...], code: str, status: int
) -> None:
    reviewed(repo)
    refused(run("audit", repo.path, *options), code, status)


@pytest.mark.parametrize(
    "options", [("--since", "2026-02-01", "--until", "2026-01-01"), ("--since", "2030-01-01")]
)
def test_a_period_that_is_turned_round_is_called_that(
    repo: Repo, run: Callable[..., Ended], options: tuple[str, ...]
) -> None:
    reviewed(repo)
    assert "9999" not in run("audit", repo.path, *options).err


@pytest.mark.parametrize(
    ("name", "text", "option", "code", "status"),
    [
        ("x.toml", "not toml", "--config", "AFF-CONFIG", 4),
        ("x.toml", "[audit]\nnme = 'x'\n", "--config", "AFF-CONFIG", 4),
        ("x.toml", "[[person]]\nname = 'x'\n", "--config", "AFF-CONFIG", 4),
        ("x.toml", "[audit]\nbranches = ['nope']\n", "--config", "AFF-BRANCH", 2),
        ("x.toml", "[audit]\nforge_keys = ['none.asc']\n", "--config", "AFF-UNREADABLE", 5),
        ("x.toml", "[audit]\nname = 'x'\n", "--identities", "AFF-CONFIG", 4),
        ("x.toml", "#" * 1_048_577, "--config", "AFF-CONFIG", 4),
        ("x.json", "not json", "--since-report", "AFF-INPUT", 4),
        ("x.json", "{}", "--since-report", "AFF-INPUT", 4),
        ("x.json", "[" * 100_000, "--since-report", "AFF-INPUT", 4),
        (
            "x.json",
            (
                '{"schema": "other@1", "repository": {"name": "x", "object_format": "sha1",'
                ' "branches": []}, "landings": []}'
            ),
            "--since-report",
            "AFF-INPUT",
            4,
        ),
    ],
)
def test_a_file_that_is_not_what_it_has_to_be_is_refused(
    repo: Repo, tmp_path: Path, *, name: str, text: str, option: str, code: str, status: int
) -> None:
    reviewed(repo)
    (tmp_path / name).write_text(text)
    refused(ran("audit", repo.path, option, name, here=tmp_path), code, status)


@pytest.mark.parametrize("option", ["--config", "--identities"])
def test_a_number_too_long_for_python_is_no_bug_of_ours(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path, option: str
) -> None:
    reviewed(repo)
    (tmp_path / "x.toml").write_text("x = " + "9" * 5_000)
    refused(run("audit", repo.path, option, tmp_path / "x.toml"), "AFF-CONFIG", 4)


def test_what_is_no_repository_is_refused(run: Callable[..., Ended], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "absent", tmp_path, tmp_path / "file"):
        refused(run("audit", place), "AFF-NOT-A-REPOSITORY", 4)


def test_a_repository_without_a_commit_cannot_be_decided(
    repo: Repo, run: Callable[..., Ended]
) -> None:
    refused(run("audit", repo.path), "AFF-NO-COMMITS", 3)


def test_without_git_the_audit_says_what_is_missing(
    repo: Repo, run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    reviewed(repo)
    monkeypatch.setenv("PATH", str(tmp_path))
    refused(run("audit", repo.path), "AFF-GIT", 5)


@pytest.mark.parametrize("output", ["blocked", "blocked/below", "/proc/affidavit"])
def test_a_report_that_cannot_be_written_is_an_error_of_the_place(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path, output: str
) -> None:
    reviewed(repo)
    (tmp_path / "here").mkdir()
    (tmp_path / "here/blocked").write_text("a file")
    refused(run("audit", repo.path, "--output", output), "AFF-OUTPUT", 5)
    assert (tmp_path / "here/blocked").read_text() == "a file"


def test_a_directory_in_the_reports_place_is_an_error_of_the_place(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path
) -> None:
    reviewed(repo)
    (tmp_path / "here/out/report.json").mkdir(parents=True)
    refused(run("audit", repo.path, "--output", "out"), "AFF-OUTPUT", 5)
    left = {path.name for path in (tmp_path / "here/out").iterdir()}
    assert left == {"report.json", "report.html"}, "no file is left half done"


def test_a_directory_in_the_place_of_gitignore_is_an_error_of_the_place(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path
) -> None:
    reviewed(repo)
    (tmp_path / "here/affidavit-report/.gitignore").mkdir(parents=True)
    refused(run("audit", repo.path), "AFF-OUTPUT", 5)


def test_a_link_in_the_default_folder_is_not_followed(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path
) -> None:
    reviewed(repo)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "here/affidavit-report").mkdir(parents=True)
    (tmp_path / "here/affidavit-report/.gitignore").symlink_to(victim)
    run("audit", repo.path)
    assert victim.read_text() == "precious"


def test_a_report_replaces_a_link_and_not_what_it_leads_to(
    repo: Repo, run: Callable[..., Ended], tmp_path: Path
) -> None:
    reviewed(repo)
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "here/out").mkdir(parents=True)
    for name in ("report.json", "report.html", "landings.csv", "exceptions.csv"):
        (tmp_path / "here/out" / name).symlink_to(victim)
    assert run("audit", repo.path, "--output", "out").status == 0
    assert victim.read_text() == "precious"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), BrokenPipeError(errno.EPIPE, "gone")])
def test_an_interrupted_run_does_not_end_like_one_with_exceptions(
    run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def broken(_: object) -> int:
        raise error

    monkeypatch.setattr("affidavit.cli.run.run", broken)
    assert run("audit").status not in {0, 1, 2, 3}


@pytest.mark.parametrize(
    "options", [("--until", "9999-12-31"), ("--until", "0001-01-01T00:00:00+10:00")]
)
def test_bounds_at_the_ends_of_the_calendar_are_no_bug(
    repo: Repo, run: Callable[..., Ended], options: tuple[str, ...]
) -> None:
    reviewed(repo)
    assert run("audit", repo.path, *options).status in {0, 2}


def test_a_commit_dated_at_the_end_of_the_calendar_does_not_stop_the_audit(
    repo: Repo, run: Callable[..., Ended]
) -> None:
    repo.commit("Begin")
    repo.commit("Work", date=253_402_300_799)
    assert run("audit", repo.path).status == 0


def test_a_branch_whose_name_is_not_utf_8_is_audited(repo: Repo, run: Callable[..., Ended]) -> None:
    commit = repo.commit("Work")
    place = os.fsencode(repo.directory / "refs/heads") + b"/m\xffain"
    with open(place, "w", encoding="ascii") as file:  # noqa: PTH123 -- pathlib takes no bytes
        file.write(commit + "\n")
    (repo.directory / "refs/heads/main").unlink()
    (repo.directory / "HEAD").write_bytes(b"ref: refs/heads/m\xffain\n")
    assert run("audit", repo.path).status == 0
