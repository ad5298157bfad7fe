"""Which landings a period holds: bounds, defaults, and dates that lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.audit.model import AuditException, ReportPeriod
from affidavit.base.errors import PeriodError
from histories import audited, by_default

if TYPE_CHECKING:
    from gitrepo import Repo


def dated(repo: Repo, *dates: str) -> list[str]:
    """One landing for each date, called by its number."""
    return [repo.commit(str(number), date=date) for number, date in enumerate(dates)]


def titles(repo: Repo, first: str, last: str) -> list[str]:
    return [one.title for one in audited(repo, since=first, until=last).landings]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-01-02", "2026-01-02", ["2", "1"]),
        ("2026-01-01", "2026-01-02", ["2", "1", "0"]),
        ("2026-01-02T00:00:00Z", "2026-01-02T23:59:59Z", ["1"]),
        ("2026-01-02T00:00:00.5Z", "2026-01-02T23:59:59.5Z", ["2"]),
        ("2026-01-02T01:00:00+01:00", "2026-01-03", ["3", "2", "1"]),
        ("2026-01-04", "2026-01-05", []),
    ],
)
def test_a_period_holds_what_landed_in_it(
    repo: Repo, first: str, last: str, expected: list[str]
) -> None:
    dated(
        repo,
        "2026-01-01T23:59:59Z",
        "2026-01-02T00:00:00Z",
        "2026-01-02T23:59:59Z",
        "2026-01-03T00:00:00Z",
    )
    assert titles(repo, first, last) == expected


@pytest.mark.parametrize(
    ("dates", "period"),
    [
        (
            ["2026-01-01", "2026-02-01"],
            ReportPeriod(start="2026-01-01T00:00:00Z", end="2026-02-01T00:00:01Z"),
        ),
        (
            ["2020-01-01", "2026-02-01T12:00:00Z"],
            ReportPeriod(start="2025-02-01T12:00:01Z", end="2026-02-01T12:00:01Z"),
        ),
        (
            ["2020-01-01", "2024-02-29"],
            ReportPeriod(start="2023-02-28T00:00:01Z", end="2024-02-29T00:00:01Z"),
        ),
        (["1969-12-31"], ReportPeriod(start="1969-12-31T00:00:00Z", end="1969-12-31T00:00:01Z")),
        (
            ["2026-03-01", "2026-02-01"],
            ReportPeriod(start="2026-03-01T00:00:00Z", end="2026-03-01T00:00:01Z"),
        ),
    ],
)
def test_the_default_period_is_the_last_twelve_months_of_the_branch(
    repo: Repo, dates: list[str], period: ReportPeriod
) -> None:
    dated(repo, *dates)
    assert by_default(repo).period == period


def test_with_an_end_alone_the_period_is_the_twelve_months_before(repo: Repo) -> None:
    dated(repo, "2020-01-01", "2025-06-01", "2026-02-01")
    report = by_default(repo, until="2025-12-31")
    assert report.period == ReportPeriod(start="2025-01-01T00:00:00Z", end="2026-01-01T00:00:00Z")
    assert [one.title for one in report.landings] == ["1"]


def test_with_a_start_alone_the_period_ends_with_the_branch(repo: Repo) -> None:
    dated(repo, "2020-01-01", "2026-02-01")
    report = by_default(repo, since="2019-01-01")
    assert report.period == ReportPeriod(start="2019-01-01T00:00:00Z", end="2026-02-01T00:00:01Z")
    assert report.population.landings == 2


def test_a_start_after_everything_is_refused(repo: Repo) -> None:
    dated(repo, "2026-01-01")
    with pytest.raises(PeriodError):
        by_default(repo, since="2026-02-01")


def test_a_back_dated_landing_stays_where_it_lies_and_is_an_exception(repo: Repo) -> None:
    ids = dated(repo, "2026-01-01", "2026-02-01", "2025-06-01", "2026-03-01")
    report = audited(repo, since="2026-02-01", until="2026-02-28")
    assert [
        (one.title, one.change, one.landed_at, one.committed_at) for one in report.landings
    ] == [
        ("2", "CHG-2025-06-01-001", "2026-02-01T00:00:00Z", "2025-06-01T00:00:00Z"),
        ("1", "CHG-2026-02-01-001", "2026-02-01T00:00:00Z", "2026-02-01T00:00:00Z"),
    ]
    assert [one for one in report.exceptions if one.id == "date-out-of-order"] == [
        AuditException(
            id="date-out-of-order",
            commit=ids[2],
            reason=(
                "its own date 2025-06-01T00:00:00Z lies more than a day from its place in the"
                " history, 2026-02-01T00:00:00Z"
            ),
        )
    ]


def test_a_landing_dated_into_the_period_but_lying_outside_is_told(repo: Repo) -> None:
    ids = dated(repo, "2026-01-01", "2099-01-01", "2026-02-01")
    report = audited(repo, since="2026-02-01", until="2026-02-28")
    assert report.landings == []
    assert report.exceptions == (
        AuditException(
            id="date-out-of-order",
            commit=ids[2],
            reason=(
                "its own date 2026-02-01T00:00:00Z lies in the period, but the commits before it"
                " put it at 2099-01-01T00:00:00Z: it is counted there, outside this period"
            ),
        ),
    )
    assert [one.id for one in report.limits if one.gap] == ["displaced-landings"]


@pytest.mark.parametrize(("second", "odd"), [("2026-01-01", False), ("2025-12-31T23:59:59Z", True)])
def test_a_day_out_of_order_is_borne_and_a_second_more_is_not(
    repo: Repo, second: str, *, odd: bool
) -> None:
    dated(repo, "2026-01-02", second)
    assert ("date-out-of-order" in audited(repo).landings[0].exceptions) is odd


def test_an_unusable_date_takes_the_place_of_the_one_before(repo: Repo) -> None:
    first = dated(repo, "2026-01-01")[0]
    tree = repo.git("rev-parse", f"{first}^{{tree}}").decode().strip()
    body = f"tree {tree}\nparent {first}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> never\n\nOdd\n"
    repo.raw_commit(body.encode(), branch="main")
    landing = audited(repo).landings[0]
    assert (landing.change, landing.landed_at, landing.committed_at) == (
        "CHG-2026-01-01-002",
        "2026-01-01T00:00:00Z",
        None,
    )
    assert "date-out-of-order" in landing.exceptions


def test_changes_are_counted_over_all_history_and_by_utc_day(repo: Repo) -> None:
    repo.commit("0", date="2026-01-01T23:30:00-01:00", zone="-0100")
    repo.commit("1", date="2026-01-02T00:30:00Z")
    repo.commit("2", date="2026-01-02T23:59:59Z")
    repo.commit("3", date="2026-01-03")
    report = audited(repo, since="2026-01-02T12:00:00Z")
    assert [one.change for one in report.landings] == ["CHG-2026-01-03-001", "CHG-2026-01-02-003"]


def test_a_thousandth_landing_of_a_day_gets_a_fourth_digit(repo: Repo) -> None:
    for _ in range(1_001):
        repo.commit("x", date="2026-01-01", files={})
    changes = [one.change for one in audited(repo).landings[:3]]
    assert changes == ["CHG-2026-01-01-1001", "CHG-2026-01-01-1000", "CHG-2026-01-01-999"]
