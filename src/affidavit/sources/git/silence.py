"""Reading from a git that may never answer: objects can be built to be unpacked for ever."""

from __future__ import annotations

import os
from select import POLLIN, poll
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SILENCE = 20
"""Seconds for which git may say nothing; an honest disk that wakes up takes ten."""
SHORTEST = 1
"""How short that becomes, halved each time git was silent for so long."""
CHUNK = 1 << 20
"""How many bytes are asked of a pipe at once."""


class Patience:
    """How long git is waited for: each silence halves it, so that many cost little."""

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds: float = SILENCE if seconds is None else seconds
        self._shortest = min(self._seconds, SHORTEST)
        self.silences = 0
        """How often git said nothing for too long."""
        self.broken = False
        """Whether it did so the last time."""

    def piece(self, descriptor: int) -> bytes:
        """What comes next; nothing at the end of the pipe, and nothing after too long a silence.

        The child is to be ended then: what it says later would be taken for another answer.
        """
        ready = poll()
        ready.register(descriptor, POLLIN)
        self.broken = not ready.poll(self._seconds * 1_000)
        if not self.broken:
            return os.read(descriptor, CHUNK)
        self.silences += 1
        self._seconds = max(self._seconds / 2, self._shortest)
        return b""

    def lines(self, descriptor: int) -> Iterator[bytes]:
        """What comes, line by line and without their ends, up to where `piece` gives nothing."""
        buffer = b""
        while piece := self.piece(descriptor):
            *lines, buffer = (buffer + piece).split(b"\n")
            yield from lines
