"""Months: which are drawn, which are summed, and where nothing landed."""

from __future__ import annotations

import re

import pytest
from line_reports import a_month, counts

from affidavit.audit.lines.model import MonthLines
from affidavit.package.lines.trend import (
    HIGH,
    SHOWN,
    Trend,
    axis,
    labels,
    landed,
    shares,
    top,
    trend,
)

RECT = re.compile(
    r'<rect class="c-([\w-]+)" x="[\d.]+%" y="([\d.]+)" width="[\d.]+%" height="([\d.]+)"'
)


def names(found: Trend) -> list[str]:
    return [one.month for one in found.months]


def test_months_without_a_landing_are_gaps_that_are_there() -> None:
    found = trend((a_month("2025-11"), a_month("2026-02")), None)
    assert names(found) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert found.months[1] == MonthLines(month="2025-12", landings=0)
    assert (found.earlier, found.later, found.undated) == (None, None, None)


def test_what_is_earlier_than_the_months_drawn_is_summed() -> None:
    old = (a_month("1999-12", counts(ai=2), 3), a_month("2021-01", counts(no_signal=5)))
    found = trend((*old, a_month("2026-01")), None)
    assert (len(found.months), names(found)[0]) == (SHOWN, "2023-02")
    assert found.earlier == MonthLines(
        month="1999-12 to 2021-01", landings=4, lines=7, ai=2, no_signal=5, labelled=2
    )


def test_what_is_dated_after_the_commit_or_not_at_all_is_told_apart() -> None:
    months = (a_month("2026-01"), a_month("9999-12", counts(ai=1)), a_month("undated"))
    found = trend(months, "2026-02-03T00:00:00Z")
    assert names(found) == ["2026-01"]
    assert (found.later, found.undated) == (a_month("9999-12", counts(ai=1)), a_month("undated"))


@pytest.mark.parametrize("months", [(), (a_month("undated"),)])
def test_of_no_month_nothing_is_drawn(months: tuple[MonthLines, ...]) -> None:
    assert trend(months, "2026-02-03T00:00:00Z").months == ()


@pytest.mark.parametrize(
    ("lines", "end"), [(0, 1), (1, 1), (3, 5), (6, 10), (101, 200), (10**6, 10**6)]
)
def test_a_scale_ends_at_a_round_number(lines: int, end: int) -> None:
    assert top([a_month("2026-01", counts(ai=lines))]) == end


def test_the_classes_of_a_month_stand_on_each_other() -> None:
    drawn = landed((a_month("2026-01", counts(ai=50, undetermined=20, no_signal=30)),))
    assert RECT.findall(drawn) == [
        ("ai", "90.00", "90.00"),
        ("no-signal", "36.00", "54.00"),
        ("undetermined", "0.00", "36.00"),
    ]
    assert HIGH == 180
    assert "<title>2026-01: AI 50 of 100 lines</title>" in drawn


def test_the_share_is_drawn_with_what_is_undetermined_above_it() -> None:
    drawn = shares(
        (a_month("2026-01", counts(ai=50, undetermined=25, no_signal=25)), a_month("2026-02"))
    )
    assert RECT.findall(drawn) == [("ai", "45.00", "45.00"), ("undetermined", "22.50", "22.50")]
    assert (
        'aria-label="AI share of the lines landed by month: 2026-01 at least 50.0%, at most 75.0%"'
        in drawn
    )


def test_few_months_are_named_and_of_many_the_years() -> None:
    few = labels(trend((a_month("2025-12"), a_month("2026-02")), None).months)
    many = labels(trend((a_month("2023-11"), a_month("2026-02")), None).months)
    named = re.compile(">([^<]+)</text>")
    assert named.findall(few) == ["Dec", "2025", "Jan", "2026", "Feb"]
    assert named.findall(many) == ["Nov", "2023", "Jan", "2024", "Jan", "2025", "Jan", "2026"]


def test_the_axis_says_its_ends() -> None:
    assert re.findall(">([^<]+)</text>", axis(90, "100%", "50%")) == ["100%", "50%", "0"]
