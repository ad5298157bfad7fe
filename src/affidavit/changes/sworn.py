"""What signed statements show of a landing: who signed that it was approved, what the gate decided.

A signature counts for a landing where the landing is known to be the commit that was signed, where
the signer is a person outside the authors, and where somebody whom the signer does not control saw
the signature before the merge. Only a hand that is proven gives the grade R4 (docs/approvals.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.commit import Ident
from affidavit.base.text import shortened, visible
from affidavit.changes.approval.model import SignedApproval  # noqa: TC001 -- a field's type
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.same_hand import same_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from affidavit.changes.people import Who
    from affidavit.changes.review import Hands


_PATTERN = frozenset("*?!")


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """A decision of the gate that somebody whom the base believes recorded.

    `commit` and `tree` are the head that was judged, `parent` its first parent where that is known,
    and `at` when, RFC 3339 UTC; `source` is where it was found and `digest` of what was signed or
    recorded.
    """

    commit: str
    tree: str
    verdict: str
    at: str
    source: str
    digest: str
    parent: str | None = None


class Statements(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for one landing.

    `head` and `tree` are what it is known to have merged, by `rung`; None where that is unknown,
    and `doubt` then says why. `gated` is whether its base asks for a decision of the gate, None
    where that cannot be read. `unread` says what could not be read.
    """

    head: str | None = None
    tree: str | None = None
    rung: str = "none"
    doubt: str = ""
    approvals: tuple[SignedApproval, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    gated: bool | None = False
    unread: tuple[str, ...] = ()


class SwornApproval(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A signed decision about what landed, and whether it counts.

    `strength` is what the signature shows of a hand. `why_not` are all reasons for which it does
    not count towards R4; none where it does.
    """

    signer: str
    fingerprint: str | None
    decision: str
    statement: str
    strength: str
    time: str | None
    time_by: str | None
    outside: Answer
    before: Answer
    why_not: tuple[str, ...]

    @property
    def counts(self) -> bool:
        """Whether nothing keeps it from counting."""
        return not self.why_not


class GateState(StrEnum):
    """Whether the gate allowed what was merged."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    NONE = "none"
    """No decision about what was merged is known."""
    UNKNOWN = "unknown"
    """What was merged is not known, or when."""


class Gated(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The gate's last decision about what was merged, before it was; `why` in a sentence."""

    state: GateState
    why: str
    at: str | None = None
    source: str | None = None
    digest: str | None = None


class Sworn(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What statements show of a landing.

    `proven` persons signed that they approved what landed by a hand that is proven; `needed` have
    to. `gate` is None where the base asks for no gate.
    """

    head: str | None
    rung: str
    needed: int
    proven: int
    approvals: tuple[SwornApproval, ...]
    gate: Gated | None
    unread: tuple[str, ...] = ()

    @property
    def reviewed(self) -> bool:
        """Whether enough persons approved by a proven hand."""
        return self.proven >= self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The landing that statements are held against.

    `merged_at` is when it was merged, RFC 3339 UTC, by a record that no author controls; None where
    there is none. `landing`, `base` and `landing_tree` are the landing's id, first parent and tree.
    """

    hands: Hands
    needed: int
    merged_at: str | None
    landing: str
    base: str | None
    landing_tree: str
    who: Callable[[Ident], Who]


def sworn(found: Statements, about: About) -> Sworn:
    """What `found` shows of the landing."""
    judged = [_judged(one, found, about) for one in found.approvals]
    counting = [who for one, who in judged if one.counts and who is not None]
    return Sworn(
        head=found.head,
        rung=found.rung,
        needed=about.needed,
        proven=_persons(counting),
        approvals=tuple(one for one, _ in judged),
        gate=_gate(found, about) if found.gated is not False else None,
        unread=found.unread,
    )


def _persons(found: Sequence[Who]) -> int:
    """How many persons they are for sure: two that may be one count once."""
    persons: list[Who] = []
    for who in found:
        if all(same_hand(who, one) is False for one in persons):
            persons.append(who)
    return len(persons)


def _judged(
    one: SignedApproval, found: Statements, about: About
) -> tuple[SwornApproval, Who | None]:
    who = _signer(one, about)
    outside, inside = _outside(who, about)
    before, late = _before(one, about)
    why = [
        *([] if one.decision == "approved" else [f"it {one.decision} the change"]),
        *(problem.why for problem in one.problems),
        *([found.doubt or "what was merged is unknown"] if found.head is None else []),
        *([inside] if outside is not Answer.YES else []),
        *([late] if before is not Answer.YES else []),
        *([one.shown] if one.grade == "R2" else []),
    ]
    told = SwornApproval(
        signer=_name(one),
        fingerprint=one.fingerprint,
        decision=one.decision,
        statement=one.statement,
        strength=one.strength,
        time=one.time,
        time_by=one.time_by,
        outside=outside,
        before=before,
        why_not=tuple(dict.fromkeys(why)),
    )
    return told, who


def _name(one: SignedApproval) -> str:
    named = ", ".join(one.principals) or one.fingerprint or "an unknown key"
    return visible(shortened(named, 200))


def _signer(one: SignedApproval, about: About) -> Who | None:
    """Who the key's line names; nobody where it names several, or a pattern that many fit."""
    if len(one.principals) != 1:
        return None
    [principal] = one.principals
    if not _PATTERN.isdisjoint(principal):
        return None
    return about.who(Ident(principal.partition("@")[0], principal))


def _outside(who: Who | None, about: About) -> tuple[Answer, str]:
    if who is None:
        return Answer.UNKNOWN, "its key stands for no one person"
    outside, why = about.hands.outside(who)
    if outside is None:
        return Answer.UNKNOWN, why
    return (Answer.YES, why) if outside else (Answer.NO, why)


def _before(one: SignedApproval, about: About) -> tuple[Answer, str]:
    if one.time is None:
        return Answer.UNKNOWN, "nobody but its signer says when it was there"
    if about.merged_at is None:
        return Answer.UNKNOWN, "no record says when it was merged"
    if one.time < about.merged_at:
        return Answer.YES, ""
    return Answer.NO, f"it is first known at {one.time}, not before the merge at {about.merged_at}"


def _gate(found: Statements, about: About) -> Gated:
    if found.gated is None:
        return Gated(state=GateState.UNKNOWN, why="whether its base asks for a gate is unknown")
    own = sorted(_own(found, about), key=lambda one: (one.at, one.digest))
    if not own and found.head is None:
        why = found.doubt or "what was merged is unknown"
        return Gated(state=GateState.UNKNOWN, why=f"no decision can be told to be of it: {why}")
    if not own:
        return Gated(state=GateState.NONE, why="no decision about what was merged is known")
    last = own[-1]
    state = GateState(last.verdict) if last.verdict in _VERDICTS else GateState.UNKNOWN
    told = Gated(
        state=state,
        why=_WHY.get(state, "its decision cannot be read"),
        at=last.at,
        source=last.source,
        digest=last.digest,
    )
    if about.merged_at is None and state is GateState.ALLOWED:
        why = "it was allowed, and no record says whether before the merge"
        return msgspec.structs.replace(told, state=GateState.UNKNOWN, why=why)
    return told


_VERDICTS = {GateState.ALLOWED.value, GateState.REFUSED.value, GateState.UNDECIDED.value}
_WHY = {
    GateState.ALLOWED: "the gate allowed what was merged, before the merge",
    GateState.REFUSED: "the gate refused what was merged",
    GateState.UNDECIDED: "the gate could not decide about what was merged",
}


def _own(found: Statements, about: About) -> Iterator[Ruling]:
    """The decisions about what was merged, until it was."""
    for one in found.rulings:
        ours = (one.commit, one.tree) == (found.head, found.tree)
        # The commit of a merge queue: on the same base, with the same files. Elsewhere the same
        # files are another change, such as one that takes a later one back.
        begun = about.base is not None and one.parent == about.base
        group = one.tree == about.landing_tree and (one.commit == about.landing or begun)
        late = about.merged_at is not None and one.at > about.merged_at
        if (ours or group) and not late:
            yield one


def sentences(found: Sworn) -> tuple[str, ...]:
    """The evidence in words: each signature, why one does not count, what the gate decided."""
    told = [_sentence(one) for one in found.approvals]
    if found.gate is not None:
        told.append(f"gate: {found.gate.why}{f' ({found.gate.at})' if found.gate.at else ''}")
    return (*told, *(f"could not be read: {one}" for one in found.unread))


def _sentence(one: SwornApproval) -> str:
    said = f"signed as {one.decision} by {one.signer}"
    if one.counts:
        return f"{said}: a proven hand, known at {one.time} ({one.time_by})"
    return f"{said}, does not count for R4: {'; '.join(one.why_not)}"
