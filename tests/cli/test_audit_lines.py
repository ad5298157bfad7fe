"""``affidavit audit --lines``: the lines at the head, written beside the report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.base.period import rfc3339
from affidavit.changes.chain import DAY
from gitrepo import BEN, START
from histories import CLAUDE, ran

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo


@pytest.fixture
def work(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    repo.commit("Begin", files={"a.py": "one\n"})
    repo.commit("A", author=CLAUDE, files={"a.py": "one\nagent\ntwo\n"})
    return repo


def test_the_lines_are_told_in_every_format_that_the_report_has(work: Repo) -> None:
    done = ran("audit", "--lines", "--output", "out", here=work.path)
    assert done.status == 0
    assert "lines          at least 2 of 3 (66.6%) at the head are AI" in done.out
    told = json.loads((work.path / "out/lines.json").read_text())
    assert (told["commit"], told["total"]["ai"]) == (work.resolve("main"), 2)
    assert (work.path / "out/lines.csv").read_text().splitlines()[1].startswith("a.py,Python,")
    landings = (work.path / "out/lines-landings.csv").read_text().splitlines()
    assert landings[0].startswith("commit,landed_at,label,lines,ai,")
    assert landings[1].startswith(work.resolve("main"))
    assert "at least 66.6%" in (work.path / "out/lines.html").read_text()


def test_without_it_no_lines_are_told(work: Repo) -> None:
    ran("audit", "--output", "out", here=work.path)
    assert not list((work.path / "out").glob("lines.*"))


@pytest.mark.parametrize(("options", "status"), [(("--lines",), 3), ((), 0)])
def test_lines_that_cannot_be_read_are_a_gap(
    repo: Repo,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    status: int,
) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    repo.commit("Begin", files={"a.py": "one\ntwo\n"})
    repo.commit("Work", branch="side", at="main", date=START + 3 * DAY, files={"b.py": "b\n"})
    repo.merge(
        "side",
        message="Merge pull request #1 from alice/side",
        author=BEN,
        date=START + 4 * DAY,
    )
    clone = repo.clone(tmp_path / "clone", "--bare", "--filter=blob:none")
    since = ("--since", rfc3339(START + DAY), "--until", rfc3339(START + 5 * DAY))
    done = ran("audit", clone, *since, *options, "--fail-on", "unknown", here=tmp_path)
    assert done.status == status
