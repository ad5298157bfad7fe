"""Whether two identities are one person, or may be, and by what that is told."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from affidavit.base.text import shortened, visible
from affidavit.changes.people import SHORT_LOGIN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from affidavit.changes.people import Who


@lru_cache(maxsize=65_536)
def same_hand(one: Who, other: Who) -> bool | None:
    """Whether two identities are one person: ``True``, ``False``, or ``None`` where they may be.

    One key, one address or account as typed, or one full name, joined or as typed, is the same
    person; so is an account whose login is the other's whole name. Two that the caller's own file
    declares apart are two. A name that both were typed with elsewhere in the history, one number of
    an account under two logins, a login or local part that equals the other's or abbreviates it,
    the same words in another order, or a name that begins with the other's, only may be: reason
    enough not to count the second as another person, and no more: else one false line could make a
    self-merger of a colleague. No bot or agent may be a person so: a name that was once typed
    beside an agent's address says nothing of whom that agent works for.
    """
    if one.key == other.key:
        return True
    if one.declared and other.declared:
        return False
    if one.names & other.names or _named_alike(one, other) or _named_alike(other, one):
        return True
    if not (one.personal and other.personal):
        return False
    return None if any(found for _, found in _likenesses(one, other)) else False


def likeness(one: Who, other: Who) -> str:
    """By what two identities may be one person, as a clause; empty where nothing says so."""
    for clause, found in _likenesses(one, other):
        if found:
            return clause.format(f'"{visible(shortened(min(found), 100))}"')
    return ""


def first_alike(group: Iterable[Who], who: Who, *, sure: bool) -> Who | None:
    """The first of `group` who is `who`, or unless `sure` may be; ``None`` if nobody is."""
    wanted = (True,) if sure else (True, None)
    return next((one for one in group if same_hand(who, one) in wanted), None)


def _likenesses(one: Who, other: Who) -> Iterator[tuple[str, Collection[str]]]:
    """Everything by which two identities may be one person: a clause, and what is alike."""
    yield "both accounts have one number", one.numbers & other.numbers
    yield "both were typed as {} somewhere", one.aliases & other.aliases
    yield "a name, an account or an address of each comes to {}", one.handles & other.handles
    yield "{} abbreviates a name", one.abbreviated & other.handles
    yield "{} abbreviates a name", other.abbreviated & one.handles
    yield (
        "one name begins with the other, {}",
        {*_beginning(one, other), *_beginning(other, one)},
    )


def _named_alike(one: Who, other: Who) -> bool:
    """Whether the account of `one` is called just as `other` is."""
    login = one.login.rpartition("/")[2]
    return len(login) > SHORT_LOGIN and login in other.names


def _beginning(one: Who, other: Who) -> Iterator[str]:
    """Names of `other` where a name of `one` goes on: ``Ada`` and ``Ada L``."""
    return (
        name for name in other.aliases for longer in one.aliases if longer.startswith(f"{name} ")
    )
