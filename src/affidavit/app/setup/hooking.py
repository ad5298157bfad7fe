"""The folder that git takes hooks from: looked up as data, and set with git itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from affidavit.app.setup.model import State
from affidavit.base.errors import OutputError
from affidavit.base.text import decode, visible
from affidavit.sources.git.config import settings
from affidavit.sources.git.program import find_git, finish, start

if TYPE_CHECKING:
    from affidavit.sources.git.locate import Store

FOLDER = ".githooks"
NAME = "core.hooksPath"
_PATIENCE = 60
"""Seconds that git may take to change its configuration."""


def hooks_path(store: Store) -> str | None:
    """Where this repository's own configuration says that its hooks are; None where it does not."""
    found = [one.value for one in settings(store) if one.name == NAME.lower() and not one.within]
    return decode(found[-1]) if found else None


def active_hooks(store: Store) -> tuple[str, ...]:
    """The hooks in git's own folder, without the samples."""
    folder = store.common_dir / "hooks"
    try:
        names = sorted(one.name for one in folder.iterdir())
    except OSError:
        return ()
    return tuple(name for name in names if not name.endswith(".sample"))


def hooks_state(store: Store) -> tuple[State, str]:
    """Whether hooks can be taken from our folder, and if not why."""
    path = hooks_path(store)
    if path == FOLDER:
        return State.SAME, ""
    if path is not None:
        return State.DIFFERS, f"it is {visible(path)} and stays so"
    if active := active_hooks(store):
        told = visible(", ".join(active))
        return State.DIFFERS, f"git's own folder has hooks that would no longer run: {told}"
    return State.NEW, ""


def take_hooks(store: Store) -> None:
    """Let git take hooks from our folder."""
    _config(store, NAME, FOLDER)


def has_hooks(store: Store) -> bool:
    """Whether git takes hooks from our folder."""
    return hooks_path(store) == FOLDER


def leave_hooks(store: Store) -> bool:
    """Take that back where it is so; whether it was."""
    if not has_hooks(store):
        return False
    _config(store, "--unset-all", NAME)
    return True


def _config(store: Store, *arguments: str) -> None:
    file = str(store.common_dir / "config")
    command = [find_git().path, "config", "--file", file, *arguments]
    child = start(command, environment={"PATH": os.defpath, "LC_ALL": "C"}, folder=store.common_dir)
    if finish(child, _PATIENCE):
        raise OutputError("git could not change the configuration of the repository")
