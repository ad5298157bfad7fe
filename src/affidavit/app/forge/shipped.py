"""Deployments of a period beside the history: whether what was deployed is on an audited branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.audit.forge import ForgeDeployment, ForgeDeployments, Held
from affidavit.base.limit import Limit, limit
from affidavit.base.period import rfc3339
from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.app.forge.requests import Shipped
    from affidavit.app.gather import Gathered, Source
    from affidavit.base.period import Period

SECTION = "deployments"


def deployments(
    shipped: Iterable[Shipped], gathered: Gathered, source: Source, *, whole: bool
) -> ForgeDeployments:
    """Those of the period; `whole` is whether all of them are among the `shipped`."""
    period = gathered.selection.period
    made = sorted(
        (one for one in shipped if one.time in period), key=lambda one: (one.time, one.id)
    )
    held = gathered.graph.parents
    others = [one for one in made if one.commit not in held]
    known = _unmerged(others, gathered, source)
    rows = [_row(one, Held.NO if one.commit in known else Held.UNKNOWN) for one in others]
    unmerged = sum(one.held is Held.NO for one in rows)
    return ForgeDeployments(
        made=len(made) if whole else None,
        held=len(made) - len(others) if whole else None,
        unmerged=unmerged if whole else None,
        unknown=len(others) - unmerged if whole else None,
        rows=tuple(rows),
    )


def _unmerged(others: Sequence[Shipped], gathered: Gathered, source: Source) -> set[str]:
    """Commits that are here, and of which it is certain that no audited branch holds them."""
    graph = gathered.graph
    if not others or graph.missing or graph.damaged or graph.boundary or source.git.absent:
        # What cannot be followed may lead there.
        return set()
    return source.objects.have(dict.fromkeys(one.commit for one in others))


def _row(one: Shipped, held: Held) -> ForgeDeployment:
    return ForgeDeployment(
        id=one.id,
        environment=_shown(one.environment),
        production=one.production,
        ref=_shown(one.ref),
        commit=visible(shortened(one.commit, 64)),
        at=rfc3339(one.time),
        state=_shown(one.state),
        held=held,
    )


def _shown(text: str | None) -> str | None:
    return None if text is None else visible(shortened(text, 200))


def later(shipped: Iterable[Shipped], period: Period) -> Iterator[Limit]:
    """What was deployed after the period, as what landed last in it mostly is."""
    count = sum(one.time >= period.end for one in shipped)
    if count:
        text = "Deployments that were made after the period are not in this report."
        yield Limit("deployments-after-the-period", text, count)


def deployment_limits(told: ForgeDeployments, reach: Sequence[str]) -> Iterator[Limit]:
    """What is not known of them; `reach` says how far they were collected."""
    if told.made is None:
        text = (
            "The forge's records do not hold every deployment of the period: what was deployed"
            " without a change on an audited branch is not known whole."
        )
        yield limit("deployments-incomplete", text, list(reach), gap=True)
    unknown = [f"{one.id} {one.commit}" for one in told.rows if one.held is Held.UNKNOWN]
    if unknown:
        text = (
            "Commits were deployed that are not in this copy, or whose history cannot be followed:"
            " whether an audited branch holds them is unknown."
        )
        yield limit("deployments-unplaced", text, unknown, gap=True)
