"""Landings as requests are compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import decode
from affidavit.changes.forge.landed import Seen
from affidavit.sources.git.commit import Read, parse

if TYPE_CHECKING:
    from affidavit.app.gather import Walk
    from affidavit.sources.git.objects import Objects


class Seeing:
    """Reads landings as far as requests are compared with them."""

    def __init__(self, objects: Objects, walk: Walk) -> None:
        self._objects = objects
        self._walk = walk

    def landing(self, commit: str) -> Seen | None:
        """What is looked at of a landing; None where it is none, or cannot be read."""
        parents = self._walk.graph.parents.get(commit)
        if parents is None:
            return None
        kept = self._walk.kept.get(commit)
        body = kept.body if isinstance(kept, Read) else kept
        body = body or self._objects.one(commit, kind="commit")
        if body is None:
            return None
        found = parse(commit, body)
        title = decode(found.message.split(b"\n", 1)[0]).strip()
        return Seen(commit, found.tree, parents, found.author, found.committer, title)
