"""Pipes and devices where git expects the files of an object store."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
import tricks
from reading import read

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["alternates", "idx", "pack"])
def test_a_pipe_in_the_object_store_is_not_waited_for(tmp_path: Path, name: str) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    objects = repo.directory / "objects"
    if name == "alternates":
        os.mkfifo(objects / "info" / "alternates")
    else:
        os.mkfifo(objects / "pack" / f"pack-{'a' * 40}.{name}")
    found = read(repo.path)
    assert found.commits == frozenset(ids)
    assert found.limits == (set() if name == "alternates" else {"odd-object-files"})


def test_an_index_that_is_a_pipe_is_made_anew(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    repo.pack()
    index = next((repo.directory / "objects" / "pack").glob("*.idx"))
    index.unlink()
    os.mkfifo(index)
    found = read(repo.path)
    assert found.commits == frozenset(ids)
    assert "odd-object-files" in found.limits


def test_a_loose_object_that_is_a_pipe_costs_what_only_it_leads_to(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    repo.loose(ids[6]).unlink()
    os.mkfifo(repo.loose(ids[6]))
    found = read(repo.path)
    assert found.commits == frozenset(ids) - set(ids[5:7])
    assert found.limits >= {"odd-object-files", "missing-commits"}


def test_an_endless_alternates_file_is_not_read(tmp_path: Path) -> None:
    repo, ids = tricks.history(tmp_path / "repo")
    (repo.directory / "objects" / "info" / "alternates").symlink_to("/dev/zero")
    found = read(repo.path)
    assert (found.commits, found.limits) == (frozenset(ids), frozenset({"outside-file"}))
