"""What landings touched: top-level directories, and critical paths of AI changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.beside import meanwhile
from affidavit.base.limit import Finding, Limit, combined
from affidavit.base.text import decode, shortened, visible
from affidavit.sources.git.changed import changed_paths, changed_top

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from affidavit.changes.critical import CriticalPaths
    from affidavit.changes.model import Landing
    from affidavit.changes.observe import Observed
    from affidavit.sources.git.private import PrivateGit

NEWEST = 5_000
"""Landings whose top-level directories are compared: git must open two trees for each."""


_Answers = list[tuple[str, ...] | None]
"""For each pair of trees the names in the root that differ, or ``None`` where they are unknown."""


class Tops:
    """Compares the root trees before and after the newest landings, beside other work."""

    def __init__(self, git: PrivateGit, pairs: Sequence[tuple[str, str]]) -> None:
        self._work = partial(_tops, git, pairs)
        self._under_way: Callable[[], _Answers] | None = None

    def begin(self) -> None:
        """Compare them in a second process: it takes as long as grading."""
        self._under_way = meanwhile(self._work, _Answers)

    def touched(
        self, landings: Sequence[Landing]
    ) -> tuple[dict[str, tuple[str, ...]], list[Limit]]:
        """By landing, the names in the root that it changed, and what could not be seen.

        `landings` are those the pairs were of, and older ones. Nothing is told where no landing is
        an AI change: there is no share to show.
        """
        if not any(one.ai for one in landings):
            return {}, []
        answers = (self._under_way or self._work)()
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


def _tops(git: PrivateGit, pairs: Sequence[tuple[str, str]]) -> _Answers:
    return [
        None
        if names is None
        else tuple(sorted(visible(shortened(decode(name), 200)) for name in names))
        for names in changed_top(git, pairs)
    ]


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
