"""An exported directory: what is read of it, and what is not."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from logs import LOG, Stored, a_log, put, sha, write_export
from verifying import HONEST, codes, found, trusting

from affidavit.base.errors import NotALedgerError, UnreadableError
from affidavit.verify import Code, Result, Status, Trust, verify

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_export(HONEST, tmp_path / "log")


def checked(root: Path, trust: Trust | None = None) -> Result:
    return verify(root, trust or trusting())


def test_a_place_without_a_log_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotALedgerError):
        checked(tmp_path)
    with pytest.raises(NotALedgerError):
        checked(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("tile/entries/001", Code.ENTRY_MISSING),
        ("tile/0/001", Code.TILE_MISSING),
        ("blobs", Code.BLOB_MISSING),
        ("tile/entries", Code.CHECKPOINT_WITHOUT_ENTRIES),
    ],
)
def test_a_symbolic_link_is_not_followed_even_to_the_right_bytes(
    root: Path, name: str, code: Code
) -> None:
    outside = root.parent / "outside"
    (root / name).rename(outside)
    (root / name).symlink_to(outside)
    assert code in codes(checked(root))


def test_the_checkpoint_is_not_read_through_a_symbolic_link(root: Path) -> None:
    (root / "checkpoint").rename(root.parent / "outside")
    (root / "checkpoint").symlink_to(root.parent / "outside")
    (root / "checkpoints").unlink()
    assert (Code.CHECKPOINT_MISSING, None) in found(checked(root))


def test_a_pipe_is_not_waited_for(root: Path) -> None:
    (root / "checkpoint").unlink()
    os.mkfifo(root / "checkpoint")
    assert found(checked(root)) == {(Code.CHECKPOINT_MISSING, None)}


def test_a_file_that_cannot_be_read_is_an_error(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "not permitted")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UnreadableError, match="not permitted"):
        checked(root)


def test_strange_files_are_told_and_left_alone(root: Path) -> None:
    for name in ("tile/notes.txt", "tile/0/01", "blobs/readme", "tile/0/000.p/0"):
        put(root, name, b"?")
    (root / "tile" / "link").symlink_to("/")
    result = checked(root)
    assert (result.status, [each.code for each in result.notices]) == (
        Status.VERIFIED,
        ["unknown-file"] * 5,
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("tile/entries/000", (Code.ENTRY_MISSING, 0)),
        ("tile/entries/001", (Code.ENTRY_MISSING, 256)),
        ("tile/entries/002.p/88", (Code.CHECKPOINT_WITHOUT_ENTRIES, 600)),
        ("tile/0/000", (Code.TILE_MISSING, 0)),
        ("tile/0/002.p/88", (Code.TILE_MISSING, 512)),
        ("tile/1/000.p/2", (Code.TILE_MISSING, 0)),
    ],
)
def test_a_file_that_is_missing_is_named_by_its_first_entry(
    root: Path, name: str, problem: tuple[Code, int]
) -> None:
    (root / name).unlink()
    assert problem in found(checked(root))


def test_a_missing_bundle_without_its_tile_ends_what_can_be_checked(root: Path) -> None:
    (root / "tile/entries/001").unlink()
    (root / "tile/0/001").unlink()
    result = checked(root)
    assert (result.entries, result.status) == (256, Status.FAILED)
    assert {(Code.ENTRY_MISSING, 256), (Code.CHECKPOINT_WITHOUT_ENTRIES, 300)} <= found(result)


def test_a_bundle_in_the_middle_that_is_partial_misses_entries(root: Path) -> None:
    whole = (root / "tile/entries/001").read_bytes()
    (root / "tile/entries/001").unlink()
    entries = HONEST.entries[256:260]
    put(root, "tile/entries/001.p/4", whole[: sum(len(each) + 2 for each in entries)])
    assert (Code.ENTRY_MISSING, 260) in found(checked(root))


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\5abc", b"\0\0" * 300])
def test_a_bundle_that_is_none_is_named(root: Path, data: bytes) -> None:
    put(root, "tile/entries/001", data)
    assert (Code.BUNDLE_MALFORMED, 256) in found(checked(root))


def test_a_file_larger_than_its_kind_can_be_is_not_read(root: Path) -> None:
    put(root, "checkpoint", b"x" * ((1 << 20) + 1))
    (root / "checkpoints").unlink()
    assert (Code.CHECKPOINT_MISSING, None) in found(checked(root))


@pytest.mark.parametrize(
    "name", ["tile/1/000.p/3", "tile/2/000.p/1", "tile/0/009", "tile/0/003.p/1"]
)
def test_a_tile_beyond_the_tree_is_named(root: Path, name: str) -> None:
    width = int(name.partition(".p/")[2] or 256)
    put(root, name, bytes(32) * width)
    assert (Code.TILE_BEYOND, None) in found(checked(root))


def test_a_tile_above_the_leaves_that_differs_is_named(root: Path) -> None:
    tile = HONEST.tiles[1, 0]
    put(root, "tile/1/000.p/2", tile[:32] + bytes(32))
    assert found(checked(root)) == {(Code.TILE_DIFFERS, 256)}


@pytest.mark.parametrize("width", [87, 89])
def test_a_tile_of_leaves_that_is_not_as_wide_as_its_name_is_named(root: Path, width: int) -> None:
    put(root, "tile/0/002.p/88", (HONEST.tiles[0, 2] + bytes(32))[: 32 * width])
    problem = (Code.TILE_MISSING, 599) if width == 87 else (Code.TILE_DIFFERS, 512)
    assert found(checked(root)) == {problem}


def test_a_tile_of_odd_bytes_is_named(root: Path) -> None:
    put(root, "tile/1/000.p/2", HONEST.tiles[1, 0][:-1])
    assert found(checked(root)) == {(Code.TILE_DIFFERS, None)}


def test_older_partial_tiles_and_bundles_may_stay_where_they_agree(root: Path) -> None:
    put(root, "tile/0/001.p/44", HONEST.tiles[0, 1][: 44 * 32])
    whole = (root / "tile/entries/001").read_bytes()
    put(root, "tile/entries/001.p/1", whole[: len(HONEST.entries[256]) + 2])
    assert checked(root).status is Status.VERIFIED
    put(root, "tile/0/001.p/44", bytes(44 * 32))
    put(root, "tile/entries/001.p/1", b"\0\1x")
    assert found(checked(root)) == {(Code.TILE_DIFFERS, 256), (Code.BUNDLE_DIFFERS, 256)}


@pytest.mark.parametrize(
    "kept", [b"length 5\nabc", b"length x\n", b"length 9999999\n" + b"x" * 99, b"no line"]
)
def test_kept_checkpoints_that_cannot_be_told_apart_fail(root: Path, kept: bytes) -> None:
    put(root, "checkpoints", kept)
    assert (Code.CHECKPOINT_MALFORMED, None) in found(checked(root))


def test_a_kept_checkpoint_that_is_none_fails(root: Path) -> None:
    put(root, "checkpoints", b"length 3\nabc")
    assert found(checked(root)) == {(Code.CHECKPOINT_MALFORMED, None)}


def test_the_newest_checkpoint_must_be_the_last_of_those_kept(root: Path) -> None:
    put(root, "checkpoint", HONEST.notes[2][1])
    assert (Code.CHECKPOINT_MISFILED, 300) in found(checked(root))


def test_two_checkpoints_of_one_size_must_be_the_same(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.entries[3] = log.entries[2]
    log.checkpoint(size=600)
    log.entries[3] = HONEST.entries[3]
    root = write_export(log, tmp_path / "log")
    assert {(Code.CHECKPOINT_MISFILED, 600), (Code.FORKED, 600)} <= found(checked(root))


@pytest.mark.parametrize("data", [b"", b"{}", b"[" * 60_000, b'{"format":"other"}'])
def test_a_description_of_another_format_fails(root: Path, data: bytes) -> None:
    put(root, "ledger.json", data)
    assert found(checked(root)) == {(Code.LAYOUT, None)}


def test_a_key_of_its_own_that_is_none_fails_where_it_is_all_there_is(root: Path) -> None:
    put(root, "vkey", b"none\n")
    result = checked(root, Trust())
    assert found(result) == {(Code.LAYOUT, None)}


def test_without_any_key_nothing_is_signed(root: Path) -> None:
    (root / "vkey").unlink()
    result = checked(root, Trust())
    assert (result.status, result.size) == (Status.SELF_ASSERTED, None)


def test_a_log_of_another_program_may_run_ahead_of_its_checkpoint(tmp_path: Path) -> None:
    log = a_log(300, batch=300)
    remembered = log.notes[0][1]
    log.append("session/0")
    root = write_export(log, tmp_path / "log")
    for name in ("ledger.json", "checkpoints", "vkey"):
        (root / name).unlink()
    result = checked(root, trusting(LOG, remembered=(remembered,)))
    assert (result.status, result.ranges[-1][:3]) == (Status.INCOMPLETE, ("pending", 300, 301))


def test_the_tree_alone_says_what_it_skipped(root: Path) -> None:
    log = Stored()
    log.entries = [b"not JSON at all"]
    log.checkpoint()
    log.grow_tiles()
    other = write_export(log, root.parent / "other")
    result = verify(other, trusting(remembered=(log.notes[0][1],)), tree_only=True)
    assert (result.status, result.problems) == (Status.INCOMPLETE, ())
    assert "the blobs that entries name" in result.skipped
    assert result.ranges == (("signed", 0, 1, "signed by the log alone; hashed and not read"),)


def test_a_blob_of_many_pieces_is_hashed_whole(tmp_path: Path) -> None:
    log, content = Stored(), b"0123456789" * 250_000
    digest = sha(content).hex()
    log.blobs[digest] = content
    log.append(blobs=[{"digest": f"sha256:{digest}", "media_type": "x/y", "size": len(content)}])
    log.checkpoint()
    log.grow_tiles()
    root = write_export(log, tmp_path / "log")
    assert checked(root, trusting(remembered=(log.notes[0][1],))).status is Status.VERIFIED
