from __future__ import annotations

import re

import pytest

from affidavit.audit.model import MonthRow
from affidavit.package.html.charts import MONTHS, Share, line, nested, stacked

SEGMENTS = (("r2", "R2", 30), ("r1", "R1", 0), ("r0", "R0", 10))


def a_month(month: str, landings: int = 10, ai: int = 0, **agents: int) -> MonthRow:
    return MonthRow(month=month, landings=landings, ai=ai, agents=agents)


def bars(svg: str) -> list[str]:
    return re.findall(r"<title>(.*?)</title>", svg)


def test_a_stacked_bar_divides_its_width_by_the_counts_and_says_them() -> None:
    svg = stacked(SEGMENTS, 40, "AI <landings>")
    assert re.findall(r'class="(r\d)" x="([\d.]+)%" width="([\d.]+)%"', svg) == [
        ("r2", "0.000", "75.000"),
        ("r0", "75.000", "25.000"),
    ]
    assert 'aria-label="AI &lt;landings&gt;: R2: 30, R1: 0, R0: 10"' in svg


def test_a_narrow_segment_has_no_number_written_in_it() -> None:
    assert ">3</text>" not in stacked((("r2", "R2", 97), ("r0", "R0", 3)), 100, "x")


def test_a_single_exception_among_thousands_is_seen() -> None:
    svg = stacked((("r1", "R1", 99_999), ("r0", "R0", 1)), 100_000, "x")
    assert re.findall(r'class="(r\d)" x="([\d.]+)%" width="([\d.]+)%"', svg) == [
        ("r1", "0.000", "99.305"),
        ("r0", "99.305", "0.695"),
    ]


def test_a_bar_of_which_a_part_is_unknown_is_not_filled() -> None:
    assert 'width="25.000%"' in stacked((("r0", "R0", 5),), 20, "x")


def test_a_bar_of_nothing_is_empty() -> None:
    assert '<rect class="r' not in stacked((("r2", "R2", 0),), 0, "x")
    assert 'width="0.000%"' in line(0, 0, "ai")
    assert nested(0, 0, 0).count('width="0.000%"') == 2


def test_a_nested_bar_shows_a_part_of_a_part() -> None:
    assert re.findall(r'class="(of|ai)" width="([\d.]+)%"', nested(1, 2, 4)) == [
        ("of", "50.000"),
        ("ai", "25.000"),
    ]


def test_a_month_without_landings_keeps_its_place_in_time() -> None:
    share = Share([a_month("2025-11", ai=1), a_month("2026-02", ai=2)], [])
    assert [row.month for row in share.months] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert bars(share.chart()) == ["2025-11: 1 of 10 (10.0%)", "2026-02: 2 of 10 (20.0%)"]


def test_a_gap_of_centuries_is_not_drawn() -> None:
    share = Share([a_month("0001-01"), a_month("9999-12")], [])
    assert len(share.months) == MONTHS


def test_the_scale_ends_at_the_first_round_share_that_holds_all() -> None:
    months = [a_month("2026-01", ai=7, one=1, two=6), a_month("2026-02", ai=3)]
    share = Share(months, ["one"])
    assert (share.scale, share.strip_scale) == (80, 10)
    assert re.findall(r">([\d.]+)%<", share.axis()) == ["80", "40", "0"]


def test_a_strip_shows_one_agent_and_the_volume_all_landings() -> None:
    share = Share([a_month("2026-01", ai=5, one=2, two=3), a_month("2026-02", 1)], ["one", "two"])
    assert bars(share.strip("one")) == ["2026-01: 2 of 10 (20.0%)"]
    assert bars(share.volume()) == ["2026-01: 10 landings", "2026-02: 1 landing"]


def test_a_share_too_small_to_draw_is_drawn_all_the_same() -> None:
    months = [a_month("2026-01", 10_000, ai=10_000), a_month("2026-02", 10_000, ai=1)]
    assert 'height="1.5"' in Share(months, []).chart()


@pytest.mark.parametrize(
    ("first", "count", "expected"),
    [
        (0, 3, ["Jan", "2026", "Feb", "Mar"]),
        (10, 4, ["Nov", "2026", "Dec", "Jan", "2027", "Feb"]),
        (0, 14, ["2026", "2027"]),
        (0, 240, [str(year) for year in range(2026, 2046, 2)]),
    ],
)
def test_labels_name_months_or_for_a_long_time_years(
    first: int, count: int, expected: list[str]
) -> None:
    places = range(first, first + count)
    share = Share([a_month(f"{2026 + at // 12}-{at % 12 + 1:02}") for at in places], [])
    assert re.findall(r">(\w+)</text>", share.labels()) == expected


def test_months_without_any_landing_draw_nothing() -> None:
    share = Share([a_month("2026-01", 0)], ["one"])
    assert bars(share.chart()) + bars(share.strip("one")) + bars(share.volume()) == []
