"""Notes that name the mail a commit came from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.records.amlog import NO_FIELD, UNREAD, read
from affidavit.provenance.records.model import Record

COMMIT = "a1" * 20
PLACE = "refs/notes/amlog"


def found(note: bytes, *links: str, problems: tuple[str, ...] = ()) -> bool:
    record = Record(source="amlog", place=PLACE, commit=COMMIT, links=links, problems=problems)
    return read(note, place=PLACE, commit=COMMIT) == record


def test_a_mail_is_a_link_and_claims_nothing() -> None:
    assert found(
        b"Message-Id: <20170506-20-jo@mail.example.org>\n", "mid:20170506-20-jo@mail.example.org"
    )


def test_several_mails_are_each_linked_once() -> None:
    note = b"Message-Id: <a/b%c@x>\nMessage-ID: <2@x>\r\n\nMessage-Id: <2@x>\n"
    assert found(note, "mid:a%2Fb%25c@x", "mid:2@x")


def test_other_lines_are_counted() -> None:
    assert found(b"Message-Id: <>\n" + b"a" * 40 + b"\n", problems=(f"{NO_FIELD}: 2",))


def test_more_mails_than_are_kept_are_told() -> None:
    note = b"".join(b"Message-Id: <%d@x>\n" % number for number in range(25))
    links = [f"mid:{number}@x" for number in range(20)]
    assert found(note, *links, problems=(f"{UNREAD}: 5",))


@given(st.binary(max_size=200))
def test_any_note_is_read(note: bytes) -> None:
    record = read(note, place=PLACE, commit=COMMIT)
    assert all(link.isascii() and link.startswith("mid:") for link in record.links)
