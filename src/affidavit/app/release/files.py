"""The files of a release: what its landings left of each, and what stands at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.audit.release.model import NAMED, Commits, Share
from affidavit.audit.release.share import Stands, Touch, counts, left, touch
from affidavit.sources.git.changed import changed_paths
from affidavit.sources.git.commit import parse
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from affidavit.sources.git.standing import standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from affidavit.app.release.ends import Ends
    from affidavit.changes.model import Landing
    from affidavit.sources.git.changed import Paths


def share(repository: Path, ends: Ends, landings: Sequence[Landing]) -> Share:
    """Which files of the released commit AI changes among `landings`, the newest first, touched.

    Raises:
        AffidavitError: The repository cannot be read.
    """
    store = locate(repository)
    oldest = list(reversed(landings))
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        compared = list(changed_paths(git, _pairs(objects, [one.commit for one in oldest])))
        lost = [
            one.commit
            for one, found in zip(oldest, compared, strict=True)
            if found is None or found.more
        ]
        files = left(_touches(oldest, compared, ends.reach.held))
        before = ends.base.tree if ends.base else ""
        stands = _stands(git, files, before, ends.head.tree)
        whole, net = changed_paths(git, [("", ends.head.tree), (before, ends.head.tree)])
        found = counts(files, stands, _listed(whole))
    return Share(
        every=found.every,
        components=found.components,
        uncompared=commits(lost),
        unsettled=found.unsettled,
        restored=found.restored,
        differing=_count(net, gone=False),
        gone=_count(net, gone=True),
    )


def _stands(
    git: PrivateGit, files: Collection[bytes], before: str, after: str
) -> dict[bytes, Stands]:
    """What stands at `files` in two trees; in no tree nothing does."""
    last = standing(git, [(after, path) for path in files])
    first = standing(git, [(before, path) for path in files]) if before else [""] * len(files)
    both = zip(files, first, last, strict=True)
    return {path: Stands(one, other) for path, one, other in both}


def commits(found: Iterable[str]) -> Commits:
    """`found` counted, and the first of them named."""
    ordered = sorted(found)
    return Commits(count=len(ordered), commits=tuple(ordered[:NAMED]))


def _pairs(objects: Objects, landings: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The trees before and after each of `landings`."""
    parents = _first_parents(objects, landings)
    trees = {one: objects.tree_of(one) for one in {*landings, *parents.values()} if one}
    for one in landings:
        before = parents.get(one, "")
        # Where a tree cannot be read the commit's own id stands for it: there is no such tree.
        yield (trees[before] or before if before else ""), trees[one] or one


def _first_parents(objects: Objects, landings: Sequence[str]) -> dict[str, str]:
    found = {}
    for one in objects.read(landings):
        if one.body is not None and one.kind == "commit":
            parents = parse(one.id, one.body).parents
            found[one.id] = parents[0] if parents else ""
    return {one: found.get(one, one) for one in landings}


def _touches(
    oldest: Sequence[Landing], compared: Sequence[Paths | None], held: AbstractSet[str]
) -> Iterator[Touch]:
    for landing, found in zip(oldest, compared, strict=True):
        if found is not None:
            yield touch([(path.path, path.blob) for path in found.paths], landing, held)


def _listed(found: Paths | None) -> list[bytes] | None:
    return None if found is None or found.more else [one.path for one in found.paths]


def _count(found: Paths | None, *, gone: bool) -> int | None:
    if found is None or found.more:
        return None
    return sum((one.blob is None) is gone for one in found.paths)
