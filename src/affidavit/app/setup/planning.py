"""What a set-up would do to a repository, found by looking alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from affidavit.app.policy.starting import FOLDER
from affidavit.app.setup.hooking import hooks_state
from affidavit.app.setup.model import Plan, State, Step
from affidavit.app.setup.proposing import proposed
from affidavit.app.setup.record import Record, recorded
from affidavit.app.setup.source import see_used, source
from affidavit.app.setup.tree import LinkedError, WorkTree
from affidavit.base.digest import sha256
from affidavit.base.errors import UsageError
from affidavit.base.text import decode
from affidavit.sources.git.locate import locate

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from affidavit.app.setup.model import Ci, File, Wanted
    from affidavit.sources.git.locate import Store

GATED = ".github/workflows/affidavit-gate.yml"
DATED = "docs/security/"
"""Documents that begin on a day: a later set-up does not make them younger."""


def planned(wanted: Wanted, today: date) -> Plan:
    """What would be written, and what stands in the way.

    Raises:
        AffidavitError: It is no work tree, or an option cannot be used.
    """
    store = locate(wanted.repository)
    root = work_tree(store)
    given = source(wanted.source, wanted.digest, root)
    see_used(wanted)
    tree = WorkTree(root)
    kept = bool(tree.names(".github/workflows")) and _gated(tree)
    ci = _meant(wanted.ci, kept=kept)
    files = proposed(ci, given, wanted.owner, today, hooks=wanted.hooks)
    hooks, why = hooks_state(store) if wanted.hooks else (None, "")
    record = recorded(tree) or Record()
    before = {one.path: one.digest for one in record.files}
    steps = _one_bundle(tree, tuple(_step(tree, one, before.get(one.path)) for one in files))
    return Plan(root=root, steps=steps, hooks=hooks, hooks_why=why, kept=kept)


def _meant(ci: Ci | None, *, kept: bool) -> Ci | Literal["kept", "both"] | None:
    """Whose pipelines there will be: what was set up before stays, and needs what it needed."""
    if not kept:
        return ci
    return "both" if ci == "gitlab" else ci or "kept"


def _gated(tree: WorkTree) -> bool:
    """Whether a forge's pipelines were set up: a later set-up does not say that there is none."""
    try:
        return tree.read(GATED) is not None
    except LinkedError:
        return True


def work_tree(store: Store) -> Path:
    """The folder of the files of a repository.

    Raises:
        UsageError: It is a bare one.
    """
    if store.work_tree is None:
        raise UsageError("this repository is a bare one: a set-up is written into a work tree")
    return store.work_tree


def _step(tree: WorkTree, file: File, digest: str | None) -> Step:
    """What stands at the place of `file`; `digest` is what an earlier set-up wrote there."""
    try:
        found = tree.read(file.path)
    except LinkedError as error:
        return Step(file=file, state=State.REFUSED, where=file.path, found=error.message)
    if found is None:
        return _elsewhere(tree, file)
    ours = sha256(found) == digest
    if found == file.text.encode() or (ours and file.path.startswith(DATED)):
        return Step(file=file, state=State.SAME, where=file.path)
    state = State.OLDER if ours else State.DIFFERS
    return Step(file=file, state=state, where=file.path, found=decode(found))


def _elsewhere(tree: WorkTree, file: File) -> Step:
    """The step of a file that is not there: something else may do the same."""
    for other in (file.path, *file.others):
        folder, _, name = other.rpartition("/")
        for one in tree.names(folder):
            if one.lower() == name.lower():
                where = f"{folder}/{one}" if folder else one
                return Step(file=file, state=State.DIFFERS, where=where)
    return Step(file=file, state=State.NEW, where=file.path)


def _one_bundle(tree: WorkTree, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same, but for a policy that is there already: ours is not mixed into it."""
    if not tree.names(FOLDER):
        return steps
    return tuple(
        Step(file=one.file, state=State.DIFFERS, where=FOLDER)
        if one.state is State.NEW and one.file.path.startswith(f"{FOLDER}/")
        else one
        for one in steps
    )
