"""Whether the head that is judged is what would be merged now, and by the base it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.period import moment
from affidavit.base.text import shortened, visible
from affidavit.changes.gate.case import Current, named
from affidavit.changes.gate.model import Status
from affidavit.sources.git.answer import answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.asking.model import ForgeNow
    from affidavit.app.gate.hands import Opened
    from affidavit.app.gate.wanted import Chosen

MOST_HOURS = 24
"""Hours for which an export tells how a request is."""
LANDINGS = 2_000
"""Landings of the base branch that are looked through for the base."""


def current(chosen: Chosen, opened: Opened, now: int, *, asks: bool) -> Current:
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
    doubt = _old(forge) if stale(chosen, now) else _doubt(chosen, opened, forge)
    if doubt:
        return Current(status=Status.UNKNOWN, found=doubt)
    found = f"it is the head of #{request.number} at {forge.at}"
    if forge.group:
        found += f"; {forge.group[:12]} of the merge queue is base and head alone"
    return Current(status=Status.MET, found=found)


def stale(chosen: Chosen, now: int) -> bool:
    """Whether an export is too old at `now`, in seconds, to tell how the request is."""
    forge = chosen.forge
    if forge is None or chosen.at is not None:
        return False
    return now - moment(forge.at, "time") > MOST_HOURS * 3_600


def _old(forge: ForgeNow) -> str:
    return f"the forge's records of {forge.at} are more than {MOST_HOURS} hours old"


def strayed(chosen: Chosen, opened: Opened, branches: Sequence[str]) -> tuple[str, ...]:
    """Why the base is not known to be the one that the request is for.

    `branches` are those that whoever runs the gate names besides the default one: what lies on a
    branch that anybody may make says nothing of what may be merged into it.
    """
    forge = chosen.forge
    if forge is None:
        return ()
    own, default = forge.request.base_ref, forge.default_branch
    shown = visible(shortened(own, 100))
    told = list[str]()
    if default is None and own not in branches and chosen.at is not None:
        told.append("which branch is the default one is not known")
    if default is not None and own not in (default, *branches):
        told.append(f"the request is for {shown}, and is not for the default branch {default}")
    if chosen.base != forge.request.base_oid and not chosen.queued and not _is_on(chosen, opened):
        told.append(f"{chosen.base[:12]} is not on the branch {shown} of the request")
    return tuple(told)


def _is_on(chosen: Chosen, opened: Opened) -> bool:
    """Whether the base is a landing of the branch that the request is for, as it is here."""
    assert chosen.forge is not None
    own, told = chosen.forge.request.base_ref, chosen.forge.request.base_oid
    here = [opened.refs.get(f"{place}{own}") for place in ("refs/remotes/origin/", "refs/heads/")]
    for tip in dict.fromkeys(one for one in (*here, told) if one):
        status, said = answer(
            opened.git, "rev-list", "--first-parent", f"--max-count={LANDINGS}", tip
        )
        if status == 0 and chosen.base in said.decode("ascii", "replace").split():
            return True
    return False


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
    status, _ = answer(opened.git, "merge-base", "--is-ancestor", told, base)
    return status == 0


def _is_merge(opened: Opened, chosen: Chosen, group: str) -> bool:
    """Whether the files of `group` are those of base and head merged by git."""
    tree = opened.objects.tree_of(group)
    status, said = answer(
        opened.git, "merge-tree", "--write-tree", "--no-messages", chosen.base, chosen.head
    )
    return status == 0 and bool(tree) and said.decode("ascii", "replace").strip() == tree
