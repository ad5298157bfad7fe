"""Whether an audit has to look for signed statements: most repositories have none, and no gate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.config import FILE_NAME, MAX_INSIDE
from affidavit.app.identity.versions import LINKED, UNREADABLE, file_ids

if TYPE_CHECKING:
    from affidavit.app.gather import Gathered, Source

NOTES = "refs/notes/affidavit"
MOST_BASES = 20_000
"""Bases that are looked at for a gate, where nothing else asks for a look at each."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Where statements are looked for: the notes of `repository`, files, and folders of ledgers.

    `witnesses` are verifier keys, or files of them, of witnesses that are believed to say when a
    ledger held something; `authorities` is a file with certificates of time stamping authorities.
    With `every`, what the gate decided is asked of landings whose base asks for no gate as well.
    """

    repository: Path
    places: tuple[Path, ...] = ()
    witnesses: tuple[str, ...] = ()
    authorities: Path | None = None
    every: bool = False


def in_ledger(repository: Path, folder: Path, *, every: bool = False) -> Asked:
    """Statements about `repository`, in its notes and in the ledger that lies in `folder`."""
    return Asked(repository=repository, places=(folder,), every=every)


def is_worth(asked: Asked, source: Source, gathered: Gathered) -> bool:
    """Whether there can be statements, or a base of the period asks for a gate.

    Every parent of a landing is looked at: which of two the branch was at, git does not tell. Of
    more than `MOST_BASES` the newest and the oldest are.
    """
    if not gathered.selection.landings:
        return False
    return bool(asked.places) or NOTES in source.refs.ids or _asks(source, gathered)


def _asks(source: Source, gathered: Gathered) -> bool:
    parents = gathered.graph.parents
    bases = [one for each in gathered.selection.ids for one in parents.get(each, ())]
    bases += gathered.facts.turned.values()
    if len(bases) > MOST_BASES:
        half = MOST_BASES // 2
        bases = [*bases[:half], *bases[-half:]]
    files = dict.fromkeys(file_ids(source.objects, bases, FILE_NAME, links=True))
    return any(_may_ask(source, one) for one in files if one)


def _may_ask(source: Source, content: str) -> bool:
    """Whether a configuration may have the table; one that is there and cannot be read may.

    Where the base itself is not here, as at the end of a shallow clone, that asks for nothing.
    """
    if content in {UNREADABLE, LINKED}:
        return content == LINKED
    data = source.objects.one(content, kind="blob", max_size=MAX_INSIDE)
    return data is None or may_gate(data)


def may_gate(data: bytes) -> bool:
    """Whether a configuration may have the table: it names it, or may do so in an escape."""
    return b"gate" in data or b"\\" in data
