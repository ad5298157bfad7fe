"""Signed lines go into bundles alone: a file that holds something else is left as it is."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from gitrepo import Repo
from histories import ran
from terminals import at_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from histories import Ended

OTHERS = {
    "a.py": b"print(1)\n",
    "results.xml": b"<testsuite/>\n",
    "data.json": b'{"a": 1}\n',
    "no-end": b"print(1)",
}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    repo = Repo(tmp_path / "work")
    repo.commit("First")
    repo.commit("Work", branch="side", at="main")
    return repo.path


def gate(here: Path, bundle: str) -> Ended:
    with patch.dict(os.environ, {"AFFIDAVIT_HOME": str(here / "keys")}):
        asked = ("--base", "main", "--head", "side", "--bundle", bundle)
        return ran("gate", *asked, "--quiet", here=here)


@pytest.mark.parametrize("name", OTHERS)
def test_a_decision_is_not_appended_to_a_file_of_something_else(here: Path, name: str) -> None:
    (here / name).write_bytes(OTHERS[name])
    done = gate(here, name)
    assert (done.status, done.err.splitlines()) == (
        5,
        [
            f"affidavit: AFF-OUTPUT: {name} holds what is no line of a bundle, such as line 1",
            "  name another file: signed lines go into bundles alone",
        ],
    )
    assert (here / name).read_bytes() == OTHERS[name]


@pytest.mark.parametrize("before", [b"", b"\n", b'{"payl', b'{"payload":"half'])
def test_a_decision_is_appended_to_a_bundle(here: Path, before: bytes) -> None:
    (here / "facts.jsonl").write_bytes(before)
    assert (gate(here, "facts.jsonl").status, gate(here, "facts.jsonl").status) == (1, 1)
    assert (here / "facts.jsonl").read_bytes().count(b'{"payload":"ey') == 2


def test_lines_that_others_wrote_in_another_order_are_a_bundle(here: Path) -> None:
    place = here / "facts.jsonl"
    assert gate(here, place.name).status == 1
    told = json.loads(place.read_bytes())
    place.write_text(json.dumps(dict(reversed(told.items()))) + "\n")
    assert (gate(here, place.name).status, place.read_bytes().count(b"\n")) == (1, 2)


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_is_asked_to_sign_into_a_file_of_something_else(here: Path, name: str) -> None:
    (here / name).write_bytes(OTHERS[name])
    done = at_terminal("approve", "side", "--output", name, here=here)
    told = f"affidavit: AFF-OUTPUT: {name} holds what is no line of a bundle, such as line 1"
    assert (done.status, done.seen.splitlines()[0]) == (5, told)
    assert (here / name).read_bytes() == OTHERS[name]
