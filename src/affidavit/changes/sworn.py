"""What signed statements show of a landing: who signed that it was approved, what the gate decided.

A signature counts for a landing where the landing is known to be the commit that was signed, where
the signer is a person outside the authors, and where somebody whom the signer does not control saw
the signature before the merge. Only a hand that is proven gives the grade R4 (docs/approvals.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.commit import Ident
from affidavit.base.text import shortened, visible
from affidavit.changes.approval.model import Code, SignedApproval
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.gated import Gated, Merge, Sought, gated
from affidavit.changes.rejected import Said, standing_rejection
from affidavit.changes.same_hand import same_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from affidavit.changes.people import Who
    from affidavit.changes.review import Hands


_PATTERN = frozenset("*?!")


class Statements(msgspec.Struct, frozen=True, kw_only=True):
    """What was found for one landing: what was merged, by `rung`, with the gate's decisions.

    `approvals` are all signed decisions about it, `unread` what of those could not be read.
    `turned` is whether its first parent may not be what the branch was at before it.
    """

    gate: Sought = Sought()
    rung: str = "none"
    approvals: tuple[SignedApproval, ...] = ()
    unread: tuple[str, ...] = ()
    turned: bool = False

    @property
    def says(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.approvals or self.unread or self.gate.is_gated is not False)


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
    """The landing that statements are held against, as it was merged.

    `against` are persons who had asked for changes on the forge and did not take it back.
    """

    hands: Hands
    needed: int
    merge: Merge
    who: Callable[[Ident], Who]
    against: tuple[Who, ...] = ()


def sworn(found: Statements, about: About) -> Sworn:
    """What `found` shows of the landing."""
    said = (Said(one, _signer(one, about)) for one in found.approvals)
    rejected = standing_rejection(said, about.merge.merged_at)
    judged = [_judged(one, found, about, rejected) for one in found.approvals]
    counting = [who for one, who in judged if one.counts and who is not None]
    return Sworn(
        head=found.gate.head,
        rung=found.rung,
        needed=about.needed,
        proven=_persons(counting),
        approvals=tuple(one for one, _ in judged),
        gate=gated(found.gate, about.merge),
        unread=tuple(dict.fromkeys((*found.unread, *found.gate.unread))),
    )


def _persons(found: Sequence[Who]) -> int:
    """How many persons they are for sure: two that may be one count once."""
    persons: list[Who] = []
    for who in found:
        if all(same_hand(who, one) is False for one in persons):
            persons.append(who)
    return len(persons)


def _judged(
    one: SignedApproval, found: Statements, about: About, rejected: str
) -> tuple[SwornApproval, Who | None]:
    who = _signer(one, about)
    outside, inside = _outside(who, one, about)
    before, late = _before(one, about)
    why = [
        *([] if one.decision == "approved" else [f"it {one.decision} the change"]),
        *(problem.why for problem in one.problems if one.time or problem.code not in _TIMED),
        *([found.gate.doubt or "what was merged is unknown"] if found.gate.head is None else []),
        *([inside] if outside is not Answer.YES and inside else []),
        *([late] if before is not Answer.YES else []),
        *([one.shown] if one.grade == "R2" else []),
        *(["not all statements about it could be read"] if found.unread else []),
        *([_OBJECTS] if _objects(who, about) else []),
        *([_OTHER.format(one.change.request)] if _is_of_another(one, about) else []),
        *([rejected] if rejected and one.decision == "approved" else []),
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


_TIMED = frozenset({Code.NO_TIME, Code.WAIVER_OVER})
"""Problems of a time: without one `_before` says so, and whether a waiver was over is unknown."""
_OTHER = "it is of the request #{}, which did not become this landing"
_OBJECTS = "who signed it, or may have, asked for changes on the forge and did not take it back"


def _objects(who: Who | None, about: About) -> bool:
    return who is not None and any(same_hand(who, one) is not False for one in about.against)


def _is_of_another(one: SignedApproval, about: About) -> bool:
    """Whether it names a request, where none became the landing."""
    return about.merge.outside and one.change.request is not None


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


def _outside(who: Who | None, one: SignedApproval, about: About) -> tuple[Answer, str]:
    if who is None:
        # Without a line that allows the key its problems say why; it may well name one person.
        told = one.problems and not one.principals
        return Answer.UNKNOWN, "" if told else "its key stands for no one person"
    outside, why = about.hands.outside(who)
    if outside is None:
        return Answer.UNKNOWN, why
    return (Answer.YES, why) if outside else (Answer.NO, why)


def _before(one: SignedApproval, about: About) -> tuple[Answer, str]:
    if one.time is None:
        return Answer.UNKNOWN, "nobody but its signer says when it was there"
    if about.merge.merged_at is None:
        return Answer.UNKNOWN, "no record says when it was merged"
    if one.time < about.merge.merged_at:
        return Answer.YES, ""
    return (
        Answer.NO,
        f"it is first known at {one.time}, not before the merge at {about.merge.merged_at}",
    )


def sentences(found: Sworn) -> tuple[str, ...]:
    """The evidence in words: each signature, why one does not count, what the gate decided."""
    told = [_sentence(one) for one in found.approvals]
    if found.gate is not None:
        told.append(f"gate: {found.gate.why}{_decision(found.gate)}")
    return (*told, *(f"could not be read: {one}" for one in found.unread))


def _decision(gate: Gated) -> str:
    """Which decision it was: when, by whom, where it is and its digest."""
    if gate.digest is None:
        return ""
    by, source = (visible(shortened(one or "", 100)) for one in (gate.by, gate.source))
    return f" (decided at {gate.at}, told by {by}, {source}, {gate.digest})"


def _sentence(one: SwornApproval) -> str:
    said = f"signed as {one.decision} by {one.signer}"
    if one.counts:
        return f"{said}: a proven hand, known at {one.time} ({one.time_by})"
    return f"{said}, does not count for R4: {'; '.join(one.why_not)}"
