"""Whether the head that is judged is what would be merged now."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from affidavit.changes.gate.case import Current, named
from affidavit.changes.gate.model import Status
from affidavit.sources.git.program import stop

if TYPE_CHECKING:
    from affidavit.app.asking.model import ForgeNow
    from affidavit.app.gate.hands import Opened
    from affidavit.app.gate.wanted import Chosen

PATIENCE = 60
"""Seconds that git may take for one answer."""


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
    doubt = _doubt(chosen, opened, forge)
    if doubt:
        return Current(status=Status.UNKNOWN, found=doubt)
    return Current(status=Status.MET, found=f"it is the head of #{request.number} at {forge.at}")


def _doubt(chosen: Chosen, opened: Opened, forge: ForgeNow) -> str:
    """Why it is not known that this, and nothing else, would be merged; empty where it is."""
    told = forge.request.base_oid
    if any(one.what == "twins" for one in forge.missing):
        return "whether another open request has the same head is not known"
    if forge.twins:
        others = named(f"#{one}" for one in forge.twins)
        return f"other open requests have the same head, and would pass with it: {others}"
    if told is not None and not _holds(opened, chosen.base, told):
        return f"the base here is older than the forge's, or another: it does not hold {told[:12]}"
    if forge.group is not None and not _is_merge(opened, chosen, forge.group):
        return "whether the commit of the merge queue is base and head alone is not known"
    return ""


def _holds(opened: Opened, base: str, told: str) -> bool:
    """Whether the commit that the forge `told` the base to be at is in the history of `base`."""
    if base == told:
        return True
    status, _ = _asked(opened, "merge-base", "--is-ancestor", told, base)
    return status == 0


def _is_merge(opened: Opened, chosen: Chosen, group: str) -> bool:
    """Whether the files of `group` are those of base and head merged by git."""
    tree = opened.objects.tree_of(group)
    status, said = _asked(
        opened, "merge-tree", "--write-tree", "--no-messages", chosen.base, chosen.head
    )
    return status == 0 and bool(tree) and said.decode("ascii", "replace").strip() == tree


def _asked(opened: Opened, *arguments: str) -> tuple[int, bytes]:
    """The status and the words of git; -1 where it takes too long."""
    child = opened.git.spawn(*arguments, stdin=subprocess.DEVNULL)
    try:
        said, _ = child.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return -1, b""
    finally:
        stop(child)
    return child.returncode, said
