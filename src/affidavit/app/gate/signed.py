"""Signed approvals of the head as voices, and waivers that are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.approvals.apart import Apart
from affidavit.app.approvals.reading import Reading, signed_approvals
from affidavit.app.gate.voices import UNPROVEN, Voice
from affidavit.base.errors import FormatError
from affidavit.base.text import shortened, visible
from affidavit.changes.approval.judging import About
from affidavit.changes.approval.model import TimeBy
from affidavit.changes.forge.approvals import rebased
from affidavit.identity.member import Role
from affidavit.policy.input import Checklist, Waiver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.gate.facts import Given
    from affidavit.app.gate.hands import Opened
    from affidavit.app.gate.reviews import Asked
    from affidavit.app.gate.span import Span
    from affidavit.changes.approval.model import SignedApproval, SignedApprovals
    from affidavit.changes.forge.model import PullRequest
    from affidavit.changes.review import Hands
    from affidavit.identity.member import Member

NO_ROLE = "the base does not give them the role waiver-approver"
_ROLE_UNKNOWN = "whether they have the role waiver-approver is not known"


class Lifting(msgspec.Struct, frozen=True, kw_only=True):
    """A waiver that counts: what it waives, whose it is, until when."""

    items: tuple[str, ...]
    by: str
    until: str


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What was signed about the head. `whole` is whether all that may hold it could be read.

    `unlifted` are waivers that do not count, each with the reason; `lifting` are those that do.
    """

    voices: tuple[Voice, ...]
    waivers: tuple[Waiver, ...]
    whole: bool
    noticed: tuple[str, ...]
    unlifted: tuple[str, ...] = ()
    lifting: tuple[Lifting, ...] = ()


def signed(
    opened: Opened, asked: Asked, given: Given, hands: Hands, request: PullRequest | None
) -> Signed:
    """What is signed about the head of the change that is `asked`, whose hands are `hands`."""
    base = asked.base
    reading = Reading(
        repository=given.repository,
        about=_about(asked.span, request),
        base=base.commit,
        git=opened.git,
        objects=opened.objects,
        table=base.table,
        files=given.files,
        ledger=given.ledger,
        request=request,
        now=asked.now,
        apart=Apart(asked.work.people),
    )
    try:
        found = signed_approvals(reading)
    except FormatError as error:
        why = visible(shortened(error.message, 300))
        return Signed(voices=(), waivers=(), whole=False, noticed=(why,))
    speaking = _Speaking(asked, hands)
    return Signed(
        voices=tuple(speaking.voices(found)),
        waivers=tuple(speaking.waivers(found)),
        whole=not found.unread,
        noticed=tuple(_noticed(found)),
        unlifted=tuple(speaking.unlifted(found)),
        lifting=tuple(speaking.lifting(found)),
    )


def _about(span: Span, request: PullRequest | None) -> About:
    """The change, as a statement about it has to say."""
    return About(
        commit=span.head,
        tree=span.tree,
        merge_base=span.merge_base,
        request=request.number if request else None,
        rebased=rebased(request) if request else (),
    )


def _noticed(found: SignedApprovals) -> Iterator[str]:
    """What could not be read, what was passed over, and why approvals do not count."""
    yield from (visible(shortened(one, 300)) for one in (*found.unread, *found.passed))
    yield from _faults(found)


def _faults(found: SignedApprovals) -> Iterator[str]:
    """Why approvals that were found do not count."""
    for one in found.found:
        yield from _faults_of(one)


def _faults_of(one: SignedApproval) -> Iterator[str]:
    for problem in one.problems:
        who = one.fingerprint or "a key that cannot be read"
        yield visible(shortened(f"{one.decision} by {who}: {problem.code}: {problem.why}", 300))


class _Speaking:
    """Tells who speaks in signed decisions."""

    def __init__(self, asked: Asked, hands: Hands) -> None:
        self._asked = asked
        self._hands = hands

    def voices(self, found: SignedApprovals) -> Iterator[Voice]:
        """The approvals and rejections."""
        for one in found.found:
            if one.decision == "approved":
                yield self._approving(one)
            elif one.decision == "rejected" and not one.problems:
                yield msgspec.structs.replace(self._voice(one), against=True)

    def waivers(self, found: SignedApprovals) -> Iterator[Waiver]:
        """The waivers that are signed well and not over."""
        for one in found.found:
            if one.decision == "waived" and not one.problems and one.until and one.grade:
                member = self._member(one)
                role = Role.WAIVER_APPROVER
                outside, _ = self._outside(one, member)
                yield Waiver(
                    items=one.items,
                    until=one.until,
                    grade=one.grade,
                    entitled=self._asked.persons.entitled(member, role, one.time),
                    beneficiary=None if outside is None else not outside,
                )

    def unlifted(self, found: SignedApprovals) -> Iterator[str]:
        """Why waivers do not count."""
        for one in found.found:
            if one.decision == "waived":
                yield from _faults_of(one) if one.problems else self._powerless(one)

    def lifting(self, found: SignedApprovals) -> Iterator[Lifting]:
        """The waivers that count."""
        for one in found.found:
            good = one.decision == "waived" and not one.problems
            if good and one.until and not any(self._powerless(one)):
                yield Lifting(items=one.items, by=self._shown(one), until=one.until)

    def _shown(self, one: SignedApproval) -> str:
        member = self._member(one)
        return member.name if member else ", ".join(one.principals) or "an unknown key"

    def _powerless(self, one: SignedApproval) -> Iterator[str]:
        """What a waiver that is signed well lacks: a proven key, the role, or to be of another."""
        member = self._member(one)
        outside, why = self._outside(one, member)
        role = self._asked.persons.entitled(member, Role.WAIVER_APPROVER, one.time)
        lacking = [
            *([UNPROVEN] if one.grade not in ("R3", "R4") else []),
            *([] if role else [NO_ROLE if role is False else _ROLE_UNKNOWN]),
            *([] if outside else [why]),
        ]
        if lacking:
            who, items = self._shown(one), ", ".join(one.items)
            told = f"waiver of {items} by {who} does not count: {'; '.join(lacking)}"
            yield visible(shortened(told, 300))

    def _approving(self, one: SignedApproval) -> Voice:
        voice = self._voice(one)
        counts, why = self._outside(one, voice.member)
        if one.problems:
            counts = None if all(each.unknown for each in one.problems) else False
        return msgspec.structs.replace(
            voice,
            grade=one.grade or "R2",
            counts=counts,
            why="; ".join(each.why for each in one.problems) or ("" if counts else why),
            on_head=not one.problems or None,
            answers=Checklist(
                functional_correctness=one.answers.functional_correctness,
                security=one.answers.security,
                tests=one.answers.tests,
                ai_review=one.answers.ai_review,
            ),
            ai_use=one.ai_use,
        )

    def _member(self, one: SignedApproval) -> Member | None:
        return self._asked.persons.of_key(one.fingerprint, one.principals)

    def _outside(self, one: SignedApproval, member: Member | None) -> tuple[bool | None, str]:
        """Whether the signer is outside the authors: unknown of whom the base does not declare."""
        who = self._asked.persons.who(member, one.principals, self._asked.work.people)
        outside, why = self._hands.outside(who)
        if outside and member is None:
            return None, "the identities of the base do not say whose key it is"
        return outside, why

    def _voice(self, one: SignedApproval) -> Voice:
        persons, member = self._asked.persons, self._member(one)
        return Voice(
            who=persons.who(member, one.principals, self._asked.work.people),
            shown=self._shown(one),
            signed=True,
            member=member,
            roles=persons.roles(member, one.time),
            teams=persons.teams(member),
            at=one.time,
            key=one.fingerprint,
            asserted_at=one.asserted_at,
            dated_at=one.time if one.time_by is TimeBy.FORGE else None,
        )
