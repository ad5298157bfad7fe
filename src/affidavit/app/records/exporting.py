"""Change records written: to files of several formats, and to an auditor's folder."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from affidavit.app.records.asking import found, materials
from affidavit.app.records.raw import raw_records
from affidavit.app.records.scope import scope
from affidavit.base.limit import Limit
from affidavit.changes.record.flags import Flags
from affidavit.changes.record.record import change_record
from affidavit.package.place import made
from affidavit.package.records import data, page, table
from affidavit.package.records.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from affidavit.app.reading import Progress
    from affidavit.app.records.asking import Wanted
    from affidavit.changes.record.group import Change
    from affidavit.changes.record.model import ChangeRecord
    from affidavit.package.records.data import Scope

    Take = Callable[[ChangeRecord], None]


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where records go: files of `formats` into `output`, and a folder with evidence."""

    output: Path | None
    formats: tuple[str, ...]
    evidence: Path | None


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What was written: `count` of `of` changes. `limits` are those of the audit of them."""

    count: int
    of: int
    limits: tuple[Limit, ...]
    written: tuple[Path, ...]


class Chosen(Protocol):
    """Which changes are wanted; it says so in words."""

    def of(self, changes: Sequence[Change]) -> tuple[Change, ...]:
        """Those of `changes` that are wanted."""
        ...


def exported(wanted: Wanted, places: Places, chosen: Chosen, progress: Progress) -> Exported:
    """Write the records of what is `wanted`, each as soon as it is put together.

    Raises:
        AffidavitError: Something cannot be read, or a file cannot be written.
    """
    # Before the work, not after it: there must be a folder to write to.
    folder = Folder(places.evidence) if places.evidence else None
    every = found(wanted, progress)
    several = chosen.of(every.changes)
    about = scope(every, str(chosen))
    output = made(places.output) if places.output else None
    written = [output / f"changes.{one}" for one in places.formats] if output else []
    flags = Flags()
    with _writers(about, several, written) as takers:
        for material in materials(every, several, progress):
            record = change_record(material, flags)
            for take in takers:
                take(record)
            if folder is not None:
                folder.add(record, raw_records(material, every.records))
    if folder is not None:
        folder.close(about)
    places_of = (*written, *([places.evidence] if places.evidence else ()))
    return Exported(
        count=len(several),
        of=len(every.changes),
        limits=every.report.limits,
        written=places_of,
    )


@contextmanager
def _writers(
    about: Scope, changes: Sequence[Change], places: Sequence[Path]
) -> Iterator[list[Take]]:
    """What takes a record for each of `places`."""
    with ExitStack() as stack:
        yield [stack.enter_context(_writer(about, changes, one)) for one in places]


@contextmanager
def _writer(about: Scope, changes: Sequence[Change], place: Path) -> Iterator[Take]:
    match place.suffix:
        case ".csv":
            writer = table.writing(place)
        case ".html":
            writer = page.writing(about, changes, place)
        case _:
            writer = data.writing(about, place)
    with writer as take:
        yield take
