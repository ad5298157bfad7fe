"""Audits and a ledger: what one found is recorded, and what was recorded is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.audit import UNNAMED
from affidavit.app.ledger.audited import audited
from affidavit.app.ledger.kept import keeping, vault
from affidavit.app.ledger.personal import SUBJECT
from affidavit.app.ledger.recording import Recorded, Recording
from affidavit.app.ledger.view import Choice, viewing
from affidavit.audit.model import SCHEMA
from affidavit.audit.rewritten import Earlier, EarlierBranch, EarlierLanding, EarlierRepository
from affidavit.base.errors import InputError, UsageError
from affidavit.ledger.entry import COMMIT
from affidavit.ledger.kinds import AuditCompleted, LandingAudited
from affidavit.package.json_report import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import View
    from affidavit.app.reading import Progress
    from affidavit.audit.model import Report
    from affidavit.store.vault import Vault


def recorded(place: Home, report: Report, progress: Progress) -> Recorded:
    """Record what `report` found in the ledger at `place`.

    Raises:
        UsageError: The repository has no name: facts of several would be one's.
        AffidavitError: The ledger or its vault cannot be written to.
    """
    if report.repository.name == UNNAMED:
        raise UsageError(
            "the repository has no name of its own to be recorded under", hint="give --name"
        )
    with keeping(place) as keeper, vault(place, keeper.log.origin) as kept:
        return Recording(keeper, kept, report).record(digest(report), progress)


def earlier(place: Home, repository: str) -> Earlier:
    """What the ledger at `place` knows of earlier audits of `repository`.

    Raises:
        InputError: It holds none.
    """
    with viewing(place) as view, vault(place, view.origin, writable=False) as kept:
        subjects = [one for one in kept.subjects(repository) if one.startswith("repository:")]
        runs = [run for one in subjects for run in _runs(view, one)]
        if not runs:
            raise InputError(
                f"the ledger holds no audit of {repository}",
                hint="record one with affidavit audit --record",
            )
        newest = runs[-1]
        return Earlier(
            schema=SCHEMA,
            repository=EarlierRepository(
                name=repository,
                object_format=newest.body.object_format,
                branches=tuple(
                    EarlierBranch(name=name, head=one.commit)
                    for one in newest.body.heads
                    for name in _names(kept, (one.branch,))
                    if COMMIT.fullmatch(one.commit)
                ),
            ),
            landings=tuple(_landings(view, kept, subjects, runs)),
            digest=newest.digest,
        )


class _Run(NamedTuple):
    body: AuditCompleted
    time: str
    digest: str


def _runs(view: View, repository: str) -> Iterator[_Run]:
    choice = Choice(stream=f"audit:{repository}", kind="audit.completed.v1")
    for row, body in audited(view, choice, AuditCompleted):
        yield _Run(body, row.entry.time, row.digest)


def _landings(
    view: View, kept: Vault, repositories: list[str], runs: list[_Run]
) -> Iterator[EarlierLanding]:
    """Every landing that was ever recorded, and every head."""
    seen: set[str] = set()
    for repository in repositories:
        choice = Choice(stream=f"audit:{repository}", kind="landing.audited.v1")
        for row, body in audited(view, choice, LandingAudited):
            commit = row.entry.subject.commit if row.entry.subject else None
            if commit is not None and commit not in seen:
                seen.add(commit)
                yield EarlierLanding(
                    commit=commit, change=body.change, branches=_names(kept, body.branches)
                )
    for run in runs:
        for head in run.body.heads:
            if head.commit not in seen and COMMIT.fullmatch(head.commit):
                seen.add(head.commit)
                yield EarlierLanding(
                    commit=head.commit,
                    change=f"the head of {run.time[:10]}",
                    branches=_names(kept, (head.branch,)),
                )


def _names(kept: Vault, branches: tuple[str, ...]) -> tuple[str, ...]:
    known = (kept.value_of(one, "name") for one in branches if SUBJECT.fullmatch(one))
    return tuple(name for name in known if name)
