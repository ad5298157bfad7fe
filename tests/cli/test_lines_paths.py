"""The path that ``affidavit lines`` and ``affidavit blame`` are asked about, and what is none."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from affidavit.app.lines import files
from gitrepo import Entry
from histories import CLAUDE, ran

if TYPE_CHECKING:
    from pathlib import Path

    from gitobjects import Files
    from gitrepo import Repo

LOSSY = "src/\ufffd.py"
RAW = os.fsdecode(b"src/\xff.py")


@pytest.fixture
def work(repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """Text, a binary file in each of two folders, a link, and two names that look alike."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    link: Files = {"src/link": Entry("120000", repo.blob("a.py"))}
    repo.commit("Begin", files={"src/a.py": "one\n", "src/x.bin": "\0"})
    repo.commit("Link", files=link)
    repo.commit("A", author=CLAUDE, files={".ci/b.yml": "b\n", ".ci/y.bin": "\0", LOSSY: "l\n"})
    repo.commit("B", files={os.fsencode(RAW): "raw\n"})
    return repo


def test_binary_files_are_counted_under_the_path(work: Repo) -> None:
    done = ran("lines", ".ci", here=work.path)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[1] == (
        "1 line in 1 text file (1 binary file left out), from 4 landings of the whole repository"
    )


def test_with_a_path_what_is_of_the_whole_repository_is_called_so(work: Repo) -> None:
    told = [ran("lines", *path, here=work.path).out for path in (("src",), ())]
    behind = "0 landings{} split by their commits, 0 squashes not"
    assert f"looked behind  {behind.format(' of the whole repository')}\n" in told[0]
    assert f"looked behind  {behind.format('')}\n" in told[1]
    assert "whole repository" not in told[1]


@pytest.mark.parametrize("path", [".", "./", ""])
def test_a_dot_is_all_of_the_repository_with_repo_too(work: Repo, path: str) -> None:
    asked = (path,) if path else ()
    told = json.loads(ran("lines", *asked, "--repo", work.path, "--json", here=work.path).out)
    assert (told["total"]["lines"], told["binary_files"]) == (4, 2)


@pytest.mark.parametrize(("path", "lines"), [(".ci", 1), (".", 4)])
def test_in_a_bare_repository_a_path_is_one_of_its_tree(
    work: Repo, tmp_path: Path, path: str, lines: int
) -> None:
    clone = work.clone(tmp_path / "clone", "--bare")
    told = json.loads(ran("lines", path, "--json", here=clone).out)
    assert told["total"]["lines"] == lines


def test_a_path_of_which_nothing_is_there_is_refused_by_name(work: Repo) -> None:
    done = ran("lines", "infra", here=work.path)
    assert (done.status, done.out) == (2, "")
    where = f"{work.resolve('main')[:12]} (main)"
    assert done.err.startswith(f"affidavit: AFF-USAGE: 'infra' is not in {where}\n")


@pytest.mark.parametrize(("name", "text"), [(RAW, "raw"), (LOSSY, "l")])
def test_a_file_is_found_by_the_bytes_of_its_name(work: Repo, name: str, text: str) -> None:
    done = ran("blame", name, "--no-review", here=work.path)
    assert (done.status, done.out.partition(") ")[2]) == (0, f"{text}\n")
    told = json.loads(ran("lines", name, "--json", here=work.path).out)
    assert told["total"]["ai"] == (1 if name == LOSSY else 0)


@pytest.mark.parametrize(
    ("path", "why"),
    [("src/x.bin", "is binary at {}: it has no lines"), ("src/link", "is a link at {}: it has no")],
)
def test_what_has_no_lines_is_refused_with_the_reason(work: Repo, path: str, why: str) -> None:
    done = ran("blame", path, here=work.path)
    assert (done.status, done.out) == (2, "")
    where = f"{work.resolve('main')[:12]} (main)"
    assert done.err.startswith(f"affidavit: AFF-USAGE: '{path}' {why.format(where)}")


def test_a_file_that_only_head_has_is_named_with_where_it_was_looked_for(work: Repo) -> None:
    work.branch("also", "main")
    work.tag("v1", "main")
    work.branch("zz", "main")
    new = work.commit("New", branch="side", at="main", files={"src/new.py": "n\n"})
    (work.directory / "HEAD").write_text("ref: refs/heads/side\n")
    (work.directory / "refs/remotes/origin").mkdir(parents=True)
    work.ref("refs/remotes/origin/main", "main")
    (work.directory / "refs/remotes/origin/HEAD").write_text("ref: refs/remotes/origin/main\n")
    done = ran("blame", "src/new.py", here=work.path)
    where = f"{work.resolve('main')[:12]} (also, main, zz, 2 more)"
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        f"affidavit: AFF-USAGE: 'src/new.py' is not in {where}\n"
        f"  HEAD, {new[:12]}, has it: --at HEAD\n"
    )
    assert ran("blame", "src/new.py", "--at", "HEAD", here=work.path).status == 0


def test_a_head_that_cannot_be_read_has_no_file(work: Repo) -> None:
    new = work.commit("New", branch="side", at="main", files={"src/new.py": "n\n"})
    (work.directory / "HEAD").write_text("ref: refs/heads/side\n")
    work.loose(new).unlink()
    done = ran("blame", "src/new.py", "--at", "main", here=work.path)
    assert (done.status, done.err.splitlines()[1]) == (2, "  --at REV looks at another commit")


def test_a_file_that_is_too_large_to_be_shown_is_refused_and_counted(
    work: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", 3)
    done = ran("blame", "src/a.py", here=work.path)
    where = f"{work.resolve('main')[:12]} (main)"
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        f"affidavit: AFF-USAGE: 'src/a.py' has 4 bytes at {where}: no file of more than 3 is shown"
        " line by line\n  affidavit lines counts its lines\n"
    )
    told = json.loads(ran("lines", "src/a.py", "--json", here=work.path).out)
    assert told["total"]["lines"] == 1


def test_a_file_whose_text_is_not_here_is_no_empty_one(work: Repo) -> None:
    work.loose(work.blob("one\n")).unlink()
    done = ran("blame", "src/a.py", here=work.path)
    assert (done.status, done.out) == (5, "")
    assert done.err.startswith("affidavit: AFF-GIT-FAILED: what 'src/a.py' holds at ")
