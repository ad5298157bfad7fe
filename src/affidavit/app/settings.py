"""The settings of one audit: the caller's files, and what the audited repository itself holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.config import (
    DEFAULT_CRITICAL,
    FILE_NAME,
    MAX_BYTES,
    MAX_INSIDE,
    Config,
    config,
    identities_file,
    read,
)
from affidavit.audit.model import Setting
from affidavit.base.digest import sha256
from affidavit.base.errors import ConfigError
from affidavit.base.limit import Limit, limit
from affidavit.base.text import shortened, visible
from affidavit.changes.identities import Identities
from affidavit.changes.mailmap import Mailmap
from affidavit.sources.openpgp.keyring import Keyring, forge_keyring

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.identities import Declared
    from affidavit.changes.people import People
    from affidavit.provenance.model import PartyKind
    from affidavit.sources.git.objects import Objects

MAILMAP = ".mailmap"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What bears on one audit; the caller named `outside`, `inside` lies in the repository."""

    outside: Config | None
    inside: Config | None
    declared: Identities | None
    inside_identities: Identities | None
    mailmap: Mailmap
    mailmap_text: bytes
    keyring: Keyring
    critical: tuple[str, ...]
    given: tuple[tuple[str, str], ...]
    """The caller's files: what each is called, and its digest."""
    limits: tuple[Limit, ...]


def outside_config(place: Path | None) -> Config | None:
    """The configuration the caller named.

    Raises:
        ConfigError: It cannot be understood.
        UnreadableError: It cannot be read.
    """
    return None if place is None else config(read(place), place.name)


def settings(
    objects: Objects, head: str, outside: Config | None, config_file: Path | None,
    identities: Path | None,
) -> Settings:  # fmt: skip
    """The settings for auditing `head`, the audited commit whose own files are read as data.

    Raises:
        ConfigError: A file the caller named cannot be understood.
        UnreadableError: A file the caller named cannot be read.
    """
    limits: list[Limit] = []
    inside = None if outside else _inside(objects, head, limits)
    chosen = outside or inside or Config()
    given = identities_file(identities) if identities else outside
    mailmap_text = objects.blob_at(head, MAILMAP, MAX_BYTES) or b""
    mailmap = Mailmap.parse(mailmap_text)
    if mailmap.problems:
        limits.append(limit("odd-mailmap", _MAILMAP, mailmap.problems))
    patterns = chosen.audit.critical_paths
    return Settings(
        outside=outside,
        inside=inside,
        declared=given.identities() if given else None,
        inside_identities=inside.identities() if inside else None,
        mailmap=mailmap,
        mailmap_text=mailmap_text,
        keyring=forge_keyring() | _keys(outside, config_file),
        critical=DEFAULT_CRITICAL if patterns is None else patterns,
        given=tuple(
            (place.name, sha256(read(place))) for place in (config_file, identities) if place
        ),
        limits=tuple(limits),
    )


def inside_branches(objects: Objects, head: str) -> tuple[str, ...]:
    """The branches that the configuration in the repository asks for."""
    found = _inside(objects, head, [])
    return found.audit.branches if found else ()


def _inside(objects: Objects, head: str, limits: list[Limit]) -> Config | None:
    """The configuration at the root of `head`; one that cannot be understood is not used."""
    data = objects.blob_at(head, FILE_NAME, MAX_BYTES)
    if data is None:
        return None
    try:
        found = config(data, FILE_NAME, most=MAX_INSIDE)
    except ConfigError as error:
        text = "The configuration inside the repository cannot be understood and was not used."
        limits.append(limit("odd-configuration", text, [visible(error.message)]))
        return None
    if found.audit.forge_keys:
        text = "Keys named by the configuration inside the repository were not used."
        limits.append(limit("keys-inside", text, [visible(key) for key in found.audit.forge_keys]))
    return found


def _keys(outside: Config | None, config_file: Path | None) -> Keyring:
    """Further forges' keys, from files beside the configuration that the caller named."""
    if outside is None or config_file is None:
        return Keyring()
    folder = config_file.parent
    return Keyring.from_armored(read(folder / name) for name in outside.audit.forge_keys)


def used_settings(settings: Settings, people: People) -> tuple[Setting, ...]:
    """What files changed in the report, the caller's own first, for a reader to judge."""
    lines = settings.mailmap_text.decode("utf-8", "replace").split("\n")
    found = [
        Setting(
            file=MAILMAP,
            line=visible(shortened(lines[number - 1] if number <= len(lines) else "", 200)),
            effect="joins " + ", ".join(sorted(_shown(str(one)) for one in idents)[:10]),
        )
        for number, idents in sorted(people.used.mailmap.items())
    ]
    found += [
        Setting(
            file=FILE_NAME,
            line=_shown(address),
            effect=_counts(address, entry, before),
        )
        for address, (entry, before) in sorted(people.used.inside.items())
    ]
    found = [*_given(settings, people), *found]
    found += [
        Setting(file=FILE_NAME, line=_shown(address), effect=f"is owned by {_shown(owner)}")
        for address, owner in sorted(people.used.owners.items())
    ]
    return (*found, *_inside_choices(settings.inside))


def _given(settings: Settings, people: People) -> list[Setting]:
    """The caller's files by their digests, and what they changed."""
    found = [
        Setting(file=_shown(name), line=digest, effect="given by whoever ran the audit")
        for name, digest in settings.given
    ]
    name = _shown(settings.given[-1][0]) if settings.given else ""
    found += [
        Setting(file=name, line=_shown(address), effect=_counts(address, entry, before))
        for address, (entry, before) in sorted(people.used.outside.items())
    ]
    return found


def _counts(address: str, entry: Declared, before: PartyKind) -> str:
    rather = f", not as a {before}" if before is not entry.kind else ""
    return f"counts {_shown(address)} as the {entry.kind} {_shown(entry.name)}{rather}"


def _inside_choices(inside: Config | None) -> list[Setting]:
    if inside is None:
        return []
    found = []
    if inside.audit.branches:
        names = _shown(", ".join(inside.audit.branches))
        found.append(Setting(file=FILE_NAME, line="branches", effect=f"may choose {names}"))
    if inside.audit.critical_paths is not None:
        names = _shown(", ".join(inside.audit.critical_paths)) or "none"
        effect = f"replaces the built-in critical paths by {names}"
        found.append(Setting(file=FILE_NAME, line="critical_paths", effect=effect))
    if inside.audit.name is not None:
        effect = f"names the repository {_shown(inside.audit.name)}"
        found.append(Setting(file=FILE_NAME, line="name", effect=effect))
    return found


def _shown(text: str) -> str:
    return visible(shortened(text, 200))


_MAILMAP = "Parts of .mailmap were not read."
