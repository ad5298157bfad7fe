"""Records of other tools for tests: JSON in short, and a repository opened as a reader has it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import Refs, read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gitrepo import Repo


class Opened(NamedTuple):
    """A repository that is being read."""

    git: PrivateGit
    objects: Objects
    refs: Refs

    @property
    def limits(self) -> dict[str, int]:
        """How many things each limit concerns."""
        return {one.id: one.count for one in self.objects.limits}


@contextmanager
def opened(repo: Repo) -> Iterator[Opened]:
    """`repo` as it is now."""
    store = locate(repo.path)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        yield Opened(git, objects, refs)


def as_json(value: object) -> bytes:
    """`value` as JSON on one line."""
    return json.dumps(value).encode()


def lines(*values: object) -> bytes:
    """Each of `values` as JSON on a line of its own."""
    return b"".join(as_json(value) + b"\n" for value in values)
