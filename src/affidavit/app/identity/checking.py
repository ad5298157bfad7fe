"""A file of identities looked through: everything that is wrong with it, by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.config import Config, parsed, read
from affidavit.app.identity.doubtful import doubtful
from affidavit.app.identity.known import known_account
from affidavit.base.errors import ConfigError
from affidavit.identity.places import Places
from affidavit.identity.problems import Problem, problems, unversioned

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.identity.entries import Tables

_LINE = re.compile(r"at line (\d+)")
_ENTRY = re.compile(r"`\$\.(person|agent|bot)\[(\d+)\]")


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a file; the numbers are 0 where it could not be understood."""

    file: str
    version: int | None = None
    persons: int = 0
    agents: int = 0
    bots: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    """What is no fault, and does not do what it looks like."""


def checked(place: Path) -> Checked:
    """Everything that is wrong with the file at `place`, held to the rules of version 1.

    Raises:
        UnreadableError: It cannot be read.
    """
    data = read(place)
    name = str(place)
    try:
        table = parsed(data, place.name)
    except ConfigError as error:
        return Checked(file=name, problems=(_untold(error.message, place.name),))
    text = data.decode("utf-8")
    places = Places(text)
    try:
        found = msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        return Checked(file=name, problems=(_misfit(str(error), table, places),))
    told = _told(name, found.tables, places)
    teams = found.gate.teams if found.gate else {}
    notes = () if told.problems else doubtful(found.tables, teams, text, places)
    return msgspec.structs.replace(told, notes=tuple(sorted(notes)))


def _told(name: str, tables: Tables, places: Places) -> Checked:
    found = {*problems(tables, places, known_account), *unversioned(tables, places)}
    return Checked(
        file=name,
        version=tables.version,
        persons=len(tables.person),
        agents=len(tables.agent),
        bots=len(tables.bot),
        problems=tuple(sorted(found)),
    )


def _untold(message: str, name: str) -> Problem:
    """What a parser says of the whole file."""
    at = _LINE.search(message)
    return Problem(int(at[1]) if at else 1, message.removeprefix(f"{name} "))


def _misfit(message: str, table: dict[str, object], places: Places) -> Problem:
    """A field that is unknown or of another type than it must be."""
    found = _ENTRY.search(message)
    if found is None:
        return Problem(1, message)
    entries = table[found[1]]
    count = len(entries) if isinstance(entries, list) else 0
    return Problem(places.line(found[1], int(found[2]), count=count), message)
