"""Whose hands a change went through, with what a forge knows of it: who opened it, who prompted it.

git names authors and committers as they were typed. A forge adds the account that opened the
request, the accounts it joins the commits' addresses to, and for an agent's work whom it was
assigned to or who was asked to look at it: the person who prompted it is an author.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.commit import Ident
from affidavit.changes.forge.approvals import is_bot, who_of
from affidavit.changes.forge.model import AccountKind
from affidavit.changes.review import UNPROMPTED, Hands
from affidavit.provenance.model import PartyKind
from affidavit.provenance.trailers import people, trailers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.changes.forge.model import Account, PullCommit, PullRequest
    from affidavit.changes.people import Who

_ASKED = ("assigned", "review_requested")
"""Events by which an agent's work is tied to the person it was done for."""


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """The hands of a change, and who is known to have prompted it.

    `prompters` say each how it is known. Where an agent wrote and nobody is known to have prompted
    it, `needed` is two: then two persons must have approved, for one of them may be the prompter.
    """

    hands: Hands
    prompters: tuple[str, ...]
    needed: int


def joined(request: PullRequest, hands: Hands, who: Callable[[Ident], Who], host: str) -> Joined:
    """The hands of the change that `request` brought in; `hands` are those that git shows."""
    opener = [who_of(request.author, who, host)] if request.author else []
    wrote = [each for commit in request.commits for each in _writers(commit, who, host)]
    committed = [each for commit in request.commits for each in _committers(commit, who, host)]
    authors = _unique([*hands.authors, *opener, *wrote])
    by_agent = hands.unanswered == UNPROMPTED or any(not one.personal for one in authors)
    prompting = list(_prompting(request, who, host)) if by_agent else []
    known = [one for one in (*authors, *(one for one, _ in prompting)) if one.personal]
    return Joined(
        hands=msgspec.structs.replace(
            hands,
            authors=_unique(
                [*authors, *hands.committers, *committed, *(one for one, _ in prompting)]
            ),
            committers=(),
            owners=_unique([*hands.owners, *_owners(authors, who)]),
            unanswered="" if hands.unanswered == UNPROMPTED else hands.unanswered,
            two_persons=not known,
        ),
        prompters=tuple(dict.fromkeys(how for _, how in prompting)),
        needed=1 if known else 2,
    )


def _unique(found: list[Who]) -> tuple[Who, ...]:
    return tuple(dict.fromkeys(one for one in found if one.kind is not PartyKind.FORGE))


def _writers(commit: PullCommit, who: Callable[[Ident], Who], host: str) -> Iterator[Who]:
    """Its author by account, and as typed unless that is a bot's, and its co-authors."""
    typed = Ident(commit.author_name or "", commit.author_email or "")
    yield from _one(commit.author, typed, who, host)
    for trailer in trailers((commit.message or "").encode()):
        if trailer.key.casefold() == "co-authored-by":
            yield from map(who, people(trailer.value))


def _committers(commit: PullCommit, who: Callable[[Ident], Who], host: str) -> Iterator[Who]:
    """Its committer before the merge, who could alter it."""
    typed = Ident(commit.committer_name or "", commit.committer_email or "")
    return _one(commit.committer, typed, who, host)


def _one(
    account: Account | None, typed: Ident, who: Callable[[Ident], Who], host: str
) -> Iterator[Who]:
    """An identity by its account and as typed: under whatever name a bot commits, it is a bot.

    The forge's own account, under which it commits what people press a button for, is nobody's.
    """
    known = who(typed)
    if known.kind is PartyKind.FORGE:
        return
    if account is not None:
        yield who_of(account, who, host)
    if (typed.name or typed.email) and (account is None or not is_bot(account)):
        yield known


def _owners(authors: tuple[Who, ...], who: Callable[[Ident], Who]) -> Iterator[Who]:
    return (who(Ident(one.owner, one.owner)) for one in authors if one.owner)


def _prompting(
    request: PullRequest, who: Callable[[Ident], Who], host: str
) -> Iterator[tuple[Who, str]]:
    """Persons that the work of an agent was done for, and how that is known."""
    for event in request.events:
        if event.kind not in _ASKED:
            continue
        for account in _persons(event.subject, event.actor, kind=event.kind):
            yield who_of(account, who, host), f"{account.login} ({event.kind} at {event.at})"


def _persons(subject: Account | None, actor: Account | None, *, kind: str) -> Iterator[Account]:
    """Who counts as prompting: who assigned or is assigned, and whom a bot asked to review."""
    by_bot = actor is not None and is_bot(actor)
    if kind == "assigned" and actor is not None and actor.kind is AccountKind.PERSON:
        yield actor
    if (
        subject is not None
        and subject.kind is AccountKind.PERSON
        and (kind == "assigned" or by_bot)
    ):
        yield subject
