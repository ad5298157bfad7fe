"""Which commit each landing merged: what was signed before the merge can only be of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.model import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.changes.envelope.ladder import Joined, Replays
    from affidavit.changes.forge.recorded import Recorded
    from affidavit.sources.git.objects import Objects

RECORDED = "forge-record"
MERGED = "merge-parent"
UNKNOWN = "none"
_ADDED = (
    "the forge did not make the merge, and it is not plainly its two sides: it may hold more than"
    " what the request brought"
)
_NO_RECORD = "neither a forge's record, nor a merge, nor its content tells which commit was merged"


class Head(NamedTuple):
    """A commit with its tree, and by what it is known to be what was merged.

    Where it is not known, `commit` is None and `doubt` says why.
    """

    commit: str | None
    tree: str | None
    rung: str
    doubt: str = ""


TURNED = Head(None, None, UNKNOWN, "its first parent may not be what the branch was at before it")
"""Of a merge the wrong way round: what it merged and into what is not told."""


class Ends(NamedTuple):
    """By what heads are found: what the forge recorded, replays of merges, joins of squashes."""

    recorded: Mapping[str, Recorded]
    replays: Replays
    joins: Mapping[str, Joined]


def head_of(landing: str, parents: Sequence[str], objects: Objects, ends: Ends) -> Head:
    """What `landing` merged: by the forge's record, as a plain merge, or by its content."""
    own = ends.recorded.get(landing)
    if own is not None:
        return _recorded(own, objects)
    if len(parents) == 2:
        return _merged(landing, parents, objects, ends.replays)
    join = ends.joins.get(landing)
    if join is None or join.head is None:
        return Head(None, None, UNKNOWN, _NO_RECORD)
    if not join.carries:
        doubt = f"it is joined by {join.rung} alone: content equal, position unproven"
        return Head(None, None, str(join.rung), doubt)
    return Head(join.head, join.tree, str(join.rung))


def _recorded(own: Recorded, objects: Objects) -> Head:
    """What the forge says; of a merge that it did not make itself only where nothing was added."""
    commit, doubt = own.landed.head, own.landed.doubt
    if commit is None:
        return Head(None, None, RECORDED, doubt or _NO_RECORD)
    if own.landed.kind is Kind.MERGE and own.clean() is not Answer.YES:
        return Head(None, None, RECORDED, _ADDED)
    return _with_tree(commit, RECORDED, objects)


def _merged(landing: str, parents: Sequence[str], objects: Objects, replays: Replays) -> Head:
    """The second parent, where the merge is plainly of its two sides: else it may hold more."""
    if not replays.able:
        return Head(None, None, MERGED, "git is too old to merge its sides again")
    if replays.merged(parents[0], parents[1]) != objects.tree_of(landing):
        return Head(None, None, MERGED, "the merge holds something else than its two sides")
    return _with_tree(parents[1], MERGED, objects)


def _with_tree(commit: str, rung: str, objects: Objects) -> Head:
    tree = objects.tree_of(commit)
    if not tree:
        return Head(None, None, rung, f"the merged commit {commit[:12]} is not in this clone")
    return Head(commit, tree, rung)
