"""Audits and a ledger: what one found is recorded, and what was recorded is compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.ledger.audited import audited
from affidavit.app.ledger.checked import checked
from affidavit.app.ledger.kept import keeping, vault
from affidavit.app.ledger.personal import SUBJECT
from affidavit.app.ledger.recording import LANDING, Recorded, Recording
from affidavit.app.ledger.view import Choice, View, viewing
from affidavit.app.unnamed import UNNAMED
from affidavit.audit.model import SCHEMA
from affidavit.audit.rewritten import Earlier, EarlierBranch, EarlierLanding, EarlierRepository
from affidavit.base.errors import InputError, UsageError
from affidavit.base.limit import limit
from affidavit.base.text import shortened, visible
from affidavit.ledger.entry import COMMIT
from affidavit.ledger.kinds import AuditCompleted, LandingAudited
from affidavit.package.json_report import digest
from affidavit.verify.result import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.checked import Unsure
    from affidavit.app.ledger.home import Home
    from affidavit.app.reading import Progress
    from affidavit.audit.model import Report
    from affidavit.base.limit import Limit
    from affidavit.store.vault import Vault


LONGEST_NAME = 80
MOST_NAMES = 5
"""Names of repositories that an error tells, and characters of each."""


def check_recordable(place: Home, repository: str, progress: Progress) -> None:
    """Refuse before an audit's work what `recorded` would refuse after it.

    Raises:
        UsageError: The repository has no name: facts of several would be one's.
        FrozenError: The log was ended.
        AffidavitError: The ledger or its vault cannot be written to.
    """
    with keeping(place, progress=progress) as keeper, vault(place, keeper.log.origin) as kept:
        keeper.gathering()
        _check_named(repository, View(keeper.log.rows), kept)


def recorded(place: Home, report: Report, progress: Progress, *, named: bool = True) -> Recorded:
    """Record what `report` found in the ledger at `place`.

    Where the repository was not `named` by the caller, its name is where it comes from, which may
    have changed: landings that the ledger has under another name are then not recorded again.

    Raises:
        UsageError: The repository has no name, or another one in the ledger.
        AffidavitError: The ledger or its vault cannot be written to.
    """
    with keeping(place, progress=progress) as keeper, vault(place, keeper.log.origin) as kept:
        view, name = View(keeper.log.rows), report.repository.name
        _check_named(name, view, kept)
        if not (named or _repositories(kept, name)):
            _check_new(report, view, kept)
        return Recording(keeper, kept, report).record(digest(report), progress)


def _check_named(repository: str, view: View, kept: Vault) -> None:
    if repository == UNNAMED:
        held = _held(view, kept)
        more = f"; the ledger holds audits of {held}" if held else ", such as example.com/team/app"
        raise UsageError("the repository has no name of its own", hint=f"give --name{more}")


def _check_new(report: Report, view: View, kept: Vault) -> None:
    """Refuse landings that the ledger has under another name.

    Raises:
        UsageError: It has some.
    """
    ours = {one.commit for one in report.landings}
    for row, body in audited(view, Choice(kind=LANDING), LandingAudited):
        commit = row.entry.subject.commit if row.entry.subject else None
        if commit in ours:
            other = _name_of(kept, body.repository)
            raise UsageError(
                f"the ledger has landings of {_told(report.repository.name)} under another name,"
                f" {_told(other or 'which is not kept')}",
                hint="give --name with one of the two: to go on with it, or to begin another",
            )


def _repositories(kept: Vault, name: str) -> list[str]:
    """What stands in the ledger for the repository of that name."""
    return [one for one in kept.subjects(name) if one.startswith("repository:")]


def _held(view: View, kept: Vault) -> str:
    """The names of the repositories that audits in the ledger are of; some of them, if many."""
    runs = audited(view, Choice(kind="audit.completed.v1"), AuditCompleted)
    things = dict.fromkeys(body.repository for _, body in runs)
    shown = [_told(name) for one in things if (name := _name_of(kept, one))]
    more = f" and {len(shown) - MOST_NAMES:,} more" if len(shown) > MOST_NAMES else ""
    return f"{', '.join(shown[:MOST_NAMES])}{more}"


def _name_of(kept: Vault, thing: str) -> str | None:
    """What the pseudonym of a thing stands for, where that is kept."""
    return kept.value_of(thing, "name") if SUBJECT.fullmatch(thing) else None


def _told(name: str) -> str:
    return visible(shortened(name, LONGEST_NAME))


def earlier(place: Home, repository: str) -> Earlier:
    """What the ledger at `place` knows of earlier audits of `repository`.

    Raises:
        UsageError: The repository has no name.
        InputError: It holds none.
        DamagedError: It does not verify.
    """
    unsure = checked(place)
    with viewing(place) as view, vault(place, view.origin, writable=False) as kept:
        _check_named(repository, view, kept)
        subjects = _repositories(kept, repository)
        runs = [run for one in subjects for run in _runs(view, one)]
        if not runs:
            held = _held(view, kept)
            instead = f"it holds those of {held}: if it is one of them, give --name with its name"
            raise InputError(
                f"the ledger holds no audit of {_told(repository)}",
                hint=instead if held else "record one with affidavit audit --record",
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
            doubts=tuple(_doubts(unsure, newest, kept)),
        )


def _doubts(unsure: Unsure | None, newest: _Run, kept: Vault) -> Iterator[Limit]:
    """What stands in the way of believing a comparison with the ledger."""
    if unsure is not None and unsure.status is Status.SELF_ASSERTED:
        text = (
            "The ledger whose audits history was compared with was not held against a key from"
            " outside it: whoever can write to it may have written them."
        )
        yield limit("ledger-self-asserted", text, [unsure.reason], gap=True)
    elif unsure is not None:
        text = "Of the ledger whose audits history was compared with, not all could be verified."
        yield limit("ledger-incomplete", text, [unsure.reason], gap=True)
    heads = [one.commit for one in newest.body.heads if not _names(kept, (one.branch,))]
    if heads:
        text = (
            "The names of branches that the ledger has are not kept any more: history since these"
            " heads was not compared."
        )
        yield limit("ledger-branches-unnamed", text, heads, gap=True)


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
    return tuple(name for one in branches if (name := _name_of(kept, one)))
