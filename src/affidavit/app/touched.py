"""What landings touched: top-level directories, and critical paths of AI changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.limit import Limit, limit
from affidavit.base.text import decode, shortened, visible
from affidavit.sources.git.changed import changed_paths, changed_top

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from affidavit.app.reading import Progress
    from affidavit.changes.critical import CriticalPaths
    from affidavit.changes.model import Landing
    from affidavit.changes.observe import Observed
    from affidavit.sources.git.private import PrivateGit

NEWEST = 5_000
"""Landings whose top-level directories are compared: git must open two trees for each."""


def top_level(
    git: PrivateGit,
    landings: Sequence[Landing],
    observed: Mapping[str, Observed],
    progress: Progress,
) -> tuple[dict[str, tuple[str, ...]], list[Limit]]:
    """By landing, the names in the root of the tree that it changed, and what could not be seen.

    Nothing is compared where no landing is an AI change: there is no share to show.
    """
    if not any(one.ai for one in landings):
        return {}, []
    found: dict[str, tuple[str, ...]] = {}
    unseen: list[str] = []
    older = len(landings) - NEWEST
    landings = landings[:NEWEST]
    answers = changed_top(git, _pairs(landings, observed))
    for number, (landing, names) in enumerate(zip(landings, answers, strict=True), 1):
        if names is None:
            unseen.append(landing.commit)
        else:
            found[landing.commit] = tuple(visible(shortened(decode(name), 200)) for name in names)
        if number % 500 == 0:
            progress.step("comparing directories", number, len(landings))
    limits = _limits("directories-unseen", unseen)
    if older > 0:
        limits.append(Limit("directories-of-newest", _TEXTS["directories-of-newest"], older))
    return found, limits


def with_critical_paths(
    git: PrivateGit,
    landings: Sequence[Landing],
    observed: Mapping[str, Observed],
    patterns: CriticalPaths,
) -> tuple[list[Landing], list[Limit]]:
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
    return done, [*_limits("critical-paths-unseen", unseen), *_limits("many-paths", cut)]


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
        "The directories these landings touched are not known: trees are missing or damaged."
    ),
    "critical-paths-unseen": (
        "Whether these AI changes touched a critical path is not known: trees are missing."
    ),
    "many-paths": (
        "These AI changes touched more paths than are compared with the critical-path patterns."
    ),
}


def _limits(id_: str, commits: list[str]) -> list[Limit]:
    return [limit(id_, _TEXTS[id_], commits, gap=True)] if commits else []
