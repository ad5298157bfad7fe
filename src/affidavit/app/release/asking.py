"""A release put together: its ends, an audit of its landings, what is known of its commit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit import __version__
from affidavit.app.audit import Request
from affidavit.app.gather import Bounds
from affidavit.app.ledger.home import Home
from affidavit.app.records.asking import EMERGENCY, Found, found
from affidavit.app.records.asking import Wanted as WantedChanges
from affidavit.app.release import forge
from affidavit.app.release.ends import Ends, ends
from affidavit.app.release.files import commits, share
from affidavit.app.release.ledger import facts
from affidavit.audit.release.model import Counted, Inputs, Range, Release
from affidavit.audit.release.totals import Brief, totals
from affidavit.audit.release.unknown import unknown
from affidavit.base.limit import Limit, limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.reading import Progress
    from affidavit.app.release.ledger import Facts
    from affidavit.audit.model import AuditException, Report


_OF_PERIODS = frozenset({"deployments-after-the-period"})
"""Limits that make no sense here: a release is deployed after its last landing."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which release is wanted, as it was typed, and what else is read for it."""

    repository: Path
    typed: str
    branches: tuple[str, ...] = ()
    name: str | None = None
    config: Path | None = None
    identities: Path | None = None
    forge: Path | None = None
    ledger: Home | None = None
    emergency: tuple[str, ...] = EMERGENCY
    check: Callable[[str], None] | None = None
    """Refuses a repository of that name, before the long work; else makes ready for it."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A release whose changes are found: their records are still to be put together."""

    wanted: Wanted
    ends: Ends
    found: Found


def asked(wanted: Wanted, progress: Progress) -> Asked:
    """The changes of the release that is `wanted`.

    Raises:
        AffidavitError: The range, the repository or the forge's records cannot be read.
    """
    between = ends(wanted.repository, wanted.typed, progress)
    request = Request(
        repository=wanted.repository,
        branches=wanted.branches,
        bounds=Bounds(span=between.span),
        name=wanted.name,
        config=wanted.config,
        identities=wanted.identities,
        forge=wanted.forge,
        earlier=partial(_checked, wanted.check) if wanted.check else None,
    )
    changes = WantedChanges(request=request, ledger=wanted.ledger, emergency=wanted.emergency)
    return Asked(wanted=wanted, ends=between, found=found(changes, progress))


def _checked(check: Callable[[str], None], name: str) -> None:
    """Nothing to compare the history with, once the name is checked."""
    check(name)


def release(of: Asked, briefs: Sequence[Brief], progress: Progress) -> Release:
    """The report on the release `of`, the records of whose changes are told by `briefs`.

    Raises:
        AffidavitError: The repository, the forge's records or the ledger cannot be read.
    """
    report, head = of.found.report, of.ends.head
    progress.step("looking at the released files")
    held = facts(of.wanted.ledger, head)
    files = share(of.wanted.repository, of.ends, report.landings)
    counted, every = _counted(of), totals(briefs, report.agents)
    records = of.found.records
    checks, made = forge.checks(records, head), forge.deployments(records, head)
    shipped = forge.published(records, head)
    whys = {
        "checks of the released commit": checks.why,
        "tests, scans and other results": held.results.why,
        "deployments of the released commit": made.why,
        "provenance of artefacts": held.artifacts.why,
        "the forge's release": shipped.why,
    }
    return Release(
        tool=f"affidavit {__version__}",
        repository=report.repository.name,
        range=_range(of),
        population=counted,
        inputs=_inputs(of, held),
        totals=every,
        share=files,
        published=shipped,
        checks=checks,
        results=held.results,
        deployments=made,
        artifacts=held.artifacts,
        exceptions=tuple(_exceptions(report)),
        unknown=unknown(counted, every, files, whys),
        limits=tuple(sorted({*_limits(of.ends), *_standing(report)})),
    )


def _standing(report: Report) -> Iterator[Limit]:
    """The limits of the audit, but for those of its period."""
    return (one for one in report.limits if one.id not in _OF_PERIODS)


def _exceptions(report: Report) -> Iterator[AuditException]:
    """Those of its landings: what else happened while it was made is not in the release."""
    landings = {one.commit for one in report.landings}
    return (one for one in report.exceptions if one.commit in landings)


def _range(of: Asked) -> Range:
    audited = tuple(one.name for one in of.found.report.repository.branches)
    outside = (one.commit for one in of.found.report.landings if not {*one.branches} & {*audited})
    return Range(
        base=of.ends.base,
        head=of.ends.head,
        chosen=of.ends.chosen,
        relation=of.ends.reach.relation,
        branches=audited,
        dropped=commits(of.ends.reach.dropped),
        outside=commits(outside),
    )


def _counted(of: Asked) -> Counted:
    population, reach = of.found.report.population, of.ends.reach
    return Counted(
        landings=population.landings,
        commits=len(reach.new),
        accounted=reach.accounted,
        again=sum(reach.again.values()),
        digest=population.digest,
        reconciliation=population.reconciliation,
    )


def _inputs(of: Asked, held: Facts) -> Inputs:
    told = of.found.report.forge
    return Inputs(
        forge=None if isinstance(told, msgspec.UnsetType) else told.digest, ledger=held.origin
    )


def _limits(between: Ends) -> Iterator[Limit]:
    lost = between.reach.absent
    if lost:
        text = (
            "The history of the release is not whole in this copy. What its beginning holds may be"
            " counted as new, or as left behind, where commits between are not here."
        )
        yield limit("release-incomplete", text, sorted(lost), gap=True)
