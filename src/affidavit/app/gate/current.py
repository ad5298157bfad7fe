"""Whether the head that is judged is what would be merged now."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from affidavit.changes.gate.case import Current, named
from affidavit.changes.gate.model import Status
from affidavit.sources.git.program import stop

if TYPE_CHECKING:
    from affidavit.app.gate.hands import Opened
    from affidavit.app.gate.wanted import Chosen

PATIENCE = 60
"""Seconds that git may take to merge two trees."""


def current(chosen: Chosen, opened: Opened, *, asks: bool) -> Current:
    """Whether the head is still that of an open request, and of no other one besides."""
    forge = chosen.forge
    if forge is None:
        lost = chosen.lost or "the forge does not tell"
        return Current(
            status=Status.UNKNOWN if asks else Status.MET,
            found=lost if asks else "it is the commit that was named; no forge was asked",
        )
    request = forge.request
    if request.state != "open":
        return Current(status=Status.UNMET, found=f"#{request.number} is {request.state}")
    if request.head_oid != chosen.head:
        head = (request.head_oid or "not known")[:12]
        return Current(status=Status.UNMET, found=f"the head of #{request.number} is {head}")
    if forge.twins:
        others = named(f"#{one}" for one in forge.twins)
        found = f"other open requests have the same head, and would pass with it: {others}"
        return Current(status=Status.UNKNOWN, found=found)
    if forge.group is not None and not _is_merge(opened, chosen, forge.group):
        found = "whether the commit of the merge queue is base and head alone is not known"
        return Current(status=Status.UNKNOWN, found=found)
    return Current(status=Status.MET, found=f"it is the head of #{request.number} at {forge.at}")


def _is_merge(opened: Opened, chosen: Chosen, group: str) -> bool:
    """Whether the files of `group` are those of base and head merged by git."""
    tree = opened.objects.tree_of(group)
    child = opened.git.spawn(
        *("merge-tree", "--write-tree", "--no-messages", chosen.base, chosen.head),
        stdin=subprocess.DEVNULL,
    )
    try:
        said, _ = child.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    finally:
        stop(child)
    return child.returncode == 0 and bool(tree) and said.decode("ascii", "replace").strip() == tree
