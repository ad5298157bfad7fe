"""Where streams stand: the index of the ledger, believed only where its entries say the same.

The index is no part of what is signed. Whoever can write to the database could have the keeper go
on after another entry than a stream's newest one, and sign what never verifies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import DamagedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.store.rows import Rows

STEP = 4_096
"""Entries that are looked at in one go."""
DEEPEST = 65_536
"""Entries, the newest ones, that are looked through. Of what is older only the entry that the index
names is looked at: that there is none after it is for ``ledger verify`` to see."""


class _Streamed(msgspec.Struct, frozen=True):
    stream: str


_decoder = msgspec.json.Decoder(_Streamed)


class Streams:
    """The newest entry of each stream of a log that only its holder appends to.

    The entries are looked through from the end, as far back as the index says that a stream's
    newest one is, but at most `DEEPEST`, and each at most once. What is remembered is a number for
    each stream met.
    """

    def __init__(self, rows: Rows, size: int) -> None:
        self._rows = rows
        self._start = size
        self._floor = max(0, size - DEEPEST)
        self._newest: dict[str, int] = {}

    def newest(self, stream: str) -> int | None:
        """The index of the newest entry of `stream`; None where there is none.

        Raises:
            DamagedError: The index of the ledger says something else than its entries.
        """
        told = self._rows.newest_of_stream(stream)
        self._look_back(told or 0)
        if told != self._newest.get(stream):
            self._look_back(0)
        found = self._newest.get(stream)
        if found is None and told is not None and told < self._floor:
            found = told if self._between(told, told + 1).get(stream) == told else None
        if told != found:
            raise DamagedError(
                _difference(stream, told, found),
                hint="affidavit ledger verify lists what was changed",
            )
        return found

    def appended(self, newest: Mapping[str, int]) -> None:
        """Take note of the newest entries of streams that were appended now."""
        self._newest.update(newest)

    def _look_back(self, first: int) -> None:
        """See that what is known begins with entry `first`, or an earlier one, or at the floor."""
        while self._start > max(first, self._floor):
            start = max(first, self._floor, self._start - STEP)
            for stream, index in self._between(start, self._start).items():
                self._newest.setdefault(stream, index)
            self._start = start

    def _between(self, start: int, stop: int) -> dict[str, int]:
        found = {}
        for index, data in enumerate(self._rows.entries(start, stop), start):
            try:
                found[_decoder.decode(data).stream] = index
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise DamagedError(f"entry {index}: its bytes are no entry: {error}") from error
        return found


def _difference(stream: str, told: int | None, found: int | None) -> str:
    index, named = "the index of the ledger", f"the stream {stream[:80]!a}"
    if told is None:
        return f"{index} knows no entry of {named}, and entry {found} is one"
    truth = "there is none" if found is None else f"it is {found}"
    return f"{index} says that the newest entry of {named} is {told}, and {truth}"
