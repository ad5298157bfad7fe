"""Where ``affidavit envelope create`` puts what it makes: a pipe takes it, a link is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.envelope.model import parse
from affidavit.cli.envelope.create import create
from gitrepo import Repo
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit("First", files={"a.txt": "1\n"})
    made.commit("Work", branch="work", at="main", files={"a.txt": "2\n"})
    return made


def given(repo: Repo, *args: str | Path) -> list[str]:
    return [
        str(one) for one in ("--repo", repo.directory, "--base", "main", "--head", "work", *args)
    ]


def test_a_link_is_neither_followed_nor_replaced(repo: Repo, tmp_path: Path) -> None:
    own, link = tmp_path / "own", tmp_path / "link"
    own.write_text("mine")
    link.symlink_to(own)
    done = ran("envelope", "create", *given(repo, "--output", link), here=tmp_path)
    assert (done.status, "it is a symbolic link" in done.err) == (5, True)
    assert (own.read_text(), link.readlink()) == ("mine", own)


def test_a_dash_is_the_standard_output_and_the_words_go_beside_it(
    repo: Repo, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    create.main(given(repo, "--output", "-"), standalone_mode=False)
    told = capfdbinary.readouterr()
    assert parse(told.out, "it").head == repo.resolve("work")
    assert told.err.startswith(b"envelope       -\n")


def test_an_answer_and_an_envelope_do_not_go_to_the_same_place(repo: Repo, tmp_path: Path) -> None:
    done = ran("envelope", "create", *given(repo, "--output", "-", "--json"), here=tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "--output - is the envelope alone, --json an answer" in done.err
