"""Settings from ``affidavit.toml`` and identities files: see docs/configuration.md."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import msgspec

from affidavit.app.gate.table import GateTable
from affidavit.app.identity.known import known_account
from affidavit.base.errors import ConfigError, UnreadableError
from affidavit.changes.critical import MAX_PATTERN, MAX_PATTERNS
from affidavit.changes.identities import Identities, identities
from affidavit.controls.criteria import Criteria
from affidavit.identity.entries import PersonEntry, ServiceEntry, Tables
from affidavit.identity.places import Places
from affidavit.identity.problems import problems, unversioned
from affidavit.provenance.catalogue import expression

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.identity.problems import Problem

FILE_NAME = "affidavit.toml"
MAX_BYTES = 1_048_576
"""A larger configuration or identities file is refused."""

MAX_INSIDE = 262_144
"""The same for the file inside an audited repository, which anybody may have written."""

MAX_LINE = 10_000
"""A configuration with a longer line, in bytes, is refused: such a line takes long to parse."""

MAX_DOTS = 16
"""Dots in one key; a configuration with more is refused. Parsing is quadratic in their number."""

_PART = r"""(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_DEEP = expression(rf"{_PART}(?:[ \t]*\.[ \t]*{_PART}){{{MAX_DOTS + 1}}}")

DEFAULT_CRITICAL = (
    ".github/workflows/**",
    ".gitlab-ci.yml",
    "**/Dockerfile",
    "**/*.tf",
    "**/auth/**",
    "**/migrations/**",
    "**/CODEOWNERS",
    "**/CLAUDE.md",
    "**/AGENTS.md",
    "**/package-lock.json",
    "**/pyproject.toml",
    "**/go.mod",
)
"""Paths looked at where no configuration names others: delivery, access, schema, agents, supply."""


Pattern = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_PATTERN)]


class AuditTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[audit]``: what to audit, and which paths matter most."""

    name: str | None = None
    branches: tuple[str, ...] = ()
    critical_paths: Annotated[tuple[Pattern, ...], msgspec.Meta(max_length=MAX_PATTERNS)] | None = (
        None
    )
    forge_keys: tuple[str, ...] = ()
    """Files with a forge's armored public keys, relative to the configuration file."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    version: Literal[1] | None = None
    audit: AuditTable = AuditTable()
    controls: Criteria | None = None
    gate: GateTable | None = None
    person: tuple[PersonEntry, ...] = ()
    agent: tuple[ServiceEntry, ...] = ()
    bot: tuple[ServiceEntry, ...] = ()

    @property
    def tables(self) -> Tables:
        """Its identity tables."""
        return Tables(version=self.version, person=self.person, agent=self.agent, bot=self.bot)

    def identities(self) -> Identities | None:
        """The identities it declares, or ``None`` where it declares none."""
        if not (self.person or self.agent or self.bot):
            return None
        return identities(self.person, self.agent, self.bot)


class IdentitiesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file given with ``--identities``: the identity tables of a configuration, and no other."""

    version: Literal[1] | None = None
    person: tuple[PersonEntry, ...] = ()
    agent: tuple[ServiceEntry, ...] = ()
    bot: tuple[ServiceEntry, ...] = ()

    @property
    def tables(self) -> Tables:
        """The same tables, as those of a configuration."""
        return Tables(version=self.version, person=self.person, agent=self.agent, bot=self.bot)


def config(data: bytes, name: str, *, most: int = MAX_BYTES) -> Config:
    """The configuration in `data`, of at most `most` bytes; `name` is the file's in an error.

    Raises:
        ConfigError: It is too large or not TOML, or a field is unknown or of the wrong type.
    """
    if len(data) > most:
        raise ConfigError(f"{name} is larger than {most:,} bytes")
    return _convert(data, name, Config)


def identities_file(place: Path) -> Config:
    """The identities in the file at `place`.

    Raises:
        ConfigError: It is not TOML, or a field is unknown or of the wrong type.
        UnreadableError: It cannot be read.
    """
    found = _convert(read(place), place.name, IdentitiesFile)
    return Config(version=found.version, person=found.person, agent=found.agent, bot=found.bot)


def read(place: Path) -> bytes:
    """The bytes of a file that the caller named, at most `MAX_BYTES`.

    Raises:
        ConfigError: It is larger.
        UnreadableError: It cannot be read.
    """
    try:
        with place.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"{place}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{place.name} is larger than {MAX_BYTES:,} bytes")
    return data


_T = TypeVar("_T", Config, IdentitiesFile)


def _convert(data: bytes, name: str, into: type[_T]) -> _T:
    """`data` as `into`, held to the rules of identities.

    Raises:
        ConfigError: It is not.
    """
    table = parsed(data, name)
    try:
        found = msgspec.convert(table, into)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {error}", hint=_known_fields(str(error), into)) from error
    _check_addresses(table, found, name)
    for fault in faults(found.tables, data.decode("utf-8"))[:1]:
        hint = "affidavit identity check tells everything that is wrong"
        raise ConfigError(f"{name}:{fault.line}: {fault.text}", hint=hint)
    return found


_UNKNOWN_FIELD = re.compile(r"unknown field `[^`]*`(?: - at `\$\.([a-z]+)(?:\[\d+\])?`)?\Z")
_TABLES: dict[str, type[msgspec.Struct]] = {
    "audit": AuditTable,
    "controls": Criteria,
    "gate": GateTable,
    "person": PersonEntry,
    "agent": ServiceEntry,
    "bot": ServiceEntry,
}


def _known_fields(error: str, into: type[_T]) -> str:
    """What a table may hold, where an `error` of reading it as `into` is of an unknown field."""
    found = _UNKNOWN_FIELD.search(error)
    if found is None:
        return "docs/configuration.md tells every field"
    table = _TABLES.get(found[1] or "", into)
    names = ", ".join(one.encode_name for one in msgspec.structs.fields(table))
    return f"there are {names}: docs/configuration.md"


def parsed(data: bytes, name: str) -> dict[str, object]:
    """The TOML in `data`, where it can be parsed in time.

    Raises:
        ConfigError: It is none, or takes too long to parse.
    """
    if max(map(len, data.split(b"\n"))) > MAX_LINE:
        raise ConfigError(f"{name} has a line of more than {MAX_LINE:,} bytes")
    if _DEEP.search(data):
        raise ConfigError(f"{name} has a key with more than {MAX_DOTS} dots")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        # A number too long for Python, bytes that are no text and bad TOML are all ValueErrors.
        raise ConfigError(f"{name} is not TOML: {error}") from error


def faults(tables: Tables, text: str) -> tuple[Problem, ...]:
    """What is wrong with the identity tables of a file that holds `text`.

    Only a file that states a version is held to the rules: in others, the last entry of what is
    declared twice counts.
    """
    if tables.version is None:
        return unversioned(tables, Places(text)) if _extended(tables) else ()
    return problems(tables, Places(text), known_account)


def _extended(tables: Tables) -> bool:
    services = (*tables.agent, *tables.bot)
    return any(one.accounts for one in services) or any(
        one.accounts or one.keys or one.roles for one in tables.person
    )


def _check_addresses(table: dict[str, object], found: Config | IdentitiesFile, name: str) -> None:
    """Refuse an entry without addresses where no version says that it may go without."""
    if found.version is not None:
        return
    for kind in ("person", "agent", "bot"):
        entries = table.get(kind)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if "addresses" not in entry:
                text = f"Object missing required field `addresses` - at `$.{kind}[{index}]`"
                raise ConfigError(f"{name}: {text}")
