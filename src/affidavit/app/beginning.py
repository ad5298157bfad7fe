"""How an audit begins: the repository opened, and all that is known before landings are graded."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.branches import chosen
from affidavit.app.called import owned, slug_of
from affidavit.app.forge.evidence import ForgeRecords
from affidavit.app.forge.opening import opened
from affidavit.app.gather import Gathered, Source, Wanted, gather
from affidavit.app.settings import Settings, inside_branches, outside_config, settings
from affidavit.app.sworn.asked import Asked, is_worth
from affidavit.base.errors import BranchNotFoundError
from affidavit.base.limit import Limit, limit
from affidavit.base.text import visible
from affidavit.sources.git.locate import Store, locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import ExitStack

    from affidavit.app.audit import Request
    from affidavit.app.config import Config
    from affidavit.app.reading import Progress
    from affidavit.audit.forge import ForgeSource
    from affidavit.audit.model import Branch


class Begun(NamedTuple):
    """A repository that was opened: what of it is audited, and under which settings."""

    store: Store
    source: Source
    branches: list[Branch]
    newest: str
    settings: Settings
    sworn: Asked
    noticed: list[Limit]


def begin(request: Request, stack: ExitStack) -> Begun:
    """The repository of `request`, open as long as `stack` is.

    Raises:
        AffidavitError: It cannot be audited; see docs/errors/.
    """
    outside = outside_config(request.config)
    store = locate(request.repository)
    refs = read_refs(store)
    git = stack.enter_context(PrivateGit(store, refs))
    slug = slug_of(store)
    given = request.name or (outside.audit.name if outside else None)
    source = Source(git, stack.enter_context(Objects(git)), refs, slug, slug or owned(given))
    bare = store.work_tree is None
    branches, noticed, head = _branches(request, outside, source, bare=bare)
    newest = branches[0].head
    if request.bounds.span:
        # Settings are read where the release ends: a branch that moved on changes nothing.
        newest = head = request.bounds.span.head
    found = settings(source.objects, head, outside, request.config, request.identities)
    asked = request.sworn or Asked(repository=request.repository)
    return Begun(store, source, branches, newest, found, asked, noticed)


class Known(NamedTuple):
    """What is known of the landings before they are graded, by the forge's records too."""

    gathered: Gathered
    told: ForgeSource | msgspec.UnsetType
    noticed: list[Limit]


def know(
    request: Request, begun: Begun, stack: ExitStack, progress: Progress, *, notes: bool = True
) -> Known:
    """What there is to know, from the history, a forge's records, signed statements and notes.

    Raises:
        AffidavitError: Something of it cannot be read, or the period is empty.
    """
    source, noticed = begun.source, list[Limit]()
    records = None
    told: ForgeSource | msgspec.UnsetType = msgspec.UNSET
    if request.forge:
        held = stack.enter_context(opened(request.forge, request.repository, request.name))
        records = stack.enter_context(closing(ForgeRecords(held.path, source, progress)))
    wanted = Wanted(request.bounds, records.tells if records else None, notes)
    gathered = gather(source, begun.branches, begun.settings, wanted, progress)
    if records:
        forge = records.evidence(gathered)
        gathered = msgspec.structs.replace(gathered, facts=forge.known_to(gathered.facts))
        told = held.told(forge.source)
        noticed += [*held.limits, *forge.limits]
    gathered, unread = _with_statements(begun.sworn, source, gathered, progress)
    return Known(gathered, told, [*noticed, *unread])


def _with_statements(
    asked: Asked, source: Source, gathered: Gathered, progress: Progress
) -> tuple[Gathered, list[Limit]]:
    """`gathered` with what signed statements say of its landings, and limits."""
    if not is_worth(asked, source, gathered):
        return gathered, []
    from affidavit.app.sworn.statements import statements  # noqa: PLC0415 -- most have none
    from affidavit.app.sworn.telling import limits_of  # noqa: PLC0415 -- as above

    found = statements(asked, source, gathered, progress)
    facts = msgspec.structs.replace(gathered.facts, sworn=found.by_landing)
    told = list(limits_of(found, len(gathered.selection.landings)))
    return msgspec.structs.replace(gathered, facts=facts), told


def _branches(
    request: Request, outside: Config | None, source: Source, *, bare: bool
) -> tuple[list[Branch], list[Limit], str]:
    """The branches, what is to be said of the choice, and the commit whose own files are read."""
    asked = request.branches or (outside.audit.branches if outside else ())
    branches, noticed = _peeled(source, asked, bare=bare)
    head = branches[0].head
    wanted = () if asked or outside else inside_branches(source.objects, head)
    if not wanted:
        return branches, noticed, head
    usual = visible(branches[0].ref)
    try:
        branches, noticed = _peeled(source, wanted, bare=bare)
    except BranchNotFoundError as error:
        text = "A branch that affidavit.toml inside the repository names is not there; not used."
        return branches, [*noticed, limit("branches-not-found", text, [error.message])], head
    text = (
        "affidavit.toml inside the repository chose what is audited; without it this would have"
        " been audited."
    )
    return branches, [*noticed, limit("branches-chosen-inside", text, [usual], gap=True)], head


def _peeled(
    source: Source, asked: Sequence[str], *, bare: bool
) -> tuple[list[Branch], list[Limit]]:
    """The chosen branches, tags followed to the commits they stand for."""
    branches, noticed = chosen(source.refs, asked, bare=bare)
    commits = source.objects.peeled([branch.head for branch in branches])
    for branch in branches:
        if branch.head not in commits:
            raise BranchNotFoundError(
                f"{visible(branch.ref)} leads to no commit that can be read",
                hint="the object it names is missing, damaged, or no commit",
            )
    return [
        msgspec.structs.replace(branch, head=commits[branch.head]) for branch in branches
    ], noticed
