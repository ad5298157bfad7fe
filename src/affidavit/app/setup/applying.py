"""Writing what was planned, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.setup.hooking import has_hooks, leave_hooks, take_hooks
from affidavit.app.setup.model import State
from affidavit.app.setup.planning import work_tree
from affidavit.app.setup.record import PLACE, Record, Written, recorded
from affidavit.app.setup.tree import LinkedError, WorkTree
from affidavit.base.digest import sha256
from affidavit.base.errors import InputError
from affidavit.sources.git.locate import locate

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.setup.model import Plan


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken back: files `removed`, those `kept` because they are others now.

    `done` is whether it was done; else this is what would be.
    """

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    gone: tuple[str, ...]
    hooks: bool
    done: bool


def applied(plan: Plan) -> tuple[str, ...]:
    """Write the new files of `plan`; their paths.

    What is to be written is noted first: what fails half way can be taken back, too.

    Raises:
        AffidavitError: A file cannot be written, or something took its place meanwhile.
    """
    tree = WorkTree(plan.root)
    new = plan.new
    before = recorded(tree) or Record()
    files = tuple(Written(path=one.path, digest=sha256(one.text.encode())) for one in new)
    hooks = plan.hooks is State.NEW
    record = before.joined(Record(files=files, hooks=hooks))
    made = list(tree.replace(PLACE, record.encoded()))
    older = {one.file.path for one in plan.steps if one.state is State.OLDER}
    for one in new:
        put = tree.replace if one.path in older else tree.write
        made += put(one.path, one.text.encode(), executable=one.executable)
    tree.replace(PLACE, record.joined(Record(folders=tuple(made))).encoded())
    if hooks:
        take_hooks(locate(plan.root))
    return tuple(one.path for one in new)


def undone(repository: Path) -> Undone:
    """Remove what a set-up wrote and nobody changed since.

    Raises:
        InputError: Nothing was set up here, or its record is not what it has to be.
        AffidavitError: It is no work tree, or a file cannot be removed.
    """
    store = locate(repository)
    tree = WorkTree(work_tree(store))
    record, plan = _plan(tree)
    for path in plan.removed:
        tree.remove(path)
    hooks = record.hooks and leave_hooks(store)
    _close(tree, record, plan.kept)
    return msgspec.structs.replace(plan, hooks=hooks, done=True)


def undoing(repository: Path) -> Undone:
    """What `undone` would do, found by looking alone; the same errors."""
    store = locate(repository)
    record, plan = _plan(WorkTree(work_tree(store)))
    return msgspec.structs.replace(plan, hooks=record.hooks and has_hooks(store))


def _plan(tree: WorkTree) -> tuple[Record, Undone]:
    """The record of the set-up, and what became of its files."""
    record = recorded(tree)
    if record is None:
        raise InputError(f"there is no {PLACE} here: nothing can be taken back")
    removed, kept, gone = list[str](), list[str](), list[str]()
    for one in record.files:
        {State.SAME: removed, State.NEW: gone}.get(_now(tree, one), kept).append(one.path)
    return record, Undone(
        removed=tuple(removed), kept=tuple(kept), gone=tuple(gone), hooks=False, done=False
    )


def _now(tree: WorkTree, one: Written) -> State:
    """What became of a file that was written."""
    try:
        found = tree.read(one.path)
    except LinkedError:
        return State.REFUSED
    if found is None:
        return State.NEW
    return State.SAME if sha256(found) == one.digest else State.DIFFERS


def _close(tree: WorkTree, record: Record, kept: tuple[str, ...]) -> None:
    """Remove the record, or leave in it what was kept; and the empty folders that were made."""
    left = Record(files=tuple(one for one in record.files if one.path in kept))
    if left.files:
        rest = Record(files=left.files, folders=record.folders)
        tree.replace(PLACE, rest.encoded())
    else:
        tree.remove(PLACE)
    for folder in sorted(record.folders, reverse=True):
        tree.remove_folder(folder)
