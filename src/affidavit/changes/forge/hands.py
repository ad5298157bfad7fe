"""Whose hands a change went through, with what a forge knows of it: who opened it, who prompted it.

git names authors and committers as they were typed. A forge adds the account that opened the
request, the accounts it joins the commits' addresses to, whoever pushed one of them, and for an
agent's work whom it was assigned to or who was asked to look at it: the person who prompted it is
an author.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.commit import Ident
from affidavit.changes.forge.approvals import is_bot, who_of
from affidavit.changes.forge.model import AccountKind
from affidavit.changes.review import UNPROMPTED, Hands
from affidavit.provenance.model import PartyKind
from affidavit.provenance.trailers import people as named
from affidavit.provenance.trailers import trailers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from affidavit.changes.forge.model import Account, PullCommit, PullRequest
    from affidavit.changes.people import People, Who

_ASKED = ("assigned", "review_requested")
"""Events by which an agent's work is tied to the person it was done for."""
_NOBODY = Ident("", "")


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """The hands of a change, and who is known to have prompted it.

    `prompters` say each how it is known. Where programs alone wrote and nobody is known to have
    prompted them, `needed` is two: two persons must have approved, for one may be the prompter.
    """

    hands: Hands
    prompters: tuple[str, ...]
    needed: int


def joined(
    request: PullRequest,
    hands: Hands,
    people: People,
    *,
    host: str,
    pushers: Iterable[Account] = (),
) -> Joined:
    """The hands of the change that `request` brought in; `hands` are those that git shows.

    `pushers` are the accounts that pushed a commit of it, by the forge's own records.
    Whom a trailer alone names may be made up: they count among the authors, and as who prompted an
    agent only where they made a commit somewhere. Where programs alone opened and pushed it,
    whoever set them to work also chose the names of its authors: these then tell nobody's prompter.
    """
    opener = [who_of(request.author, people.who, host)] if request.author else []
    pushed = [who_of(one, people.who, host) for one in (*pushers, *_forced(request))]
    written = [each for one in request.commits for each in _author(one, people, host)]
    accounts = [*opener, *written, *pushed]
    typed = [each for one in request.commits for each in _typed(one, people)]
    committed = [each for one in request.commits for each in _committer(one, people, host)]
    authors = _unique([*hands.authors, *accounts, *typed])
    by_agent = hands.unanswered == UNPROMPTED or any(not one.personal for one in authors)
    told = list(_prompting(request, people.who, host)) if by_agent else []
    prompting = [one for one, _ in told]
    met = [one for one in authors if people.is_met(one)]
    by_hand = [*opener, *pushed]
    if not opener or any(one.personal for one in by_hand):
        by_hand += [*written, *met]
    known = [one for one in (*by_hand, *prompting) if one.personal or _answered_for(one)]
    return Joined(
        hands=msgspec.structs.replace(
            hands,
            authors=_unique([*authors, *hands.committers, *committed, *prompting]),
            committers=(),
            owners=_unique([*hands.owners, *_owners(authors, people.who)]),
            unanswered="" if hands.unanswered == UNPROMPTED else hands.unanswered,
            two_persons=not known,
        ),
        prompters=tuple(dict.fromkeys(how for _, how in told)),
        needed=1 if known else 2,
    )


def _forced(request: PullRequest) -> Iterator[Account]:
    """Who pushed a commit of the request by force, as its own events tell."""
    commits = {request.head_oid, *(one.oid for one in request.commits)}
    for event in request.events:
        if event.kind == "head_ref_force_pushed" and event.actor and event.after in commits:
            yield event.actor


def _answered_for(who: Who) -> bool:
    """Whether it is a bot whose owner the caller's own file names: who set it to work is known.

    Not an agent: anybody may have prompted one, whoever owns it.
    """
    return who.kind is PartyKind.BOT and who.vouched


def _unique(found: list[Who]) -> tuple[Who, ...]:
    return tuple(dict.fromkeys(one for one in found if one.kind is not PartyKind.FORGE))


def _author(commit: PullCommit, people: People, host: str) -> list[Who]:
    """Its author by account."""
    typed = Ident(commit.author_name or "", commit.author_email or "")
    return _account(commit.author, typed, people, host)


def _typed(commit: PullCommit, people: People) -> Iterator[Who]:
    """Its author as typed, unless the account is a bot's, whatever the name; and its co-authors."""
    typed = Ident(commit.author_name or "", commit.author_email or "")
    if typed != _NOBODY and (commit.author is None or not is_bot(commit.author)):
        yield people.who(typed)
    for trailer in trailers((commit.message or "").encode()):
        if trailer.key.casefold() == "co-authored-by":
            yield from map(people.who, named(trailer.value))


def _committer(commit: PullCommit, people: People, host: str) -> list[Who]:
    """Its committer before the merge, who could alter it: by account and as typed."""
    typed = Ident(commit.committer_name or "", commit.committer_email or "")
    account = _account(commit.committer, typed, people, host)
    bot = commit.committer is not None and is_bot(commit.committer)
    return account if bot or typed == _NOBODY else [*account, people.who(typed)]


def _account(account: Account | None, typed: Ident, people: People, host: str) -> list[Who]:
    """Who an account is; nobody for the forge's own, by which it commits what people ask it to."""
    if account is None or people.who(typed).kind is PartyKind.FORGE:
        return []
    return [who_of(account, people.who, host)]


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
