"""What readers of records share: documents, paths, ranges, names."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.provenance.gitai_log import Span
from affidavit.provenance.records import documents as doc


def read(data: bytes) -> tuple[list[bytes], tuple[str, ...]]:
    counts = doc.Counts()
    return list(doc.documents(data, counts)), counts.sentences()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(b'{"a": 1}', [b'{"a": 1}'], id="one"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', [b'{"a": 1}'], id="after a byte order mark"),
        pytest.param(b'{"a": 1}\n\n{"b": 2}\r\n', [b'{"a": 1}', b'{"b": 2}'], id="lines"),
        pytest.param(
            b'{\n "a": {}\n}\n\n{\n "b": 2\n}\n',
            [b'{\n "a": {}\n}', b'{\n "b": 2\n}\n'],
            id="joined",
        ),
    ],
)
def test_documents_are_found_in_each_form(data: bytes, found: list[bytes]) -> None:
    assert read(data) == (found, ())


def test_what_is_no_json_is_counted_and_costs_only_itself() -> None:
    assert read(b'{"a": 1}\nnot this\n{"b": 2}\n[') == (
        [b'{"a": 1}', b'{"b": 2}'],
        ("pieces that are no JSON: 2",),
    )


def test_nothing_is_no_document() -> None:
    assert read(b" \n") == ([], ())


def test_json_too_deep_to_be_read_is_none() -> None:
    assert read(b"[" * 100_000 + b"]" * 100_000) == ([], ("pieces that are no JSON: 1",))


def test_more_than_is_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc, "MOST_DOCUMENTS", 2)
    assert read(b"{}\n{}\n{}\n{}\n") == ([b"{}", b"{}"], (f"{doc.UNREAD}: 2",))
    monkeypatch.setattr(doc, "MOST_BYTES", 3)
    assert read(b"{  }") == ([], (doc.TOO_LARGE,))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_documents_that_are_json(data: bytes) -> None:
    found, _ = read(data)
    assert all(doc.is_json(each) for each in found)


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers(-9, 9), max_size=3), min_size=1))
def test_documents_on_lines_are_all_found_again(values: list[dict[str, int]]) -> None:
    data = b"\n".join(msgspec.json.encode(value) for value in values)
    assert read(data) == ([msgspec.json.encode(value) for value in values], ())


@pytest.mark.parametrize(
    ("told", "path", "problems"),
    [
        ("src/a.py", "src/a.py", ()),
        ("./src/a.py", "src/a.py", ()),
        ("src\\b\\a.py", "src/b/a.py", (f"{doc.BACKSLASHED}: 1",)),
        ("odd\\name/a.py", "odd\\name/a.py", ()),
        *(
            (told, None, (f"{doc.ODD_PATH}: 1",))
            for told in (
                "",
                "/etc/passwd",
                "../a",
                "a//b",
                "a/./b",
                "C:\\a",
                "C:/a",
                "a\nb",
                "a\0b",
            )
        ),
        ("a" * 4_097, None, (f"{doc.ODD_PATH}: 1",)),
    ],
)
def test_a_path_is_taken_where_a_repository_can_have_it(
    told: str, path: str | None, problems: tuple[str, ...]
) -> None:
    counts = doc.Counts()
    assert (doc.path_of(told, counts), counts.sentences()) == (path, problems)


@pytest.mark.parametrize(
    ("first", "last", "span"),
    [
        (1, 1, Span(1, 1)),
        (3, 9, Span(3, 9)),
        (0, 1, None),
        (2, 1, None),
        (1, 10_000_001, None),
        (True, 1, None),
        (1, 2.0, None),
        ("1", 2, None),
        (None, None, None),
    ],
)
def test_lines_are_whole_numbers_in_order(first: object, last: object, span: Span | None) -> None:
    counts = doc.Counts()
    told = () if span else (f"{doc.NO_RANGE}: 1",)
    assert (doc.span_of(first, last, counts), counts.sentences()) == (span, told)


@pytest.mark.parametrize("told", [None, "2026-01-23T14:30:00Z", "2026-02-03T06:34:50.246415+01:00"])
def test_a_time_is_kept_as_it_is_told(told: str | None) -> None:
    counts = doc.Counts()
    assert (doc.time_of(told, counts), counts.sentences()) == (told, ())


@pytest.mark.parametrize("told", ["yesterday", "2026-01-23", "2026-01-23T14:30:00"])
def test_a_time_without_a_zone_is_none(told: str) -> None:
    counts = doc.Counts()
    assert (doc.time_of(told, counts), counts.sentences()) == (None, (doc.NO_TIME,))


@pytest.mark.parametrize(
    ("told", "link"),
    [
        ("https://Example.org/c/1?token=x#y", "https://Example.org/c/1"),
        ("HTTP://me:secret@example.org", "http://example.org"),
        ("file:///home/me/c.jsonl", None),
        ("https://example.org/a b", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_link_is_an_address_of_the_web_without_what_may_be_secret(
    told: str, link: str | None
) -> None:
    assert doc.link_of(told) == link


@pytest.mark.parametrize(
    ("told", "name"), [(None, None), ("", None), ("  ", None), (" a\tb ", "a\\u0009b")]
)
def test_a_name_can_be_shown(told: str | None, name: str | None) -> None:
    assert doc.name_of(told) == name


def test_a_list_that_is_none_is_counted_where_there_is_something() -> None:
    counts = doc.Counts()
    assert doc.parts(doc.NOTHING, counts, "lists") == []
    assert doc.parts(msgspec.Raw(b"null"), counts, "lists") == []
    assert counts.sentences() == ()
    assert doc.parts(msgspec.Raw(b"7"), counts, "lists") == []
    assert counts.sentences() == ("lists: 1",)


def test_sentences_are_bounded() -> None:
    counts = doc.Counts()
    for number in range(30):
        counts.tell(f"told {number}")
    assert counts.sentences() == tuple(f"told {number}" for number in range(10))
