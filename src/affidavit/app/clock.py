"""The one place that asks the machine for the time and for chance."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    Clock: TypeAlias = Callable[[], int]
    """Microseconds since 1970 UTC. It may go backwards."""
    Chance: TypeAlias = Callable[[int], bytes]
    """So many bytes that nobody can guess."""

chance = os.urandom


def now() -> int:
    """Microseconds since 1970 UTC."""
    return time.time_ns() // 1_000


def written(moment: int) -> str:
    """`moment`, in microseconds since 1970 UTC, as RFC 3339."""
    return datetime.fromtimestamp(moment // 1_000_000, UTC).strftime(
        f"%Y-%m-%dT%H:%M:%S.{moment % 1_000_000:06d}Z"
    )


def new_id(moment: int, random: bytes) -> str:
    """A UUID of version 7 (RFC 9562, section 5.7) of `moment` in microseconds and 10 bytes."""
    value = (moment // 1_000 & (1 << 48) - 1) << 80 | int.from_bytes(random[:10])
    value = value & ~(0xF << 76) | 7 << 76
    text = f"{value & ~(3 << 62) | 2 << 62:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
