"""An export is read by a reader that knows the formats alone, and is the same made anew."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.app.ledger.export import export
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import DamagedError, FormatError, OutputError, UsageError
from affidavit.store.beside import keep_cosignature
from affidavit.store.log import Batch, Kept, Log
from histories import Silence
from ledgers import KEY, ORIGIN, a_log, contents, open_folder, root_of, signed, some

if TYPE_CHECKING:
    from pathlib import Path

LINE = "— witness.example/w AAAAAAA=\n"


def exported(ledger: Path, folder: Path) -> int:
    with viewing(Home(ledger)) as view:
        return export(view, folder, Silence())


def files(folder: Path) -> dict[str, bytes]:
    """Every file of `folder` by its path in it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def grown(ledger: Path, *sizes: int) -> list[bytes]:
    """The entries of the log in `ledger` after appends of these sizes."""
    log = Log(ledger / "ledger.db") if (ledger / "ledger.db").exists() else a_log(ledger)
    with log:
        for size in sizes:
            log.append(Batch(entries=some(size, str(log.size))), signed)
        return contents(log)


def spelled(number: int) -> str:
    """A tile's number as C2SP tlog-tiles writes it."""
    above, last = divmod(number, 1000)
    return f"{last:03d}" if not above else f"x{above:03d}/{last:03d}"


def read(found: dict[str, bytes]) -> list[bytes]:
    """The entries of an export, held against its tiles and checkpoint: all of it read, no more."""
    note = found.pop("checkpoint").decode()
    origin, count, root = note.split("\n")[:3]
    size, entries = int(count), list[bytes]()
    for number in range((size + 255) // 256):
        width = min(256, size - number * 256)
        part = "" if width == 256 else f".p/{width}"
        data = found.pop(f"tile/entries/{spelled(number)}{part}")
        for _ in range(width):
            length = int.from_bytes(data[:2], "big")
            entries.append(data[2 : 2 + length])
            data = data[2 + length :]
        assert data == b""
    assert (origin, b64decode(root)) == (ORIGIN, root_of(entries))
    level, nodes = 0, [hashlib.sha256(b"\x00" + one).digest() for one in entries]
    while nodes:
        for number in range((len(nodes) + 255) // 256):
            row = nodes[number * 256 : number * 256 + 256]
            part = "" if len(row) == 256 else f".p/{len(row)}"
            assert found.pop(f"tile/{level}/{spelled(number)}{part}") == b"".join(row)
        level += 1
        nodes = [
            root_of_hashes(nodes[at : at + 256]) for at in range(0, len(nodes) // 256 * 256, 256)
        ]
    return entries


def root_of_hashes(nodes: list[bytes]) -> bytes:
    while len(nodes) > 1:
        pairs = zip(nodes[::2], nodes[1::2], strict=True)
        nodes = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return nodes[0]


@pytest.mark.parametrize("sizes", [(1,), (255, 1), (256, 1), (3, 600), (300, 212)])
def test_an_export_is_all_of_the_log_in_the_layout_of_tlog_tiles(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    entries = grown(tmp_path, *sizes)
    assert exported(tmp_path, tmp_path / "out") == len(entries)
    found = files(tmp_path / "out")
    newest = found["checkpoint"]
    assert read(found) == entries
    assert json.loads(found.pop("ledger.json")) == {
        "format": "affidavit/ledger-export@1",
        "origin": ORIGIN,
        "size": len(entries),
    }
    assert found.pop("vkey").decode() == f"{KEY.key.encode()}\n"
    assert found.pop("checkpoints").endswith(b"length %d\n%b" % (len(newest), newest))
    assert found == {}


def test_every_kept_checkpoint_and_what_witnesses_signed_of_it_is_exported(tmp_path: Path) -> None:
    grown(tmp_path, 2, 3)
    keep_cosignature(tmp_path / "ledger.db", 2, LINE)
    keep_cosignature(tmp_path / "ledger.db", 5, LINE)
    exported(tmp_path, tmp_path / "out")
    with Log(tmp_path / "ledger.db") as log:
        notes = [note + LINE.encode() for _, note in log.rows.checkpoints()]
    expected = b"".join(b"length %d\n%b" % (len(note), note) for note in notes)
    found = files(tmp_path / "out")
    assert (found["checkpoints"], found["checkpoint"]) == (expected, notes[1])


def test_content_is_exported_under_its_digest(tmp_path: Path) -> None:
    digests = [hashlib.sha256(one).digest() for one in (b"", b"one")]
    with a_log(tmp_path) as log:
        blobs = [Kept(digests[0], "text/plain", b""), Kept(digests[1], "x/y", b"one")]
        log.append(Batch(entries=some(1), blobs=blobs), signed)
    exported(tmp_path, tmp_path / "out")
    assert files(tmp_path / "out" / "blobs") == {digests[0].hex(): b"", digests[1].hex(): b"one"}


@settings(max_examples=12)
@given(st.lists(st.sampled_from([1, 3, 255, 256, 300]), min_size=1, max_size=4))
def test_an_export_that_was_brought_up_to_date_is_the_same_as_a_new_one(sizes: list[int]) -> None:
    with open_folder() as folder:
        for size in sizes:
            grown(folder, size)
            exported(folder, folder / "old")
        exported(folder, folder / "new")
        assert files(folder / "old") == files(folder / "new")


def test_what_an_export_that_was_killed_left_behind_is_made_good(tmp_path: Path) -> None:
    grown(tmp_path, 300)
    exported(tmp_path, tmp_path / "whole")
    exported(tmp_path, tmp_path / "out")
    for name in ("checkpoint", "tile/0/000", "vkey"):
        (tmp_path / "out" / name).unlink()
    (tmp_path / "out/tile/entries/000").write_bytes(b"half")
    (tmp_path / "out/tile/entries/000.new").write_bytes(b"half")
    (tmp_path / "out/checkpoints.new").write_bytes(b"half")
    exported(tmp_path, tmp_path / "out")
    assert files(tmp_path / "out") == files(tmp_path / "whole")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x", b""),
        ("ledger.json", b""),
        ("ledger.json", b"[" * 60_000),
        ("ledger.json", b"[]"),
        ("ledger.json", b'{"origin": "example.com/other"}'),
        (".git", b""),
    ],
)
def test_a_folder_with_something_else_is_left_alone(tmp_path: Path, name: str, data: bytes) -> None:
    grown(tmp_path, 1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).write_bytes(data)
    with pytest.raises(UsageError, match="holds something else"):
        exported(tmp_path, tmp_path / "out")
    assert files(tmp_path / "out") == {name: data}


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    grown(tmp_path, 1)
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(UsageError, match="holds something else"):
        exported(tmp_path, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"mine"


@pytest.mark.parametrize("sizes", [(5,), (7,), (300,), (1, 1)])
def test_the_export_of_another_history_is_not_written_over(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    grown(tmp_path / "one", 3, 4)
    exported(tmp_path / "one", tmp_path / "out")
    before = files(tmp_path / "out")
    grown(tmp_path / "two", *sizes)
    with pytest.raises(DamagedError, match="7 entries that this ledger does not have"):
        exported(tmp_path / "two", tmp_path / "out")
    assert files(tmp_path / "out") == before


def test_an_export_whose_checkpoint_is_broken_is_not_written_over(tmp_path: Path) -> None:
    grown(tmp_path, 3)
    exported(tmp_path, tmp_path / "out")
    (tmp_path / "out/checkpoint").write_bytes(b"broken")
    with pytest.raises(FormatError, match="out/checkpoint"):
        exported(tmp_path, tmp_path / "out")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    grown(tmp_path, 3)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match=r"file"):
        exported(tmp_path, tmp_path / "file" / "out")


def test_a_damaged_log_is_not_exported_as_if_it_were_whole(tmp_path: Path) -> None:
    grown(tmp_path, 600)
    with Log(tmp_path / "ledger.db") as log:
        log._connection.execute("DROP TRIGGER tiles_no_delete")
        log._connection.execute("DELETE FROM tiles WHERE number = 0")
    with pytest.raises(DamagedError):
        exported(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out/checkpoint").exists()
