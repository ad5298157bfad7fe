"""What a ledger has of bundles: the lines that came with earlier imports."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from affidavit.base.errors import DamagedError, FormatError
from affidavit.ledger.bundle import stood
from affidavit.ledger.entry import read_entry

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from affidavit.app.ledger.given import Given
    from affidavit.ledger.bundle import Stood
    from affidavit.ledger.entry import Entry
    from affidavit.store.rows import Rows

CHANNEL = "import"
_MARK = b'"channel":"import"'
"""In the bytes of every entry that an import made, and of few others."""


def given_id(digest: str) -> str:
    """The id of the entry that a statement of that digest has: it is taken in once."""
    return f"bundle:{digest.removeprefix('sha256:')}"


class Brought:
    """What earlier imports took in of some `bundles`.

    The bundle and number of a line are in its envelope alone, and nothing in the database leads to
    them: an index would be one more thing there that nobody signs. So every import reads the log
    once, and of what was imported the envelopes; what it keeps are the lines of these bundles.
    """

    def __init__(self, rows: Rows, given: Given, bundles: Collection[str]) -> None:
        self._rows = rows
        self._given = given
        self._bundles = frozenset(bundles)
        self._lines: dict[str, list[Stood]] = defaultdict(list)
        if self._bundles:
            self._read()

    def of(self, bundle: str) -> Sequence[Stood]:
        """The lines of that bundle, in the order in which they were recorded."""
        return self._lines.get(bundle, ())

    def has(self, digest: str) -> bool:
        """Whether a line of that digest was taken in, of any bundle."""
        found = self._given.entry(given_id(digest))
        return found is not None and found[1].recorded_by.channel == CHANNEL

    def _read(self) -> None:
        for index, data in enumerate(self._rows.entries(0, self._rows.size())):
            if _MARK not in data:
                continue
            entry = read_entry(data, index)
            # What names no envelope was never made by an import, whatever its channel says.
            if entry.recorded_by.channel == CHANNEL and entry.blobs:
                bundle, line = self._stood(entry, index)
                if bundle in self._bundles:
                    self._lines[bundle].append(line)

    def _stood(self, entry: Entry, index: int) -> tuple[str, Stood]:
        """Where the line stands that `entry` was made from.

        Raises:
            DamagedError: Its envelope is not kept, or is another's.
        """
        try:
            kept = self._rows.blob(bytes.fromhex(entry.blobs[0].digest[-64:]))
            bundle, line = stood(kept[1] if kept else b"")
        except (ValueError, FormatError) as error:
            raise _damaged(index) from error
        if given_id(line.digest) != entry.id:
            raise _damaged(index)
        return bundle, line


def _damaged(index: int) -> DamagedError:
    return DamagedError(
        f"the ledger does not keep the signed line that entry {index} was made from",
        hint="affidavit ledger verify lists what was changed",
    )
