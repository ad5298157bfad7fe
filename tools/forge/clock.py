"""The forge's time: it stands still until somebody moves it."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def text(seconds: int) -> str:
    """`seconds` since 1970 as the forge writes a time: UTC, in whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(when: str) -> int:
    """The seconds since 1970 of a time as the forge writes it."""
    return int(datetime.fromisoformat(when).timestamp())


class Clock:
    """A time that each act moves on by `step` seconds."""

    def __init__(self, start: str = "2026-01-05T09:00:00Z", *, step: int = 60) -> None:
        self.now = seconds(start)
        self.step = step
        self.awake = False

    def wake(self) -> None:
        """Go with the machine's clock from now on, and never back."""
        self.awake = True
        self.now = max(self.now, int(time.time()))  # noqa: TID251  # as visitors' commits do

    def tick(self) -> str:
        """The time of the next act."""
        if self.awake:
            self.wake()
        else:
            self.now += self.step
        return text(self.now)

    def advance(self, *, days: int = 0, hours: int = 0, seconds: int = 0) -> None:
        """Let time pass in which nothing happens."""
        self.now += days * 86400 + hours * 3600 + seconds

    def set(self, when: str) -> None:
        """Let the next act happen at `when`; time may go back, as on a wrong clock."""
        self.now = seconds(when) - self.step

    def text(self) -> str:
        """The time now."""
        return text(self.now)
