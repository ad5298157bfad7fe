"""Bundles of entries, taken apart (C2SP tlog-tiles): each entry after its length in two bytes."""

from __future__ import annotations

from hashlib import sha256
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SPACE = ord(" ")
"""What the first of two bytes of length becomes where entries are read as one text."""
_UNFIT = [bytes([each]) for each in (*range(1, 0x20), ord("\\"))]
"""With the zero byte, what no text has that is for patterns: in JSON those have a backslash."""


def entries_in(bundle: bytes, place: str, *, width: int) -> list[bytes]:
    """The `width` entries that `bundle` holds; `place` names it in errors.

    Raises:
        FormatError: It ends within an entry, or holds more or fewer.
    """
    entries, start = list[bytes](), 2
    try:
        for _ in range(width):
            end = start + bundle[start - 2] * 256 + bundle[start - 1]
            entries.append(bundle[start:end])
            start = end + 2
    except IndexError:
        start = -1
    if start - 2 != len(bundle):
        raise FormatError(f"{place}: {len(bundle)} bytes are not {width} entries")
    return entries


class Run(NamedTuple):
    """Entries that are stored together, `entries` of them by what is said."""

    entries: int
    data: bytes


class Hashed:
    """The entries of a bundle, hashed where they lie.

    A leaf is the hash of a zero byte and the entry (RFC 6962), and a byte of length stands right
    before each entry: made zero, it needs no copy of the entry.

    Raises:
        FormatError: A run ends within an entry, or holds more or fewer.
    """

    def __init__(self, runs: Sequence[Run]) -> None:
        data = bytearray().join([run.data for run in runs])
        leaves, ends, start = list[bytes](), list[int](), 2
        try:
            for _ in range(sum(run.entries for run in runs)):
                end = start + data[start - 2] * 256 + data[start - 1]
                data[start - 1] = 0
                leaves.append(sha256(data[start - 1 : end]).digest())
                ends.append(end)
                start = end + 2
        except IndexError as error:
            raise FormatError("a bundle ends within an entry") from error
        self.leaves, self._ends = leaves, ends
        self._data = data
        self._check(runs)

    def _check(self, runs: Sequence[Run]) -> None:
        """See that each of `runs` ends with its last entry."""
        ends = [0, *self._ends]
        counts = accumulate(run.entries for run in runs)
        lengths = accumulate(len(run.data) for run in runs)
        if any(ends[count] != length for count, length in zip(counts, lengths, strict=True)):
            raise FormatError("a bundle does not hold as many entries as it says")

    def text(self) -> str | None:
        """All of the entries as one text, where `spans` tells; None where one is not for patterns.

        For patterns is what is ASCII and has neither a backslash nor a control character.
        """
        for before in [0, *self._ends][:-1]:
            self._data[before] = _SPACE
        data = bytes(self._data)
        zeros = data.count(0) == len(self.leaves)
        if not zeros or not data.isascii() or any(unfit in data for unfit in _UNFIT):
            return None
        return data.decode("ascii")

    def spans(self) -> Iterator[tuple[int, int]]:
        """Where each entry begins and ends."""
        start = 2
        for end in self._ends:
            yield start, end
            start = end + 2

    def entries(self) -> list[bytes]:
        """The entries."""
        return [bytes(self._data[start:end]) for start, end in self.spans()]
