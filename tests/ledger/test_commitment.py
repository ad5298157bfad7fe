"""Commitments, and the files that open them."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.ledger.commitment import (
    LARGEST_OPENING,
    LARGEST_VALUE,
    Opening,
    commitment,
    digest_of,
    parse_opening,
)

PAGE = Path(__file__).parents[2] / "docs" / "formats" / "commitments.md"
SALT = bytes(range(32))
FIELDS = st.from_regex(r"[a-z][a-z0-9]{0,9}(?:[._-][a-z0-9]{1,9}){0,3}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SALTS = st.binary(min_size=32, max_size=32)
OPENINGS = st.builds(Opening, field=FIELDS, value=VALUES, salt=SALTS)


def by_hand(name: bytes, value: bytes, salt: bytes) -> str:
    """HMAC from its definition, RFC 2104, section 2."""
    key = salt.ljust(64, b"\x00")
    message = b"affidavit/commitment@1" + len(name).to_bytes(4, "big") + name + value
    inner = hashlib.sha256(bytes(each ^ 0x36 for each in key) + message).digest()
    outer = hashlib.sha256(bytes(each ^ 0x5C for each in key) + inner)
    return "hmac-sha256:" + outer.hexdigest()


def shown(**changed: object) -> bytes:
    """An opening as a file, some fields of it changed."""
    fields: dict[str, object] = {
        "field": "title",
        "format": "affidavit/opening@1",
        "salt": SALT.hex(),
        "value": "Fix login",
    }
    return json.dumps(fields | changed).encode()


@given(FIELDS, VALUES, SALTS)
def test_a_commitment_is_the_hmac_that_its_format_defines(
    name: str, value: str, salt: bytes
) -> None:
    expected = by_hand(name.encode(), value.encode(), salt)
    assert commitment(name, value, salt=salt) == expected


@given(OPENINGS, OPENINGS)
def test_two_openings_have_one_commitment_only_when_they_are_one(
    first: Opening, second: Opening
) -> None:
    assert (first.commitment() == second.commitment()) == (first == second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "bc"), ("ab", "c")),
        (("title", ""), ("title", "\x00")),
        (("title", "caf\u00e9"), ("title", "cafe\u0301")),
        (("title", "a\n"), ("title", "a\r\n")),
        (("title", "A"), ("title", "a")),
    ],
)
def test_values_that_read_alike_have_commitments_of_their_own(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert commitment(*one, salt=SALT) != commitment(*other, salt=SALT)


@pytest.mark.parametrize("name", ["", "A", "a b", "a.", ".a", "a__b", "t\u00eft", "a" * 65, "a\n"])
def test_a_field_has_a_plain_name(name: str) -> None:
    with pytest.raises(FormatError, match="no name of a field"):
        commitment(name, "value", salt=SALT)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_salt_has_one_length(size: int) -> None:
    with pytest.raises(FormatError, match=f"32 bytes, not {size}"):
        commitment("title", "value", salt=bytes(size))


def test_the_largest_value_can_be_opened_from_a_file_and_a_larger_one_is_refused() -> None:
    largest = Opening(field="prompt", value="\x01" * LARGEST_VALUE, salt=SALT)
    assert parse_opening(largest.encode()) == largest
    with pytest.raises(FormatError, match="at most 1048576 bytes, not 1048577"):
        commitment("prompt", "x" * LARGEST_VALUE + "y", salt=SALT)


def test_half_a_surrogate_pair_is_no_value() -> None:
    with pytest.raises(FormatError, match="surrogate"):
        commitment("path", "\udcff", salt=SALT)


@given(SALTS)
def test_a_commitment_is_read_back_as_its_digest(salt: bytes) -> None:
    text = commitment("title", "value", salt=salt)
    assert text == "hmac-sha256:" + digest_of(text).hex()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha256:" + "0" * 64,
        "hmac-sha256:" + "0" * 63,
        "hmac-sha256:" + "A" * 64,
        "hmac-sha256:" + "0" * 64 + "\n",
        "hmac-sha256:" + "\u0660" * 64,
    ],
)
def test_what_is_no_commitment_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(FormatError, match="line 3: expected hmac-sha256:"):
        digest_of(text, place="line 3")


@given(OPENINGS)
def test_an_opening_is_read_back_as_it_was_written(opening: Opening) -> None:
    assert parse_opening(opening.encode()) == opening


def test_an_opening_is_written_in_canonical_form() -> None:
    opening = Opening(field="title", value='\u00e9"\\/\n\x1f\x7f\U0001f600', salt=SALT)
    assert opening.encode() == (
        b'{"field":"title","format":"affidavit/opening@1","salt":"' + SALT.hex().encode() + b'",'
        b'"value":"\xc3\xa9\\"\\\\/\\n\\u001f\x7f\xf0\x9f\x98\x80"}\n'
    )


def test_an_opening_does_not_show_its_salt_where_it_is_printed() -> None:
    assert "salt" not in repr(Opening(field="title", value="x", salt=SALT))


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[" * 1_000_000, "not JSON"),
        (b'{"value":' * 100_000, "not JSON"),
        (b"1" * 10_000, "not JSON"),
        (shown()[:-1] + b', "value": "Fix login"}', "each field once"),
        (b"[]", "a JSON object"),
        (shown(value=1), "is a string"),
        (shown(value=None), "is a string"),
        (b"{}", "the fields field, format, salt, value"),
        (shown(more="x"), "the fields field, format, salt, value"),
        (shown(format="affidavit/opening@2"), "format is not affidavit/opening@1"),
        (shown(salt=SALT.hex().upper()), "salt is not"),
        (shown(salt="00"), "salt is not"),
        (shown(field="Title"), "no name of a field"),
        (shown(value="\ud800"), "surrogate"),
        (shown(value="x" * (LARGEST_VALUE + 1)), "at most 1048576 bytes"),
        (b" " * (LARGEST_OPENING + 1), "at most 8388608 bytes"),
    ],
)
def test_a_file_that_is_no_opening_is_refused_with_its_place(data: bytes, problem: str) -> None:
    with pytest.raises(FormatError, match=f"^o\\.json: .*{problem}"):
        parse_opening(data, place="o.json")


@given(
    st.binary(max_size=200)
    | st.builds(
        shown,
        field=FIELDS | VALUES,
        salt=st.just(SALT.hex()) | VALUES,
        value=VALUES | st.integers(),
    )
)
def test_any_bytes_are_an_opening_or_refused(data: bytes) -> None:
    try:
        opening = parse_opening(data)
    except FormatError:
        return
    assert parse_opening(opening.encode()) == opening


def test_the_program_in_the_documentation_finds_the_commitment_that_stands_there(
    tmp_path: Path,
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (opening,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    (tmp_path / "opening.json").write_text(opening, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = parse_opening(opening.encode()).commitment()
    assert done.stdout == expected + "\n"
    assert f"```text\n{expected}\n```" in page
