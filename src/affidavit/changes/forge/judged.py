"""What a forge's records show of a landing's review: the approvals that count, and who merged."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer, Approval, Attribute, Name, who_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.changes.forge.approvals import Setting
    from affidavit.changes.forge.hands import Joined
    from affidavit.changes.forge.model import Account, PullRequest


class ForgeReview(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What the forge knows of the review of one request.

    `counting` are the persons whose approval has every attribute, `needed` how many there must be.
    `carried` says that an approval among them was of an earlier head with the same content.
    `self_merged` is None where the forge does not name who merged, or they may be an author.
    `missing` are the fields of the request that the export does not have whole.
    """

    forge: str
    number: int
    url: str
    merged_at: str | None
    merged_by: str | None
    self_merged: bool | None
    prompters: tuple[str, ...]
    needed: int
    counting: int
    carried: bool
    approvals: tuple[Approval, ...]
    missing: tuple[str, ...]

    @property
    def unapproved(self) -> bool:
        """Whether it is known that too few persons approved: none of what is unknown could help."""
        possible = sum(one.possible for one in self.approvals)
        return possible < self.needed and "reviews" not in self.missing

    @property
    def reviewed(self) -> bool:
        """Whether enough persons approved."""
        return self.counting >= self.needed


def judged(
    request: PullRequest,
    setting: Setting,
    found: Sequence[Approval],
    *,
    joined: Joined,
) -> ForgeReview:
    """What `found`, the approvals of `request`, come to."""
    standing = [one for one in found if one.counts]
    persons = {one.hand for one in standing}
    return ForgeReview(
        forge=setting.host,
        number=request.number,
        url=request.url,
        merged_at=request.merged_at,
        merged_by=_login(request.merged_by),
        self_merged=_self_merged(request, setting),
        prompters=joined.prompters,
        needed=joined.needed,
        counting=len(persons),
        carried=any(one.carried for one in standing),
        approvals=tuple(found),
        missing=tuple(sorted({one.what for one in request.missing})),
    )


def _login(account: Account | None) -> str | None:
    return intern(visible(shortened(account.login, 100))) if account else None


def _self_merged(request: PullRequest, setting: Setting) -> bool | None:
    if request.merged_by is None:
        return None
    outside, _ = setting.hands.outside(who_of(request.merged_by, setting.who, setting.host))
    # Where nobody is known to have prompted it, whoever merged it may be the one.
    doubtful = outside is None or (outside and setting.hands.two_persons)
    return None if doubtful else not outside


def sentences(review: ForgeReview) -> tuple[str, ...]:
    """The evidence in words: each approval, and why one does not count."""
    told = [_sentence(one) for one in review.approvals]
    if not told:
        told = [f"nobody approved #{review.number}"]
    if review.merged_by:
        told.append(
            f"merged by {review.merged_by}, by the forge's record{_MERGED[review.self_merged]}"
        )
    if review.needed > 1:
        told.append("who prompted the agent is unknown: two persons have to approve")
    return tuple(told)


_MERGED = {
    True: ": one of the authors",
    False: ": outside the authors",
    None: "; whether they are an author is unknown",
}


def _sentence(approval: Approval) -> str:
    when = f" at {approval.submitted_at}" if approval.submitted_at else ""
    said = f"approved by {approval.reviewer}{when}"
    lacking = [one for one in approval.attributes if one.answer is not Answer.YES]
    if not lacking:
        head = next(one.why for one in approval.attributes if one.name is Name.HEAD)
        merged = f"approved {approval.commit[:12]}, which was merged" if approval.commit else head
        return f"{said}: {head if approval.carried else merged}"
    return f"{said}, does not count: {'; '.join(map(reason, lacking))}"


_WHETHER = {
    Name.PERSON: "it is a person's",
    Name.OUTSIDE: "it is from outside the authors",
    Name.HEAD: "it is of what was merged",
    Name.STANDING: "it stood at the merge",
    Name.BEFORE: "it came before the merge",
}


def reason(attribute: Attribute) -> str:
    """Why an attribute that is no yes keeps an approval from counting, in words."""
    if attribute.answer is Answer.UNKNOWN:
        return f"unknown whether {_WHETHER[attribute.name]}: {attribute.why}"
    return attribute.why
