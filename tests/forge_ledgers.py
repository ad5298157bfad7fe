"""A forge's records in ledgers, for tests: small exports, and what a ledger holds of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.forge.rebuilding import rebuilt
from affidavit.app.forge.recording import Recorded, recorded
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.progress import QUIET
from affidavit.changes.forge.model import Line
from affidavit.sources.forge.lines import Done, Head
from affidavit.sources.forge.reading import Export
from affidavit.sources.forge.writing import Writer
from forgelines import AT, HEAD, line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.changes.forge.model import Record


def written(
    path: Path, *records: Record | Line, done: Sequence[str] = (), repository: str = "firm/shop"
) -> Export:
    """An export of `records`, of which the sections `done` are whole."""
    head: Head = msgspec.structs.replace(HEAD, repository=repository)
    path.unlink(missing_ok=True)
    with Writer(path, head) as writer:
        for one in records:
            writer.record(one if isinstance(one, Line) else line(one))
        for name in done:
            writer.done(Done(section=name, at=AT, count=len(records), requests=1))
    return Export(path)


def record(place: Home, export: Export) -> Recorded:
    """Record `export` in the ledger at `place`."""
    return recorded(place, export, QUIET)


def read_back(place: Home, *names: str) -> Export:
    """The export that the ledger at `place` is read as; `names` tell which is meant."""
    path = place.folder.parent / "read.jsonl"
    path.unlink(missing_ok=True)
    rebuilt(place, path, names)
    return Export(path)


def lines_in(place: Home) -> list[Line]:
    """The newest records that the ledger at `place` is read as."""
    return list(read_back(place).lines())


def bodies(place: Home, kind: str) -> list[dict[str, object]]:
    """The bodies of the facts of a kind."""
    with viewing(place) as view:
        rows = view.chosen(Choice(kind=kind))
        return [msgspec.json.decode(row.entry.body, type=dict[str, object]) for row in rows]
