"""``affidavit doctor`` where the policy says that there is no forge."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from affidavit.app.setup.doctor.rules import IDS
from gitrepo import Repo
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

OF_A_FORGE = {"gate-workflow", *IDS}


def doctor(tree: Path, *words: str) -> dict[str, dict[str, str]]:
    with patch.dict(os.environ, {"HOME": str(tree / "nobody")}):
        told = json.loads(ran("doctor", "--json", *words, here=tree).out)
    return {one["id"]: one for one in told["checks"]}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A work tree after a plain set-up, committed."""
    repo = Repo(tmp_path / "work")
    repo.commit("Begin")
    assert ran("init", "--yes", here=repo.path).status == 0
    places = [one for one in repo.path.rglob("*") if one.is_file() and ".git" not in one.parts]
    files: dict[str, bytes | str] = {
        str(one.relative_to(repo.path)): one.read_bytes() for one in places
    }
    repo.commit("Set up", files=files)
    return repo.path


def test_what_is_of_a_forge_is_not_asked(tree: Path) -> None:
    found = doctor(tree)
    assert {one for one, told in found.items() if told["state"] == "unasked"} == OF_A_FORGE
    assert {told["fix"] for one, told in found.items() if one in OF_A_FORGE} == {""}
    with patch.dict(os.environ, {"HOME": str(tree / "nobody")}):
        done = ran("doctor", here=tree)
    assert [one for one in done.out.splitlines() if one.startswith(("bad", "unknown"))] == []
    assert (done.status, done.out.splitlines()[-1]) == (0, "21 checks, 0 bad, 0 unknown")
    assert "--forge" not in done.out


@pytest.mark.parametrize("data", ['{"settings": {"forge": "asked"}}', "[]", "{", "\udce9"])
def test_elsewhere_it_is_unknown_as_before(tree: Path, data: str) -> None:
    place = tree / "affidavit/policy/data.json"
    place.write_bytes(data.encode("utf-8", "surrogateescape"))
    found = doctor(tree)
    assert {found[one]["state"] for one in IDS} == {"unknown"}
    assert found["gate-workflow"]["state"] == "bad"
