"""What the repository's own git is set to: notes and hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.setup.doctor.model import Check, State
from affidavit.app.setup.hooking import FOLDER, NAME, active_hooks
from affidavit.base.errors import UnreadableError
from affidavit.base.text import decode, visible
from affidavit.sources.git.config import CONFIG_BYTES, parsed, settings
from affidavit.sources.git.files import contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.setup.doctor.model import Machine
    from affidavit.sources.git.locate import Store

WANTED = ("refs/notes/affidavit", "refs/notes/ai")
"""Notes that hold evidence: ours, and those of git-ai."""
ALL_NOTES = "+refs/notes/*:refs/notes/*"
"""A pattern: a remote that has no notes yet does not make `git fetch` fail."""
_CONFIG = ".git/config"
_OFF = ("/dev/null", "")


def local(store: Store, machine: Machine) -> Iterator[Check]:
    """The checks of the repository's configuration."""
    remotes = {one.within for one in settings(store) if one.name == "remote.url"}
    fetched = _covered(_specs(store, "remote.fetch"))
    pushed = _covered(_specs(store, "remote.push"))
    if not remotes:
        for id_ in ("notes-fetch", "notes-push"):
            found = "there is no remote: notes are neither fetched nor shared"
            yield Check(id=id_, state=State.WARN, found=found, where=_CONFIG, fix="add a remote")
    else:
        yield _fetch(fetched)
        yield _push(pushed)
    yield _hooks(store, machine)


def _specs(store: Store, name: str) -> Iterator[str]:
    for one in settings(store):
        if one.name == name:
            yield decode(one.value)


def _covered(specs: Iterator[str]) -> frozenset[str]:
    """Which of the wanted notes a list of refspecs takes in."""
    sources = [spec.lstrip("+").partition(":")[0] for spec in specs if not spec.startswith("^")]
    return frozenset(ref for ref in WANTED if any(_takes(one, ref) for one in sources))


def _takes(source: str, ref: str) -> bool:
    before, star, after = source.partition("*")
    if not star:
        return source == ref
    rest = ref.removeprefix(before)
    return ref.startswith(before) and rest.endswith(after) and bool(rest)


def _fetch(covered: frozenset[str]) -> Check:
    id_ = "notes-fetch"
    missing = [ref for ref in WANTED if ref not in covered]
    if not missing:
        found = f"{', '.join(WANTED)} are fetched"
        return Check(id=id_, state=State.OK, found=found, where=_CONFIG)
    fix = f"git config --add remote.origin.fetch '{ALL_NOTES}'"
    fix += ". Push notes of your own first: the mark + replaces them by the remote's"
    found = f"{', '.join(missing)} not fetched: an audit here sees less than there is"
    return Check(id=id_, state=State.WARN, found=found, where=_CONFIG, fix=fix)


def _push(covered: frozenset[str]) -> Check:
    id_ = "notes-push"
    if WANTED[0] in covered:
        found = f"{WANTED[0]} goes with every push"
        return Check(id=id_, state=State.OK, found=found, where=_CONFIG)
    fix = "share them with `affidavit facts push origin`: it joins both sides, and loses no line"
    found = f"{WANTED[0]} does not go with a push"
    return Check(id=id_, state=State.WARN, found=found, where=_CONFIG, fix=fix)


def _hooks(store: Store, machine: Machine) -> Check:
    """Whether hooks run at all, and ours with them."""
    id_ = "hooks"
    try:
        path, where = _hooks_path(store, machine)
    except UnreadableError as error:
        fix = "let this account read it"
        return Check(
            id=id_, state=State.UNKNOWN, found=error.message, where="~/.gitconfig", fix=fix
        )
    if path is not None and _is_off(store, path):
        found = f"{NAME} is {visible(path) or 'empty'}, where no hook is: none runs"
        fix = f"git config --unset {NAME}, or affidavit init --hooks"
        return Check(id=id_, state=State.BAD, found=found, where=where, fix=fix)
    if path == FOLDER:
        return Check(id=id_, state=State.OK, found=f"hooks of {FOLDER} run", where=where)
    if path is None and "pre-push" in active_hooks(store):
        return Check(id=id_, state=State.OK, found="a pre-push hook is there", where=".git/hooks")
    found = "no hook of ours advises before a push (it would stop nothing)"
    fix = "affidavit init --hooks"
    return Check(id=id_, state=State.WARN, found=found, where=where, fix=fix)


def _hooks_path(store: Store, machine: Machine) -> tuple[str | None, str]:
    """Where hooks are taken from: the repository's word counts before the account's."""
    found, where = None, _CONFIG
    for place in (machine.home / ".config/git/config", machine.home / ".gitconfig"):
        for one in parsed(contents(place, CONFIG_BYTES) or b""):
            if one.name == NAME.lower() and not one.within:
                found, where = decode(one.value), f"~/{place.relative_to(machine.home)}"
    for one in settings(store):
        if one.name == NAME.lower() and not one.within:
            found, where = decode(one.value), _CONFIG
    return found, where


def _is_off(store: Store, path: str) -> bool:
    """Whether no hook can be where hooks are taken from."""
    if path in _OFF:
        return True
    if path.startswith("~"):
        return False
    folder = (store.work_tree or store.git_dir) / path
    return not folder.is_dir()
