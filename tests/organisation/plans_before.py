"""What is done to a planted change before it lands: other commits, other people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from requested import added
from truth import FORGE, Event

if TYPE_CHECKING:
    from building import Builder, Draft
    from truth import Person


def _other(builder: Builder, made: Draft) -> Person:
    person = builder.outsiders(made)[0]
    made.authors.append(person)
    return person


def with_coauthor(builder: Builder, made: Draft) -> None:
    """Another person wrote the last commit together with its author."""
    person = _other(builder, made)
    head = made.request.head
    head.coauthors = (*head.coauthors, person)
    trailer = f"Co-authored-by: {person.name} <{person.email}>"
    blank = "\n" if "\n\n" in head.message else "\n\n"
    head.message += f"{blank}{trailer}"


def with_committer(builder: Builder, made: Draft) -> None:
    """Another person committed the last commit."""
    made.request.head.committer = _other(builder, made).hand


def opened_by_two(builder: Builder, made: Draft) -> None:
    """Somebody with two accounts opened it."""
    person = builder.dice.choice(builder.org.people[:4])
    made.authors = [person]
    made.request.opener = made.request.merged_by = person.account
    for one in made.request.commits:
        one.author = one.committer = person.hand


def later_commit(builder: Builder, made: Draft) -> None:
    """Other content was pushed late."""
    hand = made.request.head.author
    signal = made.request.head.signal
    added(builder, made, hand, made.time(0.3), part=7, signal=signal)


def replaced(builder: Builder, made: Draft) -> None:
    """The last commit was replaced late, by force."""
    request = made.request
    old = request.head
    later_commit(builder, made)
    new = request.commits.pop()
    request.commits[-1] = new
    new.parents = old.parents
    at = made.time(0.28)
    request.events.append(Event("head_ref_force_pushed", at, request.opener, before=old, after=new))
    builder.push(
        f"refs/heads/change-{request.number}", old, new, at, "force_push", actor=request.opener
    )


def _update(builder: Builder, made: Draft, *, altered: bool) -> None:
    """Merge the newest landing of the base into the request, as the forge's button does."""
    request, head = made.request, made.request.head
    tip = builder.landing_before(made.time(0.3))
    if head.base is None or head.base is tip:
        return
    writes = builder.between(head.base, tip)
    own = dict(head.own)
    if altered:
        own = {path: f"{text}back_door = True\n" for path, text in own.items()}
        writes = {**writes, **own}
    by = made.authors[0] if made.authors else _other(builder, made)
    commit = builder.commit(
        (head, tip), by.hand, made.time(0.3),
        f"Merge branch 'main' into change-{request.number}", writes=writes, own=own, base=tip,
        committer=FORGE,
    )  # fmt: skip
    commit.updates = True
    request.commits.append(commit)


def updated(builder: Builder, made: Draft) -> None:
    """The base was merged into it late."""
    _update(builder, made, altered=False)


def evil_update(builder: Builder, made: Draft) -> None:
    """The base was merged into it late, and something was slipped in with it."""
    _update(builder, made, altered=True)


def unattributed(_: Builder, made: Draft) -> None:
    """An agent's account opened it, and the commits name a person alone."""
    known = made.authors[0].hand
    for one in made.request.commits:
        one.author = one.committer = known
        one.signal = None


def revert(_: Builder, made: Draft) -> None:
    """It takes an earlier change back."""
    first = made.request.commits[0]
    made.request.title = f'Revert "{made.request.title}"'
    rest = first.message.partition("\n")[2]
    first.message = f"{made.request.title}\n\nThis reverts commit {'ab' * 20}.\n{rest}"


def roles(builder: Builder, made: Draft) -> None:
    """It changes the file that says who is entitled to what."""
    head = made.request.head
    added(builder, made, head.author, made.time(0.5), part=8, more={"affidavit.toml": ""})
