"""The tree of RFC 6962, section 2.1, as its definitions say it: slow, over a list of entries."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def split(n: int) -> int:
    """The largest power of two smaller than `n`, the RFC's k."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of the entries `d`."""
    if not d:
        return sha256(b"").digest()
    if len(d) == 1:
        return sha256(b"\x00" + d[0]).digest()
    k = split(len(d))
    return sha256(b"\x01" + mth(d[:k]) + mth(d[k:])).digest()


def path(m: int, d: Sequence[bytes]) -> list[bytes]:
    """The audit path for entry `m` of `d`."""
    if len(d) == 1:
        return []
    k = split(len(d))
    if m < k:
        return [*path(m, d[:k]), mth(d[k:])]
    return [*path(m - k, d[k:]), mth(d[:k])]


def proof(m: int, d: Sequence[bytes]) -> list[bytes]:
    """The consistency proof from the first `m` entries to all of `d`."""
    return subproof(m, d, whole=True)


def subproof(m: int, d: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """The RFC's SUBPROOF, whose b is `whole`."""
    if m == len(d):
        return [] if whole else [mth(d)]
    k = split(len(d))
    if m <= k:
        return [*subproof(m, d[:k], whole=whole), mth(d[k:])]
    return [*subproof(m - k, d[k:], whole=False), mth(d[:k])]


def entries(size: int, mark: bytes = b"") -> list[bytes]:
    """`size` entries, each unlike any other; those of another `mark` are others."""
    return [b"%d %b" % (index, mark) for index in range(size)]


def subtrees(d: Sequence[bytes]) -> Callable[[int, int], bytes]:
    """The perfect subtrees of `d`, by height and number."""
    return lambda height, number: mth(d[number << height : (number + 1) << height])
