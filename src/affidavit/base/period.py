"""Spans of time, half-open and in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import msgspec

from affidavit.base.errors import PeriodError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})\Z", re.ASCII
)
_TWO = tuple(f"{number:02}" for number in range(60))
"""Numbers of two digits: every landing has a time, and making them takes longer."""
_FRACTION = re.compile(r"\.\d+")
EARLIEST = int((datetime(1, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
LATEST = int((datetime(9999, 12, 30, 23, 59, 59, tzinfo=UTC) - EPOCH).total_seconds())
"""The last usable time: one day less than the calendar has, so that a period can end after it."""


class Period(msgspec.Struct, frozen=True):
    """A span of time ``[start, end)``, seconds since 1970 UTC: the start is in it, the end not."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise PeriodError(
                f"the period begins at {_shown(self.start)}, after its end at {_shown(self.end)}"
            )
        if self.start < EARLIEST or self.end > LATEST + 1:
            raise PeriodError("a period lies within the years 1 to 9999")
        if self.start == self.end:
            raise PeriodError(f"the period from and to {rfc3339(self.start)} is empty")

    def __contains__(self, time: int) -> bool:
        return self.start <= time < self.end


def rfc3339(time: int) -> str:
    """`time` (seconds since 1970, years 1 to 9999) as ``2026-01-31T12:00:00Z``."""
    number, rest = divmod(time, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    return f"{_day(number)}T{_TWO[hours]}:{_TWO[minutes]}:{_TWO[seconds]}Z"


def _shown(time: int) -> str:
    return rfc3339(min(max(time, EARLIEST), LATEST))


def day(time: int) -> str:
    """The UTC day of `time` as ``2026-01-31``."""
    return _day(time // 86_400)


@lru_cache(maxsize=10_000)
def _day(number: int) -> str:
    """The day of that number, counted from 1970-01-01."""
    return (EPOCH + timedelta(days=number)).date().isoformat()


def since(text: str) -> int:
    """The first second of a period that begins with `text`: a UTC day, or an RFC 3339 time.

    Raises:
        PeriodError: `text` is neither.
    """
    return _seconds(text) if _TIME.match(text) else _day_start(text, "--since")


def until(text: str, option: str = "--until") -> int:
    """The first second after a period that ends with `text`: a whole UTC day, or a time itself.

    `option` is what an error calls it.

    Raises:
        PeriodError: `text` is neither a day nor an RFC 3339 time.
    """
    if _TIME.match(text):
        return _seconds(text)
    return min(_day_start(text, option) + 86_400, LATEST + 1)


def moment(text: str, option: str) -> int:
    """The last second of `text`, which is a UTC day, or an RFC 3339 time itself.

    Raises:
        PeriodError: `text` is neither; the message names the `option` that it was given for.
    """
    return _seconds(text) if _TIME.match(text) else _day_start(text, option) + 86_399


def _seconds(text: str) -> int:
    """Whole seconds, a fraction rounded up: an instant inside a second excludes that second."""
    fraction = _FRACTION.search(text)
    whole = _FRACTION.sub("", text).upper()
    try:
        span = datetime.fromisoformat(whole) - EPOCH
    except (ValueError, OverflowError) as error:
        raise PeriodError(f"{text!r} is not an RFC 3339 time: {error}") from error
    time = span.days * 86_400 + span.seconds + (1 if fraction and fraction[0].strip(".0") else 0)
    if not EARLIEST <= time <= LATEST + 1:
        raise PeriodError(f"{text!r} lies outside the years 1 to 9999")
    return time


def _day_start(text: str, option: str) -> int:
    if not _DATE.match(text):
        zone = "; a time needs its zone, such as a Z at its end" if "T" in text else ""
        raise PeriodError(
            f"{option} {text!r} is neither an ISO date (2026-01-31) nor an RFC 3339 time"
            f" (2026-01-31T12:00:00Z){zone}"
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
    earlier = moment.replace(year=year, month=month, day=min(moment.day, last)) - EPOCH
    return earlier.days * 86_400 + earlier.seconds
