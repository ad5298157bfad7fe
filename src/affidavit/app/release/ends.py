"""The two ends of a release as they were typed, found in a repository."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.receipts.commits import resolved
from affidavit.audit.release.model import Point
from affidavit.audit.release.span import Reach, Span, reach
from affidavit.base.errors import UsageError
from affidavit.base.text import shortened, visible
from affidavit.changes.chain import first_parents
from affidavit.sources.git.history import walk
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from affidavit.app.reading import Progress
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.header import Walked
    from affidavit.sources.git.refs import Refs

GIVEN, PREVIOUS, BEGINNING = "given", "previous-tag", "beginning"
_DOTS = re.compile(r"(?<!\.)\.\.(?!\.)")
_TAGS = "refs/tags/"
_PLACES = ("", "refs/", _TAGS, "refs/heads/", "refs/remotes/")
"""Where a short name is looked for, as `resolved` does it."""
_HINT = "such as v1.0..v1.1, ..v1.0 for all from the beginning, or v1.1 since the tag before it"
LONGEST = 200
"""Characters of a name that are told."""


class Ends(msgspec.Struct, frozen=True, kw_only=True):
    """A release found: its ends, how its beginning was chosen, and what it reaches."""

    base: Point | None
    head: Point
    chosen: str
    span: Span
    reach: Reach


def ends(repository: Path, typed: str, progress: Progress) -> Ends:
    """The release that `typed` names in the repository: ``FROM..TO``, ``..TO`` or ``TO``.

    Raises:
        UsageError: It names none, or a commit is not there.
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    first, dots, last = _parts(typed)
    head = resolved(repository, last)
    base = resolved(repository, first) if first else None
    store = locate(repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        tags = _tags(objects, refs)
        progress.step("finding the release")
        graph = walk(git, [head.commit, *([base.commit] if base else ())], _unseen)
        to = Point(
            name=told(last), commit=head.commit, tree=head.tree, tags=tags.get(head.commit, ())
        )
        chosen = GIVEN if base else BEGINNING
        since = None
        if base is not None:
            named = tags.get(base.commit, ())
            since = Point(name=told(first), commit=base.commit, tree=base.tree, tags=named)
        elif not dots:
            since = _previous(graph, head.commit, tags, objects)
            chosen = PREVIOUS if since else BEGINNING
        span = Span(
            head=to.commit,
            base=since.commit if since else None,
            name=_line(refs, last) or to.commit,
        )
        return Ends(base=since, head=to, chosen=chosen, span=span, reach=reach(graph.linked, span))


def _unseen(_id: str, _body: bytes, _read: Walked) -> None:
    """Take no notice of a commit."""


def _parts(typed: str) -> tuple[str, str, str]:
    """What is before the dots, the dots, and what is after them."""
    parts = _DOTS.split(typed)
    if len(parts) > 2 or not parts[-1] or "..." in typed:
        raise UsageError(f"{typed[:LONGEST]!a} is no range of a release", hint=_HINT)
    return (parts[0], "..", parts[1]) if len(parts) == 2 else ("", "", parts[0])


def _tags(objects: Objects, refs: Refs) -> dict[str, tuple[str, ...]]:
    """The names of the tags of each commit, sorted."""
    named = {name: id_ for name, id_ in refs.ids.items() if name.startswith(_TAGS)}
    commits = objects.peeled(dict.fromkeys(named.values()))
    found: dict[str, list[str]] = {}
    for name in sorted(named):
        commit = commits.get(named[name])
        if commit is not None:
            found.setdefault(commit, []).append(told(name.removeprefix(_TAGS)))
    return {commit: tuple(names) for commit, names in found.items()}


def _previous(
    graph: Graph, head: str, tags: Mapping[str, tuple[str, ...]], objects: Objects
) -> Point | None:
    """The newest commit with a tag below `head`, on its own line."""
    line = first_parents(graph.linked, head)[1:]
    commit = next((one for one in line if one in tags), None)
    if commit is None:
        return None
    name = tags[commit][-1]
    return Point(name=name, commit=commit, tree=objects.tree_of(commit), tags=tags[commit])


def _line(refs: Refs, name: str) -> str | None:
    """What the line of the ref that `name` stands for is called, unlike any audited branch.

    Of branches it is what an audit calls one of two with one name.
    """
    ref = next((f"{one}{name}" for one in _PLACES if f"{one}{name}" in refs.ids), None)
    if ref is not None and not ref.startswith(_TAGS):
        return visible(ref.removeprefix("refs/"))
    return ref and visible(ref)


def told(name: str) -> str:
    """The name of a tag or branch as it is told."""
    return visible(shortened(name, LONGEST))
