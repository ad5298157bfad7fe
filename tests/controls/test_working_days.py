"""Working days after a merge, Monday to Friday in UTC."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affidavit.base.period import rfc3339, since
from affidavit.controls.cc8.emergency import share, working_days_after
from affidavit.controls.model import Result


@pytest.mark.parametrize(
    ("merged", "days", "last"),
    [
        ("2026-01-05T10:00:00Z", 2, "2026-01-07T10:00:00Z"),
        ("2026-01-08T10:00:00Z", 2, "2026-01-12T10:00:00Z"),
        ("2026-01-09T23:59:59Z", 1, "2026-01-12T23:59:59Z"),
        ("2026-01-10T03:00:00Z", 1, "2026-01-12T23:59:59Z"),
        ("2026-01-11T03:00:00Z", 2, "2026-01-13T23:59:59Z"),
        ("2026-01-05T10:00:00Z", 0, "2026-01-05T10:00:00Z"),
    ],
)
def test_weekends_do_not_count(merged: str, days: int, last: str) -> None:
    assert working_days_after(merged, days) == last


@given(st.integers(0, 4_000_000_000), st.integers(0, 60))
def test_so_many_weekdays_lie_between(at: int, days: int) -> None:
    merged = rfc3339(at)
    last = since(working_days_after(merged, days))
    passed = [
        day
        for day in range(at // 86_400 + 1, last // 86_400 + 1)
        if (day + 3) % 7 < 5  # 1970-01-01 was a Thursday
    ]
    assert len(passed) == days


def test_emergencies_are_the_rule_from_more_than_a_tenth_on() -> None:
    assert share(10, 100, "2026-01-01T00:00:00Z") is None
    assert share(0, 0, "2026-01-01T00:00:00Z") is None
    row = share(11, 100, "2026-01-01T00:00:00Z")
    assert row is not None
    assert (row.item, row.result) == ("emergencies", Result.DEVIATION)
