"""Approvals that a forge recorded, each held against what a review must be to count.

Five things are asked of each (docs/review-grades.md): whether the reviewer is a person, is outside
the authors, approved what was merged, still stood by it at the merge, and did so before it. Each is
answered ``yes``, ``no`` or ``unknown`` with a reason; unknown is never yes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from sys import intern
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.commit import Ident
from affidavit.base.text import shortened, visible
from affidavit.changes.forge.model import Account, AccountKind, PullRequest, Review, ReviewState
from affidavit.changes.same_hand import same_hand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.changes.forge.model import Event
    from affidavit.changes.people import Who
    from affidavit.changes.review import Hands


class Answer(StrEnum):
    """What can be said of an attribute."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Name(StrEnum):
    """What is asked of an approval, in the order it is shown."""

    PERSON = "person"
    OUTSIDE = "outside"
    HEAD = "head"
    STANDING = "standing"
    BEFORE = "before"


class Attribute(msgspec.Struct, frozen=True, gc=False):
    """One answer and the words for why."""

    name: Name
    answer: Answer
    why: str


class Approval(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An approval and its attributes, in the order of `Name`.

    `carried` says that it was given to an earlier head with the same content, not to the merged
    one. `review` is the forge's number for it. Approvals of one request that may be of one person
    have the same `hand`, a number that counts from 0.
    """

    reviewer: str
    hand: int
    review: int | None
    submitted_at: str | None
    commit: str | None
    carried: bool
    attributes: tuple[Attribute, ...]

    @property
    def possible(self) -> bool:
        """Whether no attribute is a no."""
        return all(one.answer is not Answer.NO for one in self.attributes)

    @property
    def counts(self) -> bool:
        """Whether every attribute is a yes."""
        return all(one.answer is Answer.YES for one in self.attributes)


_CONTENT = {
    Answer.YES: "the same content with the base merged in",
    Answer.NO: "other content",
    Answer.UNKNOWN: "how they differ cannot be read",
}
_WAITING = (
    *("auto_merge_enabled", "auto_squash_enabled", "auto_rebase_enabled"),
    "added_to_merge_queue",
)
"""Events that ask the forge to merge when it may."""
_BOT = "[bot]"
_COMPARED = 100
"""Accounts of one request that are compared with each other."""
_PERSON = Attribute(Name.PERSON, Answer.YES, "a person's account to the forge")
_OUTSIDE = Attribute(Name.OUTSIDE, Answer.YES, "not among the authors")
_HEAD = Attribute(Name.HEAD, Answer.YES, "what was merged")
_STANDING = Attribute(Name.STANDING, Answer.YES, "nothing took it back before the merge")
_BEFORE = Attribute(Name.BEFORE, Answer.YES, "submitted before the merge")
_WAITED_FOR = Attribute(Name.BEFORE, Answer.YES, "in its second; the merge waited for it")
"""What most approvals have: one of each is enough for all."""
Content = Callable[[str], Answer]
"""Of an approved commit: whether the merged head is it with nothing but the base merged in."""
_REBASED = ("base_ref_changed", "base_ref_force_pushed")
"""Events after which the same head is compared with something else."""
_ADDED = "the merge itself, which the forge did not make, may hold what neither side has"


def made() -> Answer:
    """That the forge made the landing: nobody could add anything to it."""
    return Answer.YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What approvals are judged in.

    `hands` are those of the change, the forge's knowledge taken in. `head` is the commit that was
    merged, None where it is unknown; `doubt` then says why. `clean` tells whether the landing is
    that head and its base with nothing added. `arrivals` are the times, by commit, before which the
    forge says a commit was not there. `whole` says whether the forge told all authors of the
    change.
    """

    hands: Hands
    head: str | None
    who: Callable[[Ident], Who]
    host: str
    content: Content
    arrivals: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True
    doubt: str = ""
    clean: Callable[[], Answer] = made


def is_bot(account: Account) -> bool:
    """Whether an account is a bot's, by its type or, where the forge has none for it, its login."""
    return account.kind is AccountKind.BOT or account.login.endswith(_BOT)


def ident_of(account: Account, host: str) -> Ident:
    """The identity of an account, by its address that reveals none: joined as commits' are."""
    name = account.login.removesuffix(_BOT)
    number = f"{account.id}+" if account.id is not None else ""
    ending = _BOT if is_bot(account) else ""
    place = host.partition(":")[0]
    return Ident(f"{name}{ending}", f"{number}{name}{ending}@users.noreply.{place}")


def who_of(account: Account, who: Callable[[Ident], Who], host: str) -> Who:
    """Who an account is: somebody of their own, for a forge tells its accounts apart."""
    return msgspec.structs.replace(who(ident_of(account, host)), owned=True)


def approvals(request: PullRequest, setting: Setting) -> tuple[Approval, ...]:
    """Every review that approved, whatever became of it, in the order they were submitted."""
    said = sorted(request.reviews, key=lambda one: (one.submitted_at or "", one.id or 0))
    found = [one for one in said if _approved(one, request)]
    hands = _hands(found, setting)
    return tuple(
        _approval(one, request, setting, hand=hand) for one, hand in zip(found, hands, strict=True)
    )


def _hands(reviews: Sequence[Review], setting: Setting) -> list[int]:
    """Of each review the number of its hand: one for all that may be of one person.

    Of more than `_COMPARED` accounts the others count as one: fewer persons, never more.
    """
    accounts = list(dict.fromkeys(one.author for one in reviews if one.author))
    known = [_who(one, setting) for one in accounts[:_COMPARED]]
    hands = list(range(len(known)))
    for number, who in enumerate(known):
        for earlier in range(number):
            if hands[earlier] != hands[number] and same_hand(who, known[earlier]) is not False:
                old, new = sorted((hands[number], hands[earlier]), reverse=True)
                hands = [new if one == old else one for one in hands]
    named = dict(zip(accounts, [*hands, *[0] * (len(accounts) - len(hands))], strict=True))
    first: dict[int, int] = {}
    return [
        first.setdefault(named[one.author], number) if one.author else number
        for number, one in enumerate(reviews)
    ]


def _approved(review: Review, request: PullRequest) -> bool:
    """Whether it approves or did before it was dismissed, as far as is known."""
    if review.state is ReviewState.DISMISSED:
        taken = dismissal(review, request)
        return taken is None or taken.was in (None, ReviewState.APPROVED)
    return review.state is ReviewState.APPROVED


def dismissal(review: Review, request: PullRequest) -> Event | None:
    """The event by which a review was dismissed, if the forge told it."""
    return next(
        (
            one
            for one in request.events
            if one.kind == "review_dismissed" and review.id is not None and one.review == review.id
        ),
        None,
    )


def _approval(review: Review, request: PullRequest, setting: Setting, *, hand: int) -> Approval:
    head, carried = _head(review, request, setting)
    found = (
        _person(review, setting),
        _outside(review, setting),
        head,
        _standing(review, request),
        _before(review, request),
    )
    return Approval(
        reviewer=_login(review.author),
        hand=hand,
        review=review.id,
        submitted_at=review.submitted_at,
        commit=review.commit,
        carried=carried,
        attributes=found,
    )


def _login(account: Account | None) -> str:
    return intern(visible(shortened(account.login, 100))) if account else "a deleted account"


def _who(account: Account, setting: Setting) -> Who:
    return who_of(account, setting.who, setting.host)


def _person(review: Review, setting: Setting) -> Attribute:
    account = review.author
    if account is None:
        return _unknown(Name.PERSON, "the account is deleted")
    if is_bot(account):
        return _no(Name.PERSON, f"{_login(account)} is a bot to the forge")
    if account.kind is not AccountKind.PERSON:
        return _no(Name.PERSON, f"{_login(account)} is no person's account to the forge")
    who = _who(account, setting)
    if not who.personal or who.agent:
        return _no(Name.PERSON, f"{_login(account)} is known as {who.kind}")
    return _PERSON


def _outside(review: Review, setting: Setting) -> Attribute:
    if review.author is None:
        return _unknown(Name.OUTSIDE, "the account is deleted")
    outside, why = setting.hands.outside(_who(review.author, setting))
    if outside is None:
        return _unknown(Name.OUTSIDE, why)
    if outside and not setting.whole:
        return _unknown(Name.OUTSIDE, "not every commit of the request is known")
    return _OUTSIDE if outside else _no(Name.OUTSIDE, why)


def _head(review: Review, request: PullRequest, setting: Setting) -> tuple[Attribute, bool]:
    """Whether what was approved is what was merged, and whether it only was carried over."""
    head, commit = setting.head, review.commit
    if head is None:
        return _unknown(Name.HEAD, setting.doubt or "which commit was merged is unknown"), False
    if commit is None:
        return _unknown(Name.HEAD, "the forge does not say which commit was approved"), False
    later = _arrived_later(review, request, setting) if commit == head else ""
    if later:
        why = f"the merged head came at {later}, after the approval that names it"
        return _no(Name.HEAD, why), False
    content = Answer.YES if commit == head else setting.content(commit)
    doubt = _other_than_approved(review, request, setting) if content is Answer.YES else ""
    if doubt:
        return _unknown(Name.HEAD, doubt), False
    if commit == head:
        return _HEAD, False
    what = f"approved {commit[:12]}, and {head[:12]} was merged: {_CONTENT[content]}"
    return Attribute(Name.HEAD, content, what), content is Answer.YES


def rebased(request: PullRequest) -> tuple[str, ...]:
    """When the base of a request became another, until it was merged."""
    merged = request.merged_at
    times = (one.at for one in request.events if one.kind in _REBASED)
    return tuple(at for at in times if merged is None or at <= merged)


def _other_than_approved(review: Review, request: PullRequest, setting: Setting) -> str:
    """Why what the head brought in may not be what was approved; empty where it is."""
    for at in rebased(request):
        if (review.submitted_at or "") <= at:
            return f"its base became another at {at}, after the approval"
    return "" if setting.clean() is Answer.YES else _ADDED


def _arrived_later(review: Review, request: PullRequest, setting: Setting) -> str:
    """When the head was pushed, where that was after the review; a client may name any commit."""
    pushed = [
        one.at
        for one in request.events
        if one.kind == "head_ref_force_pushed" and one.after == setting.head
    ]
    known = setting.arrivals.get(setting.head or "")
    times = [*pushed[:1], *([known] if known else [])]
    return next((at for at in times if review.submitted_at and at > review.submitted_at), "")


def _standing(review: Review, request: PullRequest) -> Attribute:
    merged = request.merged_at
    if merged is None:
        return _unknown(Name.STANDING, "it was not merged, or when is unknown")
    dismissed = _dismissed(review, request, merged)
    if dismissed is not None:
        return dismissed
    if any(one.what in ("reviews", "events") for one in request.missing):
        return _unknown(Name.STANDING, "not every review or event of the request is known")
    for one in request.reviews:
        taken = _takes_back(one, review, request)
        if taken is Answer.YES:
            return _no(Name.STANDING, f"the reviewer asked for changes at {one.submitted_at}")
        if taken is Answer.UNKNOWN:
            return _unknown(Name.STANDING, "the reviewer asked for changes, and when is unknown")
    return _STANDING


def _dismissed(review: Review, request: PullRequest, merged: str) -> Attribute | None:
    """What a dismissal says of whether it stood, if it says anything."""
    if review.state is not ReviewState.DISMISSED:
        return None
    taken = dismissal(review, request)
    if taken is None or taken.was is None:
        return _unknown(Name.STANDING, "it was dismissed, and what it said before is unknown")
    if taken.at <= merged:
        return _no(Name.STANDING, f"it was dismissed at {taken.at}, before the merge")
    return None


def _takes_back(one: Review, review: Review, request: PullRequest) -> Answer:
    """Whether `one` asks for changes after `review`, of the same account, and before the merge."""
    if one.author is None or not _same(one.author, review.author):
        return Answer.NO
    asked = one.state is ReviewState.CHANGES_REQUESTED or (
        one.state is ReviewState.DISMISSED and _asked_before(one, request)
    )
    if not asked:
        return Answer.NO
    if one.submitted_at is None or review.submitted_at is None:
        return Answer.UNKNOWN
    within = review.submitted_at <= one.submitted_at <= (request.merged_at or "")
    return Answer.YES if within else Answer.NO


def _asked_before(review: Review, request: PullRequest) -> bool:
    """Whether a review that was dismissed had asked for changes until after the merge."""
    taken = dismissal(review, request)
    return (
        taken is not None
        and taken.was is ReviewState.CHANGES_REQUESTED
        and taken.at > (request.merged_at or "")
    )


def _same(one: Account, other: Account | None) -> bool:
    if other is None:
        return False
    return one.id == other.id if one.id is not None else one.login == other.login


def _before(review: Review, request: PullRequest) -> Attribute:
    submitted, merged = review.submitted_at, request.merged_at
    if submitted is None or merged is None:
        return _unknown(Name.BEFORE, "when it was submitted or merged is unknown")
    if submitted < merged:
        return _BEFORE
    if submitted > merged:
        return _no(Name.BEFORE, f"submitted {submitted}, after the merge at {merged}")
    if _waited(request, submitted):
        return _WAITED_FOR
    return _unknown(Name.BEFORE, f"submitted in the second of the merge, {merged}")


def _waited(request: PullRequest, submitted: str) -> bool:
    """Whether the forge had been asked before to merge when it may."""
    return any(one.kind in _WAITING and one.at < submitted for one in request.events)


def _no(name: Name, why: str) -> Attribute:
    return Attribute(name, Answer.NO, why)


def _unknown(name: Name, why: str) -> Attribute:
    return Attribute(name, Answer.UNKNOWN, why)
