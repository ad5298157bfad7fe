"""What is known of the lines of landings, written to a file, a folder or the notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.claims_written.brought import brought
from affidavit.app.claims_written.choosing import chosen, ends
from affidavit.app.claims_written.forms import agent_trace, export, git_ai
from affidavit.app.claims_written.gathering import gathered
from affidavit.app.claims_written.model import Form, Outcome, Record, Row, Written
from affidavit.app.claims_written.noting import NOTES, noted
from affidavit.app.claims_written.persons import Persons
from affidavit.app.lines.opening import Asked as AskedLines
from affidavit.app.lines.opening import opened
from affidavit.app.lines.stored import followed
from affidavit.base.errors import OutputError, UsageError
from affidavit.base.period import since
from affidavit.base.text import visible
from affidavit.package.place import STANDARD_OUTPUT, delivering, replacing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from affidavit.app.claims_written.choosing import Chosen
    from affidavit.app.claims_written.model import Asked
    from affidavit.app.lines.held import Lines
    from affidavit.app.lines.opening import Opened
    from affidavit.app.reading import Progress

NAMES = {Form.GIT_AI: "git-ai.txt", Form.AGENT_TRACE: "agent-trace.jsonl"}
"""How the file of one landing is called in a folder, behind its id and a dot."""


def written(asked: Asked, progress: Progress) -> Written:
    """Write the records of the landings that are `asked` for.

    Raises:
        UsageError: What is asked for makes no sense.
        AffidavitError: The repository cannot be read, or the place cannot be written to.
    """
    if asked.to is not None and asked.notes:
        raise UsageError("--to and --notes are two places to write to: give one of them")
    if asked.since is not None:
        since(asked.since)
    lines = AskedLines(
        asked.repository, ends(asked.typed).end, asked.config, asked.identities, None
    )
    with opened(lines) as found:
        told = followed(found, progress, fresh=asked.fresh)
        progress.step("writing records")
        wanted = chosen(found.source, told, asked)
        records = [*_records(found, told, wanted, asked)]
        stays = _stays(asked, records)
        rows = [one.row for one in records] if stays else _delivered(asked, records)
        limits = {*told.limits, *found.settings.limits, *found.source.objects.limits}
    return Written(
        form=asked.form,
        head=told.branch.head,
        place=None if stays else _place(asked),
        rows=tuple(rows),
        undated=wanted.undated,
        limits=tuple(sorted(limits)),
        untouched=visible(str(asked.to)) if stays else None,
    )


def _stays(asked: Asked, records: Sequence[Record]) -> bool:
    """Whether a file would be replaced by nothing: what an earlier run wrote is worth more."""
    place = asked.to
    if place is None or place == STANDARD_OUTPUT or any(one.data for one in records):
        return False
    return place.is_file() and not place.is_symlink()


def _place(asked: Asked) -> str | None:
    """Where records go, as it is told."""
    if asked.notes:
        return NOTES[asked.form]
    return None if asked.to is None else visible(str(asked.to))


def _records(found: Opened, told: Lines, wanted: Chosen, asked: Asked) -> Iterator[Record]:
    """The record of each landing."""
    source, branch = found.source, told.branch
    persons = Persons(source, told) if asked.form is Form.GIT_AI else None
    for number, lines in brought(source.git, told, wanted.numbers):
        commit = branch.landings[number]
        claims = gathered(lines, persons=persons, from_commits=asked.from_commits)
        if persons is not None:
            yield git_ai(commit, claims, persons.names)
        else:
            yield agent_trace(commit, claims, branch.times.get(commit), source.objects)


def _delivered(asked: Asked, records: Sequence[Record]) -> list[Row]:
    """Write what there is where it is to go; the rows, saying what became of it."""
    if asked.notes:
        return noted(asked.repository, asked.form, records)
    if asked.to is None:
        return [one.row for one in records]
    if asked.to != STANDARD_OUTPUT and asked.to.is_dir():
        _into(asked.to, asked.form, records)
    else:
        with delivering(asked.to) as file:
            file.writelines(export(asked.form, one) for one in records if one.data)
    return [as_written(one) for one in records]


def _into(folder: Path, form: Form, records: Sequence[Record]) -> None:
    """Write one file for each landing; one that is there already is not written over.

    Raises:
        OutputError: One is there, or cannot be written.
    """
    files = [(folder / f"{one.row.landing}.{NAMES[form]}", one) for one in records if one.data]
    for path, _ in files:
        if path.exists() or path.is_symlink():
            raise OutputError(f"{path} is there already", hint="name an empty folder")
    for path, one in files:
        with replacing(path) as file:
            file.write(one.data)


def as_written(one: Record) -> Row:
    """The row of a record that was written; that of one that says nothing stays as it is."""
    return msgspec.structs.replace(one.row, outcome=Outcome.WRITTEN) if one.data else one.row
