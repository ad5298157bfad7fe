"""Settings of coding tools: whether commits by agents say so. They are read, never changed.

Names of settings are told, values are not: such files hold tokens.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.setup.doctor.model import Check, State
from affidavit.app.setup.tree import LinkedError
from affidavit.base.errors import UnreadableError
from affidavit.base.text import visible
from affidavit.sources.git.files import contents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from affidavit.app.setup.doctor.model import Machine
    from affidavit.app.setup.tree import WorkTree

LARGEST = 1 << 20
"""Bytes of a file of settings that are read."""
PLACES = ("/etc/claude-code", "/Library/Application Support/ClaudeCode")
"""Where Claude Code looks for what administrators force: Linux, macOS."""
_FORCE = (
    'put {"attribution": {"commit": "Co-Authored-By: Claude <noreply@anthropic.com>"}}'
    " into managed-settings.json, which no user can override"
)
_CODEX = "put codex_git_commit = true under [features] into ~/.codex/config.toml"


class Settings(NamedTuple):
    """A file of settings: where, its content, or why it could not be understood."""

    where: str
    table: Mapping[str, object]
    broken: str = ""


def agents(machine: Machine, tree: WorkTree | None) -> Iterator[Check]:
    """The checks of coding tools."""
    managed = list(_managed(machine))
    own = list(_own(machine, tree))
    yield _attribution(managed, own)
    yield _hooks([*managed, *own])
    yield _codex(machine, tree)


def _attribution(managed: list[Settings], own: list[Settings]) -> Check:
    id_ = "claude-attribution"
    if broken := [one for one in (*managed, *own) if one.broken]:
        return _broken(id_, broken[0])
    forced = [(one, said) for one in managed if (said := _attributes(one.table)) is not None]
    if forced:
        where = forced[-1][0].where
        if forced[-1][1]:
            found = "managed settings have commits attributed"
            return Check(id=id_, state=State.OK, found=found, where=where)
        found = "managed settings switch the attribution of commits off"
        return Check(id=id_, state=State.BAD, found=found, where=where, fix=_FORCE)
    for one in own:
        if _attributes(one.table) is False:
            found = "the attribution of commits is switched off"
            return Check(id=id_, state=State.BAD, found=found, where=one.where, fix=_FORCE)
    found = "commits are attributed by default, and nothing keeps a user from switching it off"
    return Check(id=id_, state=State.WARN, found=found, where="no managed settings", fix=_FORCE)


def _attributes(table: Mapping[str, object]) -> bool | None:
    """Whether these settings have commits attributed; None where they do not say."""
    told = table.get("attribution")
    if isinstance(told, dict) and isinstance(told.get("commit"), str):
        return bool(told["commit"].strip())
    older = table.get("includeCoAuthoredBy")
    return older if isinstance(older, bool) else None


def _hooks(every: list[Settings]) -> Check:
    id_ = "claude-hooks"
    if broken := [one for one in every if one.broken]:
        return _broken(id_, broken[0])
    for one in every:
        if one.table.get("disableAllHooks") is True:
            fix = "take disableAllHooks out of this file"
            found = "disableAllHooks: hooks that record sessions do not run"
            return Check(id=id_, state=State.BAD, found=found, where=one.where, fix=fix)
    where = ", ".join(one.where for one in every) or "no settings of Claude Code"
    return Check(id=id_, state=State.OK, found="hooks are not switched off", where=where)


def _codex(machine: Machine, tree: WorkTree | None) -> Check:
    id_ = "codex-attribution"
    folder = machine.environment.get("CODEX_HOME")
    path = (machine.home / ".codex" if not folder else machine.home / folder) / "config.toml"
    files = [_inside(tree, ".codex/config.toml", toml=True), _outside(path, machine, toml=True)]
    there = [one for one in files if one is not None]
    if broken := [one for one in there if one.broken]:
        return _broken(id_, broken[0])
    where = ", ".join(one.where for one in there) or "no configuration of Codex"
    said = [value for one in there if (value := _commits(one.table)) is not None]
    if said and said[0]:
        return Check(id=id_, state=State.OK, found="commits are attributed", where=where)
    if there:
        found = "commits are not attributed: codex_git_commit is off, or its text is empty"
        return Check(id=id_, state=State.BAD, found=found, where=where, fix=_CODEX)
    found = "Codex attributes no commits unless it is told to"
    return Check(id=id_, state=State.WARN, found=found, where=where, fix=_CODEX)


def _commits(table: Mapping[str, object]) -> bool | None:
    """Whether this configuration of Codex has commits attributed; None where it does not say."""
    text = table.get("commit_attribution")
    if isinstance(text, str) and not text.strip():
        return False
    features = table.get("features")
    value = features.get("codex_git_commit") if isinstance(features, dict) else None
    return value if isinstance(value, bool) else None


def _managed(machine: Machine) -> Iterator[Settings]:
    """What is forced on users, in the order in which it counts."""
    for folder in machine.managed:
        places = [folder / "managed-settings.json"]
        try:
            more = sorted((folder / "managed-settings.d").iterdir())
        except OSError:
            more = []
        places += [one for one in more if one.suffix == ".json"]
        for place in places:
            if (found := _outside(place, machine)) is not None:
                yield found


def _own(machine: Machine, tree: WorkTree | None) -> Iterator[Settings]:
    """What a project and a user set."""
    folder = machine.environment.get("CLAUDE_CONFIG_DIR")
    user = (machine.home / folder if folder else machine.home / ".claude") / "settings.json"
    for found in (
        _inside(tree, ".claude/settings.local.json"),
        _inside(tree, ".claude/settings.json"),
        _outside(user, machine),
    ):
        if found is not None:
            yield found


def _inside(tree: WorkTree | None, path: str, *, toml: bool = False) -> Settings | None:
    if tree is None:
        return None
    try:
        data = tree.read(path)
    except (LinkedError, UnreadableError) as error:
        return Settings(path, {}, error.message)
    return None if data is None else _read(path, data, toml=toml)


def _outside(path: Path, machine: Machine, *, toml: bool = False) -> Settings | None:
    shown = visible(str(path))
    if path.is_relative_to(machine.home):
        shown = visible(f"~/{path.relative_to(machine.home)}")
    try:
        data = contents(path, LARGEST)
    except UnreadableError:
        return Settings(shown, {}, "it cannot be read")
    return None if data is None else _read(shown, data, toml=toml)


def _read(where: str, data: bytes, *, toml: bool) -> Settings:
    try:
        if toml:
            return Settings(where, tomllib.loads(data.decode("utf-8")))
        return Settings(where, msgspec.json.decode(data, type=dict[str, object]))
    except (ValueError, RecursionError):
        # The words of a parser repeat what is in the file.
        return Settings(where, {}, "it cannot be understood")


def _broken(id_: str, one: Settings) -> Check:
    fix = "put the file right, and ask again"
    return Check(id=id_, state=State.UNKNOWN, found=one.broken, where=one.where, fix=fix)
