"""A release reported: its records put together once, written where they are wanted, and sealed."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.records.asking import records
from affidavit.app.records.scope import scope
from affidavit.app.release.asking import asked, release
from affidavit.app.release.ledger import origin_of
from affidavit.audit.release.totals import Brief, brief
from affidavit.package.place import made
from affidavit.package.records import data as record_data
from affidavit.package.records import page as record_page
from affidavit.package.records import table
from affidavit.package.release import data, page
from affidavit.package.release.data import Waiting, waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from affidavit.app.reading import Progress
    from affidavit.app.release.asking import Asked, Wanted
    from affidavit.audit.release.model import Release
    from affidavit.changes.record.model import ChangeRecord

    Take = Callable[[ChangeRecord], None]

RECORDS = "records"
"""The folder of the change records, in that of the release."""


class Reported(NamedTuple):
    """A report on a release, with the records of its changes, for as long as they are kept."""

    release: Release
    records: Waiting

    def lines(self) -> Iterator[bytes]:
        """The lines of ``release.json``, without line feeds."""
        return data.lines(self.release, self.records)

    def digest(self) -> str:
        """The digest of ``release.json``."""
        return data.digest(self.release, self.records)


@contextmanager
def reported(wanted: Wanted, output: Path | None, progress: Progress) -> Iterator[Reported]:
    """The report on the release that is `wanted`, written into `output` where there is one.

    Raises:
        AffidavitError: Something cannot be read, or a file cannot be written.
    """
    folder = output
    of = asked(msgspec.structs.replace(wanted, check=_ready(wanted, output)), progress)
    with waiting() as kept:
        briefs = _records(of, folder, kept, progress)
        found = release(of, briefs, progress)
        if folder:
            data.write(found, kept, folder / "release.json")
            page.write(found, briefs, folder / "release.html")
        yield Reported(found, kept)


def _ready(wanted: Wanted, output: Path | None) -> Callable[[str], None]:
    """What has to be before the long work: nothing is refused, and a folder to write to."""

    def check(name: str) -> None:
        if wanted.check:
            wanted.check(name)
        if output:
            made(output)

    return check


def _records(of: Asked, folder: Path | None, kept: Waiting, progress: Progress) -> list[Brief]:
    """Put the records together; what is counted of each."""
    changes, briefs = of.found.changes, []
    with _writers(of, folder) as takers:
        for change, record in zip(changes, records(of.found, changes, progress), strict=True):
            for take in (kept.take, *takers):
                take(record)
            briefs.append(brief(change, record))
    return briefs


@contextmanager
def _writers(of: Asked, folder: Path | None) -> Iterator[list[Take]]:
    if folder is None:
        yield []
        return
    inside = made(folder / RECORDS)
    span = of.ends
    about = msgspec.structs.replace(
        scope(of.found, f"release {span.base.name if span.base else ''}..{span.head.name}"),
        # The report itself may be sealed there: how long the ledger is by now says nothing.
        ledger=origin_of(of.wanted.ledger),
    )
    with ExitStack() as stack:
        yield [
            stack.enter_context(record_data.writing(about, inside / "changes.json")),
            stack.enter_context(
                record_page.writing(about, of.found.changes, inside / "changes.html")
            ),
            stack.enter_context(table.writing(inside / "changes.csv")),
        ]
