"""What nobody can read is never verified, whatever tiles and checkpoints say of it."""

from __future__ import annotations

import json
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
from logs import FORMS, LOG, Key, Stored, altered, put, write_database, write_export
from verifying import HONEST, codes, found, trusting

from affidavit.base.errors import NotALedgerError
from affidavit.verify import Code, Status, Trust, verify

if TYPE_CHECKING:
    from pathlib import Path

LARGER = 256 * 65_537 + 1
"""Bytes that no bundle has."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_export(HONEST, tmp_path / "log")


@pytest.mark.parametrize(
    ("name", "first"),
    [("tile/entries/000", 0), ("tile/entries/001", 256), ("tile/entries/002.p/88", 512)],
)
@pytest.mark.parametrize("tree_only", [False, True])
def test_a_bundle_larger_than_one_can_be_fails(
    root: Path, name: str, first: int, *, tree_only: bool
) -> None:
    with (root / name).open("r+b") as file:
        file.truncate(LARGER)
    result = verify(root, trusting(), tree_only=tree_only)
    assert found(result) >= {(Code.ENTRY_MISSING, first)}
    assert codes(result) <= {Code.ENTRY_MISSING, Code.STREAM_SEQUENCE, Code.STREAM_PREVIOUS}


def test_a_bundle_that_is_deleted_while_it_is_read_fails(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def deleting(path: str, flags: int) -> int:
        if path.endswith("tile/entries/001"):
            raise FileNotFoundError
        return opened(path, flags)

    monkeypatch.setattr(os, "open", deleting)
    assert (Code.ENTRY_MISSING, 256) in found(verify(root, trusting()))


@pytest.mark.parametrize(
    "entries", ["zeroblob(16777473)", "'text'", "x'00'"]
)  # fmt: skip
def test_a_run_whose_entries_cannot_be_read_fails(tmp_path: Path, entries: str) -> None:
    path = write_database(HONEST, tmp_path / "ledger.db")
    altered(path, f"UPDATE runs SET entries = {entries} WHERE first = 100")  # noqa: S608 -- ours
    assert (Code.ENTRY_MISSING, 100) in found(verify(path, trusting()))


@pytest.mark.parametrize("form", FORMS)
def test_an_entry_in_the_middle_that_is_gone_is_told_by_its_number(
    tmp_path: Path, form: str
) -> None:
    path = FORMS[form](HONEST, tmp_path / "log")
    if form == "database":
        altered(path, "DELETE FROM runs WHERE first = 400")
    else:
        (path / "tile/entries/001").rename(path / "tile/entries/001.old")
    expected = 400 if form == "database" else 256
    assert (Code.ENTRY_MISSING, expected) in found(verify(path, trusting()))


@pytest.mark.parametrize("name", ["checkpoint", "checkpoints", "vkey", "ledger.json"])
def test_a_part_that_is_there_and_cannot_be_read_fails(root: Path, name: str) -> None:
    expected = Code.CHECKPOINT_MISSING if name.startswith("checkpoint") else Code.LAYOUT
    kept = root.parent / "kept"
    (root / name).rename(kept)
    (root / name).symlink_to(kept)
    assert codes(verify(root, trusting())) == {expected}
    (root / name).unlink()
    (root / name).mkdir()
    assert codes(verify(root, trusting())) == {expected}


@pytest.mark.parametrize(("name", "size"), [("checkpoint", 1 << 20), ("ledger.json", 1 << 16)])
def test_a_part_that_is_too_large_fails(root: Path, name: str, size: int) -> None:
    with (root / name).open("r+b") as file:
        file.truncate(size + 1)
    assert verify(root, trusting()).status is Status.FAILED


def test_an_export_without_its_newest_checkpoint_fails(root: Path) -> None:
    (root / "checkpoint").unlink()
    assert found(verify(root, trusting())) == {(Code.CHECKPOINT_MISSING, None)}


@pytest.mark.parametrize(
    "changed",
    [{"size": 599}, {"size": 601}, {"size": "600"}, {"size": None}, {"origin": "example.com/x"}],
)
def test_an_export_that_says_something_else_of_itself_fails(
    root: Path, changed: dict[str, object]
) -> None:
    told = json.loads((root / "ledger.json").read_bytes())
    put(root, "ledger.json", json.dumps({**told, **changed}).encode())
    assert Code.LAYOUT in codes(verify(root, trusting()))


@pytest.mark.parametrize("form", FORMS)
def test_a_key_of_its_own_that_is_not_the_trusted_one_is_told(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.key = Key(seed=b"x" * 32)
    result = verify(FORMS[form](log, tmp_path / "log"), trusting(LOG))
    told = [each.code for each in result.notices]
    assert (result.status, told) == (Status.VERIFIED, ["own-key-differs"])


def test_folders_without_end_are_not_walked(root: Path) -> None:
    place = os.open(root / "tile", os.O_RDONLY)
    for _ in range(40):
        os.mkdir("x" * 200, dir_fd=place)
        deeper = os.open("x" * 200, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = deeper
    os.close(place)
    result = verify(root, trusting())
    assert (result.status, [each.code for each in result.notices]) == (
        Status.VERIFIED,
        ["unknown-file"],
    )


def test_a_digest_of_many_bytes_is_not_read(tmp_path: Path) -> None:
    path = write_database(HONEST, tmp_path / "ledger.db")
    altered(path, "INSERT INTO blobs VALUES (zeroblob(100000000), 'a', x'00')")
    assert found(verify(path, trusting())) == {(Code.LAYOUT, None)}


def test_an_id_at_the_largest_number_is_told(tmp_path: Path) -> None:
    path = write_database(HONEST, tmp_path / "ledger.db")
    altered(path, "INSERT INTO given_ids VALUES ('x', 9223372036854775807)")
    assert found(verify(path, trusting())) == {(Code.DERIVED_DIFFERS, 2**63 - 1)}


def test_a_schema_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = write_database(HONEST, tmp_path / "ledger.db")
    db = sqlite3.connect(path)
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET sql = CAST(x'ff1b' AS TEXT) WHERE name = 'meta'")
    db.commit()
    db.close()
    with pytest.raises(NotALedgerError):
        verify(path, Trust())


def test_an_empty_log_has_no_newest_checkpoint_to_miss(tmp_path: Path) -> None:
    root = write_export(Stored(), tmp_path / "log")
    assert verify(root, trusting(remembered=())).status is Status.EMPTY
