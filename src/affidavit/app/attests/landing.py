"""One landing with the evidence for it, found by an audit of nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.attests.believed import unbelieved
from affidavit.app.audit import Request
from affidavit.app.envelope.range import listed
from affidavit.app.gather import Bounds
from affidavit.app.receipts.commits import Named, resolved
from affidavit.app.records.asking import Found, Wanted, found, materials
from affidavit.app.sworn.asked import Asked
from affidavit.audit.release.span import Span
from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.changes.model import Landing
from affidavit.changes.record.material import Material
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from affidavit.app.attests.model import About
    from affidavit.app.reading import Progress


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A landing as an audit of it alone found it, and what its change record is made of.

    `unbelieved` is why ledgers that were named count for nothing: then nothing is stated.
    """

    named: Named
    landing: Landing
    material: Material
    found: Found
    unbelieved: tuple[str, ...] = ()

    @property
    def is_last(self) -> bool:
        """Whether it holds all of its request: of several landings of one, the last does."""
        request = self.material.request
        became = request.data.merge_commit if request else None
        return became is None or became.oid == self.named.commit


def judged(about: About, progress: Progress) -> Judged:
    """The landing that `about` names.

    The audit is of the span from its first parent to it: how long the history is does not matter,
    and settings are read in the landing itself.

    Raises:
        UsageError: It is no landing of an audited branch.
        AffidavitError: The repository or the evidence cannot be read.
    """
    named = resolved(about.repository, about.revision)
    span = Span(head=named.commit, base=_base(about, named.commit), name=named.commit)
    request = Request(
        repository=about.repository,
        branches=about.branches,
        bounds=Bounds(span=span),
        name=about.name,
        config=about.config,
        identities=about.identities,
        forge=about.forge,
        sworn=_sworn(about),
    )
    progress.step("verifying ledgers")
    doubts = unbelieved(about)
    wanted = Wanted(request=request, ledger=None if doubts else about.ledger)
    every = found(wanted, progress)
    landing = _landing(every, named.commit)
    change = next(one for one in every.changes if landing in one.landings)
    (material,) = materials(every, [change], progress)
    return Judged(named=named, landing=landing, material=material, found=every, unbelieved=doubts)


def _base(about: About, commit: str) -> str | None:
    """What it landed on; None where there is nothing, or nothing that is here."""
    store = locate(about.repository)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        _, *parents = listed(git, "rev-list", "--parents", "--max-count=1", commit)
        return next(iter(objects.peeled(parents[:1])), None)


def _sworn(about: About) -> Asked | None:
    """Where signed statements are looked for; None where no place is named."""
    kept = () if about.ledger is None else (about.ledger.folder,)
    if not about.statements and not kept:
        return None
    return Asked(repository=about.repository, places=(*about.statements, *kept))


def _landing(every: Found, commit: str) -> Landing:
    branches = {one.name for one in every.report.repository.branches}
    for one in every.report.landings:
        if one.commit == commit and not branches.isdisjoint(map(visible, one.branches)):
            return one
    raise UsageError(
        f"{commit[:12]} is no landing of {', '.join(sorted(branches))}",
        hint="a landing is a first-parent commit of the branch; --branch names another",
    )
