"""JSON that is safe for a terminal and says the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.text import visible, visible_json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"a":"h\u00e4 \U0001f916"}', '{"a":"h\u00e4 \U0001f916"}'),
        ('"\x9b2J\x7f"', '"\\u009b2J\\u007f"'),
        ('"\u202egpj"', '"\\u202egpj"'),
        ('"\U000e0041"', '"\\udb40\\udc41"'),
    ],
)
def test_what_could_move_a_cursor_or_reorder_text_is_escaped(text: str, shown: str) -> None:
    assert visible_json(text) == shown


@given(st.text() | st.lists(st.dictionaries(st.text(), st.text())))
def test_escaped_json_says_the_same_and_is_visible(value: object) -> None:
    shown = visible_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(shown) == value
    assert visible(shown) == shown
