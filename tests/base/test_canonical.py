"""Canonical JSON: the bytes of an independent RFC 8785 package, and refusals beside its profile."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.canonical import DEEPEST, LARGEST, canonical, parsed
from affidavit.base.errors import EntryError

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES: SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


def nested(depth: int) -> object:
    """`depth` lists inside each other."""
    found: object = 0
    for _ in range(depth):
        found = [found]
    return found


def refused(value: object) -> str:
    with pytest.raises(EntryError) as caught:
        canonical(value)
    return caught.value.message


def not_parsed(data: bytes) -> str:
    with pytest.raises(EntryError) as caught:
        parsed(data)
    return caught.value.message


@given(VALUES)
def test_the_bytes_are_those_of_an_independent_implementation(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@given(VALUES)
def test_what_is_read_back_is_what_was_written(value: object) -> None:
    assert parsed(canonical(value)) == value


@given(value=VALUES, indent=st.sampled_from([None, 1, "\t"]), low=st.booleans())
def test_json_in_any_writing_is_read(value: object, indent: int | str | None, *, low: bool) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=low).encode()
    assert canonical(parsed(data)) == canonical(value)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_with_one_error(data: bytes) -> None:
    try:
        value = parsed(data)
    except EntryError:
        return
    assert parsed(canonical(value)) == value


def test_every_character_that_json_escapes_is_escaped_as_rfc_8785_says() -> None:
    text = "".join(map(chr, range(0x80))) + "\u2028é\U0001f600"
    expected = (
        '"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e'
        "\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a"
        "\\u001b\\u001c\\u001d\\u001e\\u001f !\\\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNO"
        'PQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f\u2028é\U0001f600"'
    )
    assert canonical(text) == expected.encode()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.0, "the value: no value of the profile: number with a fraction; write it as text"),
        ({"a": {"b": [0, 0.5]}}, "a.b[1]: no value of the profile: number with a fraction; "),
        ({"a": LARGEST + 1}, "a: the integer is beyond 2^53 - 1; write it as text"),
        ([-LARGEST - 1], "[0]: the integer is beyond 2^53 - 1; write it as text"),
        ({"ü": 1}, "the value: the key '\\xfc' is not ASCII text"),
        ({"a": {1: 1}}, "a: the key 1 is not ASCII text"),
        ({"a": b"x"}, "a: no value of the profile: bytes"),
        ({"a": Decimal(1)}, "a: no value of the profile: Decimal"),
        ("\ud800", "a text holds half of a surrogate pair, which UTF-8 cannot say"),
        ({"\udfff": 1}, "the value: the key '\\udfff' is not ASCII text"),
    ],
)
def test_what_has_no_one_form_is_refused_by_its_field(value: object, message: str) -> None:
    assert refused(value).startswith(message)


def test_lists_inside_each_other_are_taken_to_a_depth_and_no_deeper() -> None:
    assert parsed(canonical(nested(DEEPEST))) == nested(DEEPEST)
    assert refused(nested(DEEPEST + 1)).endswith("more than 64 lists and objects inside each other")
    assert "inside each other" in not_parsed(b"[" * 65 + b"]" * 65)


@pytest.mark.parametrize("data", [b"[" * 1_000_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900])
def test_nesting_without_end_is_refused_and_no_crash(data: bytes) -> None:
    assert len(not_parsed(data)) < 300


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"1 1",
        b'{"a":1}x',
        b'{"a":1,}',
        b"{'a':1}",
        b"NaN",
        b"Infinity",
        b"01",
        b"\xef\xbb\xbf1",
        b'"\xff"',
        b'"\\ud800"',
        b'"\x00"',
        b'"a\nb"',
        b"9" * 10_000,
        '{"a":1}'.encode("utf-16"),
    ],
)
def test_what_is_no_json_is_called_that(data: bytes) -> None:
    assert not_parsed(data).startswith("no JSON: ")


@pytest.mark.parametrize("data", [b"1.0", b"1e2", b"-0.0", b"9007199254740992", b"1" * 25])
def test_numbers_that_readers_take_for_others_are_refused(data: bytes) -> None:
    assert not_parsed(data).startswith("the value: ")


def test_minus_zero_is_zero() -> None:
    assert canonical(parsed(b"-0")) == b"0"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b'{"a":1,"a":1}', "'a'"),
        (b'{"a":1,"\\u0061":2}', "'a'"),
        (b'[{"x":[{"b":1, "c":2, "b":1}]}]', "'b'"),
        (b'{"":1,"":1}', "''"),
    ],
)
def test_an_object_that_names_a_key_twice_is_refused(data: bytes, key: str) -> None:
    assert not_parsed(data) == f"an object names the key {key} twice"


def test_a_key_is_looked_for_twice_in_one_pass() -> None:
    # Compared each with each, these keys would take minutes.
    keys = [f'"{number}":0' for number in range(100_000)]
    data = ("{" + ",".join([*keys, keys[-1]]) + "}").encode()
    assert not_parsed(data) == "an object names the key '99999' twice"


def test_a_long_key_costs_nothing_for_what_stands_below_it() -> None:
    # Written out for each of them, the places of these values would be 40 GB of text.
    value = {"k" * 200_000: [0] * 200_000}
    assert parsed(canonical(value)) == value


def test_an_error_is_short_however_long_a_key_is() -> None:
    assert len(refused({"k" * 1_000_000: 0.5})) < 200
    assert len(refused({"é" * 1_000_000: 1})) < 600
    assert len(not_parsed(b'{"%b":1,"%b":1}' % (b"k" * 100_000, b"k" * 100_000))) < 200
