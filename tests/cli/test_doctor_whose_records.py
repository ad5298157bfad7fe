"""``affidavit doctor --forge``: records of another repository say nothing of this one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from collectors import gathered
from forges import small
from gitrepo import Repo, git
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = Repo(tmp_path / "work")
    made.commit("Begin")
    return made.path


@pytest.fixture
def export(tmp_path: Path) -> Path:
    place = tmp_path / "shop.jsonl"
    with small(tmp_path / "forge").forge as forge:
        gathered(forge, place)
    return place


OTHER = "affidavit: AFF-USAGE: the export is of the repository firm/shop, and firm/other is meant"


def test_an_export_of_another_repository_than_the_named_is_refused(
    tree: Path, export: Path
) -> None:
    done = ran("doctor", "--forge", export, "--repository", "firm/other", here=tree)
    assert (done.status, done.out, done.err.splitlines()[0]) == (2, "", OTHER)


def test_an_export_of_another_repository_than_the_remotes_is_refused(
    tree: Path, export: Path
) -> None:
    git("remote", "add", "origin", "https://github.com/firm/other.git", cwd=tree)
    done = ran("doctor", "--forge", export, here=tree)
    assert (done.status, done.out, done.err.splitlines()[0]) == (2, "", OTHER)


@pytest.mark.parametrize("remote", ["Firm/Shop", "firm/other"])
def test_an_export_of_the_repository_that_is_meant_is_looked_at(
    tree: Path, export: Path, remote: str
) -> None:
    git("remote", "add", "origin", f"https://github.com/{remote}.git", cwd=tree)
    named = () if remote == "Firm/Shop" else ("--repository", "firm/shop")
    done = ran("doctor", "--forge", export, *named, "--json", here=tree)
    assert "/firm/shop as of " in json.loads(done.out)["forge"]
