"""A repository opened for its lines: the commit that is asked about, and its settings."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.branches import chosen
from affidavit.app.gather import Source
from affidavit.app.receipts.commits import commit_of
from affidavit.app.settings import Settings, outside_config, settings
from affidavit.app.unnamed import UNNAMED
from affidavit.base.errors import BranchNotFoundError
from affidavit.base.text import shortened, visible
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs, remote_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Asked(NamedTuple):
    """Which lines are asked for: those at `revision`, or at the head of the main branch."""

    repository: Path
    revision: str | None = None
    config: Path | None = None
    identities: Path | None = None
    name: str | None = None


class Opened(NamedTuple):
    """An opened repository, the commit, and what bears on it."""

    source: Source
    head: str
    settings: Settings
    name: str
    repository: Path


@contextmanager
def opened(asked: Asked) -> Iterator[Opened]:
    """The repository, for as long as its lines are looked at.

    Raises:
        AffidavitError: It cannot be read, or the revision names no commit.
    """
    outside = outside_config(asked.config)
    store = locate(asked.repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        source = Source(git, objects, refs)
        head = _head(source, asked.revision, bare=store.work_tree is None)
        found = settings(objects, head, outside, asked.config, asked.identities)
        configured = found.outside.audit.name if found.outside else None
        name = asked.name or configured or remote_url(store) or UNNAMED
        yield Opened(source, head, found, visible(shortened(name, 300)), store.common_dir)


def _head(source: Source, revision: str | None, *, bare: bool) -> str:
    if revision is not None:
        return commit_of(source.git, source.refs, source.objects, revision)
    branch = chosen(source.refs, (), bare=bare)[0][0]
    commit = source.objects.peeled([branch.head]).get(branch.head)
    if commit is None:
        raise BranchNotFoundError(f"{visible(branch.ref)} leads to no commit that can be read")
    return commit
