"""Recorded decisions made again: with the recorded bundle, about the recorded input."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from affidavit.app.ledger.checked import checked
from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.policy.basing import policies
from affidavit.app.policy.contradicting import contradiction, score_differs, unfounded
from affidavit.app.policy.deciding import lifted, reasons_of, unwaived
from affidavit.app.policy.engines import Engines, apart, engines
from affidavit.app.policy.evaluating import input_at, input_in
from affidavit.app.policy.opening import bundle_at
from affidavit.base.digest import sha256
from affidavit.base.errors import (
    AffidavitError,
    DamagedError,
    KeyFileError,
    PeriodError,
    PolicyError,
    StoreError,
)
from affidavit.base.period import since, until
from affidavit.base.text import shortened
from affidavit.ledger.decided import KIND, PolicyDecided
from affidavit.policy.answers import Replay, Replayed
from affidavit.policy.archive import unarchived
from affidavit.policy.bundle import Bundle, bundle_of
from affidavit.policy.deciding import decide, input_digest
from affidavit.policy.errors import EvaluationError, Failure
from affidavit.policy.input import PolicyInput
from affidavit.policy.opa import UNVERIFIED
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row, View
    from affidavit.ledger.decided import DecidedReason
    from affidavit.policy.answers import Again
    from affidavit.policy.model import Decision, Engine
    from affidavit.store.vault import Vault

LONGEST_SHOWN = 200
"""Characters of a value that is told."""
Find: TypeAlias = "Callable[[PolicyInput], Bundle | None]"
"""Where else the bundle may lie that decided about an input."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which decisions to make again, and what the caller has that the ledger does not hold.

    `since` and `until` are days or times as for an audit: the decisions' own times lie between.
    `repo` is where the commits are whose policies decided, `opa` the address of a server.
    """

    since: str | None = None
    until: str | None = None
    bundles: tuple[Path, ...] = ()
    asked: tuple[Path, ...] = ()
    repo: Path | None = None
    opa: str | None = None


class Had(msgspec.Struct, frozen=True, kw_only=True):
    """What there is besides a ledger: `find` is asked where nobody else has a bundle.

    `engines` is what evaluates a bundle.
    """

    bundles: tuple[Bundle, ...] = ()
    inputs: tuple[PolicyInput, ...] = ()
    find: Find | None = None
    engines: Engines = apart


def replayed(place: Home, asked: Asked) -> Replay:
    """Every decision recorded in the ledger at `place`, made again, once the ledger is verified.

    Raises:
        AffidavitError: The ledger does not verify, or what was given cannot be read.
    """
    first = since(asked.since) if asked.since else None
    last = until(asked.until) if asked.until else None
    unsure = checked(place)
    with ExitStack() as open_:
        each = open_.enter_context(repeating(place, _had(asked, open_)))
        found = (each.again(row) for row in each.rows())
        return Replay(
            decisions=tuple(one for one in found if _within(one.at, first, last)),
            unsure=None if unsure is None else unsure.reason,
        )


def _had(asked: Asked, open_: ExitStack) -> Had:
    find = None
    if asked.repo is not None:
        store = locate(asked.repo)
        git = open_.enter_context(PrivateGit(store, read_refs(store)))
        find = policies(open_.enter_context(Objects(git)))
    return Had(
        bundles=tuple(map(bundle_at, asked.bundles)),
        inputs=tuple(map(input_at, asked.asked)),
        find=find,
        engines=open_.enter_context(engines(asked.opa)),
    )


def recorded_inputs(place: Home) -> Iterator[tuple[str, PolicyInput]]:
    """The input of every recorded decision that is kept, called by its entry.

    Raises:
        AffidavitError: The ledger cannot be read, or an input in it is none.
    """
    with repeating(place) as each:
        for row in each.rows():
            found = each.asked(_body(row))
            if found is not None:
                yield f"entry {row.index}", found


@contextmanager
def repeating(place: Home, had: Had | None = None) -> Iterator[Repeating]:
    """What makes the decisions of the ledger at `place` again.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    with ExitStack() as open_:
        view = open_.enter_context(viewing(place))
        yield Repeating(view, _vault(place, view, open_), had or Had())


def _within(at: str, first: int | None, last: int | None) -> bool:
    """Whether a decision is of the period; one whose time makes no sense is of every."""
    try:
        second = since(at)
    except PeriodError:
        return True
    return (first is None or second >= first) and (last is None or second < last)


class Repeating:
    """Makes decisions of one ledger again; each bundle is loaded once."""

    def __init__(self, view: View, secrets: Vault | None, had: Had) -> None:
        self._view = view
        self._find = had.find
        self._of = had.engines
        self._secrets = secrets
        self._bundles = {one.digest: one for one in had.bundles}
        self._inputs = {input_digest(one): one for one in had.inputs}
        self._engines: dict[str, Engine] = {}

    def rows(self) -> Iterator[Row]:
        """The entries of decisions, in order."""
        return self._view.chosen(Choice(kind=KIND))

    def again(self, row: Row) -> Replayed:
        """The decision in `row`, made again."""
        body = _body(row)
        state: Again = "differs"
        why = contradiction(body)
        try:
            if not why:
                state, why = self._judged(row, body)
        except AffidavitError as error:
            state, why = "unknown", error.message
        subject = row.entry.subject
        return Replayed(
            index=row.index,
            commit=(subject.commit if subject else None) or "",
            at=body.at,
            recorded=body,
            again=state,
            why=why,
        )

    def _judged(self, row: Row, body: PolicyDecided) -> tuple[Again, str]:
        asked = self.asked(body)
        if asked is None:
            return "unknown", "the input is not kept here"
        if input_digest(asked) != body.input:
            return "unknown", "the input that is kept is another"
        if (why := _elsewhere(row, body, asked)) is not None:
            return "differs", why
        try:
            made = self._made(body, asked)
            bare = self._made(body, unwaived(asked)) if asked.waivers else made
        except PolicyError as error:
            unasked = isinstance(error, EvaluationError) and error.failure is Failure.ENGINE
            # What could not be used then cannot be used now: that is the same again.
            return ("same", "") if body.failed and not unasked else ("unknown", error.message)
        if made is None:
            return "unknown", f"the bundle {body.bundle} is not kept here"
        return _compared(body, made, bare)

    def _made(self, body: PolicyDecided, asked: PolicyInput) -> Decision | None:
        bundle = self._bundle(body, asked)
        if bundle is None:
            return None
        if bundle.digest not in self._engines:
            self._engines[bundle.digest] = self._of(bundle)
        return decide(self._engines[bundle.digest], bundle, asked)

    def asked(self, body: PolicyDecided) -> PolicyInput | None:
        """The input of a decision; None where nobody here has it."""
        text = body.input_text
        if text is None and body.input_sealed is not None and self._secrets is not None:
            text = self._secrets.reveal(body.input_sealed)
        if text is None:
            return self._inputs.get(body.input)
        return input_in(text.encode(), "the recorded input")

    def _bundle(self, body: PolicyDecided, asked: PolicyInput) -> Bundle | None:
        if body.bundle not in self._bundles and body.archive is not None:
            held = self._view.rows.blob(bytes.fromhex(body.archive.removeprefix("sha256:")))
            if held is not None and sha256(held[1]) == body.archive:
                found = bundle_of(unarchived(held[1]))
                self._bundles[found.digest] = found
        if body.bundle not in self._bundles and self._find is not None:
            elsewhere = self._find(asked)
            if elsewhere is not None:
                self._bundles[elsewhere.digest] = elsewhere
        return self._bundles.get(body.bundle)


def _body(row: Row) -> PolicyDecided:
    try:
        return msgspec.json.decode(row.entry.body, type=PolicyDecided)
    except msgspec.DecodeError as error:
        raise DamagedError(
            f"entry {row.index} of the ledger is no decision",
            hint="affidavit ledger verify lists what was changed",
        ) from error


def _vault(place: Home, view: View, open_: ExitStack) -> Vault | None:
    """The vault of the ledger, where this account has its key."""
    try:
        return open_.enter_context(vault(place, view.origin, writable=False))
    except (KeyFileError, StoreError):
        return None


def _elsewhere(row: Row, body: PolicyDecided, asked: PolicyInput) -> str | None:
    """Why the input cannot be that of the fact; None where it can."""
    subject = row.entry.subject
    told = (subject.commit, subject.tree) if subject else (None, None)
    if told != (asked.change.head, asked.change.tree):
        return "the recorded input is of another commit"
    if (body.at, body.purpose) != (asked.at, asked.purpose):
        return "the recorded input is of another time or purpose"
    if body.base is not None and body.base != asked.change.base:
        return "the recorded input is of another base"
    if body.branch not in (None, asked.branch) or body.change not in (None, asked.change.request):
        return "the recorded input is of another request or branch"
    return score_differs(body, asked) or unfounded(body, asked) or None


def _compared(body: PolicyDecided, made: Decision, bare: Decision | None) -> tuple[Again, str]:
    """What a decision comes to, beside one that was made again; `bare` is made without waivers."""
    if made.engine.endswith(UNVERIFIED):
        return "unknown", f"{made.engine}: it may have decided by another"
    if made.error is not None and made.error.startswith(f"{Failure.ENGINE}:"):
        return "unknown", made.error
    different = tuple(_different(body, made))
    if different or body.waived is None:
        return ("differs", "; ".join(different)) if different else ("same", "")
    found = lifted(made, bare)
    if found is None:
        return "unknown", "what waivers lifted cannot be made again"
    if found != body.waived:
        return "differs", f"waived was {_shown(body.waived)} and is now {_shown(found)}"
    return "same", ""


def _different(body: PolicyDecided, made: Decision) -> Iterator[str]:
    """What the decision comes to that the fact says otherwise."""
    reasons = reasons_of(made.reasons)
    pairs: Iterable[tuple[str, object, object]] = (
        ("allowed", body.allowed, made.allowed),
        ("failed", body.failed, made.error is not None),
        ("reasons", _ids(body.reasons), _ids(reasons)),
        ("tier", body.tier, made.tier),
        ("needs", body.needs, made.needs),
    )
    for name, recorded, now in pairs:
        if recorded != now:
            yield f"{name} was {_shown(recorded)} and is now {_shown(now)}"
    if body.verdict == "allowed" and not made.allowed:
        yield "the gate allowed what the policy refuses"


def _ids(reasons: Iterable[DecidedReason]) -> list[str]:
    return [f"{one.id} (unknown)" if one.unknown else one.id for one in reasons]


def _shown(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return shortened(text, LONGEST_SHOWN)
