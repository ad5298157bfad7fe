"""Whether an audit has to look for signed statements: most repositories have none, and no gate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.config import FILE_NAME, MAX_INSIDE

if TYPE_CHECKING:
    from affidavit.app.gather import Gathered, Source

NOTES = "refs/notes/affidavit"
GATED = b"[gate"
"""In every configuration with the table, and in few others."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Where statements are looked for: the notes of `repository`, files, and folders of ledgers.

    `witnesses` are verifier keys, or files of them, of witnesses that are believed to say when a
    ledger held something; `authorities` is a file with certificates of time stamping authorities.
    """

    repository: Path
    places: tuple[Path, ...] = ()
    witnesses: tuple[str, ...] = ()
    authorities: Path | None = None


def is_worth(asked: Asked, source: Source, gathered: Gathered) -> bool:
    """Whether there can be statements, or a base of the period asks for a gate.

    Of the bases the oldest and the newest are looked at, and the heads of the branches.
    """
    if not gathered.selection.landings:
        return False
    return bool(asked.places) or NOTES in source.refs.ids or _asks(source, gathered)


def _asks(source: Source, gathered: Gathered) -> bool:
    selection, parents = gathered.selection, gathered.graph.parents
    ends = (selection.landings[0], selection.landings[-1])
    bases = [one for each in ends for one in parents.get(each.commits[0], ())[:1]]
    heads = [chain[0] for chain in selection.chains.values() if chain]
    files = (source.objects.blob_at(one, FILE_NAME, MAX_INSIDE) for one in (*bases, *heads))
    return any(GATED in (data or b"") for data in files)
