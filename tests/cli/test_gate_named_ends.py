"""``affidavit gate`` and the names it is given: empty ones, and branches that look like ids."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gitrepo import Repo
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from histories import Ended


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "work")
    made.commit("First", files={"a.py": "1\n"})
    return made


def run(repo: Repo, *args: str) -> Ended:
    return ran("gate", "--repo", repo.path, *args, here=repo.path)


@pytest.mark.parametrize("option", ["--head", "--base", "--branch", "--repository"])
def test_an_empty_name_names_nothing(repo: Repo, option: str) -> None:
    usual = {"--base": "main", "--head": "main"}
    words = [word for pair in {**usual, option: ""}.items() for word in pair]
    done = run(repo, *words)
    assert (done.status, done.out, done.err.splitlines()) == (
        2,
        "",
        [
            f"affidavit: AFF-USAGE: {option}: '' names nothing",
            "  is the variable set that it comes from?",
        ],
    )


@pytest.mark.parametrize("name", ["ff", "add", "fee", "dead", "beef"])
def test_a_branch_whose_name_begins_no_id_is_that_branch(repo: Repo, name: str) -> None:
    head = repo.commit("Work", branch=name, at="main", files={"b.py": "1\n"})
    done = run(repo, "--base", "main", "--head", name, "--json")
    assert json.loads(done.out)["change"]["head"] == head


def test_a_branch_named_as_an_object_begins_is_refused(repo: Repo) -> None:
    first = repo.git("rev-parse", "main").decode().strip()
    repo.commit("Work", branch=first[:6], at="main", files={"b.py": "1\n"})
    done = run(repo, "--base", "main", "--head", first[:6])
    assert (done.status, f"{first[:6]} may be an id, and is refs/heads/" in done.err) == (2, True)
