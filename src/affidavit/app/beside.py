"""Work done in a second process meanwhile, where the platform can fork without harm."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

FORKS = sys.platform == "linux"
"""Whether a forked process may go on in Python: elsewhere the system's libraries forbid it."""
PROCESSES = 4
"""The most processes that grade."""


def processes() -> int:
    """How many processes work together: one for each processor this one may use, few in all."""
    if not FORKS:
        return 1
    return min(len(os.sched_getaffinity(0)), PROCESSES)


class Beside:
    """Work that a second process does; without one it is done here when the result is asked for.

    The result is the same as that of `work` called here: where the process fails, the work is done
    again here, so that errors are raised here too. It is asked for once.
    """

    def __init__(self, work: Callable[[], bytes], child: int = 0, reading: int = -1) -> None:
        self._work = work
        self._child = child
        self._reading = reading

    def __call__(self) -> bytes:
        """The result, waited for."""
        if not self._child:
            return self._work()
        reading, self._reading = self._reading, -1
        with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor
            data = pipe.read()
        return data if self._ended() == 0 else self._work()

    def close(self) -> None:
        """End the process, if there still is one: nobody asks for the result."""
        if self._reading >= 0:
            os.close(self._reading)
            self._reading = -1
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            self._ended()

    def _ended(self) -> int:
        _, status = os.waitpid(self._child, 0)
        self._child = 0
        return status


def beside(work: Callable[[], bytes]) -> Beside:
    """Begin `work` in a second process."""
    if not FORKS:
        return Beside(work)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # The other thread there may be draws a spinner; the child takes no lock of it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            child = os.fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            return Beside(work)
    if child == 0:
        # Else nobody would be left to tell it that the parent is gone.
        os.close(reading)
        _work(work, writing)
    os.close(writing)
    return Beside(work, child, reading)


def meanwhile(work: Callable[[], Result], into: type[Result]) -> Callable[[], Result]:
    """The same for a result of the type `into`, which comes back as MessagePack."""
    result = beside(lambda: msgspec.msgpack.encode(work()))
    return lambda: msgspec.msgpack.decode(result(), type=into)


def _work(work: Callable[[], bytes], writing: int) -> None:  # pragma: no cover - the child
    """Hand the result to the parent and end, without a word and without cleaning up after it."""
    status = 1
    try:
        with open(writing, "wb") as pipe:  # noqa: PTH123 - a descriptor
            pipe.write(work())
        status = 0
    finally:
        os._exit(status)
