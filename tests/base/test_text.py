from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.text import decode, shortened, visible

ANY = st.text(st.characters())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("h\u00e4 \u6f22 \U0001f916", "h\u00e4 \u6f22 \U0001f916"),
        ("a\nb\r\tc", "a\\u000ab\\u000d\\u0009c"),
        ("\x1b[2J\x07", "\\u001b[2J\\u0007"),
        ("\x9b31m", "\\u009b31m"),
        ("gnp\u202egpj", "gnp\\u202egpj"),
        ("Ali\u200bce", "Ali\\u200bce"),
        ("\ud800", "\\ud800"),
        ("a\u2028b", "a\\u2028b"),
        ("\ufeffx", "\\ufeffx"),
        ("\ufffd", "\ufffd"),
    ],
)
def test_what_could_move_a_cursor_or_reorder_text_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(ANY)
def test_what_is_visible_has_no_control_character_and_can_be_encoded(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert not [one for one in shown if unicodedata.category(one) in {"Cc", "Zl", "Zp", "Cs"}]
    assert visible(shown) == shown


def named(*, bidirectional: bool) -> list[str]:
    """Every character of Unicode that formats text and is not itself seen."""
    found = [chr(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cf"]
    marks = {"\u061c", *(one for one in found if unicodedata.bidirectional(one) in _EMBEDDING)}
    return [one for one in found if (one in marks) is bidirectional]


_EMBEDDING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_every_bidirectional_character_is_escaped() -> None:
    assert [one for one in named(bidirectional=True) if visible(one) == one] == []


def test_every_invisible_formatting_character_is_escaped() -> None:
    seen = {"\u0600", "\u0601", "\u0602", "\u0603", "\u0604", "\u0605", "\u06dd", "\u070f"}
    seen |= {"\u0890", "\u0891", "\u08e2", "\U000110bd", "\U000110cd"}
    seen |= {
        chr(n)
        for n in (*range(0x13430, 0x13440), *range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B))
    }
    unseen = [one for one in named(bidirectional=False) if one not in seen]
    assert [hex(ord(one)) for one in unseen if visible(one) == one] == []


@given(st.binary())
def test_any_bytes_become_text_that_can_be_encoded(data: bytes) -> None:
    assert decode(decode(data).encode()) == decode(data)


def test_bytes_that_are_not_utf_8_are_replaced() -> None:
    assert decode(b"J\xf6rg \xc3\xa4") == "J\ufffdrg \u00e4"


@pytest.mark.parametrize(
    ("text", "limit", "cut"), [("abc", 3, "abc"), ("abcd", 3, "ab\u2026"), ("", 1, "")]
)
def test_a_long_text_ends_in_an_ellipsis(text: str, limit: int, cut: str) -> None:
    assert shortened(text, limit) == cut


@given(ANY, st.integers(1, 50))
def test_a_shortened_text_is_never_longer_than_asked(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) == min(len(text), limit)
