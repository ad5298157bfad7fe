"""The facts about one repository that a ledger holds of a forge, read back."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.forge.unsealing import unsealed
from affidavit.app.ledger.view import Choice
from affidavit.base.errors import DamagedError
from affidavit.ledger.forge import (
    CHANNEL,
    COLLECTED,
    OWN,
    RECORDED,
    ForgeCollected,
    ForgeRecorded,
    SealedRecord,
)
from affidavit.sources.forge.lines import BROKEN, Head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.view import Row, View
    from affidavit.changes.forge.model import Line
    from affidavit.store.vault import Vault

HEAD = "forge.head"
"""The field that the first line of an export is committed to as."""
_NONSENSE = (*BROKEN, ValueError)


class Mark(NamedTuple):
    """The newest mark of a repository; `head` is None where it is not kept any more."""

    body: ForgeCollected
    head: Head | None


def marks(view: View, kept: Vault) -> dict[str, Mark]:
    """The newest mark of each repository, by pseudonym.

    Raises:
        DamagedError: A fact makes no sense; its number is named.
    """
    found = {}
    for row in _rows(view, Choice(kind=COLLECTED)):
        try:
            body = msgspec.json.decode(row.entry.body, type=ForgeCollected)
            found[body.repository] = Mark(body, _head(kept.reveal(body.head)))
        except _NONSENSE as error:
            raise _senseless(row, error) from error
    return found


def records(view: View, kept: Vault, repository: str) -> Iterator[Line]:
    """Every record of the repository with that pseudonym, in the order of the log.

    Raises:
        DamagedError: A fact makes no sense; its number is named.
    """
    for row in _rows(view, Choice(kind=RECORDED, stream=f"{OWN}{repository}")):
        try:
            body = msgspec.json.decode(row.entry.body, type=ForgeRecorded)
            yield unsealed(body.content or _content(view, row), kept)
        except _NONSENSE as error:
            raise _senseless(row, error) from error


def _rows(view: View, choice: Choice) -> Iterator[Row]:
    """Those that came the way they have to: anybody could append what looks like them."""
    return (row for row in view.chosen(choice) if row.entry.recorded_by.channel == CHANNEL)


def _content(view: View, row: Row) -> SealedRecord:
    """The content that lies beside the log."""
    (named,) = row.entry.blobs
    digest = bytes.fromhex(named.digest.removeprefix("sha256:"))
    found = view.rows.blob(digest)
    if found is None or hashlib.sha256(found[1]).digest() != digest:
        raise ValueError(f"its content {named.digest} is not there")
    return msgspec.json.decode(found[1], type=SealedRecord)


def _head(text: str | None) -> Head | None:
    return None if text is None else msgspec.json.decode(text, type=Head)


def _senseless(row: Row, error: Exception) -> DamagedError:
    return DamagedError(
        f"entry {row.index:,} of the ledger, {row.entry.kind}, makes no sense: {error}"[:300],
        hint="affidavit ledger verify lists what was changed",
    )
