"""Points of the curve edwards25519 that are no key: signatures for them are made without one."""

from __future__ import annotations

_PRIME = 2**255 - 19
_EIGHTH = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
_SMALL = frozenset({0, 1, _PRIME - 1, _EIGHTH, _PRIME - _EIGHTH})
"""The y of every point whose order is 1, 2, 4 or 8."""


def small_order(point: bytes) -> bool:
    """Whether `point`, 32 bytes as Ed25519 writes a key, has an order of at most eight.

    A y that is not below the prime counts too: it is a second spelling of a small one.
    """
    y = int.from_bytes(point, "little") & (2**255 - 1)
    return y >= _PRIME or y in _SMALL
