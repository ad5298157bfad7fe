"""Which names read alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.alike import LONGEST, skeleton


@pytest.mark.parametrize(
    "name",
    [
        "main",
        "Main",
        "MAIN",
        "m\u0430in",
        "\u039cain",
        "ma\u200bin",
        "main\u00a0",
        "\ufeffmain",
        "ma\u3164in",
        "\uff4d\uff41\uff49\uff4e",
        "m\u00e1in",
        "maln",
        "ma1n",
        "rnain",
        "main-",
        "main_.",
        r"ma\xffin",
    ],
)
def test_what_a_reader_may_take_for_main_has_its_skeleton(name: str) -> None:
    assert skeleton(name) == "main"


@pytest.mark.parametrize("name", ["master", "mains", "domain", "main-2", "man", "ma-in", ""])
def test_what_reads_otherwise_has_another(name: str) -> None:
    assert skeleton(name) != "main"


@given(st.text(max_size=40))
def test_case_and_what_is_not_seen_never_matter(name: str) -> None:
    assert skeleton(f"\u200b{name}\u2060") == skeleton(name)
    assert len(skeleton(name * LONGEST)) < 20 * LONGEST
