"""What a change brings in: its commits since it left the base, without a walk of all history."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.gate.diff import differing
from affidavit.changes.gate.touched import Files
from affidavit.sources.git.answer import answer
from affidavit.sources.git.commit import parse
from affidavit.sources.git.history import KEPT, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.base.commit import Commit
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit

MOST_COMMITS = 10_000
"""Commits of a change; one with more is not known whole."""
MERGES = (2, 38)
"""The git that can merge two trees without a work tree."""
NEAR = 2_000
"""Landings of the base among which most changes left it."""
_FAR = 20
"""Merge bases of two lines of history that are told."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A change between `base`, the tip it is to be merged into, and `head`, whose tree is `tree`.

    `merge_base` is where it left the base; None where there is none, or several. `commits` are its
    own, None where they are not known whole; `lost` says why something is not known. `conflicts` is
    None where it could not be tried.

    `anew` is whether its line of first parents does not lead to the base but to a beginning of its
    own: merged as it is, that would become the beginning of the branch.

    `files` are those that differ since it left the base. `landed` are those and the ones by which a
    merge would change the base besides: a file that the base moved meanwhile lies elsewhere then.
    """

    base: str
    head: str
    tree: str
    merge_base: str | None
    commits: tuple[str, ...] | None
    files: Files
    landed: Files
    behind: bool | None
    conflicts: bool | None
    lost: tuple[str, ...]
    anew: bool = False


def span(git: PrivateGit, objects: Objects, base: str, head: str) -> Span:
    """The change from `base` to `head`, both ids of commits that are here."""
    tree, lost = objects.tree_of(head), list[str]()
    left = _merge_base(git, base, head, lost)
    own = _Own((), anew=False) if left == head else _UNKNOWN
    if left and left != head:
        own = _own(git, objects, (base, head), lost)
    before = objects.tree_of(left) if left else ""
    files = Files(files=(), whole=False)
    if before and tree:
        files = differing(git, objects, before, tree)
        lost += [] if files.whole else ["its files are too many, or cannot be compared"]
    moved = left not in (None, base, head)
    merged, conflicts = _merged(git, base, head) if moved else ("", False if left else None)
    return Span(
        base=base,
        head=head,
        tree=tree,
        merge_base=left,
        commits=own.commits,
        files=files,
        landed=_landed((git, objects), files, (base, merged), lost) if moved else files,
        behind=None if left is None else left != base,
        conflicts=conflicts,
        lost=tuple(lost),
        anew=own.anew,
    )


def _merge_base(git: PrivateGit, base: str, head: str, lost: list[str]) -> str | None:
    status, said = answer(git, "merge-base", "--all", base, head)
    found = said.decode("ascii", "replace").split()[:_FAR]
    if status == 0 and len(found) == 1:
        return found[0]
    several = f"base and head have {len(found)} merge bases: which one it left is unclear"
    lost.append(several if found else "base and head have no commit in common that is here")
    return None


class _Own(NamedTuple):
    """The commits of a change, None where they are not known whole; `anew` see `Span`."""

    commits: tuple[str, ...] | None
    anew: bool


_UNKNOWN = _Own(None, anew=False)


def _own(
    git: PrivateGit, objects: Objects, ends: tuple[str, str], lost: list[str]
) -> _Own:  # fmt: skip
    """What the head holds and the base does not; `ends` are base and head."""
    base, head = ends
    status, said = answer(
        git, "rev-list", f"--max-count={MOST_COMMITS + 1}", "--boundary", head, f"^{base}"
    )
    listed = said.decode("ascii", "replace").split()
    own = [one for one in listed if not one.startswith("-")]
    if status or len(own) > MOST_COMMITS:
        many = f"it has more than {MOST_COMMITS:,} commits"
        lost.append("git could not list its commits" if status else many)
        return _UNKNOWN
    if not git.shallow.isdisjoint(own):
        lost.append("the clone is shallow: its first commits are not here")
        return _UNKNOWN
    edge = {one[1:] for one in listed if one.startswith("-")}
    parents = {one.id: one.parents for one in read(objects, own)}
    stated = {parent for several in parents.values() for parent in several}
    if objects.missing or objects.damaged or not stated <= {*own, *edge}:
        lost.append("some of its commits are missing or damaged")
        return _UNKNOWN
    first = _first(head, parents)
    return _Own(tuple(own), anew=first in parents or _is_elsewhere(git, base, first))


def _first(head: str, parents: Mapping[str, tuple[str, ...]]) -> str:
    """Where the first parents of `head` lead to among those whose `parents` are known.

    Who is first among the parents of a merge decides what counts as the branch's own history.
    """
    while parents.get(head):
        head = parents[head][0]
    return head


def _is_elsewhere(git: PrivateGit, base: str, first: str) -> bool:
    """Whether the line of first parents that goes on at `first` begins elsewhere than the base's.

    Looked at only where that line may lead past the base: most changes are made on top of it, or
    left it where nothing was merged the other way round.
    """
    if first == base or first in _line(git, base, NEAR):
        return False
    begins = [_line(git, one, 0, "--max-parents=0") for one in (first, base)]
    return begins[0] != begins[1]


def _line(git: PrivateGit, tip: str, most: int, *also: str) -> list[str]:
    """The first parents from `tip` on, at most so many; 0 is all of them."""
    count = (f"--max-count={most}",) if most else ()
    status, said = answer(git, "rev-list", "--first-parent", *count, *also, tip, "--")
    return said.decode("ascii", "replace").split() if status == 0 else []


def read(objects: Objects, ids: Sequence[str]) -> Iterator[Commit]:
    """Those of `ids` that are commits, each hashed against its id."""
    for found in objects.read(ids, max_size=WHOLE, head=KEPT):
        if found.body is not None and found.kind == "commit":
            yield parse(found.id, found.body)


def _merged(git: PrivateGit, base: str, head: str) -> tuple[str, bool | None]:
    """The tree that merging the two gives, and whether git cannot do so by itself.

    What git writes, it writes into a folder of ours. Merge drivers and attributes of the repository
    play no part.
    """
    status, said = answer(
        git, "merge-tree", "--write-tree", "--no-messages", "--name-only", base, head
    )
    tree = said.decode("ascii", "replace").strip() if status == 0 else ""
    return tree, {0: False, 1: True}.get(status)


def _landed(
    place: tuple[PrivateGit, Objects], files: Files, ends: tuple[str, str], lost: list[str]
) -> Files:
    """`files`, and those by which a merge changes the base; `ends` are the base and the merge."""
    git, objects = place
    base, merged = ends
    tree = objects.tree_of(base)
    if not (files.whole and merged and tree):
        lost += [_UNMERGED] if files.whole else []
        return Files(files=files.files, whole=False)
    found = differing(git, objects, tree, merged)
    known = {one.path for one in files.files}
    more = tuple(one for one in found.files if one.path not in known)
    return Files(files=(*files.files, *more), whole=found.whole)


_UNMERGED = "the base moved on, and git cannot merge the two: which files it touches is not known"
