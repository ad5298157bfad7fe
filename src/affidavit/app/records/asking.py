"""The changes of a repository: found by an audit, and their records put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.audit import Request, audit
from affidavit.app.ledger.home import Home
from affidavit.app.records.export import Records
from affidavit.app.records.ledger import facts_about
from affidavit.app.records.shipping import shipping
from affidavit.app.records.touched import MESSAGES, messages, touched
from affidavit.app.settings import outside_config, settings
from affidavit.audit.model import Report
from affidavit.changes.critical import CriticalPaths
from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.record.flags import Flags
from affidavit.changes.record.group import Change, changes
from affidavit.changes.record.material import Forge, Material, Wishes
from affidavit.changes.record.record import change_record
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.reading import Progress
    from affidavit.app.records.shipping import Shipping
    from affidavit.changes.forge.model import Checks, PullRequest
    from affidavit.changes.record.material import Kept, Told
    from affidavit.changes.record.model import ChangeRecord

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


def found(wanted: Wanted, progress: Progress) -> Found:
    """The changes that `wanted` asks for.

    Raises:
        AffidavitError: The repository or the export cannot be read.
    """
    report = audit(wanted.request, progress)
    path = wanted.request.forge
    records = None
    if path is not None and not isinstance(report.forge, msgspec.UnsetType):
        records = Records(path, report.forge.digest)
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
    request = of.wanted.request
    store = locate(request.repository)
    refs = read_refs(store)
    landings = [one.commit for change in chosen for one in change.landings]
    with PrivateGit(store, refs) as git, Objects(git) as objects:
        progress.step("looking for tags and deployments")
        shipped = shipping(git, objects, refs, landings, of.records)
        outside = outside_config(request.config)
        head = of.report.repository.head
        critical = settings(objects, head, outside, request.config, request.identities).critical
        wishes = Wishes(critical=CriticalPaths(critical), emergency=of.wanted.emergency)
        told = _told(of, chosen)
        progress.step("comparing files")
        paths = touched(git, objects, landings)
        for number, change in enumerate(chosen, 1):
            progress.step("putting records together", number, len(chosen))
            own = [one.commit for one in change.landings]
            read = [*own, *sorted(change.commits - {*own})][:MESSAGES]
            yield Material(
                repository=of.report.repository.name,
                landings=change.landings,
                touched={one: paths[one] for one in own if one in paths},
                messages=messages(objects, read),
                tagged=shipped.tagged.get(change.newest.commit),
                untagged=shipped.untold,
                forge=_forge(of, change, shipped),
                ledger=_about(told, _concerned(of, change)),
                wishes=wishes,
            )


def _told(of: Found, chosen: Sequence[Change]) -> dict[str, list[Told]] | None:
    if of.wanted.ledger is None:
        return None
    return facts_about(
        of.wanted.ledger, {commit for change in chosen for commit in _concerned(of, change)}
    )


def _concerned(of: Found, change: Change) -> list[str]:
    """Its landings, what they brought in, and the head of its request."""
    request = of.request(change)
    head = request.data.head_oid if request else None
    return list(dict.fromkeys((*sorted(change.commits), *([head] if head else ()))))


def _about(told: dict[str, list[Told]] | None, commits: Sequence[str]) -> tuple[Told, ...] | None:
    if told is None:
        return None
    every = [one for commit in commits for one in told.get(commit, ())]
    return tuple(sorted(every, key=lambda one: one.index))


def _forge(of: Found, change: Change, shipped: Shipping) -> Forge | None:
    if of.records is None:
        return None
    request = of.request(change)
    return Forge(
        export=of.records.source,
        absent=of.records.absent,
        request=request,
        checks=tuple(_checks(of.records, change, request)),
        deployments=shipped.ran.get(change.newest.commit, ()),
        push=None if request else of.records.push(change.newest.commit),
    )


def _checks(
    records: Records, change: Change, request: Kept[PullRequest] | None
) -> Iterator[Kept[Checks]]:
    head = request.data.head_oid if request else None
    for commit in dict.fromkeys((*([head] if head else ()), change.newest.commit)):
        found = records.checks(commit)
        if found is not None:
            yield found
