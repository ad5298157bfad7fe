"""Entries found by the id that they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import DamagedError
from affidavit.ledger.entry import read_entry
from affidavit.ledger.tile import WIDTH

if TYPE_CHECKING:
    from affidavit.ledger.entry import Entry
    from affidavit.store.rows import Rows


class Given:
    """Looks ids up, and believes what the index says only where the entry says so too.

    The index is no part of what is signed: whoever can write to the database could have an entry
    taken for another, which would then never be recorded.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._first = 0
        self._near: list[bytes] = []

    def entry(self, id_: str) -> tuple[int, Entry] | None:
        """The number and the entry with the given id `id_`; None where there is none.

        Raises:
            DamagedError: The index names an entry with another id.
        """
        index = self._rows.with_given_id(id_)
        if index is None:
            return None
        entry = read_entry(self._data(index), index)
        if entry.id != id_:
            raise DamagedError(
                f"the index of the ledger says that entry {index} has the id {id_}, and it has not",
                hint="affidavit ledger verify lists what was changed",
            )
        return index, entry

    def _data(self, index: int) -> bytes:
        # Entries that are asked for one after the other mostly lie so.
        if not 0 <= index - self._first < len(self._near):
            first = index - index % WIDTH
            stop = min(first + WIDTH, self._rows.size())
            self._first, self._near = first, list(self._rows.entries(first, max(stop, index + 1)))
        return self._near[index - self._first]
