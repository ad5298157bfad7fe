"""Lines kept from one run to the next: the same answer, and only where nothing else changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_lines_notes import SESSION, note

from affidavit.app.lines import stored
from affidavit.app.lines.opening import Asked, opened
from affidavit.app.lines.report import report
from affidavit.cli.progress import Silent
from gitrepo import BEN
from histories import CLAUDE
from wholelines import NAMED

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.lines.model import LinesReport
    from gitrepo import Repo

FILE = "a.py"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))


def asked(repo: Repo, *, fresh: bool = False) -> LinesReport:
    with opened(Asked(repo.path)) as place:
        return report(place, Silent(), fresh=fresh)


def begun(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\ntwo\n", "bin": "\0x", "link": "x\n"})
    repo.commit("A", author=CLAUDE, branch="side", at="main", files={FILE: "a\none\ntwo\n"})
    repo.merge("side", message="Merge pull request #1 from ben/side")


def grown(repo: Repo) -> None:
    repo.commit("B", author=BEN, branch="more", at="main", files={FILE: "a\none\ntwo\nb\n"})
    repo.commit("C", author=CLAUDE, branch="more", files={FILE: "a\nONE\ntwo\nb\n", "bin": "t\n"})
    repo.ref("refs/pull/7/head", "more")
    repo.squash("more", f"Work (#7)\n\n{NAMED}", author=BEN)


def spied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many landings were followed before, at each run."""
    done: list[int] = []
    whole = stored.lines  # type: ignore[attr-defined]

    def seen(source: object, branch: object, progress: object, before: object = None) -> object:
        done.append(len(before.branch.landings) if before else 0)  # type: ignore[attr-defined]
        return whole(source, branch, progress, before)  # type: ignore[arg-type]

    monkeypatch.setattr(stored, "lines", seen)
    return done


def test_a_branch_that_grew_is_gone_on_with_and_the_answer_is_the_same(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = spied(monkeypatch)
    begun(repo)
    first = asked(repo)
    assert asked(repo) == first
    grown(repo)
    assert asked(repo) == asked(repo, fresh=True) != first
    assert done == [0, 2, 2, 0]


@pytest.mark.parametrize("change", ["note", "rewritten", "request", "damaged"])
def test_what_is_no_longer_what_it_was_is_followed_anew(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    done = spied(monkeypatch)
    begin = repo.commit("Begin", files={FILE: "one\n"})
    repo.commit("A", author=CLAUDE, branch="side", at="main", files={FILE: "a\none\n"})
    repo.squash("side", f"Work (#7)\n\n{NAMED}", author=BEN)
    asked(repo)
    if change == "note":
        repo.note("refs/notes/ai", begin, note(f"{SESSION} 1"))
    elif change == "rewritten":
        repo.branch("main", begin)
        repo.commit("Other", files={FILE: "one\nother\n"})
    elif change == "request":
        repo.ref("refs/pull/7/head", "side")
    else:
        kept = next((tmp_path / "home/lines").iterdir())
        kept.write_bytes(kept.read_bytes()[:-1])
    assert asked(repo) == asked(repo, fresh=True)
    assert done == [0, 0, 0]


def test_where_nothing_can_be_kept_it_is_told_all_the_same(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(repo)
    (tmp_path / "file").touch()
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "file"))
    assert asked(repo).total.lines == asked(repo, fresh=True).total.lines
