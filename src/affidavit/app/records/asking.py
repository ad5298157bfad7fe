"""The changes of a repository: found by an audit, and their records put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.audit import Request, audit
from affidavit.app.forge.opening import opened
from affidavit.app.gather import Source
from affidavit.app.ledger.home import Home
from affidavit.app.records.export import Records
from affidavit.app.records.ledger import facts
from affidavit.app.records.owning import Owning
from affidavit.app.records.roles import chain, roles
from affidavit.app.records.roles import held as held_roles
from affidavit.app.records.shipping import shipping
from affidavit.app.records.touched import MESSAGES, messages, touched
from affidavit.app.settings import outside_config, settings
from affidavit.app.sworn.asked import in_ledger
from affidavit.audit.model import Report
from affidavit.changes.critical import CriticalPaths
from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.record.flags import Flags
from affidavit.changes.record.group import Change, changes, is_commit
from affidavit.changes.record.material import Forge, Material, Touched, Wishes
from affidavit.changes.record.record import change_record
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.reading import Progress
    from affidavit.app.records.ledger import Facts
    from affidavit.app.records.roles import Roles
    from affidavit.app.records.shipping import Shipping
    from affidavit.changes.forge.model import Checks, PullRequest
    from affidavit.changes.record.material import Kept, Told
    from affidavit.changes.record.model import ChangeRecord
    from affidavit.sources.git.graph import Graph

EMERGENCY = ("emergency",)
"""Labels that call a change an emergency, unless others are named."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Whose changes are wanted: of the repository that `request` audits."""

    request: Request
    ledger: Home | None = None
    emergency: tuple[str, ...] = EMERGENCY


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The changes of the period, in the order of the report, and the forge's records."""

    wanted: Wanted
    report: Report
    changes: tuple[Change, ...]
    records: Records | None

    def request(self, change: Change) -> Kept[PullRequest] | None:
        """The request that became `change`, where the forge's records have it."""
        review = change.newest.forge
        if self.records is None or not isinstance(review, ForgeReview):
            return None
        return self.records.request(review.number)

    def requested(self, commit: str) -> tuple[Change, ...]:
        """The changes whose request had a commit that begins with `commit`."""
        if not is_commit(commit):
            return ()
        begin = commit.lower()
        return tuple(one for one in self.changes if self._had(one, begin))

    def _had(self, change: Change, begin: str) -> bool:
        request = self.request(change)
        if request is None:
            return False
        known = (request.data.head_oid or "", *(one.oid for one in request.data.commits))
        return any(one.startswith(begin) for one in known)


def found(wanted: Wanted, progress: Progress) -> Found:
    """The changes that `wanted` asks for.

    Approvals and decisions of the gate in its ledger count as they do for an audit.

    Raises:
        AffidavitError: The repository or the export cannot be read.
    """
    asked, held, records = wanted.request, None, None
    if asked.forge is not None:
        held = opened(asked.forge, asked.repository, asked.name)
        asked = msgspec.structs.replace(asked, forge=held)
    if wanted.ledger is not None and asked.sworn is None:
        sworn = in_ledger(asked.repository, wanted.ledger.folder)
        asked = msgspec.structs.replace(asked, sworn=sworn)
    report = audit(asked, progress)
    if held is not None and not isinstance(report.forge, msgspec.UnsetType):
        records = Records(held, report.forge.digest)
    return Found(wanted=wanted, report=report, changes=changes(report.landings), records=records)


def records(of: Found, chosen: Sequence[Change], progress: Progress) -> Iterator[ChangeRecord]:
    """The records of the changes `chosen`, in their order.

    Raises:
        AffidavitError: The repository, the export or the ledger cannot be read.
    """
    flags = Flags()
    for material in materials(of, chosen, progress):
        yield change_record(material, flags)


def materials(of: Found, chosen: Sequence[Change], progress: Progress) -> Iterator[Material]:
    """What the records of `chosen` are put together from."""
    if not chosen:
        return
    store = locate(of.wanted.request.repository)
    refs = read_refs(store)
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        around = _around(of, chosen, Source(git, objects, refs), progress)
        for number, change in enumerate(chosen, 1):
            progress.step("putting records together", number, len(chosen))
            yield _material(of, change, around, objects)


class _Around(NamedTuple):
    """What is known of all changes that are asked for."""

    shipped: Shipping
    wishes: Wishes
    told: Facts | None
    paths: dict[str, Touched]
    roles: Roles | None
    owning: Owning


def _around(of: Found, chosen: Sequence[Change], source: Source, progress: Progress) -> _Around:
    git, objects, refs = source.git, source.objects, source.refs
    landings = [one.commit for change in chosen for one in change.landings]
    head = of.report.repository.head
    progress.step("looking for tags and deployments")
    # The head is asked for so that the walk has all of the branch.
    shipped = shipping(git, objects, refs, [*landings, head], of.records)
    told = _told(of, chosen, shipped.graph)
    progress.step("comparing files")
    return _Around(
        shipped=shipped,
        wishes=_wishes(of, objects),
        told=told,
        paths=touched(git, objects, landings),
        roles=_roles(of, chosen, objects, shipped.graph),
        owning=Owning(objects, {one: _base(one, shipped.graph) for one in landings}),
    )


def _wishes(of: Found, objects: Objects) -> Wishes:
    request, head = of.wanted.request, of.report.repository.head
    outside = outside_config(request.config)
    critical = settings(objects, head, outside, request.config, request.identities).critical
    return Wishes(critical=CriticalPaths(critical), emergency=of.wanted.emergency)


def _roles(of: Found, chosen: Sequence[Change], objects: Objects, graph: Graph) -> Roles | None:
    if of.records is None:
        return None
    several = (kept for one in chosen if (kept := of.request(one)) is not None)
    commits = chain(graph, of.report.repository.head, of.report.landings)
    return roles(objects, commits, of.records.host, several)


def _material(of: Found, change: Change, around: _Around, objects: Objects) -> Material:
    own = [one.commit for one in change.landings]
    every = [*own, *sorted(change.commits - {*own})]
    read = messages(objects, every[:MESSAGES])
    about, told, shipped = _concerned(of, change), around.told, around.shipped
    forge = _forge(of, change, shipped)
    return Material(
        repository=of.report.repository.name,
        landings=change.landings,
        touched={one: around.paths[one] for one in own if one in around.paths},
        messages=read,
        unread=len(every) - len(read),
        tagged=shipped.tagged.get(change.newest.commit),
        untagged=shipped.untold,
        forge=forge,
        ledger=_about(told, about),
        untold=sum(told.left[one] for one in about) if told else 0,
        before=_about(told, [_base(own[-1], shipped.graph) or ""]) or (),
        roles=held_roles(around.roles, forge.request if forge else None),
        owners={one: around.owning.of(one) for one in own},
        wishes=around.wishes,
    )


def _told(of: Found, chosen: Sequence[Change], graph: Graph) -> Facts | None:
    if of.wanted.ledger is None:
        return None
    commits = {commit for change in chosen for commit in _concerned(of, change)}
    bases = {_base(one.landings[-1].commit, graph) for one in chosen}
    return facts(of.wanted.ledger, commits | {one for one in bases if one})


def _base(landing: str, graph: Graph) -> str | None:
    """The commit that a landing came in on; empty where there is none, None where it is unknown."""
    if landing not in graph.linked or landing in graph.boundary:
        return None
    return next(iter(graph.linked[landing]), "")


def _concerned(of: Found, change: Change) -> list[str]:
    """Its landings, what they brought in, and the head of its request."""
    request = of.request(change)
    head = request.data.head_oid if request else None
    return list(dict.fromkeys((*sorted(change.commits), *([head] if head else ()))))


def _about(found: Facts | None, commits: Sequence[str]) -> tuple[Told, ...] | None:
    if found is None:
        return None
    every = [one for commit in commits for one in found.told.get(commit, ())]
    return tuple(sorted(every, key=lambda one: one.index))


def _forge(of: Found, change: Change, shipped: Shipping) -> Forge | None:
    if of.records is None:
        return None
    request = of.request(change)
    merged = request.data.merged_at if request else None
    lacking = of.records.lacking("deployments", merged or change.newest.landed_at)
    return Forge(
        export=of.records.source,
        absent=of.records.absent,
        request=request,
        checks=tuple(_checks(of.records, change, request)),
        deployments=shipped.ran.get(change.newest.commit, ()),
        unshipped=lacking or shipped.unshipped(merged),
        push=None if request else of.records.push(change.newest.commit, change.newest.branches),
    )


def _checks(
    records: Records, change: Change, request: Kept[PullRequest] | None
) -> Iterator[Kept[Checks]]:
    head = request.data.head_oid if request else None
    for commit in dict.fromkeys((*([head] if head else ()), change.newest.commit)):
        found = records.checks(commit)
        if found is not None:
            yield found
