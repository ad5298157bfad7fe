"""What a change brings in: its commits since it left the base, without a walk of all history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.gate.diff import differing
from affidavit.changes.gate.touched import Files
from affidavit.sources.git.answer import answer
from affidavit.sources.git.commit import parse
from affidavit.sources.git.history import KEPT, WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.base.commit import Commit
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit

MOST_COMMITS = 10_000
"""Commits of a change; one with more is not known whole."""
MERGES = (2, 38)
"""The git that can merge two trees without a work tree."""
_FAR = 20
"""Merge bases of two lines of history that are told."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A change between `base`, the tip it is to be merged into, and `head`, whose tree is `tree`.

    `merge_base` is where it left the base; None where there is none, or several. `commits` are its
    own, None where they are not known whole; `lost` says why something is not known. `conflicts` is
    None where it could not be tried.

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


def span(git: PrivateGit, objects: Objects, base: str, head: str) -> Span:
    """The change from `base` to `head`, both ids of commits that are here."""
    tree, lost = objects.tree_of(head), list[str]()
    left = _merge_base(git, base, head, lost)
    commits = None
    if left:
        commits = () if left == head else _commits(git, objects, (base, head), lost)
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
        commits=commits,
        files=files,
        landed=_landed((git, objects), files, (base, merged), lost) if moved else files,
        behind=None if left is None else left != base,
        conflicts=conflicts,
        lost=tuple(lost),
    )


def _merge_base(git: PrivateGit, base: str, head: str, lost: list[str]) -> str | None:
    status, said = answer(git, "merge-base", "--all", base, head)
    found = said.decode("ascii", "replace").split()[:_FAR]
    if status == 0 and len(found) == 1:
        return found[0]
    several = f"base and head have {len(found)} merge bases: which one it left is unclear"
    lost.append(several if found else "base and head have no commit in common that is here")
    return None


def _commits(
    git: PrivateGit, objects: Objects, ends: tuple[str, str], lost: list[str]
) -> tuple[str, ...] | None:
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
        return None
    if not git.shallow.isdisjoint(own):
        lost.append("the clone is shallow: its first commits are not here")
        return None
    edge = {one[1:] for one in listed if one.startswith("-")}
    stated = {parent for one in read(objects, own) for parent in one.parents}
    if objects.missing or objects.damaged or not stated <= {*own, *edge}:
        lost.append("some of its commits are missing or damaged")
        return None
    return tuple(own)


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
