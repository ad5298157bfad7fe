"""A log in a file: all of an append or nothing of it, and every checkpoint is kept."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import DamagedError, KeyFileError, LedgerExistsError, NotALedgerError
from affidavit.ledger.tile import Tile, subtree_of
from affidavit.ledger.tree import root
from affidavit.store.log import Appended, Batch, Kept, Log, created
from affidavit.store.rows import tiles_at
from ledgers import META, ORIGIN, a_log, checkpoints, contents, root_of, signed, some

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.ledger.checkpoint import Checkpoint


def test_a_new_log_says_what_it_is_and_is_empty(tmp_path: Path) -> None:
    with a_log(tmp_path) as log:
        said = {name: log.rows.meta(name) for name in ("schema", *META)}
        assert said == {"schema": "1", **META}
        assert (log.origin, log.size, contents(log), checkpoints(log.rows)) == (ORIGIN, 0, [], {})


def test_a_log_is_not_made_over_another(tmp_path: Path) -> None:
    a_log(tmp_path, some(1)).close()
    with pytest.raises(LedgerExistsError):
        created(tmp_path / "ledger.db", META)
    with Log(tmp_path / "ledger.db") as log:
        assert contents(log) == some(1)


def test_a_log_that_is_not_there_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(NotALedgerError):
        Log(tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db").exists()


SIZES = [1, 1, 254, 1, 256, 255, 2, 600, 3]


def test_appends_of_any_size_are_read_back_in_order_under_the_roots_of_rfc_6962(
    tmp_path: Path,
) -> None:
    all_of_them, roots = list[bytes](), dict[int, bytes]()
    a_log(tmp_path).close()
    for number, size in enumerate(SIZES):
        entries = some(size, str(number))
        with Log(tmp_path / "ledger.db") as log:
            done = log.append(Batch(entries=entries), signed)
        assert (done.start, done.size) == (len(all_of_them), len(all_of_them) + size)
        all_of_them += entries
        roots[done.size] = root_of(all_of_them)
    with Log(tmp_path / "ledger.db") as log:
        assert (contents(log), checkpoints(log.rows)) == (all_of_them, roots)
        tiles = {size: root(size, subtree_of(tiles_at(log.rows, size))) for size in roots}
        assert tiles == roots
        assert [log.rows.checkpoint(size) is not None for size in (1, 2, 3, 256, 257)] == [
            True,
            True,
            False,
            True,
            True,
        ]


def test_any_range_of_entries_is_read(tmp_path: Path) -> None:
    with a_log(tmp_path) as log:
        for number in range(4):
            log.append(Batch(entries=some(90, str(number))), signed)
        whole = contents(log)
        for start, stop in ((0, 0), (0, 1), (89, 91), (255, 257), (100, 350), (359, 360)):
            assert list(log.rows.entries(start, stop)) == whole[start:stop]
        with pytest.raises(DamagedError, match=r"^entry 360 is missing \(AFF"):
            list(log.rows.entries(350, 370))


def test_entries_of_no_bytes_and_of_the_most_bytes_are_kept(tmp_path: Path) -> None:
    entries = [b"", b"x" * 65_535, b""]
    with a_log(tmp_path, entries) as log:
        assert contents(log) == entries
        assert [log.rows.entry(index) for index in range(3)] == entries


def test_full_tiles_are_kept_and_partial_ones_follow(tmp_path: Path) -> None:
    entries = some(515)
    leaves = [hashlib.sha256(b"\x00" + one).digest() for one in entries]
    with a_log(tmp_path, entries) as log:
        full = [log.rows.full_tile(0, number) for number in range(3)]
        assert full == [b"".join(leaves[:256]), b"".join(leaves[256:512]), None]
        assert log.rows.partial_tile(0, 515) == Tile(0, 2, b"".join(leaves[512:]))
        above = root_of(entries[:256]) + root_of(entries[256:512])
        assert log.rows.partial_tile(1, 515) == Tile(1, 0, above)
        assert log.rows.partial_tile(0, 512) is None


def test_what_belongs_to_entries_is_found(tmp_path: Path) -> None:
    blob = Kept(hashlib.sha256(b"x").digest(), "text/plain", b"x")
    with a_log(tmp_path, some(3)) as log:
        batch = Batch(
            entries=some(4, "b"), streams={"s": 1, "t": 3}, given={"i": 0}, blobs=(blob, blob)
        )
        log.append(batch, signed)
        log.append(Batch(entries=some(1, "c"), streams={"s": 0}, blobs=(blob,)), signed)
        rows = log.rows
        assert [rows.newest_of_stream(one) for one in ("s", "t", "u")] == [7, 6, None]
        assert [rows.with_given_id(one) for one in ("i", "j")] == [3, None]
        assert (rows.blob(blob.digest), rows.blob(bytes(32))) == (("text/plain", b"x"), None)
        assert list(rows.blob_digests()) == [blob.digest]


def test_what_cannot_be_signed_is_not_appended(tmp_path: Path) -> None:
    def unable(_checkpoint: Checkpoint) -> bytes:
        raise KeyFileError("no key")

    with a_log(tmp_path, some(3)) as log:
        with pytest.raises(KeyFileError):
            log.append(Batch(entries=some(300, "b")), unable)
        assert (log.size, contents(log)) == (3, some(3))
        done = log.append(Batch(entries=some(1, "c")), signed)
        assert done == Appended(3, 4, done.note)
        assert contents(log) == [*some(3), *some(1, "c")]


def test_an_id_that_was_given_before_undoes_the_whole_append(tmp_path: Path) -> None:
    with a_log(tmp_path) as log:
        log.append(Batch(entries=some(1), given={"i": 0}), signed)
        with pytest.raises(Exception, match="given_ids is append-only"):
            log.append(Batch(entries=some(300, "b"), streams={"s": 0}, given={"i": 0}), signed)
        assert (contents(log), log.rows.newest_of_stream("s")) == (some(1), None)


def test_somebody_who_writes_without_the_lock_is_found_out(tmp_path: Path) -> None:
    with a_log(tmp_path, some(3)) as log:
        with Log(tmp_path / "ledger.db") as other:
            other.append(Batch(entries=some(2, "other")), signed)
        with pytest.raises(DamagedError, match="written to by somebody without its lock"):
            log.append(Batch(entries=some(1, "mine")), signed)
    with Log(tmp_path / "ledger.db") as log:
        assert contents(log) == [*some(3), *some(2, "other")]
