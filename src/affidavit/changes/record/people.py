"""The people of a change: who wrote, prompted, reviewed, approved and merged it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.changes.forge.approvals import Answer, is_bot
from affidavit.changes.forge.judged import ForgeReview, reason
from affidavit.changes.forge.model import AccountKind, ReviewState
from affidavit.changes.model import Grade, PersonRole, Proof
from affidavit.changes.record.lacking import NO_FORGE, missing, no_request, no_value, nothing
from affidavit.changes.record.model import Approver, Author, Prompter, Reviewer
from affidavit.changes.record.value import (
    Listed,
    Stated,
    Strength,
    commit_source,
    recorded,
    typed,
    unknown,
)
from affidavit.provenance.model import PartyKind
from affidavit.provenance.trailers import people, trailers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.base.commit import Ident
    from affidavit.changes.forge.approvals import Approval
    from affidavit.changes.forge.model import Account, PullCommit, PullRequest, Review
    from affidavit.changes.record.material import Kept, Material
    from affidavit.changes.record.value import Source

_NOT_AUTHORS = frozenset({PersonRole.MERGER, PersonRole.SIGNED_OFF})
_WROTE = frozenset({PersonRole.AUTHOR, PersonRole.CO_AUTHOR})
UNKNOWN_KIND = "unknown"
"""Of somebody whom only the text of a forge's record names."""
_GONE = "a deleted account"
_SHOWN = (Grade.R2, Grade.R3, Grade.R4)
_IN_GIT = f"{NO_FORGE}; what git shows stands under the evidence of review"
_OPENED = "opened the request"
_STATES = {
    ReviewState.CHANGES_REQUESTED: "it asked for changes",
    ReviewState.COMMENTED: "it is a comment",
    ReviewState.DISMISSED: "it was dismissed, and was no approval",
    ReviewState.PENDING: "it was not submitted",
}


def login(account: Account | None) -> str:
    """What an account is called."""
    return visible(shortened(account.login, 100)) if account else _GONE


def forge_review(material: Material) -> ForgeReview | None:
    """What the forge shows of the review, where it has the request."""
    found = material.newest.forge
    return found if isinstance(found, ForgeReview) else None


def authors(material: Material) -> Listed[Author]:
    """Everybody who wrote or committed what came in, and who opened the request."""
    found: dict[tuple[str, str], Stated[Author]] = {}
    for stated in (*_in_git(material), *_in_request(material)):
        author = stated.value
        assert author is not None
        key = (author.name.casefold(), (author.email or "").casefold())
        before = found.get(key)
        found[key] = stated if before is None else _joined(before, stated)
    _open(material, found)
    why = missing(material, "commits")
    if material.request is None and any(one.unrefined for one in material.landings):
        why = "it is a squash, and the commits behind it are not here"
    if not found:
        why = why or "no commit names an author"
    return Listed(items=tuple(found.values()), why=why)


def _joined(one: Stated[Author], other: Stated[Author]) -> Stated[Author]:
    """One of them with the roles of both, by the stronger source."""
    assert one.value is not None
    assert other.value is not None
    strong = other if other.strength is Strength.RECORDED else one
    assert strong.value is not None
    roles = tuple(dict.fromkeys((*one.value.roles, *other.value.roles)))
    kind = one.value.kind if one.value.kind != UNKNOWN_KIND else other.value.kind
    account = one.value.account or other.value.account
    value = msgspec.structs.replace(strong.value, roles=roles, kind=kind, account=account)
    return msgspec.structs.replace(strong, value=value)


def _in_git(material: Material) -> Iterator[Stated[Author]]:
    for landing in material.landings:
        for one in landing.authors:
            roles = tuple(role for role in one.roles if role not in _NOT_AUTHORS)
            if roles and one.kind is not PartyKind.FORGE:
                author = Author(
                    name=visible(shortened(one.name, 200)),
                    email=visible(shortened(one.email, 300)),
                    kind=one.kind,
                    roles=roles,
                )
                yield typed(author, commit_source(landing.commit))


def _in_request(material: Material) -> Iterator[Stated[Author]]:
    request = material.request
    if request is None:
        return
    for commit in request.data.commits:
        yield from _writers(commit, request.source)


def _open(material: Material, found: dict[tuple[str, str], Stated[Author]]) -> None:
    """Add who opened the request: to what they wrote, or as somebody more."""
    request = material.request
    if request is None or request.data.author is None:
        return
    opener = request.data.author
    name = login(opener)
    wrote = (key for key, one in found.items() if one.value and _is_of(one.value, name))
    key = next(wrote, (name, ""))
    author = Author(name=name, email=None, kind=_kind(opener), roles=(_OPENED,), account=name)
    stated = recorded(author, request.source)
    before = found.get(key)
    if before is not None and before.value is not None:
        roles = (*before.value.roles, _OPENED)
        value = msgspec.structs.replace(before.value, roles=roles)
        stated = msgspec.structs.replace(before, value=value)
    found[key] = stated


def _is_of(author: Author, name: str) -> bool:
    """Whether somebody's account is called `name`; of a bot the forge says so in two ways."""
    return (author.account or "").removesuffix("[bot]") == name.removesuffix("[bot]")


def _writers(commit: PullCommit, source: Source) -> Iterator[Stated[Author]]:
    account = commit.author
    author = Author(
        name=visible(shortened(commit.author_name or login(account), 200)),
        email=visible(shortened(commit.author_email, 300)) if commit.author_email else None,
        kind=_kind(account) if account else UNKNOWN_KIND,
        roles=(PersonRole.AUTHOR,),
        account=login(account) if account else None,
    )
    yield recorded(author, source) if account else typed(author, source)
    for trailer in trailers((commit.message or "").encode("utf-8", "replace")):
        if trailer.key.casefold() == "co-authored-by":
            yield from (typed(_co_author(one), source) for one in people(trailer.value))


def _co_author(one: Ident) -> Author:
    return Author(
        name=visible(shortened(one.name, 200)),
        email=visible(shortened(one.email, 300)),
        kind=UNKNOWN_KIND,
        roles=(PersonRole.CO_AUTHOR,),
    )


def _kind(account: Account) -> str:
    return PartyKind.BOT if is_bot(account) else str(account.kind)


def prompting(material: Material) -> Listed[Prompter]:
    """The persons for whom an agent worked: they count as authors."""
    if not any(one.ai for one in material.landings):
        return Listed(why="no AI agent is named: nobody is known to have prompted one")
    found = (*_named(material), *_opened(material), *_told(material))
    return Listed(
        items=tuple(dict.fromkeys(found)),
        why=None if found else "no person is named beside the agent",
    )


def _named(material: Material) -> Iterator[Stated[Prompter]]:
    for landing in material.landings:
        for one in landing.authors:
            if one.kind is PartyKind.PERSON and not _WROTE.isdisjoint(one.roles):
                told = Prompter(name=visible(shortened(one.name, 200)), how="author beside it")
                yield typed(told, commit_source(landing.commit))


def _opened(material: Material) -> Iterator[Stated[Prompter]]:
    request = material.request
    if request and request.data.author and request.data.author.kind is AccountKind.PERSON:
        told = Prompter(name=login(request.data.author), how=_OPENED)
        yield recorded(told, request.source)


def _told(material: Material) -> Iterator[Stated[Prompter]]:
    review, request = forge_review(material), material.request
    for one in review.prompters if review and request else ():
        assert request is not None
        name, _, how = one.partition(" ")
        yield recorded(Prompter(name=visible(name), how=how.strip("()")), request.source)


def reviewers(material: Material) -> Listed[Reviewer]:
    """Every review that was submitted, and whether it counts as an approval."""
    request, review = material.request, forge_review(material)
    if request is None or review is None:
        shown = any(one.review.grade in _SHOWN for one in material.landings)
        return Listed(why=_IN_GIT) if shown and not material.forge else nothing(material)
    approvals = {one.review: one for one in review.approvals if one.review is not None}
    told = sorted(request.data.reviews, key=lambda one: (one.submitted_at or "", one.id or 0))
    return Listed(
        items=tuple(
            recorded(_reviewer(one, approvals.get(one.id or 0), material), request.source)
            for one in told
            if one.state is not ReviewState.PENDING
        ),
        why=missing(material, "reviews"),
        source=request.source,
    )


def _reviewer(review: Review, approval: Approval | None, material: Material) -> Reviewer:
    if approval is None:
        why: tuple[str, ...] = (_STATES.get(review.state, "its attributes are not known"),)
    else:
        lacking = (one for one in approval.attributes if one.answer is not Answer.YES)
        why = tuple(map(reason, lacking))
    held = material.roles.get((login(review.author), review.submitted_at or ""))
    return Reviewer(
        account=login(review.author),
        state=review.state,
        submitted_at=review.submitted_at,
        head=review.commit,
        counts=approval is not None and approval.counts,
        carried=approval is not None and approval.carried,
        why_not=why,
        roles=held.roles if held else None,
    )


def approvers(material: Material) -> Listed[Approver]:
    """Who approved so that it counts."""
    request, review = material.request, forge_review(material)
    if request is None or review is None:
        return nothing(material)
    return Listed(
        items=tuple(
            recorded(Approver(account=one.reviewer, approved_at=one.submitted_at), request.source)
            for one in review.approvals
            if one.counts
        ),
        why=missing(material, "reviews") or _doubtful(review),
        source=request.source,
    )


def _doubtful(review: ForgeReview) -> str | None:
    """Why there may be more who approved so that it counts; None where there are not."""
    found = [one for one in review.approvals if one.possible and not one.counts]
    if not found:
        return None
    names = ", ".join(dict.fromkeys(one.reviewer for one in found[:5]))
    return f"whether the approval of {names} counts is unknown"


def merged_by(material: Material) -> Stated[str]:
    """Who merged it; of what came outside of every request, who pushed it."""
    request = material.request
    if request is not None:
        return _merger(request)
    push = material.forge.push if material.forge else None
    if push is not None and push.data.actor is not None:
        return recorded(f"{login(push.data.actor)} (pushed)", push.source)
    named = [one.name for one in material.newest.authors if PersonRole.MERGER in one.roles]
    if named:
        name = visible(shortened(named[0], 200))
        signed = material.newest.review.merger_proof is Proof.FORGE_SIGNED
        strength = Strength.SIGNED if signed else Strength.TYPED
        return Stated(value=name, strength=strength, source=commit_source(material.newest.commit))
    if material.is_outside:
        return unknown("the forge's records do not name who pushed it")
    return unknown(f"git does not name who merged it, and {no_request(material)}")


def _merger(request: Kept[PullRequest]) -> Stated[str]:
    who = request.data.merged_by
    if who is None:
        return unknown("the forge does not name who merged it: the account may be deleted")
    return recorded(login(who), request.source)


def merged_at(material: Material) -> Stated[str]:
    """When it was merged."""
    request = material.request
    if request is None:
        return no_value(material)
    if request.data.merged_at is None:
        return unknown("the forge does not say when")
    return recorded(request.data.merged_at, request.source)
