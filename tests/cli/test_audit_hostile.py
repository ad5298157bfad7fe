"""What an auditee or an earlier report holds never reaches a terminal or a spreadsheet raw."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
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


HOSTILE = "\x1b[2J\x07\x9b31m\u202eevil\u200b\r\x00"


def test_nothing_that_an_auditee_types_reaches_the_terminal_as_control(
    repo: Repo, run: Callable[..., Ended]
) -> None:
    repo.commit(f"T{HOSTILE[:-1]}itle", author=f"N{HOSTILE[:-1]}ame <a{HOSTILE[:6]}b@c.d>")
    repo.commit(f"T\n\nCo-authored-by: Claude{HOSTILE} <noreply@anthropic.com>".encode())
    repo.config("remote.origin.url", "https://example.com/\x1b[2J/\u202er.git")
    ended = run("audit", repo.path)
    assert ended.status == 0
    assert not (CONTROLS | {"\u202e", "\u200b"}).intersection(ended.out + ended.err)


def earlier(repo: Repo, here: Path, commit: str) -> Ended:
    """A run with an earlier report whose oldest landing is said to have been `commit`."""
    reviewed(repo)
    ran("audit", repo.path, "--output", "old", "--format", "json", here=here)
    report = msgspec.json.decode((here / "old/report.json").read_bytes())
    report["landings"][-1]["commit"] = commit
    (here / "old.json").write_bytes(msgspec.json.encode(report))
    return ran("audit", repo.path, "--since-report", "old.json", "--output", "new", here=here)


def test_a_landing_of_the_earlier_report_that_is_gone_is_an_exception(
    repo: Repo, tmp_path: Path
) -> None:
    ended = earlier(repo, tmp_path, "a" * 40)
    assert "  aaaaaaaaaaaa history-rewritten: CHG-2026-01-01-001 of main in the" in ended.out


def test_an_earlier_report_cannot_send_controls_to_the_terminal(repo: Repo, tmp_path: Path) -> None:
    assert not CONTROLS.intersection(earlier(repo, tmp_path, "\x1b[2J\x07" + "a" * 35).out)


def test_an_earlier_report_cannot_put_a_formula_into_a_cell(repo: Repo, tmp_path: Path) -> None:
    ended = earlier(repo, tmp_path, "=1+1")
    assert (ended.status, (tmp_path / "new").exists()) == (4, False)
