"""Whether the files that the gate reads are in a commit: it reads no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.config import FILE_NAME
from affidavit.app.receipts.commits import resolved
from affidavit.app.setup.doctor.model import Check, State
from affidavit.app.setup.tree import LARGEST
from affidavit.base.errors import AffidavitError
from affidavit.policy.manifest import NAME as MANIFEST
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from affidavit.app.gate.table import GateTable
    from affidavit.app.setup.tree import WorkTree
    from affidavit.sources.git.locate import Store

_ID = "committed"
_COMMIT = "commit them in a change that another person approves, and merge it"


def committed(store: Store, tree: WorkTree, gate: GateTable) -> Check:
    """Whether HEAD has the gate's files, and as they are here."""
    policy = f"{gate.policy}/{MANIFEST}"
    paths = (FILE_NAME, policy, gate.allowed_signers, gate.revoked, gate.signers)
    try:
        head = resolved(tree.root, "HEAD").commit
        with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
            kept = {path: objects.blob_at(head, path, LARGEST) for path in paths}
        here = {path: tree.read(path) for path in paths}
    except AffidavitError as error:
        fix = "commit something first"
        return Check(id=_ID, state=State.UNKNOWN, found=error.message, where="HEAD", fix=fix)
    absent = [path for path in paths if kept[path] is None and here[path] is not None]
    differ = [path for path in paths if kept[path] is not None and kept[path] != here[path]]
    if kept[FILE_NAME] is None or absent:
        found = f"not in this commit: {', '.join(absent) or FILE_NAME}"
        return Check(id=_ID, state=State.BAD, found=found, where=f"HEAD {head[:12]}", fix=_COMMIT)
    if differ:
        found = f"here they are others: {', '.join(differ)}"
        return Check(id=_ID, state=State.WARN, found=found, where=f"HEAD {head[:12]}", fix=_COMMIT)
    found = "the gate's files are as they are here"
    return Check(id=_ID, state=State.OK, found=found, where=f"HEAD {head[:12]}")
