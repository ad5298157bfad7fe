"""``affidavit facts key``, and what is said of keys that are there under another name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.ledger.key import parse_vkey
from commands import FACT
from commands import lines as facts
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "config"))
    return tmp_path / "config"


def test_the_key_that_is_printed_is_the_one_that_signs(tmp_path: Path) -> None:
    (tmp_path / "f.jsonl").write_bytes(facts(FACT))
    first = ran("facts", "key", "--signer", "example.com/alice", here=tmp_path)
    assert parse_vkey(first.out.strip()).name == "example.com/alice"
    signed = ran("facts", "sign", "f.jsonl", "--output", "b", "--json", here=tmp_path)
    again = ran("facts", "key", "--json", here=tmp_path)
    assert json.loads(signed.out)["signer"] == first.out.strip()
    assert json.loads(again.out) == {"vkey": first.out.strip()}


def test_a_key_of_another_name_is_said_with_a_way_out(tmp_path: Path, home: Path) -> None:
    ran("facts", "key", "--signer", "example.com/alice", here=tmp_path)
    done = ran("facts", "key", "--signer", "example.com/ben", here=tmp_path)
    assert done == (
        2,
        "",
        (
            "affidavit: AFF-USAGE: this account signs as example.com/alice, not as"
            " 'example.com/ben'\n"
            f"  move its key {home / 'signing.key'} away to sign under another name, or leave"
            " --signer out\n"
        ),
    )


@pytest.mark.parametrize("command", [("facts", "sign"), ("ledger", "append")])
@pytest.mark.parametrize("file", ["absent", "."])
def test_a_file_that_cannot_be_opened_is_told_as_everywhere(
    tmp_path: Path, command: tuple[str, str], file: str
) -> None:
    done = ran(*command, file, here=tmp_path)
    assert (done.status, done.out) == (5, "")
    assert done.err.startswith(f"affidavit: AFF-UNREADABLE: {file}: ")
