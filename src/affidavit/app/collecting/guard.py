"""A process that holds a token leaves no picture of its memory behind."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def no_dumps() -> Iterator[None]:
    """Nothing is dumped where the process crashes meanwhile."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    # A program that takes dumps through a pipe is called even at 0, and not at 1: see core(5).
    resource.setrlimit(
        resource.RLIMIT_CORE, (min(1, before[1]) if before[1] >= 0 else 1, before[1])
    )
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
