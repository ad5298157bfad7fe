"""Entries that nobody can read are in no range that says more, and nothing is claimed of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from logs import FORMS, LOG, NOW, Stored, altered, put, sha, write_database, write_export
from verifying import HONEST, codes, found, trusting, witnessing

from affidavit.verify import Code, Range, RangeKind, Status, Trust, verify
from affidavit.verify.result import MOST_RANGES, add_range

if TYPE_CHECKING:
    from pathlib import Path

EACH_FORM = pytest.mark.parametrize("form", FORMS)
SIGNED = "signed by the log alone"
UNREAD = "nothing of it could be read, whatever is signed of it"
WHOLE = trusting(remembered=(HONEST.notes[-1][1],))


def without(path: Path, start: int, end: int) -> Path:
    """The log at `path`, of which the entries ``[start, end)``, a run or a bundle, are gone."""
    if path.is_dir():
        (path / f"tile/entries/{start // 256:03d}").unlink()
    else:
        altered(path, "DELETE FROM runs WHERE first >= ? AND first < ?", start, end)
    return path


@EACH_FORM
def test_an_unread_range_is_not_checked_and_ends_what_is_known_of_the_end(
    tmp_path: Path, form: str
) -> None:
    result = verify(without(FORMS[form](HONEST, tmp_path / "log"), 256, 512), WHOLE)
    assert (result.status, result.complete_to, result.ranges) == (
        Status.FAILED,
        256,
        (
            Range(RangeKind.SIGNED, 0, 256, SIGNED),
            Range(RangeKind.NOT_CHECKED, 256, 512, UNREAD),
            Range(RangeKind.SIGNED, 512, 600, SIGNED),
        ),
    )


def test_an_unread_range_was_not_seen_by_witnesses_either(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.cosign(500)
    path = without(write_export(log, tmp_path / "log"), 256, 512)
    assert [each[:3] for each in verify(path, witnessing(as_of=None)).ranges] == [
        ("witnessed", 0, 256),
        ("not-checked", 256, 512),
        ("signed", 512, 600),
    ]


def test_a_run_that_cannot_be_taken_apart_is_not_checked(tmp_path: Path) -> None:
    path = write_database(HONEST, tmp_path / "ledger.db")
    altered(path, "UPDATE runs SET entries = x'00' WHERE first = 100")
    result = verify(path, WHOLE)
    assert [each[:3] for each in result.ranges] == [
        ("signed", 0, 100),
        ("not-checked", 100, 200),
        ("signed", 200, 600),
    ]
    assert result.complete_to == 100


def test_entries_that_were_not_read_are_not_counted_as_recorded_by_anybody(tmp_path: Path) -> None:
    log = Stored()
    log.append("log", kind="log.opened.v1", body={"keeper": "uid:1000"})
    for _ in range(599):
        log.append("a")
    log.checkpoint()
    log.grow_tiles()
    path = without(write_export(log, tmp_path / "log"), 256, 512)
    told = [one.text for one in verify(path, trusting(remembered=())).notices]
    assert told == [
        "writer can sign: 344 of 344 entries were recorded by an account that holds the key"
    ]


def test_of_many_unread_ranges_the_last_covers_all_that_follow() -> None:
    ranges = list[tuple[int, int]]()
    for start in range(0, 10 * MOST_RANGES, 4):
        add_range(ranges, start, start + 1)
    assert (len(ranges), ranges[0], ranges[-1][1]) == (MOST_RANGES, (0, 1), 10 * MOST_RANGES - 3)
    add_range(touching := [(0, 4)], 4, 6)
    assert touching == [(0, 6)]


def test_a_database_that_is_not_read_is_not_told_as_cut_off(tmp_path: Path) -> None:
    path = write_database(HONEST, tmp_path / "ledger.db")
    altered(path, "CREATE TABLE more (a)")
    result = verify(path, WHOLE)
    assert (codes(result), result.complete_to, result.ranges) == (
        {Code.LAYOUT},
        0,
        (
            Range(
                RangeKind.NOT_CHECKED,
                0,
                600,
                "in the remembered checkpoint, and could not be read here",
            ),
        ),
    )
    assert [each.text for each in result.notices] == [
        (
            "whether the log has the 600 entries of the remembered checkpoint is not known: 0 were"
            " found in their place"
        )
    ]


def test_a_log_with_a_gap_that_no_tile_fills_is_not_told_as_cut_off(tmp_path: Path) -> None:
    path = write_export(HONEST, tmp_path / "log")
    (path / "tile/0/001").unlink()
    result = verify(without(path, 256, 512), WHOLE)
    assert (Code.ENTRY_MISSING, 256) in found(result)
    assert Code.CUT_OFF not in codes(result)


@EACH_FORM
def test_a_log_whose_end_is_gone_is_told_as_cut_off(tmp_path: Path, form: str) -> None:
    log = HONEST.copy()
    del log.entries[300:], log.notes[3:]
    log.ends = {f"session/{each % 3}": (each, each // 3) for each in (297, 298, 299)}
    log.grow_tiles()
    result = verify(FORMS[form](log, tmp_path / "log"), WHOLE)
    assert (found(result), result.complete_to, result.reasons, result.ranges[-1][3]) == (
        {(Code.CUT_OFF, 600)},
        0,
        (),
        "in the remembered checkpoint, and not here",
    )


@pytest.mark.parametrize("data", [b"", b"\0\1x", b"12345"])
@pytest.mark.parametrize("name", ["tile/entries/007.p/9", "tile/0/007.p/9", "tile/0/003"])
def test_a_file_beyond_the_log_is_a_problem_and_the_rest_is_still_told(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = write_export(HONEST, tmp_path / "log")
    put(path, name, data)
    result = verify(path, WHOLE)
    assert (result.status, result.size, result.ranges[0][:3]) == (
        Status.FAILED,
        600,
        ("signed", 0, 600),
    )
    assert codes(result) == {Code.LAYOUT if "entries" in name else Code.TILE_BEYOND}


def test_one_changed_blob_is_one_problem_at_its_entry_or_at_itself(tmp_path: Path) -> None:
    log = HONEST.copy()
    log.blobs[sha(b"blob 57").hex()] = b"other"
    log.blobs[sha(b"nobody names it").hex()] = b"other"
    result = verify(write_export(log, tmp_path / "log"), WHOLE)
    assert found(result) == {(Code.BLOB_DIFFERS, 57), (Code.BLOB_DIFFERS, None)}
    assert sum(count for _, count in result.totals) == 2


def test_an_empty_journal_beside_a_database_is_told(tmp_path: Path) -> None:
    path = write_database(HONEST, tmp_path / "ledger.db")
    put(tmp_path, "ledger.db-journal", b"")
    result = verify(path, WHOLE)
    assert (result.status, [each.code for each in result.notices]) == (
        Status.VERIFIED,
        ["journal"],
    )


def test_an_export_without_earlier_checkpoints_says_so(tmp_path: Path) -> None:
    path = write_export(HONEST, tmp_path / "log")
    whole = verify(path, WHOLE)
    (path / "checkpoints").unlink()
    without_them = verify(path, WHOLE)
    assert (whole.about.counts.checkpoints, without_them.about.counts.checkpoints) == (6, 1)
    assert [each.text for each in without_them.notices] == [
        "the export has no file of earlier checkpoints: at most the newest was checked"
    ]


@EACH_FORM
@pytest.mark.parametrize("keys", [True, False])
def test_a_remembered_checkpoint_that_contradicts_the_log_holds_nothing(
    tmp_path: Path, form: str, *, keys: bool
) -> None:
    other = HONEST.copy()
    other.entries[5] = other.entries[6]
    other.checkpoint()
    kept = (other.notes[-1][1],)
    trust = trusting(LOG, remembered=kept) if keys else Trust(remembered=kept)
    result = verify(FORMS[form](HONEST, tmp_path / "log"), trust)
    unknown = (
        "whether the end was cut off cannot be known: no remembered checkpoint is known to hold,"
        " and no time was given that witnesses must reach"
    )
    keyless = "no key was given from outside: the log was held against its own"
    assert (found(result), result.complete_to, result.reasons) == (
        {(Code.FORKED, 600)},
        0,
        (unknown,) if keys else (keyless, unknown),
    )


@pytest.mark.parametrize("time", [None, "yesterday", "2026-02-31T10:00:00.000000Z"])
def test_a_first_entry_without_a_time_begins_no_gap(tmp_path: Path, time: str | None) -> None:
    log = Stored()
    log.append(time=time)
    log.checkpoint()
    log.grow_tiles()
    log.cosign(1, NOW - 9)
    trust = replace(witnessing(as_of=None), now=NOW)
    assert verify(write_export(log, tmp_path / "log"), trust).gap == (NOW - 9, NOW, 1, None)


def test_an_entry_that_is_no_json_has_no_time(tmp_path: Path) -> None:
    log = Stored()
    log.entries = [b"not JSON", b"[]"]
    log.checkpoint()
    log.grow_tiles()
    about = verify(write_export(log, tmp_path / "log"), trusting(remembered=())).about
    assert (about.first_time, about.last_time) == (None, None)
