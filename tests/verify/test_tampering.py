"""What a tampered log must not survive, on a live database and on an export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs import FORMS, LOG, ORIGIN, Key, Stored, entry, sha
from verifying import HONEST, REMEMBERED, codes, found, trusting, verified, witnessing

from affidavit.verify import Code, Range, RangeKind, Status, Trust

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OTHER = Key(ORIGIN, b"o" * 32)
ROOTS = {(Code.ROOT_DIFFERS, size) for size in (200, 300, 400, 500, 600)}
EACH_FORM = pytest.mark.parametrize("form", FORMS)


def rewritten(log: Stored, index: int) -> None:
    log.entries[index] = log.entries[index].replace(b'"edit"', b'"read"')


def resigned(log: Stored, key: Key = LOG) -> None:
    """Make tiles and checkpoints anew from the entries as they are."""
    sizes = [size for size, _ in log.notes if size <= len(log.entries)]
    log.notes.clear()
    for size in sizes:
        log.checkpoint(key, size=size)
    log.grow_tiles()


def relinked(log: Stored) -> None:
    """Rewrite an entry, and every one after it in its stream, so that all links hold again."""
    old = log.copy()
    log.entries.clear()
    log.ends.clear()
    for index in range(len(old.entries)):
        body = {"action": "read" if index == 123 else "edit", "result": "ok", "tokens": 12}
        log.append(f"session/{index % 3}", body=body)
    log.blobs.clear()


def edit(log: Stored) -> None:
    rewritten(log, 123)


def delete(log: Stored) -> None:
    del log.entries[123]


def swap(log: Stored) -> None:
    log.entries[123], log.entries[124] = log.entries[124], log.entries[123]


def duplicate(log: Stored) -> None:
    log.entries[124] = log.entries[123]


def cut_tail(log: Stored) -> None:
    del log.entries[450:]
    log.grow_tiles()


def older_copy(log: Stored) -> None:
    del log.entries[200:]
    del log.notes[2:]
    log.ends = {f"session/{each % 3}": (each, each // 3) for each in (197, 198, 199)}
    log.grow_tiles()


def edit_and_rehash(log: Stored) -> None:
    rewritten(log, 123)
    log.grow_tiles()


def edit_and_relink(log: Stored) -> None:
    relinked(log)
    log.grow_tiles()


def edit_and_resign(log: Stored) -> None:
    relinked(log)
    resigned(log)


def resign_all(log: Stored) -> None:
    resigned(log, OTHER)


def replay(log: Stored) -> None:
    del log.notes[3:]


def no_checkpoint(log: Stored) -> None:
    log.notes.clear()


def one_blob(log: Stored) -> None:
    log.blobs.pop(sha(b"blob 57").hex())


def every_blob(log: Stored) -> None:
    log.blobs.clear()


def edit_blob(log: Stored) -> None:
    log.blobs[sha(b"blob 57").hex()] = b"blob 58"


def flip_tile(log: Stored) -> None:
    tile = log.tiles[0, 0]
    log.tiles[0, 0] = tile[:320] + bytes([tile[320] ^ 1]) + tile[321:]


def no_tile(log: Stored) -> None:
    del log.tiles[0, 1]


def extra_entry(log: Stored) -> None:
    log.append("session/0")
    log.grow_tiles()


def extra_checkpoint(log: Stored) -> None:
    log.append("session/0")
    log.checkpoint()
    log.entries.pop()
    log.ends["session/0"] = 597, 199


def forged_signature(log: Stored) -> None:
    size, note = log.notes[1]
    log.notes[1] = size, note[:-9] + (b"AAAAA" if note[-9:-4] != b"AAAAA" else b"BBBBB") + note[-4:]


def other_origin(log: Stored) -> None:
    log.origin = "example.com/other"
    resigned(log)


TABLE = [
    (edit, {(Code.TILE_DIFFERS, 123), (Code.STREAM_PREVIOUS, 126), *ROOTS}),
    (delete, {(Code.STREAM_SEQUENCE, 125), (Code.CHECKPOINT_WITHOUT_ENTRIES, 600)}),
    (swap, {(Code.TILE_DIFFERS, 123), (Code.TILE_DIFFERS, 124), *ROOTS}),
    (duplicate, {(Code.STREAM_SEQUENCE, 124), (Code.TILE_DIFFERS, 124), *ROOTS}),
    (cut_tail, {(Code.CHECKPOINT_WITHOUT_ENTRIES, 600)}),
    (older_copy, {(Code.CUT_OFF, 300)}),
    (edit_and_rehash, {(Code.STREAM_PREVIOUS, 126), *ROOTS}),
    (edit_and_relink, ROOTS),
    (edit_and_resign, {(Code.FORKED, 300)}),
    (resign_all, {(Code.SIGNATURE_MISSING, size) for size in range(100, 700, 100)}),
    (replay, {(Code.ENTRY_WITHOUT_CHECKPOINT, 300)}),
    (no_checkpoint, {(Code.CHECKPOINT_MISSING, None)}),
    (one_blob, {(Code.BLOB_MISSING, 57)}),
    (every_blob, {(Code.BLOB_MISSING, index) for index in range(7, 600, 50)}),
    (edit_blob, {(Code.BLOB_DIFFERS, 57)}),
    (flip_tile, {(Code.TILE_DIFFERS, 10)}),
    (no_tile, {(Code.TILE_MISSING, 256)}),
    (extra_entry, {(Code.ENTRY_WITHOUT_CHECKPOINT, 600)}),
    (extra_checkpoint, {(Code.CHECKPOINT_WITHOUT_ENTRIES, 601)}),
    (forged_signature, {(Code.SIGNATURE_BAD, 200)}),
    (other_origin, {(Code.ORIGIN_DIFFERS, None), (Code.ORIGIN_DIFFERS, 300)}),
]


@EACH_FORM
@pytest.mark.parametrize(("tampering", "problems"), TABLE)
def test_a_tampered_log_fails_and_names_what_was_done(
    tmp_path: Path,
    form: str,
    tampering: Callable[[Stored], None],
    problems: set[tuple[Code, int | None]],
) -> None:
    log = HONEST.copy()
    tampering(log)
    result = verified(log, form, tmp_path)
    assert (result.status, problems - found(result)) == (
        Status.FAILED,
        set(),
    )


@EACH_FORM
def test_an_honest_log_is_verified_against_a_remembered_checkpoint(
    tmp_path: Path, form: str
) -> None:
    result = verified(HONEST, form, tmp_path)
    assert (result.status, result.problems, result.reasons) == (Status.VERIFIED, (), ())
    assert (result.origin, result.entries, result.size) == (ORIGIN, 600, 600)
    assert (result.complete_to, result.notices) == (300, ())
    assert result.ranges == (Range(RangeKind.SIGNED, 0, 600, "signed by the log alone"),)


@EACH_FORM
def test_a_log_whose_end_may_be_cut_off_is_incomplete(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    older_copy(log)
    result = verified(log, form, tmp_path, trusting(remembered=()))
    assert (result.status, result.status.exit_status) == (Status.INCOMPLETE, 3)
    assert "cut off cannot be known" in result.reasons[0]


@EACH_FORM
def test_a_log_with_its_own_key_alone_is_self_asserted_and_still_searched(
    tmp_path: Path, form: str
) -> None:
    (tmp_path / "honest").mkdir()
    assert verified(HONEST, form, tmp_path / "honest", Trust()).status is Status.SELF_ASSERTED
    log = HONEST.copy()
    edit(log)
    assert verified(log, form, tmp_path, Trust()).status is Status.FAILED


@EACH_FORM
def test_an_empty_log_is_empty_and_an_emptied_one_fails(tmp_path: Path, form: str) -> None:
    log = Stored()
    (tmp_path / "new").mkdir()
    result = verified(log, form, tmp_path / "new", trusting(remembered=()))
    assert (result.status, result.status.exit_status) == (Status.EMPTY, 3)
    emptied = verified(log, form, tmp_path)
    assert (emptied.status, found(emptied)) == (Status.FAILED, {(Code.CUT_OFF, 300)})


@EACH_FORM
def test_a_fork_that_is_longer_than_what_is_remembered_fails(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    for _ in range(300):
        log.append("session/9")
    edit_and_resign(log)
    assert (Code.FORKED, 300) in found(verified(log, form, tmp_path))


@EACH_FORM
def test_a_remembered_checkpoint_of_another_log_fails(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.origin = "example.com/other"
    log.checkpoint(size=300)
    trust = trusting(remembered=(log.notes[-1][1],))
    assert codes(verified(HONEST, form, tmp_path, trust)) == {Code.ORIGIN_DIFFERS}


@EACH_FORM
def test_a_recent_cosignature_makes_the_range_below_it_witnessed(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.cosign(600)
    result = verified(log, form, tmp_path, witnessing())
    assert (result.status, result.complete_to) == (Status.VERIFIED, 600)
    assert [(each.kind, each.start, each.end) for each in result.ranges] == [
        (RangeKind.WITNESSED, 0, 600)
    ]


@EACH_FORM
def test_an_old_cosignature_leaves_the_log_incomplete(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.cosign(500, time=1_700_000_000)
    result = verified(log, form, tmp_path, witnessing())
    assert (result.status, len(result.reasons)) == (Status.INCOMPLETE, 2)
    assert [(each.kind, each.start, each.end) for each in result.ranges] == [
        (RangeKind.WITNESSED, 0, 500),
        (RangeKind.SIGNED, 500, 600),
    ]


@EACH_FORM
def test_a_forged_cosignature_fails(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    log.cosign(600)
    (line,) = log.cosignatures[600]
    log.cosignatures[600] = [line[:-9] + ("AAAA" if line[-9:-5] != "AAAA" else "BBBB") + line[-5:]]
    result = verified(log, form, tmp_path, witnessing())
    assert found(result) == {(Code.COSIGNATURE_BAD, 600)}


@EACH_FORM
def test_an_entry_after_the_end_of_the_log_fails(tmp_path: Path, form: str) -> None:
    log = Stored()
    log.append("log", kind="log.frozen.v1", body={"reason": "moved"})
    log.append("log")
    log.checkpoint()
    log.grow_tiles()
    result = verified(log, form, tmp_path, trusting(remembered=(log.notes[0][1],)))
    assert found(result) == {(Code.ENTRY_AFTER_END, 1)}


@EACH_FORM
def test_a_blob_of_another_size_than_its_entry_says_fails(tmp_path: Path, form: str) -> None:
    log = Stored()
    digest = sha(b"four").hex()
    log.blobs[digest] = b"four"
    named = {"digest": f"sha256:{digest}", "media_type": "text/plain", "size": 5}
    log.append(blobs=[named])
    log.checkpoint()
    log.grow_tiles()
    result = verified(log, form, tmp_path, trusting(remembered=(log.notes[0][1],)))
    assert found(result) == {(Code.BLOB_SIZE, 0)}


@EACH_FORM
def test_an_entry_that_is_none_fails_with_its_index(tmp_path: Path, form: str) -> None:
    log = Stored()
    log.append()
    log.entries.append(entry(id="x").replace(b"12}", b"1.5}"))
    log.entries.append(b"\xff")
    log.checkpoint()
    log.grow_tiles()
    result = verified(log, form, tmp_path, trusting(remembered=(log.notes[0][1],)))
    assert found(result) == {(Code.ENTRY_MALFORMED, 1), (Code.ENTRY_MALFORMED, 2)}


def test_the_remembered_checkpoint_of_the_tests_is_of_300_entries() -> None:
    assert REMEMBERED[1].split(b"\n")[1] == b"300"


@EACH_FORM
def test_a_key_speaks_for_no_log_of_another_name(tmp_path: Path, form: str) -> None:
    other = Key("example.com/other", b"o" * 32)
    log = HONEST.copy()
    resigned(log, other)
    result = verified(log, form, tmp_path, trusting(LOG, other))
    assert (Code.SIGNATURE_MISSING, 600) in found(result)
    (tmp_path / "honest").mkdir()
    honest = verified(HONEST, form, tmp_path / "honest", trusting(LOG, other))
    assert honest.status is Status.VERIFIED
