"""``affidavit lines`` and ``affidavit blame``: what they print, and what they refuse."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from gitrepo import BEN
from histories import CLAUDE, ran

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo


@pytest.fixture
def work(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository of two files, a third of whose lines are an agent's, as a work tree."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    owners = "*.py @firm/code\n"
    repo.commit("Begin", files={"src/a.py": "one\ntwo\n", "CODEOWNERS": owners})
    repo.commit("A", author=CLAUDE, files={"src/a.py": "one\nagent\ntwo\n", "docs/b.md": "b\n"})
    repo.commit("B", author=BEN, files={"docs/b.md": "b\nc\n"})
    repo.tag("v1", "main")
    repo.commit("C", author=BEN, files={"src/a.py": "one\nagent\ntwo\nlate\n"})
    return repo


def test_the_text_tells_a_range_and_the_label_beside_it(work: Repo) -> None:
    done = ran("lines", here=work.path)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[1:4] == [
        "7 lines in 3 text files (0 binary files left out), from 4 landings",
        "AI lines       at least 2 of 7 (28.5%), at most 2 of 7 (28.6%)",
        "label          2 of 7 (28.6%) by the labels of whole landings",
    ]


def test_a_folder_at_a_tag_is_told_alone(work: Repo) -> None:
    told = json.loads(ran("lines", "src", "--at", "v1", "--json", here=work.path).out)
    assert told["total"] == {
        "lines": 3,
        "ai": 1,
        "human": 0,
        "automation": 0,
        "no_signal": 2,
        "undetermined": 0,
        "labelled": 1,
    }
    assert [(one["path"], one["owners"]) for one in told["files"]] == [("src/a.py", ["@firm/code"])]
    assert (told["format"], told["commit"]) == ("affidavit/lines@1", work.resolve("v1"))


def test_the_csv_has_a_row_for_each_file(work: Repo, tmp_path: Path) -> None:
    place = tmp_path / "lines.csv"
    assert ran("lines", "--format", "csv", "--output", place, here=work.path).out == ""
    rows = list(csv.DictReader(place.read_text().splitlines()))
    assert [(row["path"], row["language"], row["lines"], row["ai"]) for row in rows] == [
        ("src/a.py", "Python", "4", "1"),
        ("docs/b.md", "Markdown", "2", "1"),
        ("CODEOWNERS", "other", "1", "0"),
    ]


def test_blame_tells_of_every_line(work: Repo) -> None:
    done = ran("blame", "src/a.py", "--quiet", here=work.path)
    assert (done.status, done.err) == (0, "")
    assert [line.split(maxsplit=1)[1] for line in done.out.splitlines()] == [
        ".              R0 1) one",
        "ai claude-code R0 2) agent",
        ".              R0 3) two",
        ".              R0 4) late",
    ]


def test_blame_as_json_names_commits_and_where_lines_stood_in_them(work: Repo) -> None:
    told = json.loads(ran("blame", "docs/b.md", "--json", here=work.path).out)
    assert [
        (one["first"], one["lines"], one["class"], one["original"]) for one in told["lines"]
    ] == [
        (1, 1, "ai", 1),
        (2, 1, "no-signal", 2),
    ]
    assert [one["review"]["grade"] for one in told["landings"]] == ["R0", "R0"]
    assert told["lines"][0]["hands"] == [{"agent": "claude-code", "model": None, "session": None}]


def test_control_characters_of_a_file_do_not_reach_the_terminal(work: Repo) -> None:
    work.commit("D", files={"src/a.py": "\x1b[31mred\x07\n"})
    out = ran("blame", "src/a.py", "--no-review", here=work.path).out
    assert out.endswith(") \\u001b[31mred\\u0007\n")


def test_a_files_tabs_are_kept_and_a_long_line_is_cut_with_a_mark(work: Repo) -> None:
    text = f"\tif a:\r\n{'x' * 2000}\n{'é' * 2001}\n"
    work.commit("D", files={"src/a.py": text})
    out = ran("blame", "src/a.py", "--no-review", here=work.path).out
    assert [line.partition(") ")[2] for line in out.splitlines()] == [
        "\tif a:",
        "x" * 2000,
        f"{'é' * 1999}…",
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("blame", "src/none.py"), 2, "AFF-USAGE: 'src/none.py' is not in"),
        (("blame", "src"), 2, "AFF-USAGE: 'src' is a folder at"),
        (("blame", "."), 2, "AFF-USAGE: '.' is a folder at"),
        (("lines", "no\x1b"), 2, "AFF-USAGE: 'no\\u001b' is not in"),
        (("lines", "src/a.p"), 2, "AFF-USAGE: 'src/a.p' is not in"),
        (("lines", "--at", "v9"), 2, "AFF-USAGE: 'v9' names no commit of the repository"),
        (("lines", "--repo", "nowhere"), 4, "AFF-NOT-A-REPOSITORY: 'nowhere' does not exist"),
        (("lines", "/"), 4, "AFF-NOT-A-REPOSITORY: '/' is not a git repository"),
        (("lines", "--output", "no/such/folder"), 5, "AFF-OUTPUT:"),
    ],
)
def test_what_cannot_be_told_is_refused_with_a_reason(
    work: Repo, arguments: tuple[str, ...], status: int, says: str
) -> None:
    done = ran(*arguments, here=work.path)
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"affidavit: {says}")


def test_a_missing_file_is_told_and_ends_with_3(work: Repo, tmp_path: Path) -> None:
    clone = work.clone(tmp_path / "clone", "--bare", "--filter=blob:none")
    done = ran("lines", "--repo", clone, here=tmp_path)
    assert (done.status, done.err) == (3, "")
    assert "  files-missing: " in done.out
    assert "AI lines       at least 0 of 0 (-), at most 0 of 0 (-)" in done.out


def test_blame_says_by_its_status_too_that_something_is_missing(work: Repo) -> None:
    gone = work.blob("b\n")
    (work.directory / "objects" / gone[:2] / gone[2:]).unlink()
    done = ran("blame", "src/a.py", "--no-review", here=work.path)
    assert (done.status, done.err, len(done.out.splitlines())) == (3, "", 4)
