"""Who speaks for or against a change: by the forge's records, and by signed statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.gate.answers import AiUse, Grade
from affidavit.changes.people import Who
from affidavit.changes.same_hand import same_hand
from affidavit.identity.member import Member
from affidavit.policy.input import Approvals, Approver, Checklist

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COMPARED = 100
"""Voices whose hands are told apart; of more the others are of the first."""
TOLD_APART = 16
"""Approvers of whom it is found out how many persons they are at least; of more no more count."""

UNPROVEN = "signed, and presence or enrolment of the key unproven: it counts for no review alone"

UNSURE = "not all is known that it is judged by"


class Voice(msgspec.Struct, frozen=True, kw_only=True):
    """One approval, or one objection.

    `counts` is whether every attribute of an approval is a yes, None where one is unknown. `member`
    is who it is by the identities of the base. `answers` are those of the checklist that it gives,
    `why` says why it does not count, `unsaid` why it is not known what it answers.

    What is signed has its `key`, the time that it `asserted_at`, and `dated_at` where the forge
    dated it.
    """

    who: Who
    shown: str
    signed: bool
    against: bool = False
    member: Member | None = None
    grade: Grade = "R3"
    counts: bool | None = None
    on_head: bool | None = None
    carried: bool = False
    roles: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    at: str | None = None
    answers: Checklist | None = None
    ai_use: AiUse | None = None
    why: str = ""
    unsaid: str = ""
    key: str | None = None
    asserted_at: str | None = None
    dated_at: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it is an approval that counts as a person's review."""
        return not self.against and self.counts is True and self.grade != "R2"

    @property
    def may(self) -> bool:
        """Whether it may be one."""
        return not self.against and self.counts is not False and self.grade != "R2"


def unsure(voice: Voice) -> Voice:
    """`voice` where not all is known that it is judged by: at most an approval that may count."""
    return msgspec.structs.replace(voice, counts=False if voice.counts is False else None)


def approvals(
    voices: Sequence[Voice], needed: int, *, told: bool, objections: bool
) -> Approvals:  # fmt: skip
    """What the voices come to, each person counted once.

    `told` is whether every approval is among them, `objections` whether every objection is.
    """
    hands = _hands(voices)
    against = [one for one in voices if one.against]
    outside = [one for one in voices if all(_apart(one, each) for each in against)]
    proven = _persons([one for one in voices if one.holds and one.grade == "R4"])
    return Approvals(
        persons=_persons([one for one in outside if one.holds]),
        possible=_persons([one for one in outside if one.may]) if told else None,
        needed=needed,
        proven=proven if told or proven else None,
        against=len({hand for one, hand in zip(voices, hands, strict=True) if one.against})
        if objections or against
        else None,
        by=tuple(
            _approver(one, hand)
            for one, hand in zip(voices, hands, strict=True)
            if not one.against
        ),
    )  # fmt: skip


def _persons(voices: Sequence[Voice]) -> int:
    """How many persons there are at least: voices of which each two are known to be of two.

    One more voice never makes them fewer, whoever it may be.
    """
    several = {one.member.name if one.member else (one.who, one.signed): one for one in voices}
    return _most(list(several.values())[:TOLD_APART])


def _most(voices: Sequence[Voice]) -> int:
    if not voices:
        return 0
    first, others = voices[0], voices[1:]
    apart = [one for one in others if _apart(first, one)]
    found = 1 + _most(apart)
    return found if len(apart) == len(others) else max(found, _most(others))


def _approver(voice: Voice, hand: int) -> Approver:
    return Approver(
        party=f"person-{hand + 1}",
        grade=voice.grade,
        counts=voice.counts,
        on_head=voice.on_head,
        carried=voice.carried,
        roles=voice.roles,
        teams=voice.teams,
        at=voice.at,
    )


def _hands(voices: Sequence[Voice]) -> list[int]:
    """Of each voice the number of its hand: one for all that count and may be of one person.

    A voice that does not count is of the first of those that it may be of, and ties none together.
    """
    found: dict[int, int] = {}
    for number in sorted(range(len(voices)), key=lambda at: (not voices[at].holds, at)):
        many = len(found) >= COMPARED
        alike = [found[at] for at in found if many or not _apart(voices[number], voices[at])]
        found[number] = min(alike, default=number)
        if voices[number].holds:
            found = {at: found[number] if hand in alike else hand for at, hand in found.items()}
    first: dict[int, int] = {}
    return [first.setdefault(found[at], len(first)) for at in range(len(voices))]


def _apart(one: Voice, other: Voice) -> bool:
    """Whether two voices are known to be of two persons.

    A key and an account tell nothing of each other: there the identities have to know both.
    """
    if one.member is not None and other.member is not None:
        return one.member is not other.member and one.member.name != other.member.name
    if one.signed != other.signed or one.signed:
        return False
    return same_hand(one.who, other.who) is False


def lacking(voices: Sequence[Voice]) -> tuple[str, ...]:
    """Of each voice that is no approval that counts, what is lacking."""
    return tuple(f"{one.shown}: {_lack(one)}" for one in voices if not one.holds)


def heard(voices: Sequence[Voice]) -> tuple[Voice, ...]:
    """The approvals that count: who answers with a software key may be a program."""
    return tuple(one for one in voices if one.holds)


def _lack(voice: Voice) -> str:
    if voice.against:
        return "against it"
    return voice.why or (UNPROVEN if voice.grade == "R2" else UNSURE)


def unheard(voices: Sequence[Voice]) -> tuple[str, ...]:
    """Of each voice whose answers do not count: who it is, and why."""
    return tuple(
        f"{one.shown}: {one.unsaid or _lack(one)}"
        for one in voices
        if one.unsaid or (_answered(one) and not one.holds)
    )


def _answered(voice: Voice) -> bool:
    said = voice.answers
    given = said is not None and any(
        getattr(said, name) is not None for name in said.__struct_fields__
    )
    return given or voice.ai_use is not None


def checklist(voices: Iterable[Voice]) -> Checklist:
    """The answers of `voices`: no where anybody says no, else yes where anybody does."""
    given = [one.answers for one in voices if one.answers]

    def answer(name: str) -> bool | None:
        said = {getattr(one, name) for one in given}
        return False if False in said else True if True in said else None

    return Checklist(
        functional_correctness=answer("functional_correctness"),
        security=answer("security"),
        tests=answer("tests"),
        ai_review=answer("ai_review"),
    )


def ai_use(voices: Iterable[Voice]) -> AiUse | None:
    """The most that any of `voices` says of AI in the change."""
    said = {one.ai_use for one in voices}
    words: tuple[AiUse, ...] = ("generated", "assisted", "none")
    return next((one for one in words if one in said), None)
