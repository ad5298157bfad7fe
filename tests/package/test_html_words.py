from __future__ import annotations

import html
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.audit.model import Metric
from affidavit.base.text import visible
from affidavit.package.html.figures import Figure, figure, group, parts
from affidavit.package.html.words import at_least, count, escaped, moment, percent, plural, shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (0, 7, "0%"),
        (7, 7, "100%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),
        (1, 2001, "under 0.1%"),
        (9_999, 10_000, "over 99.9%"),
        (999, 1000, "99.9%"),
    ],
)
def test_a_share_is_rounded_but_never_to_nothing_or_all(
    numerator: int, denominator: int, expected: str
) -> None:
    assert percent(numerator, denominator) == expected


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (149, 420, "35.4%"),
        (2, 3, "66.6%"),
        (9_999, 10_000, "99.9%"),
        (1, 1000, "0.1%"),
        (1, 24_254, "0.004%"),
        (1, 10_000_000, "0.00001%"),
        (4, 4, "100%"),
        (0, 4, "0%"),
    ],
)
def test_a_lower_bound_is_rounded_down(numerator: int, denominator: int, expected: str) -> None:
    assert at_least(numerator, denominator) == expected


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_a_lower_bound_is_never_more_than_the_share_nor_nothing(part: int, rest: int) -> None:
    said = Fraction(at_least(part, part + rest).removesuffix("%"))
    assert 0 < said <= Fraction(100 * part, part + rest) < said * 2


def test_numbers_and_times_are_written_for_people() -> None:
    assert (count(1_234_567), plural(1, "landing"), plural(2_000, "landing")) == (
        "1,234,567",
        "1 landing",
        "2,000 landings",
    )
    assert plural(2, "person", "people") == "2 people"
    assert moment("2026-01-31T12:00:00Z") == "2026-01-31 12:00:00 UTC"


@given(st.text(max_size=60))
def test_shown_text_is_visible_text(text: str) -> None:
    assert shown(text, 1_000) == visible(text)


@given(st.text(max_size=60), st.integers(min_value=1, max_value=20))
def test_shown_text_is_cut_to_its_limit_and_says_so(text: str, limit: int) -> None:
    cut = shown(text, limit)
    assert len(cut) <= limit
    assert cut.endswith("…") or cut == visible(text)


@given(st.text(alphabet="<>&'\"ab\u202e\u2066\n\x00", max_size=40))
def test_escaped_text_is_safe_in_html_and_says_the_same(text: str) -> None:
    safe = escaped(text)
    assert not set(safe) & set("<>'\"\u202e\u2066\n\x00")
    assert html.unescape(safe) == visible(text)


def test_a_metric_that_is_missing_is_not_computed_and_an_empty_one_has_no_share() -> None:
    assert figure(None) == Figure(known=False, number="not computed")
    assert figure(Metric(numerator=0, denominator=0)) == Figure(
        known=False, number="none in this period"
    )


def test_a_metric_is_a_count_out_of_a_count_with_its_share() -> None:
    assert figure(Metric(numerator=1_200, denominator=4_800)) == Figure(
        known=True,
        number="1,200",
        of="4,800",
        share="25.0%",
        numerator=1_200,
        denominator=4_800,
    )


def test_a_group_has_the_size_of_any_metric_that_is_known() -> None:
    found = group({"ai_none": Metric(numerator=1, denominator=9)}, "ai", "AI landings")
    assert (found.size, found.none.number, found.pr_only.number) == ("9", "1", "not computed")


def test_a_group_without_landings_says_so() -> None:
    empty = {
        f"ai_{name}": Metric(numerator=0, denominator=0)
        for name in ("reviewer_shown", "merged_by_another", "forge_votes", "pr_only", "none")
    }
    found = group(empty, "ai", "AI landings")
    assert (found.size, found.reviewer_shown.number) == ("none in this period",) * 2


def test_mixed_landings_are_taken_out_of_the_ai_changes_they_are_counted_in() -> None:
    metrics = {
        "ai_changes": Metric(numerator=10, denominator=40),
        "mixed_changes": Metric(numerator=4, denominator=40),
    }
    shares = {part.name: part.figure.number for part in parts(metrics)}
    assert shares == {
        "AI": "6",
        "AI and others": "4",
        "AI assisted": "not computed",
        "automation": "not computed",
        "human, attested": "not computed",
        "no signal": "not computed",
    }
    assert parts({})[0].figure.number == "not computed"
