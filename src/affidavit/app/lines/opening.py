"""A repository opened for its lines: the commit that is asked about, and its settings."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.branches import chosen
from affidavit.app.gather import Source
from affidavit.app.receipts.commits import commit_of
from affidavit.app.settings import Settings, outside_config, settings
from affidavit.app.unnamed import UNNAMED
from affidavit.base.errors import BranchNotFoundError, UsageError
from affidavit.base.text import shortened, visible
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs, remote_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.lines.released import Found
    from affidavit.audit.lines.model import At
    from affidavit.sources.git.locate import Store


class Asked(NamedTuple):
    """Which lines are asked for: those at `revision`, or at the head of the main branch.

    Or at a release, or what is `deployed` to an environment: by the records of `forge`, and what
    was recorded in the ledger at `ledger`. `records` are an agent's tool's, read beside those that
    the repository has.
    """

    repository: Path
    revision: str | None = None
    config: Path | None = None
    identities: Path | None = None
    name: str | None = None
    release: str | None = None
    deployed: str | None = None
    forge: Path | None = None
    ledger: Path | None = None
    records: tuple[Path, ...] = ()

    def check(self) -> None:
        """Refuse what says two commits, or what nothing would be done with.

        Raises:
            UsageError: It does.
        """
        if sum(one is not None for one in (self.revision, self.release, self.deployed)) > 1:
            raise UsageError("--at, --release and --deployed each say which commit: give one")
        if self.ledger and self.deployed is None:
            raise UsageError("--ledger is where deployments were recorded: give --deployed as well")


class Opened(NamedTuple):
    """An opened repository, the commit, and what bears on it.

    `at` is what was asked for, where that is a release or what is deployed.
    """

    source: Source
    head: str
    settings: Settings
    name: str
    repository: Path
    at: At | msgspec.UnsetType = msgspec.UNSET
    records: tuple[Path, ...] = ()
    """Files of records that are read beside those that the repository has."""


@contextmanager
def opened(asked: Asked) -> Iterator[Opened]:
    """The repository, for as long as its lines are looked at.

    Raises:
        AffidavitError: It cannot be read, or the revision names no commit.
    """
    asked.check()
    outside = outside_config(asked.config)
    store = locate(asked.repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        source = Source(git, objects, refs)
        shipped = _shipped(source, asked, store)
        head = shipped.commit if shipped else _head(source, asked, store)
        found = settings(objects, head, outside, asked.config, asked.identities)
        configured = found.outside.audit.name if found.outside else None
        name = asked.name or configured or remote_url(store) or UNNAMED
        if shipped:
            found = msgspec.structs.replace(found, limits=(*found.limits, *shipped.limits))
        yield Opened(
            source,
            head,
            found,
            visible(shortened(name, 300)),
            store.common_dir,
            shipped.at if shipped else msgspec.UNSET,
            asked.records,
        )


def _head(source: Source, asked: Asked, store: Store) -> str:
    """The revision that was asked for; else the head of the main branch."""
    if asked.revision is not None:
        return commit_of(source.git, source.refs, source.objects, asked.revision)
    branch = chosen(source.refs, (), bare=store.work_tree is None)[0][0]
    commit = source.objects.peeled([branch.head]).get(branch.head)
    if commit is None:
        raise BranchNotFoundError(f"{visible(branch.ref)} leads to no commit that can be read")
    return commit


def _shipped(source: Source, asked: Asked, store: Store) -> Found | None:
    """The release or deployment that was asked for."""
    if asked.release is None and asked.deployed is None:
        return None
    # Most are asked about a commit: what reads records takes time to load.
    from affidavit.app.lines.shipped import places  # noqa: PLC0415

    with ExitStack() as stack:
        known = places(asked, store, stack)
        if asked.deployed is not None:
            from affidavit.app.lines.deployed import deployed  # noqa: PLC0415

            found = deployed(source, asked.deployed, known.records, known.ledger)
        else:
            from affidavit.app.lines.released import LATEST, released  # noqa: PLC0415

            name = asked.release or ""
            head = _head(source, asked, store) if name == LATEST else ""
            found = released(source, head, name, known.records)
    return found._replace(limits=(*known.limits, *found.limits))
