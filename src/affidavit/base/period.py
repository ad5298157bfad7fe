"""Spans of time, half-open and in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import msgspec

from affidavit.base.errors import PeriodError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})\Z", re.ASCII
)
EARLIEST = int((datetime(1, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
LATEST = int((datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC) - EPOCH).total_seconds())


class Period(msgspec.Struct, frozen=True):
    """A span of time ``[start, end)``, seconds since 1970 UTC: the start is in it, the end not."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not EARLIEST <= self.start <= self.end <= LATEST:
            raise PeriodError("a period lies within the years 1 to 9999")
        if self.start == self.end:
            raise PeriodError(f"the period from and to {rfc3339(self.start)} is empty")

    def __contains__(self, time: int) -> bool:
        return self.start <= time < self.end


def rfc3339(time: int) -> str:
    """`time` (seconds since 1970, years 1 to 9999) as ``2026-01-31T12:00:00Z``."""
    return (EPOCH + timedelta(seconds=time)).isoformat()[:19].replace("+", "") + "Z"


def day(time: int) -> str:
    """The UTC day of `time` as ``2026-01-31``."""
    return (EPOCH + timedelta(seconds=time)).date().isoformat()


def since(text: str) -> int:
    """The first second of a period that begins with `text`: a UTC day, or an RFC 3339 time.

    Raises:
        PeriodError: `text` is neither.
    """
    return _seconds(text) if _TIME.match(text) else _day_start(text, "--since")


def until(text: str) -> int:
    """The first second after a period that ends with `text`: a whole UTC day, or a time itself.

    Raises:
        PeriodError: `text` is neither a day nor an RFC 3339 time.
    """
    return _seconds(text) if _TIME.match(text) else _day_start(text, "--until") + 86_400


def _seconds(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.upper())
        return _epoch_seconds(moment)
    except (ValueError, OverflowError) as error:
        raise PeriodError(f"{text!r} is not an RFC 3339 time: {error}") from error


def _epoch_seconds(moment: datetime) -> int:
    """Whole seconds, a fraction rounded up: an instant inside a second excludes that second."""
    span = moment - EPOCH
    return span.days * 86_400 + span.seconds + (1 if span.microseconds else 0)


def _day_start(text: str, option: str) -> int:
    if not _DATE.match(text):
        raise PeriodError(
            f"{option} {text!r} is neither an ISO date (2026-01-31) nor an RFC 3339 time"
            " (2026-01-31T12:00:00Z)"
        )
    try:
        return (date.fromisoformat(text) - EPOCH.date()).days * 86_400
    except ValueError as error:
        raise PeriodError(f"{option} {text!r} is no date: {error}") from error


def months_before(time: int, months: int) -> int:
    """The same UTC day of month and time of day `months` earlier (or that month's last day)."""
    moment = EPOCH + timedelta(seconds=time)
    index = moment.year * 12 + moment.month - 1 - months
    year, month = max(index // 12, 1), index % 12 + 1
    last = ((date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    return _epoch_seconds(moment.replace(year=year, month=month, day=min(moment.day, last)))
