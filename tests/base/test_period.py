from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.errors import PeriodError
from affidavit.base.period import (
    EARLIEST,
    LATEST,
    Period,
    day,
    months_before,
    rfc3339,
    since,
    until,
)

DAY = 86_400
TIMES = st.integers(EARLIEST, LATEST)


def at(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2026-01-31", at(2026, 1, 31), at(2026, 2, 1)),
        ("2024-02-29", at(2024, 2, 29), at(2024, 3, 1)),
        ("1969-12-31", -86_400, 0),
        ("0001-01-01", EARLIEST, EARLIEST + 86_400),
        ("2026-01-31T12:00:00Z", at(2026, 1, 31, 12), at(2026, 1, 31, 12)),
        ("2026-01-31t12:00:00z", at(2026, 1, 31, 12), at(2026, 1, 31, 12)),
        ("2026-01-31T12:00:00+02:00", at(2026, 1, 31, 10), at(2026, 1, 31, 10)),
        ("2026-01-31T23:30:00-01:00", at(2026, 2, 1, 0, 30), at(2026, 2, 1, 0, 30)),
        ("2026-01-31T12:00:00.000Z", at(2026, 1, 31, 12), at(2026, 1, 31, 12)),
        ("2026-01-31T12:00:00.5Z", at(2026, 1, 31, 12, 0, 1), at(2026, 1, 31, 12, 0, 1)),
        ("1969-12-31T23:59:59.25Z", 0, 0),
    ],
)
def test_a_bound_is_a_day_or_an_instant(text: str, first: int, after: int) -> None:
    assert (since(text), until(text)) == (first, after)


def test_the_smallest_fraction_excludes_its_second() -> None:
    assert since("2026-01-31T12:00:00.000000001Z") == at(2026, 1, 31, 12, 0, 1)


@pytest.mark.parametrize("bound", [since, until])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2 weeks ago",
        "2026",
        "2026-1-31",
        "20260131",
        "2026-02-30",
        "2026-13-01",
        "0000-01-01",
        "2026-W05-1",
        "2026-01-31 12:00:00Z",
        "2026-01-31T12:00Z",
        "2026-01-31T12:00:00",
        "2026-01-31T25:00:00Z",
        "2026-01-31T12:00:60Z",
        "2026-01-31T12:00:00+99:99",
        "2026-01-31T12:00:00.1234567890Z",
        "2026-01-31\n",
        "\u0662\u0660\u0662\u0666-01-31",
    ],
)
def test_nothing_else_is_a_bound(bound: type, text: str) -> None:
    with pytest.raises(PeriodError):
        bound(text)


def test_a_period_holds_its_start_and_not_its_end() -> None:
    period = Period(10, 20)
    assert [time in period for time in (9, 10, 19, 20)] == [False, True, True, False]


@pytest.mark.parametrize(("start", "end"), [(5, 5), (6, 5), (EARLIEST - 1, 0), (0, LATEST + 2)])
def test_a_period_without_an_instant_or_outside_the_calendar_is_refused(
    start: int, end: int
) -> None:
    with pytest.raises(PeriodError):
        Period(start, end)


def test_an_empty_period_says_where_it_would_begin() -> None:
    with pytest.raises(PeriodError, match="from and to 1970-01-01T00:00:05Z is empty"):
        Period(5, 5)


def test_a_period_that_ends_before_it_begins_says_so() -> None:
    with pytest.raises(PeriodError) as caught:
        Period(at(2026, 2, 1), at(2026, 1, 1))
    assert "years 1 to 9999" not in caught.value.message
    assert "2026-02-01" in caught.value.message


@given(TIMES)
def test_a_time_written_is_read_back(time: int) -> None:
    assert since(rfc3339(time)) == time
    assert rfc3339(time).startswith(day(time))


@given(st.integers(EARLIEST + DAY, LATEST - DAY), st.sampled_from(["+05:30", "-11:45", "+00:00"]))
def test_an_offset_moves_the_instant_and_nothing_else(time: int, zone: str) -> None:
    hours, minutes = int(zone[1:3]), int(zone[4:])
    ahead = (hours * 60 + minutes) * 60 * (-1 if zone[0] == "-" else 1)
    assert since(rfc3339(time)[:-1] + zone) == time - ahead


@pytest.mark.parametrize(
    ("then", "months", "expected"),
    [
        (at(2026, 3, 31, 4, 5, 6), 1, at(2026, 2, 28, 4, 5, 6)),
        (at(2024, 3, 31), 1, at(2024, 2, 29)),
        (at(2026, 1, 15), 1, at(2025, 12, 15)),
        (at(2024, 2, 29), 12, at(2023, 2, 28)),
        (at(2026, 11, 21), 12, at(2025, 11, 21)),
        (at(1, 6, 1), 12, at(1, 6, 1)),
    ],
)
def test_months_before_keeps_the_day_or_takes_the_last(
    then: int, months: int, expected: int
) -> None:
    assert months_before(then, months) == expected


@given(TIMES, st.integers(1, 240))
def test_months_before_lies_before_and_in_the_calendar(time: int, months: int) -> None:
    earlier = months_before(time, months)
    assert earlier >= EARLIEST
    assert earlier < time or day(time) < "0021"


def test_months_before_takes_the_end_of_a_period_that_ends_with_the_calendar() -> None:
    assert day(months_before(until("9999-12-31"), 12)) == "9998-12-31"
