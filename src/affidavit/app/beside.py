"""Work done in a second process meanwhile, where the platform can fork without harm."""

from __future__ import annotations

import os
import sys
import warnings
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

FORKS = sys.platform == "linux"
"""Whether a forked process may go on in Python: elsewhere the system's libraries forbid it."""


def beside(work: Callable[[], bytes]) -> Callable[[], bytes]:
    """Begin `work` in a second process; what is returned waits for its result, and is called once.

    The result is the same as that of `work` called here: where there is no second process, or it
    fails, the work is done here when the result is asked for, so that errors are raised here too.
    """
    if not FORKS:
        return work
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # The other thread there may be draws a spinner; the child takes no lock of it.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            child = os.fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            return work
    if child == 0:
        # Else nobody would be left to tell it that the parent is gone.
        os.close(reading)
        _work(work, writing)
    os.close(writing)
    return partial(_result, child, reading, work)


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


def _result(child: int, reading: int, work: Callable[[], bytes]) -> bytes:
    with open(reading, "rb") as pipe:  # noqa: PTH123 - a descriptor
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    return data if status == 0 else work()
