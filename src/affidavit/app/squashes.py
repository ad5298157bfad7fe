"""The commits behind a squash, where the forge's refs still hold them and the files agree."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.reach import Reach
from affidavit.app.touched import tree_before
from affidavit.changes.model import Inner
from affidavit.changes.observe import Observed
from affidavit.changes.pull_request import SQUASH_FORMS
from affidavit.sources.git.changed import Paths, changed_paths
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.app.observing import Observing
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

PULLS = "refs/pull/"
_HEAD = "/head"
FILES = 2_000
"""Files of a squash up to which it is compared with its pull request's head."""


def pull_heads(refs: Refs) -> dict[str, str]:
    """The commit of each ``refs/pull/N/head``, by number."""
    return {
        name[len(PULLS) : -len(_HEAD)]: id_
        for name, id_ in refs.ids.items()
        if name.startswith(PULLS) and name.endswith(_HEAD)
    }


class Squash(msgspec.Struct, frozen=True):
    """A landing that looks squashed, and the head its number leads to."""

    landing: Observed
    number: str
    head: str


def squashes(
    landings: Sequence[str], observed: Mapping[str, Observed], pulls: Mapping[str, str]
) -> list[Squash]:
    """The landings made by a forge's squash whose pull request has a ref."""
    found = []
    for commit in landings:
        own = observed[commit]
        stated = own.stated
        if stated is None or stated.form not in SQUASH_FORMS or len(own.parents) != 1:
            continue
        head = (
            pulls.get(stated.number) if stated.forge == "github" and own.forge_committer else None
        )
        if head:
            found.append(Squash(own, stated.number, head))
    return found


def inner_commits(
    git: PrivateGit,
    seen: Observing,
    blocks: Sequence[Sequence[Squash]],
    main: Graph,
    chains: Sequence[Sequence[str]],
) -> dict[str, Inner]:
    """By landing, the commits that were squashed: what its first parent does not reach of them.

    A pull request's head counts only if every file that the landing changed is in it exactly as the
    landing left it: commits pushed after the merge, or another request's, do not fit. Each of
    `blocks` is compared by itself. `chains` are the branches' landings that `main` was read from.
    """
    wanted = list(chain.from_iterable(blocks))
    known = main.parents.keys() | seen.older if seen.older else main.parents
    heads = [one.head for one in wanted if one.head not in known]
    beside = seen.beside(git, heads, [one[0] for one in chains])
    reach = Reach(main, beside, chains, seen.older)
    commits = reach.behind({one.landing.id: one.head for one in wanted})
    found = [[one for one in block if one.landing.id in commits] for block in blocks]
    _observe(git, seen, chain.from_iterable(commits.values()))
    agreeing = (_agreeing(git, block, seen.observed) for block in found if block)
    return {
        one.landing.id: Inner(
            ref=f"{PULLS}{one.number}{_HEAD}",
            head=one.head,
            commits=tuple(commits[one.landing.id]),
        )
        for one, agrees in zip(
            chain.from_iterable(found), chain.from_iterable(agreeing), strict=True
        )
        if agrees
    }


def _observe(git: PrivateGit, seen: Observing, commits: Iterable[str]) -> None:
    """Observe those of `commits` that are on the branches by now."""
    unseen = dict.fromkeys(commit for commit in commits if commit not in seen.observed)
    if unseen:
        with Objects(git) as objects:
            seen.observe(unseen, frozenset(), {}, objects)


def _agreeing(
    git: PrivateGit, wanted: Sequence[Squash], observed: Mapping[str, Observed]
) -> Iterator[bool]:
    """For each squash, whether the head has what the landing changed just as it landed."""
    trees = ((tree_before(one.landing, observed), one.landing.tree) for one in wanted)
    landed = [found if _comparable(found) else None for found in changed_paths(git, trees)]
    there = standing(
        git,
        (
            (observed[one.head].tree, path.path)
            for one, found in zip(wanted, landed, strict=True)
            for path in (found.paths if found else ())
        ),
    )
    for found in landed:
        stands = list(islice(there, len(found.paths))) if found else []
        yield found is not None and stands == [path.blob or "" for path in found.paths]


def _comparable(found: Paths | None) -> bool:
    return found is not None and 0 < len(found.paths) <= FILES and not found.more
