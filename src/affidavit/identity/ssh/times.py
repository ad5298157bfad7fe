"""RFC 3339 times, compared as instants."""

from __future__ import annotations

from datetime import datetime

from affidavit.base.errors import FormatError
from affidavit.base.text import shortened, visible

_SHOWN = 60


def instant(text: str) -> datetime:
    """The instant that `text` writes as RFC 3339 with its zone.

    Raises:
        FormatError: It is no such time.
    """
    shown = shortened(visible(text), _SHOWN)
    try:
        when = datetime.fromisoformat(text)
    except ValueError as error:
        raise FormatError(f"{shown} is not an RFC 3339 time") from error
    if when.tzinfo is None:
        raise FormatError(f"the time {shown} has no zone")
    return when
