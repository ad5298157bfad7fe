"""Files made to deceive, to fill the memory or to lead elsewhere: one clear error, at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import result_samples as samples
from affidavit.base.errors import InputError, UnreadableError
from affidavit.sources.results import markup, sarif_file
from affidavit.sources.results.cobertura import read_cobertura
from affidavit.sources.results.intoto import read_statements
from affidavit.sources.results.junit import read_junit
from affidavit.sources.results.lcov import read_lcov
from affidavit.sources.results.reading import LARGEST, Source, source_at
from affidavit.sources.results.sarif import read_sarif
from affidavit.sources.results.slsa import read_build
from result_samples import a_source, bundle, dsse, finding, sarif, slsa_1

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAUGHS = b"".join(
    b'<!ENTITY l%d "%b">' % (number, b"&l%d;" % (number - 1) * 10) for number in range(1, 10)
)
BILLION = b'<!DOCTYPE testsuite [<!ENTITY l0 "lol">' + LAUGHS + b"]><testsuite>&l9;</testsuite>"
REFUSED = "x:1: a document type with declarations is not read"
EVERY: list[tuple[Callable[[Source], object], bytes]] = [
    *((read_junit, one) for one in (samples.PYTEST, samples.SUREFIRE, samples.GOOGLETEST)),
    (read_cobertura, samples.COVERAGE_PY),
    (read_cobertura, samples.GCOVR),
    (read_lcov, samples.LCOV),
    (read_sarif, a_source(sarif(finding(), finding("a", level="note"))).data),
    (read_statements, a_source(dsse(slsa_1())).data),
    (read_statements, a_source(bundle(samples.SOURCE_VSA)).data + b"\n{}"),
]
STATEMENTS = (slsa_1(), samples.SLSA_02, samples.SOURCE_VSA, samples.GITTUF)


def read_anyway(read: Callable[[Source], object], data: bytes) -> None:
    """Read `data`: it is understood, or refused in one line that names the file."""
    said = _said(read, data)
    assert (said[:2], "\n" in said, len(said) < 300) == ("x:", False, True)


def _said(read: Callable[[Source], object], data: bytes) -> str:
    try:
        read(Source("x", data))
    except InputError as error:
        return error.message
    return "x:"


def refused(read: Callable[[Source], object], data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(Source("x", data))
    return caught.value.message


@pytest.mark.parametrize(
    "data",
    [
        BILLION,
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><testsuite>&e;</testsuite>',
        b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]><testsuite/>',
        b"<!DOCTYPE a [<!ELEMENT testsuite ANY>]><testsuite/>",
        b'<!DOCTYPE a [<!ATTLIST testsuite tests CDATA "9">]><testsuite/>',
        b"<!DOCTYPE a []><testsuite/>",
    ],
)
@pytest.mark.parametrize("read", [read_junit, read_cobertura])
def test_a_document_that_declares_something_is_refused(
    read: Callable[[Source], object], data: bytes
) -> None:
    assert refused(read, data) == REFUSED


def test_an_entity_that_another_file_would_declare_is_refused() -> None:
    data = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><testsuite>&e;</testsuite>'
    assert refused(read_junit, data) == "x:1: the entity 'e' is not declared here"


@pytest.mark.parametrize("name", ["rot13", "utf-7", "idna", "unheard-of", "undefined", "zlib"])
def test_a_character_set_that_is_none_is_refused(name: str) -> None:
    data = f'<?xml version="1.0" encoding="{name}"?><testsuite/>'.encode()
    assert refused(read_junit, data).startswith("x:1: not XML")


@pytest.mark.parametrize("name", ["utf-16", "iso-8859-1", "windows-1252"])
def test_a_character_set_that_tools_write_is_read(name: str) -> None:
    text = f'<?xml version="1.0" encoding="{name}"?><testsuite name="Gr\u00fc\u00dfe"/>'
    assert read_junit(a_source(text.encode(name))).suites == 1


def test_elements_too_deep_too_many_or_of_too_many_names_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deep = b"<testsuite>" * 200
    assert refused(read_junit, deep) == "x:1: more than 100 elements inside each other"
    monkeypatch.setattr(markup, "MOST_ELEMENTS", 3)
    many = b"<testsuite>" + b"<testcase/>" * 3
    assert refused(read_junit, many) == "x:1: more than 3 elements"
    monkeypatch.setattr(markup, "MOST_NAMES", 3)
    names = b'<testsuite><a b="1" c="1"/><d/>'
    assert refused(read_junit, names) == "x:1: more than 3 names of elements and attributes"


def test_a_tag_without_end_is_refused_before_it_fills_the_memory() -> None:
    data = b"<testsuite " + b"".join(b'a%d="" ' % number for number in range(700_000))
    assert refused(read_junit, data) == "x:1: a tag of more than 4,194,304 bytes"


def test_a_test_may_print_a_lot() -> None:
    printed = b"<system-out><![CDATA[" + b"x\n" * (5 << 20) + b"]]></system-out>"
    data = b"<testsuite><testcase>" + printed + b"</testcase></testsuite>"
    assert read_junit(a_source(data)).cases.passed == 1


def test_sarif_of_more_parts_than_are_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif_file, "MOST_PARTS", 10)
    data = a_source(sarif(finding())).data
    assert refused(read_sarif, data) == "x: more than 10 lists and objects"


def test_a_file_of_100_mb_is_refused_without_reading_all_of_it(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.truncate(100 << 20)
    with pytest.raises(InputError) as caught:
        source_at(path)
    assert caught.value.message == f"{path}: more than {LARGEST:,} bytes"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        source_at(tmp_path / "absent")
    assert caught.value.message == f"{tmp_path / 'absent'}: No such file or directory"


@given(st.sampled_from(EVERY), st.data())
def test_a_file_with_any_bytes_changed_is_read_or_refused(
    sample: tuple[Callable[[Source], object], bytes], data: st.DataObject
) -> None:
    read, whole = sample
    at = data.draw(st.integers(0, len(whole)))
    gone = data.draw(st.integers(0, 40))
    put = data.draw(
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from(
                [b"null", b"-1", b"[]", b"{}", b'"', b"<a>", b"]]>", b"9" * 400, b"\n"]
            ),
        )
    )
    read_anyway(read, whole[:at] + put + whole[at + gone :])


@given(st.sampled_from([read for read, _ in EVERY]), st.binary(max_size=200))
def test_any_bytes_at_all_are_read_or_refused(
    read: Callable[[Source], object], data: bytes
) -> None:
    read_anyway(read, data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.data())
def test_a_statement_with_any_value_changed_is_read_or_refused(data: st.DataObject) -> None:
    whole: dict[str, object] = {**data.draw(st.sampled_from(STATEMENTS))}
    inside: dict[str, object] = whole
    while data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(inside)))
        below = inside[key]
        if not isinstance(below, dict) or not below:
            break
        copied = dict(below)
        inside[key] = copied
        inside = copied
    inside[data.draw(st.sampled_from(sorted(inside)))] = data.draw(JSON)
    read_anyway(
        lambda source: [*map(read_build, read_statements(source).read)], a_source(whole).data
    )
