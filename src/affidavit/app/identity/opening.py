"""A repository opened for its identities: the branch that counts, and its history."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.branches import chosen
from affidavit.base.errors import NoCommitsError
from affidavit.base.text import visible
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs, remote_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An opened repository, the newest commit of its main branch, and the URL of its remote."""

    git: PrivateGit
    objects: Objects
    head: str
    remote: str | None = None


@contextmanager
def opened(repository: Path) -> Iterator[Opened]:
    """The repository at a place.

    Raises:
        AffidavitError: There is none that can be read, or it has no commit.
    """
    store = locate(repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        (branch,), _ = chosen(refs, (), bare=store.work_tree is None)
        head = objects.peeled([branch.head]).get(branch.head)
        if head is None:
            raise NoCommitsError(f"{visible(branch.ref)} leads to no commit that can be read")
        yield Opened(git=git, objects=objects, head=head, remote=remote_url(store))
