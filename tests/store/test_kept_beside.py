"""What witnesses said of a checkpoint: of each witness the newest word is kept."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import FormatError
from affidavit.store.beside import keep_cosignature
from ledgers import a_log, some

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_795_000_000
ID = bytes.fromhex("5c4b1cce")


def line(time: int, *, name: str = "witness.example/w", key: bytes = ID, last: int = 0) -> str:
    signed = key + time.to_bytes(8) + bytes(63) + bytes([last])
    return f"— {name} {base64.b64encode(signed).decode()}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    a_log(tmp_path, some(3)).close()
    return tmp_path / "ledger.db"


def rows(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM cosignatures ORDER BY size, witness").fetchall()


@pytest.mark.parametrize("times", [(NOW, NOW + 5), (NOW + 5, NOW), (0, NOW + 5), (NOW + 5, NOW, 0)])
def test_of_one_witness_and_size_the_latest_line_is_kept(
    path: Path, times: tuple[int, ...]
) -> None:
    for time in times:
        keep_cosignature(path, 3, line(time))
    assert rows(path) == [(3, "witness.example/w+5c4b1cce", line(NOW + 5))]


def test_a_line_of_the_same_time_does_not_replace_the_one_that_is_kept(path: Path) -> None:
    keep_cosignature(path, 3, line(NOW))
    keep_cosignature(path, 3, line(NOW, last=1))
    assert [row[2] for row in rows(path)] == [line(NOW)]


def test_another_name_another_key_and_another_size_are_kept_beside_it(path: Path) -> None:
    keep_cosignature(path, 3, line(NOW))
    keep_cosignature(path, 3, line(NOW, name="other"))
    keep_cosignature(path, 3, line(NOW, key=bytes(4)))
    keep_cosignature(path, 2, line(NOW))
    assert [row[:2] for row in rows(path)] == [
        (2, "witness.example/w+5c4b1cce"),
        (3, "other+5c4b1cce"),
        (3, "witness.example/w+00000000"),
        (3, "witness.example/w+5c4b1cce"),
    ]


def test_what_is_no_line_gives_way_to_one(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        row = (3, "witness.example/w+5c4b1cce", "damaged")
        connection.execute("INSERT INTO cosignatures VALUES (?, ?, ?)", row)
        connection.commit()
    keep_cosignature(path, 3, line(NOW))
    assert [row[2] for row in rows(path)] == [line(NOW)]


@pytest.mark.parametrize("given", ["by one", "", "\n", line(NOW) + line(NOW), line(NOW)[:-1]])
def test_only_one_signature_line_is_kept(path: Path, given: str) -> None:
    with pytest.raises(FormatError, match=r"^the cosignature"):
        keep_cosignature(path, 3, given)
    assert rows(path) == []
