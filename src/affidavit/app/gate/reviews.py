"""Reviews of an open request, judged as if it were merged now."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.asking.model import is_own
from affidavit.app.forge.content import Contents
from affidavit.app.gate.hands import doubted
from affidavit.app.gate.voices import Voice
from affidavit.app.records.closing import Agents
from affidavit.changes.forge.approvals import (
    Answer,
    Name,
    Setting,
    approvals,
    dismissal,
    is_bot,
    who_of,
)
from affidavit.changes.forge.hands import Joined, joined
from affidavit.changes.forge.judged import reason
from affidavit.changes.forge.model import Account, AccountKind, ReviewState
from affidavit.changes.gate.answers import answered, used
from affidavit.identity.member import Role
from affidavit.sources.git.answer import answer
from affidavit.sources.git.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.asking.model import ForgeNow
    from affidavit.app.gate.base import Base
    from affidavit.app.gate.hands import Opened, Work
    from affidavit.app.gate.persons import Persons
    from affidavit.app.gate.span import Span
    from affidavit.changes.forge.approvals import Approval
    from affidavit.changes.forge.model import Event, PullRequest, Review

LANDINGS = 2_000
"""Landings of the base that are looked through for one that was merged into the request."""
_GONE = Account("ghost", AccountKind.OTHER)
_TOLD: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}


class Asked(NamedTuple):
    """What reviews are judged in: the change, whose hands, the identities, the time."""

    span: Span
    work: Work
    base: Base
    persons: Persons
    now: str


class Reviews:
    """What a forge tells of the reviews of one request."""

    def __init__(self, forge: ForgeNow, opened: Opened, asked: Asked) -> None:
        self._forge = forge
        self._opened = opened
        self._asked = asked
        self.request: PullRequest = msgspec.structs.replace(forge.request, merged_at=asked.now)

    @cached_property
    def joined(self) -> Joined:
        """The hands of the change with what the forge knows of them."""
        work = self._asked.work
        signed = {
            one.oid
            for one in self.request.commits
            if one.signed and one.signed.valid and one.signed.by_forge
        }
        found = joined(
            self.request, work.hands, work.people, host=self._forge.host,
            pushers=self._forge.pushers,
        )  # fmt: skip
        hidden = [one for one in work.forge_typed if one not in signed]
        return msgspec.structs.replace(found, hands=doubted(found.hands, hidden))

    @property
    def told(self) -> bool:
        """Whether the forge told every review."""
        lost = {one.what.partition(".")[0] for one in self.request.missing}
        return "reviews" not in lost

    @property
    def dated(self) -> bool:
        """Whether the forge told all that happened: what took a review back, and who pushed.

        Pushes to a fork are recorded in the fork: of these no forge tells.
        """
        own = is_own(self.request, self._forge.repository)
        lost = {one.what.partition(".")[0] for one in self.request.missing}
        unpushed = own and any(one.what == "pushes" for one in self._forge.missing)
        return "events" not in lost and not unpushed

    @property
    def lifted(self) -> bool | None:
        """Whether an objection was dismissed; None where it is not known what was."""
        gone = [one for one in self.request.reviews if one.state is ReviewState.DISMISSED]
        known = [dismissal(one, self.request) for one in gone]
        if any(one is None or one.was is None for one in known):
            return None
        return any(one and one.was is ReviewState.CHANGES_REQUESTED for one in known)

    @property
    def opened_by_agent(self) -> bool | None:
        """Whether an agent's account opened it; None where the account is gone."""
        author = self.request.author
        if author is None:
            return None
        who = who_of(author, self._asked.work.people.who, self._forge.host)
        return bool(who.agent) or bool(Agents(self._forge.host).of(author))

    def voices(self) -> tuple[Voice, ...]:
        """Everybody who approved, and everybody who is against it."""
        told = self.request.missing
        setting = Setting(
            hands=self.joined.hands,
            head=self._asked.span.head,
            who=self._asked.work.people.who,
            host=self._forge.host,
            content=self._same,
            arrivals=self._forge.arrivals,
            whole=not any(one.what == "commits" for one in told),
        )
        found = approvals(self.request, setting)
        return (*map(self._approving, found), *map(self._objecting, self._against()))

    def _same(self, approved: str) -> Answer:
        """Whether the head is what was approved with nothing but the base merged in."""
        chain = _first_parents(self._opened, self._asked.span.base)
        opened = self._opened
        contents = Contents(opened.git, Graph(), {"base": chain}, opened.objects)
        return contents.same(approved, self._asked.span.head)

    def _approving(self, approval: Approval) -> Voice:
        review = next((one for one in self.request.reviews if one.id == approval.review), None)
        account = review.author if review else None
        on_head = next(one for one in approval.attributes if one.name is Name.HEAD).answer
        counts = True if approval.counts else None if approval.possible else False
        edited = review.edited_at if review else None
        boxes = review.checklist if review and review.checklist and not edited else ()
        voice = self._voice(account, approval.submitted_at, approval.reviewer)
        # On a public forge anybody can approve anything.
        known = review is None or review.could_push or voice.member is not None
        if not known and counts is not False:
            counts = None if review and review.could_push is None else False
        return msgspec.structs.replace(
            voice,
            counts=counts,
            why=_why(approval) if known else _STRANGER,
            on_head=_TOLD[on_head],
            carried=approval.carried,
            answers=answered(boxes, self._asked.base.criteria.ai_statement),
            ai_use=used(boxes),
            unsaid=_EDITED.format(edited) if edited and review and review.checklist else "",
        )

    def _objecting(self, review: Review) -> Voice:
        shown = review.author.login if review.author else "a deleted account"
        found = self._voice(review.author, review.submitted_at, shown)
        return msgspec.structs.replace(found, against=True)

    def _voice(self, account: Account | None, at: str | None, shown: str) -> Voice:
        persons, people = self._asked.persons, self._asked.work.people
        member = persons.of_account(account)
        # Whose account is gone may be anybody: nothing tells them apart from others.
        who = who_of(account or _GONE, people.who, self._forge.host)
        return Voice(
            who=who,
            shown=shown,
            signed=False,
            member=member,
            roles=persons.roles(member, at),
            teams=persons.teams(member),
            at=at,
        )

    def _against(self) -> Iterator[Review]:
        """The last word of each account that asks for changes and did not take it back."""
        last: dict[object, Review] = {}
        said = sorted(self.request.reviews, key=lambda one: (one.submitted_at or "", one.id or 0))
        for one in said:
            program = one.author is not None and _is_program(one.author)
            if one.state in _WORDS and not program and self._heard(one):
                last[(one.author.id or one.author.login) if one.author else None] = one
        yield from (one for one in last.values() if self._stands(one))

    def _heard(self, review: Review) -> bool:
        """Whether it is of somebody who may write, or whom the base declares."""
        known = self._asked.persons.of_account(review.author) is not None
        return known or review.could_push is not False

    def _stands(self, review: Review) -> bool:
        """Whether an objection stands: who is judged does not take back what others say."""
        if review.state is not ReviewState.DISMISSED:
            return review.state is ReviewState.CHANGES_REQUESTED
        taken = dismissal(review, self.request)
        if taken is None or taken.was is not ReviewState.CHANGES_REQUESTED:
            return False
        return not self._may_lift(review, taken)

    def _may_lift(self, review: Review, taken: Event) -> bool:
        """Whether who took it back is who said it, or a change authority outside the authors."""
        if taken.actor is None or taken.actor == review.author:
            return taken.actor is not None
        persons = self._asked.persons
        member = persons.of_account(taken.actor)
        who = who_of(taken.actor, self._asked.work.people.who, self._forge.host)
        outside, _ = self.joined.hands.outside(who)
        entitled = persons.entitled(member, Role.CHANGE_AUTHORITY, taken.at)
        return bool(outside and entitled)


_EDITED = "the review was edited at {}, nobody knows by whom: what it answers is not known"
_STRANGER = "nothing shows that it may write to the repository, and the base does not know it"


def _why(approval: Approval) -> str:
    """Why an approval does not count."""
    return "; ".join(reason(one) for one in approval.attributes if one.answer is not Answer.YES)


_WORDS = (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED, ReviewState.DISMISSED)


def _is_program(account: Account) -> bool:
    return account.kind is not AccountKind.PERSON or is_bot(account)


def _first_parents(opened: Opened, base: str) -> Sequence[str]:
    """The newest landings of the base."""
    status, said = answer(opened.git, "rev-list", "--first-parent", f"--max-count={LANDINGS}", base)
    return said.decode("ascii", "replace").split() if status == 0 else []
