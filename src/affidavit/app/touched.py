"""What landings touched: top-level directories, and critical paths of AI changes."""

from __future__ import annotations

import os
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.beside import beside, meanwhile, processes
from affidavit.base.limit import Finding, Limit, combined
from affidavit.base.text import decode, shortened, visible
from affidavit.sources.git.changed import changed_paths, changed_top
from affidavit.sources.git.first_trees import first_trees

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from affidavit.changes.critical import CriticalPaths
    from affidavit.changes.model import Landing
    from affidavit.changes.observe import Observed
    from affidavit.sources.git.private import PrivateGit

NEWEST = 5_000
"""Landings whose top-level directories are compared: git must open two trees for each."""


SLACK = 31 * 86_400
"""Seconds by which a landing's own date may lie before its period, for it to be compared ahead."""
_NICE = 5
"""How far what is done ahead gives way to the walk, which all else waits for."""

_Names = tuple[str, ...] | None
"""The names in the root that differ between two trees, or ``None`` where they are unknown."""
_Pair = tuple[str, str]


class Tops:
    """Compares the root trees before and after the newest landings, beside other work.

    It begins before the history is walked, when a processor is idle, with what git lists as the
    landings of `head` since `since` (seconds since 1970 UTC). That is a guess at what will be asked
    for and no more: the pairs that count are those of `expect`.
    """

    def __init__(self, git: PrivateGit, head: str, *, since: int) -> None:
        self._git = git
        self._stores = git.borrowed
        self._pairs: Sequence[_Pair] = ()
        self._ahead = beside(partial(_ahead, git, head, since - SLACK)) if processes() > 1 else None
        self._under_way: Callable[[], list[_Names]] | None = None

    def expect(self, pairs: Sequence[_Pair]) -> None:
        """Be asked for `pairs`, of trees before and after each of the newest landings."""
        self._pairs = pairs

    def begin(self) -> None:
        """Compare them in a second process, unless that was done ahead."""
        found = self._found_ahead()
        self._under_way = (lambda: found) if found else meanwhile(self._compared, list[_Names])

    def close(self) -> None:
        """End what was begun ahead and was not asked for."""
        if self._ahead:
            self._ahead.close()

    def _compared(self) -> list[_Names]:
        return _names(self._git, self._pairs)

    def _found_ahead(self) -> list[_Names]:
        """The answers, if all were found ahead, in the stores that are used now; else none.

        An answer that is not known met a bound, or a tree is not there: what is told then must not
        depend on what else was compared.
        """
        if self._ahead is None or self._git.borrowed != self._stores:
            return []
        known = msgspec.msgpack.decode(self._ahead(), type=dict[str, tuple[str, ...]])
        found = [known.get(" ".join(pair)) for pair in self._pairs]
        return [] if None in found else found

    def touched(
        self, landings: Sequence[Landing]
    ) -> tuple[dict[str, tuple[str, ...]], list[Limit]]:
        """By landing, the names in the root that it changed, and what could not be seen.

        `landings` are those the pairs were of, and older ones. Nothing is told where no landing is
        an AI change: there is no share to show.
        """
        if not any(one.ai for one in landings):
            return {}, []
        answers = self._under_way() if self._under_way else self._found_ahead() or self._compared()
        found: dict[str, tuple[str, ...]] = {}
        unseen: list[str] = []
        for landing, names in zip(landings, answers, strict=False):
            if names is None:
                unseen.append(landing.commit)
            else:
                found[landing.commit] = names
        limits = combined(_findings("directories-unseen", unseen))
        older = len(landings) - NEWEST
        if older > 0:
            limits.append(Limit("directories-of-newest", _TEXTS["directories-of-newest"], older))
        return found, limits


def _names(git: PrivateGit, pairs: Iterable[_Pair]) -> list[_Names]:
    return [
        None
        if names is None
        else tuple(sorted(visible(shortened(decode(name), 200)) for name in names))
        for names in changed_top(git, pairs)
    ]


def _ahead(git: PrivateGit, head: str, since: int) -> bytes:
    """What is known of pairs of trees, named by both ids, as MessagePack."""
    os.nice(_NICE)
    trees = first_trees(git, head, most=NEWEST + 1, since=since)
    pairs = list(dict.fromkeys((before, after) for after, before in pairwise(trees)))
    told = zip(pairs, _names(git, pairs), strict=True)
    known = {" ".join(pair): names for pair, names in told if names is not None}
    return msgspec.msgpack.encode(known)


def with_critical_paths(
    git: PrivateGit,
    landings: Sequence[Landing],
    observed: Mapping[str, Observed],
    patterns: CriticalPaths,
) -> tuple[list[Landing], list[Finding]]:
    """The landings, AI ones with the critical-path patterns they touched."""
    ai = [one for one in landings if one.ai]
    unseen: list[str] = []
    cut: list[str] = []
    touched: dict[str, tuple[str, ...]] = {}
    for landing, paths in zip(ai, changed_paths(git, _pairs(ai, observed)), strict=True):
        if paths is None:
            unseen.append(landing.commit)
            continue
        if paths.more:
            cut.append(landing.commit)
        touched[landing.commit] = patterns.touched(decode(one.path) for one in paths.paths)
    done = [
        msgspec.structs.replace(one, critical_paths=touched[one.commit])
        if touched.get(one.commit)
        else one
        for one in landings
    ]
    return done, [*_findings("critical-paths-unseen", unseen), *_findings("many-paths", cut)]


def _pairs(
    landings: Iterable[Landing], observed: Mapping[str, Observed]
) -> Iterable[tuple[str, str]]:
    for landing in landings:
        own = observed[landing.commit]
        yield tree_before(own, observed), own.tree


def tree_before(own: Observed, observed: Mapping[str, Observed]) -> str:
    """The tree of `own`'s first parent; empty for none, and no tree's id where it is not known."""
    if not own.parents:
        return ""
    before = observed.get(own.parents[0])
    return before.tree if before else own.parents[0]


_TEXTS = {
    "directories-of-newest": (
        f"The share by directory is that of the newest {NEWEST:,} landings; older ones were not"
        " compared."
    ),
    "directories-unseen": (
        "The directories these landings touched are not known: trees are missing or damaged, or"
        " more differs than is compared."
    ),
    "critical-paths-unseen": (
        "Whether these AI changes touched a critical path is not known: trees are missing or"
        " damaged, or more differs than is compared."
    ),
    "many-paths": (
        "These AI changes touched more paths than are compared with the critical-path patterns."
    ),
}


def _findings(id_: str, commits: Sequence[str]) -> list[Finding]:
    return [Finding(id_, _TEXTS[id_], tuple(commits), gap=True)] if commits else []
