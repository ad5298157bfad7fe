"""Facts that come in as lines: each is read or refused by its number, within bounds."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.app.ledger import lines
from affidavit.app.ledger.lines import facts_of
from affidavit.base.errors import EntryError, UnreadableError
from affidavit.ledger.entry import Blob, Fact, Subject

FACT = {"kind": "x.y.v1", "stream": "s", "actor": "a", "body": {}}
LINE = json.dumps(FACT).encode()


def read(data: bytes) -> list[Fact]:
    return facts_of(io.BytesIO(data))


def refused(data: bytes) -> str:
    with pytest.raises(EntryError) as caught:
        read(data)
    return caught.value.message


def test_a_line_with_every_field_is_read_whole() -> None:
    digest = "sha256:" + "0" * 64
    line = {
        **FACT,
        "id": "i",
        "subject": {"commit": "a" * 40, "digests": [digest]},
        "blobs": [{"digest": digest, "media_type": "text/plain", "size": 3}],
    }
    assert read(json.dumps(line).encode()) == [
        Fact(
            kind="x.y.v1",
            stream="s",
            actor="a",
            body={},
            id="i",
            subject=Subject(commit="a" * 40, digests=(digest,)),
            blobs=(Blob(digest=digest, media_type="text/plain", size=3),),
        )
    ]


@pytest.mark.parametrize(
    "data",
    [b"%b\n%b", b"%b\r\n  %b\r\n\n \n", b"%b\n%b\n", b"%b\n%b\n\n"],
)
def test_lines_end_as_they_do_anywhere(data: bytes) -> None:
    fact = Fact(kind="x.y.v1", stream="s", actor="a", body={})
    assert read(data % (LINE, LINE)) == [fact, fact]


def test_a_batch_has_a_most_of_lines_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_LINES", 3)
    assert len(read((LINE + b"\n") * 3)) == 3
    assert refused((LINE + b"\n") * 4).startswith("line 4: more than 3 facts or ")
    monkeypatch.setattr(lines, "LARGEST_BATCH", 2 * len(LINE) + 2)
    assert len(read((LINE + b"\n") * 2)) == 2
    assert refused((LINE + b"\n") * 3).startswith("line 3: more than ")


class Broken(io.RawIOBase):
    """A file that a disk does not give back."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise OSError(5, "Input/output error")


def test_a_file_that_cannot_be_read_is_told() -> None:
    with pytest.raises(UnreadableError, match="the facts cannot be read: Input/output error"):
        facts_of(io.BufferedReader(Broken()))


@given(st.lists(st.sampled_from([LINE, b"", b"\xff", b"{}", b"[", b'"x"', b"null"]), max_size=6))
def test_the_first_line_that_is_no_fact_is_named(chosen: list[bytes]) -> None:
    bad = next((number for number, line in enumerate(chosen, 1) if line not in (LINE, b"")), None)
    empty = next((number for number, line in enumerate(chosen, 1) if not line), None)
    data = b"".join(line + b"\n" for line in chosen)
    if empty is not None and any(chosen[empty:]):
        bad = min(bad or empty, empty)
    if bad is None:
        assert len(read(data)) == chosen.count(LINE)
    else:
        assert refused(data).startswith(f"line {bad}: ")


@given(st.binary(max_size=200))
def test_any_bytes_are_facts_or_refused(data: bytes) -> None:
    if data.strip():
        assert refused(data).startswith("line ")
