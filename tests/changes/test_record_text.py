"""Checkboxes and issues in texts: what is literally there, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.changes.record.model import Box
from affidavit.changes.record.text import MOST, boxes, issues


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- [x] tests", (Box(text="tests", checked=True, line=1),)),
        ("* [X] tests", (Box(text="tests", checked=True, line=1),)),
        ("  1. [ ] docs  ", (Box(text="docs", checked=False, line=1),)),
        ("> - [ ] docs", (Box(text="docs", checked=False, line=1),)),
        ("a\n\r\n- [ ] docs\r", (Box(text="docs", checked=False, line=3),)),
        ("- [y] docs", ()),
        ("- [] docs", ()),
        ("[x] docs", ()),
        ("- [x]", ()),
        ("```\n- [x] code\n```\n", ()),
        ("~~~~\n~~~\n- [x] code\n~~~~\n- [x] text", (Box(text="text", checked=True, line=5),)),
        ("<!--\n- [x] hidden\n-->\n- [x] shown", (Box(text="shown", checked=True, line=4),)),
        ("<!-- - [x] never closed\n- [x] hidden", ()),
        ("- [x] a\u202eb", (Box(text="a\\u202eb", checked=True, line=1),)),
    ],
)
def test_a_checkbox_is_what_a_forge_shows_as_one(text: str, found: tuple[Box, ...]) -> None:
    assert boxes(text) == found


def test_not_more_checkboxes_are_kept_than_are_promised() -> None:
    assert len(boxes("- [x] a\n" * (MOST + 1))) == MOST


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fixes #12, see #12 and GH-4", ("#12", "GH-4")),
        ("other/shop#3", ("other/shop#3",)),
        (
            "https://github.com/firm/shop/issues/9 and https://t.firm/browse/SHOP-1.",
            ("https://github.com/firm/shop/issues/9", "https://t.firm/browse/SHOP-1"),
        ),
        ("https://github.com/firm/shop/pull/9", ()),
        ("a#12 &#12; ##12 #0 #12x color #fff", ("a#12",)[:0]),
        ("<!-- #12 -->", ()),
        ("SHOP-12: a key in a text", ()),
    ],
)
def test_an_issue_is_a_number_or_an_address(text: str, found: tuple[str, ...]) -> None:
    assert issues(text) == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("SHOP-12: Add", ("SHOP-12",)),
        ("[SHOP-12] Add", ("SHOP-12",)),
        ("(SHOP-12): Add #3", ("SHOP-12", "#3")),
        ("SHOP-12 Add", ()),
        ("Add SHOP-12:", ()),
        ("UTF-8: Add", ("UTF-8",)),
    ],
)
def test_a_key_counts_at_the_beginning_of_a_title(title: str, found: tuple[str, ...]) -> None:
    assert issues(title, title=True) == found


@given(st.text(alphabet="#-[]xX <>!`~\n1aA/:.hps\u202e", max_size=300))
def test_any_text_is_read_and_nothing_in_it_is_told_unseen(text: str) -> None:
    assert all(one.text.isprintable() for one in boxes(text))
    assert all(one in text for one in issues(text, title=True) if "<!--" not in text)
