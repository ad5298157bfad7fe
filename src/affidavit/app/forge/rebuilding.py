"""The export that a ledger holds, written out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.forge.facts import marks, records
from affidavit.app.ledger.checked import checked
from affidavit.app.ledger.home import Home, home
from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.view import viewing
from affidavit.audit.forge import ForgeLedger
from affidavit.base.errors import InputError, UsageError
from affidavit.base.text import shortened, visible
from affidavit.changes.forge.model import Unavailable
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.note import parse_note
from affidavit.sources.forge.lines import Done, Head, Progress
from affidavit.sources.forge.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from affidavit.app.forge.facts import Mark
    from affidavit.app.ledger.view import View
    from affidavit.ledger.forge import CollectedSection
    from affidavit.store.vault import Vault

__all__ = ["checked", "home", "rebuilt"]

MOST_NAMES = 5
"""Repositories that an error names."""


def rebuilt(place: Home, path: Path, names: Collection[str]) -> ForgeLedger:
    """Write what the ledger at `place` holds of the repository meant by `names` to a new `path`.

    Raises:
        InputError: It holds none.
        UsageError: It holds several, and `names` mean none of them.
        AffidavitError: It cannot be read.
    """
    with viewing(place) as view, vault(place, view.origin, writable=False) as kept:
        thing, mark = _chosen(marks(view, kept), names, place)
        _write(view, kept, path, (thing, mark))
        return _source(view)


def _write(view: View, kept: Vault, path: Path, of: tuple[str, Mark]) -> None:
    """Write one repository's export: how whole it is first, for that drops what stands before."""
    thing, mark = of
    assert mark.head is not None
    with Writer(path, mark.head) as writer:
        for one in mark.body.sections:
            _mark(writer, one)
        for line in records(view, kept, thing):
            data = line.data
            if not isinstance(data, Unavailable) or data.what in mark.body.unavailable:
                writer.record(line)


def _mark(writer: Writer, one: CollectedSection) -> None:
    if one.at is None:
        writer.progress(Progress(section=one.section))
        return
    writer.done(
        Done(
            section=one.section,
            at=one.at,
            since=one.since,
            count=one.count,
            requests=one.requests,
        )
    )


def _chosen(found: Mapping[str, Mark], names: Collection[str], place: Home) -> tuple[str, Mark]:
    """The pseudonym and the mark of the repository that is meant."""
    known = [(thing, mark, mark.head) for thing, mark in found.items() if mark.head]
    if not known:
        gone = " any more" if found else ""
        raise InputError(
            f"the ledger at {place.folder} holds no records of a forge{gone}",
            hint="affidavit collect github OWNER/REPO --record",
        )
    called = [one for one in known if _is_called(one[2], names)]
    meant = known if len(known) == 1 else called
    if len(meant) != 1:
        told = [visible(shortened(f"{one.host}/{one.repository}", 100)) for _, _, one in known]
        more = f" and {len(told) - MOST_NAMES:,} more" if len(told) > MOST_NAMES else ""
        raise UsageError(
            f"the ledger holds records of {', '.join(sorted(told)[:MOST_NAMES])}{more}",
            hint="give --name OWNER/REPO with one of them",
        )
    return meant[0][0], meant[0][1]


def _is_called(head: Head, names: Collection[str]) -> bool:
    """Whether one of `names`, in small letters, is a repository's: by its own, or as an address."""
    own = head.repository.casefold()
    return any(one == own or one.endswith(f"/{own}") for one in names)


def _source(view: View) -> ForgeLedger:
    stated = parse_checkpoint(parse_note(view.checkpoint()))
    return ForgeLedger(origin=view.origin, size=stated.size, root=f"sha256:{stated.root.hex()}")
