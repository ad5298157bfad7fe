"""Which commit is deployed: that of the latest deployment to an environment that succeeded."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.ledger.checked import checked
from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.lines.released import Found, enumerated, told
from affidavit.audit.lines.model import At
from affidavit.base.errors import AffidavitError, NotShippedError, UsageError
from affidavit.base.limit import Limit, limit
from affidavit.base.period import rfc3339, since
from affidavit.changes.record.value import Source, SourceKind
from affidavit.ledger.results import DeploymentRecorded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from affidavit.app.gather import Source as Repository
    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row
    from affidavit.app.records.export import Records
    from affidavit.changes.forge.model import Deployment
    from affidavit.changes.record.material import Kept

KIND = "deployment.recorded.v1"
_ID = re.compile("[0-9a-f]+")
_SUCCESS = "success"
_ENDED = frozenset({"inactive", "failure", "error", "rolled-back"})
"""What is said of a deployment that no longer runs, or not as it should."""
_UNSURE = (
    "What is deployed may be another commit than the one whose lines are told: not all is known of"
    " the environment's deployments."
)
_NOWHERE = (
    "give --forge FILE of affidavit collect, or --ledger DIR that affidavit record deploy"
    " recorded in"
)


class Made(NamedTuple):
    """A step of a deployment: at `at` (RFC 3339, UTC) the commit was said to be in that state.

    `state` is None where it is not told, `environment` where it is not known any more. `of` is the
    same for all steps of a deployment.
    """

    at: str
    of: str
    commit: str
    environment: str | None
    state: str | None
    source: Source


def deployed(
    source: Repository, environment: str, records: Records | None, place: Home | None
) -> Found:
    """What runs in `environment` by a forge's `records` and by what the ledger at `place` has.

    It is not sure where that ledger was held against no key from outside it.

    Raises:
        DamagedError: The ledger does not verify.
        UsageError: There is no such environment, or nothing to find it in.
        NotShippedError: No deployment to it succeeded, or of a commit that is not here.
        AffidavitError: The ledger cannot be read.
    """
    if records is None and place is None:
        raise UsageError("nothing tells of deployments", hint=_NOWHERE)
    doubts = list(_unverified(place))
    every = [*_forge(records), *_ledger(place)]
    mine = [one for one in every if one.environment and _same(one.environment, environment)]
    done = [one for one in mine if one.state == _SUCCESS]
    if not done:
        raise _none(environment, every, mine, records)
    # Of two at one time the forge's record counts, then the later one.
    last = max(enumerate(done), key=lambda one: (one[1].at, _is_forges(one[1]), one[0]))[1]
    if not _is_here(source, last.commit):
        raise NotShippedError(
            f"what was deployed to {told(environment)} at {last.at} is the commit"
            f" {told(last.commit[:12])}, which is not in this clone",
            hint=f"{told(last.source.at)} says so; git fetch may bring it",
        )
    at = At(kind="deployment", name=told(last.environment or ""), time=last.at, source=last.source)
    doubts += _doubts(last, every)
    return Found(last.commit, at, tuple(_limits(last, doubts, records)))


def _is_here(source: Repository, commit: str) -> bool:
    whole = _ID.fullmatch(commit) and len(commit) == source.git.id_length
    return bool(whole) and source.objects.peeled([commit]).get(commit) == commit


def _same(one: str, other: str) -> bool:
    """Whether two names are of one environment, as controls compare them."""
    return one.strip().casefold() == other.strip().casefold()


def _is_forges(made: Made) -> bool:
    return made.source.kind is SourceKind.FORGE


def _forge(records: Records | None) -> Iterator[Made]:
    for one in records.deployments() if records else ():
        yield from _steps(one)


def _steps(one: Kept[Deployment]) -> Iterator[Made]:
    made = one.data
    name = made.environment or ""
    states: list[tuple[str, str | None]] = [(each.at, each.state) for each in made.statuses]
    if not any(state == _SUCCESS for _, state in states) and made.missing:
        states.append((made.created_at, None))
    for at, state in states or [(made.created_at, "")]:
        yield Made(at, f"forge {made.id}", made.commit, name, state, one.source)


def _ledger(place: Home | None) -> Iterator[Made]:
    if place is None:
        return
    with viewing(place) as view:
        rows = list(view.chosen(Choice(kind=KIND)))
        origin = view.origin
    if rows:
        yield from _recorded(place, origin, rows)


def _recorded(place: Home, origin: str, rows: Sequence[Row]) -> Iterator[Made]:
    try:
        with vault(place, origin, writable=False) as kept:
            yield from [made for row in rows if (made := _step(row, kept.reveal))]
    except AffidavitError:
        # Without its keys an environment is known where its tier is its name alone.
        yield from [made for row in rows if (made := _step(row, lambda _one: None))]


def _step(row: Row, reveal: Callable[[str], str | None]) -> Made | None:
    """What an entry says; None where it makes no sense, or is of no commit."""
    commit = row.entry.subject.commit if row.entry.subject else None
    try:
        body = msgspec.json.decode(row.entry.body, type=DeploymentRecorded)
        # The keeper's clock tells fractions of a second; what counts are whole ones.
        at = rfc3339(since(body.at or f"{row.entry.time[:19]}Z"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, AffidavitError):
        return None
    name = reveal(body.environment) if body.environment else body.tier
    source = Source(kind=SourceKind.LEDGER, at=str(row.index), digest=row.digest)
    return Made(at, commit, commit, name, body.status, source) if commit else None


def _none(
    environment: str, every: Sequence[Made], mine: Sequence[Made], records: Records | None
) -> AffidavitError:
    """Why there is no commit to tell of, and what there is instead."""
    absent = records.absent.get("deployments") if records else None
    if mine:
        said = Counter(one.state or "not told" for one in mine)
        states = enumerated([told(state) for state, _ in said.most_common()])
        why = f"no deployment to {told(environment)} is known to have succeeded"
        return NotShippedError(why, hint=f"what is said of them: {states}")
    if not every:
        return NotShippedError("no deployment is known at all", hint=told(absent or ""))
    counts = Counter(one.environment for one in every if one.state == _SUCCESS)
    names = [told(name) for name, _ in counts.most_common() if name]
    there = enumerated(names) or "none whose name is known"
    return UsageError(
        f"nothing was deployed to an environment called {told(environment)!r}",
        hint=f"there was to: {there}" + (f"; {told(absent)}" if absent else ""),
    )


def _unverified(place: Home | None) -> Iterator[str]:
    """Why the ledger may say what nobody recorded in it, or not all that was.

    Raises:
        DamagedError: It does not verify.
    """
    unsure = None if place is None else checked(place)
    if unsure is not None:
        yield f"the ledger: {unsure.reason}"


def _limits(last: Made, doubts: list[str], records: Records | None) -> Iterator[Limit]:
    absent = records.lacking("deployments", last.at) if records else None
    every = [told(one) for one in dict.fromkeys((*doubts, *([absent] if absent else ())))]
    if every:
        yield limit("deployed-unsure", _UNSURE, every, gap=True)


def _doubts(last: Made, every: Sequence[Made]) -> Iterator[str]:
    """Why the commit may not run there: what is told of later steps, or is not."""
    before = True
    for one in every:
        before = before and one is not last
        if one.at < last.at or one is last:
            continue
        if one.environment is None:
            yield f"{_where(one)} is of an environment whose name is not kept"
        elif not _same(one.environment, last.environment or ""):
            continue
        elif one.state is None:
            yield f"{_where(one)}: whether it succeeded, the forge does not tell"
        elif one.of == last.of and one.state in _ENDED and not (before and one.at == last.at):
            yield f"{_where(one)} says {one.state} at {one.at}"


def _where(one: Made) -> str:
    return f"the deployment of {one.commit[:12]} ({one.source.kind} {one.source.at})"
