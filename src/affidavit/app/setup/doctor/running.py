"""All checks of a repository, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.setup.doctor.agents import agents
from affidavit.app.setup.doctor.committed import committed
from affidavit.app.setup.doctor.files import Files
from affidavit.app.setup.doctor.local import local
from affidavit.app.setup.doctor.model import IDS, Check, Diagnosis, State
from affidavit.app.setup.doctor.rules import forgeless, rules, unasked
from affidavit.app.setup.tree import WorkTree
from affidavit.controls.criteria import Criteria

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.setup.doctor.forge import Now
    from affidavit.app.setup.doctor.model import Machine
    from affidavit.sources.git.locate import Store

_BARE = ("identities", "policy", "allowed-signers", "revoked-signers", "signers", "gate-workflow")


def diagnosis(store: Store, machine: Machine, now: Now | None) -> Diagnosis:
    """What every check comes to; `now` is what a forge's records show, None where there are none.

    Raises:
        UnreadableError: The repository's configuration cannot be read.
    """
    tree = None if store.work_tree is None else WorkTree(store.work_tree)
    found = [*agents(machine, tree), *local(store, machine)]
    criteria, missing = Criteria(), unasked("nobody was asked")
    if tree is None:
        found += _bare()
    else:
        files = Files(tree)
        found += [*files.checks(), committed(store, tree, files.gate)]
        criteria = (files.config.controls if files.config else None) or criteria
        missing = forgeless() if files.forgeless else missing
    found += missing if now is None else rules(now, criteria)
    order = {id_: at for at, id_ in enumerate(IDS)}
    checks = tuple(sorted(found, key=lambda one: order[one.id]))
    return Diagnosis(forge=None if now is None else now.where, checks=checks)


def _bare() -> Iterator[Check]:
    """The checks of files where there is no work tree to look at."""
    for id_ in ("configuration", "committed", *_BARE):
        found = "a bare repository has no work tree to look at"
        fix = "ask in a clone"
        yield Check(id=id_, state=State.UNKNOWN, found=found, where="no work tree", fix=fix)
