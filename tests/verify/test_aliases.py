"""What one reader takes for the same and the next does not: types, indexes, shapes of entries."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logs import FORMS, LOG, Stored, a_log, altered, entry, sha, write_database

from affidavit.ledger.note import parse_vkey
from affidavit.verify import Trust, verify
from affidavit.verify.accounts import LONGEST_BY
from affidavit.verify.entries import EntryFault, envelope
from affidavit.verify.result import Code, Status
from affidavit.verify.shapes import LONGEST_SHAPE, LONGEST_TOGETHER, Shapes

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.verify.result import Result


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def told(log: Stored, path: Path) -> Result:
    """What verifying comes to with the key and the newest checkpoint from outside."""
    remembered = (log.notes[-1][1],)
    return verify(path, Trust(keys=(parse_vkey(LOG.vkey),), remembered=remembered))


def codes(log: Stored, path: Path) -> set[Code]:
    return {one.code for one in told(log, path).problems}


def signed_anew(log: Stored) -> Stored:
    log.notes.clear()
    log.checkpoint()
    log.grow_tiles()
    return log


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("blob", [b'"sha256;', b'"size":-1'])
def test_a_blob_named_in_a_wrong_form_after_its_shape_was_learned_is_malformed(
    tmp_path: Path, form: str, blob: bytes
) -> None:
    log = a_log(600)
    at = 507
    before = b'"sha256:' if blob == b'"sha256;' else b'"size":8'
    assert before in log.entries[at]
    log.entries[at] = log.entries[at].replace(before, blob)
    signed_anew(log)
    result = told(log, FORMS[form](log, tmp_path / "log"))
    assert (result.status, Code.ENTRY_MALFORMED in codes(log, tmp_path / "log")) == (
        Status.FAILED,
        True,
    )


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_digest_at_the_beginning_of_a_stream_is_malformed(
    tmp_path: Path, form: str
) -> None:
    log = a_log(300)
    bad = entry(id="id-300", stream="new", previous="rfc6962:", body={"action": "edit"})
    log.entries.append(
        bad.replace(b'{"action":"edit"}', b'{"action":"edit","result":"ok","tokens":1}')
    )
    log.ends["new"] = 300, 0
    signed_anew(log)
    assert Code.ENTRY_MALFORMED in codes(log, FORMS[form](log, tmp_path / "log"))


@pytest.mark.parametrize("form", FORMS)
def test_whose_account_it_was_is_no_longer_than_the_format_has_it(
    tmp_path: Path, form: str
) -> None:
    log = a_log(300)
    long = {"channel": "cli", "credential": "u" * (LONGEST_BY + 1)}
    log.append("session/1", recorded_by=long)
    signed_anew(log)
    assert Code.ENTRY_MALFORMED in codes(log, FORMS[form](log, tmp_path / "log"))


def test_large_shapes_are_not_learned() -> None:
    shapes = Shapes()
    for size in (LONGEST_SHAPE, 30_000):
        for _ in range(2):
            shapes.learn(entry(body={"a": [1] * size}).decode())
    assert shapes.groups == {}


def test_the_shapes_of_a_reader_have_a_bound_together() -> None:
    shapes = Shapes()
    for number in range(24):
        text = entry(body={f"name{at}-{number}": 1 for at in range(80)}).decode()
        shapes.learn(text)
        shapes.learn(text)
    assert 0 < sum(map(len, shapes._shapes)) <= LONGEST_TOGETHER
    assert len(shapes.groups) < 24


@given(TEXTS, TEXTS)
def test_an_account_has_a_channel_and_a_credential_of_bounded_length(one: str, other: str) -> None:
    data = entry(recorded_by={"channel": one, "credential": other})
    fits = 1 <= len(one) <= 128 and 1 <= len(other) <= 256
    if fits:
        assert envelope(data).recorded_by.startswith('{"channel":')
    else:
        with pytest.raises(EntryFault, match=r"recorded_by\."):
            envelope(data)


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE streams SET stream = CAST(stream AS BLOB)", "streams"),
        ("INSERT INTO streams SELECT CAST(stream AS BLOB), idx FROM streams", "streams"),
        ("UPDATE given_ids SET id = CAST(id AS BLOB)", "given_ids"),
        ("UPDATE streams SET idx = idx + 0.5", "streams"),
        ("UPDATE meta SET value = 'example.com/other' WHERE name = 'origin'", "meta"),
        ("DELETE FROM meta WHERE name = 'origin'", "meta"),
        ("INSERT INTO meta VALUES ('more', 'x')", "meta"),
        ("INSERT INTO meta VALUES (CAST('schema' AS BLOB), '1')", "meta"),
        ("UPDATE blobs SET media_type = CAST(media_type AS BLOB)", "blobs"),
        ("INSERT INTO cosignatures VALUES ('x', 'w', 'line')", "cosignatures"),
    ],
)
def test_rows_that_sqlite_compares_otherwise_than_we_do_are_told(
    tmp_path: Path, statement: str, place: str
) -> None:
    log = a_log(300)
    log.given["id-3"] = 3
    path = write_database(log, tmp_path / "ledger.db")
    assert told(log, path).status is Status.VERIFIED
    altered(path, statement)
    problems = told(log, path).problems
    assert place in {one.place for one in problems if one.code is Code.LAYOUT}


def test_a_checkpoint_too_large_to_be_read_is_told(tmp_path: Path) -> None:
    log = a_log(300)
    path = write_database(log, tmp_path / "ledger.db")
    altered(path, "UPDATE runs SET checkpoint = zeroblob(2000000) WHERE first = 0")
    problems = told(log, path).problems
    assert [one.place for one in problems if one.code is Code.CHECKPOINT_MALFORMED] == [
        "checkpoint of 100"
    ]


def test_an_index_with_other_rows_than_its_table_is_told(tmp_path: Path) -> None:
    log = a_log(300)
    path = write_database(log, tmp_path / "ledger.db")
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("PRAGMA journal_mode = DELETE")
    page, size = db.execute(
        "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master"
        " WHERE name = 'sqlite_autoindex_blobs_1'"
    ).fetchone()
    db.close()
    name = sha(b"blob 7")
    data = bytearray(path.read_bytes())
    start = data.index(name, (page - 1) * size, page * size)
    data[start] ^= 1
    path.write_bytes(data)
    assert Code.DAMAGED in codes(log, path)


@pytest.mark.parametrize("form", FORMS)
def test_a_blob_larger_than_a_ledger_takes_in_is_not_read_to_its_end(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.verify.log.LARGEST_BLOB", 1 << 20)
    log = a_log(300)
    log.blobs[sha(b"never read").hex()] = b"x" * (3 << 20)
    assert codes(log, FORMS[form](log, tmp_path / "log")) == {Code.BLOB_DIFFERS}
