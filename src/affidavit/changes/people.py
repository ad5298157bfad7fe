"""Who an identity is: joined over addresses, told apart from bots and agents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import msgspec

from affidavit.base.commit import Ident
from affidavit.provenance.model import Party, PartyKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from affidavit.changes.identities import Declared, Identities

_NOREPLY = re.compile(
    r"(?:\d+[+-])?(?P<login>[a-z0-9][a-z0-9._-]{0,63})(?:\[bot\])?"
    r"@users\.noreply\.(?P<host>[a-z0-9.-]{1,80})\Z"
)
_WORD = re.compile(r"[^\w]+")
GENERIC_LOCAL_PARTS = frozenset(
    {"admin", "contact", "dev", "devel", "developer", "email", "git", "github", "hello", "home"}
    | {"info", "mail", "mailbox", "noreply", "no-reply", "post", "root", "support", "user", "work"}
)
"""Local parts that many people share: an equal one says nothing."""


class Who(msgspec.Struct, frozen=True, gc=False):
    """A joined identity: two with one `key` are one. `owner` is the address of an agent's owner."""

    key: str
    name: str
    email: str
    kind: PartyKind
    agent: str = ""
    login: str = ""
    owner: str = ""
    declared: bool = False
    """Whether the caller's own file declares it, not one inside the repository."""
    raw: Ident = Ident("", "")
    """As typed: a file that joins or renames people must not make one hand look like two."""

    @property
    def vouched(self) -> bool:
        """Whether the caller's own file says which person answers for this agent."""
        return self.declared and bool(self.owner)


class Joiner(Protocol):
    """Joins identities by the audited repository's own ``.mailmap``."""

    def resolve(self, ident: Ident) -> tuple[Ident, int | None]:
        """The joined identity and the 1-based line that joined it, or ``None``."""
        ...


class People:
    """Resolves identities, remembering which declarations and ``.mailmap`` lines were used."""

    def __init__(
        self,
        party: Callable[[Ident], Party],
        *,
        mailmap: Joiner | None = None,
        declared: Identities | None = None,
        inside: Identities | None = None,
    ) -> None:
        self._party = party
        self._mailmap = mailmap
        self._declared = declared
        self._inside = inside
        self._known: dict[Ident, Who] = {}
        self.mailmap_lines: dict[int, set[Ident]] = {}
        """Lines of ``.mailmap`` that changed an identity, with the identities they changed."""
        self.inside_used: dict[str, tuple[Declared, PartyKind]] = {}
        """Addresses declared inside the repository that were met, and what they were before."""
        self.inside_owners: dict[str, str] = {}
        """Agents' addresses that were met, and the owner a file inside the repository names."""

    def who(self, ident: Ident) -> Who:
        """The person, bot, agent or forge behind `ident`."""
        found = self._known.get(ident)
        if found is None:
            found = self._known[ident] = self._resolve(ident)
        return found

    def _resolve(self, ident: Ident) -> Who:
        party = self._party(ident)
        outside = self._declared.get(ident) if self._declared else None
        if outside is not None:
            return _declared(ident, outside, party, declared=True)
        if party.kind is not PartyKind.PERSON:
            owner = self._inside_owner(ident)
            key = f"{party.kind}:{party.agent or ident.email.casefold() or ident.name}"
            return Who(
                key, ident.name, ident.email, party.kind, party.agent, owner=owner, raw=ident
            )
        inside = self._inside.get(ident) if self._inside else None
        if inside is not None:
            self.inside_used[ident.email.casefold()] = (inside, party.kind)
            return _declared(ident, inside, party, declared=False)
        return self._person(ident)

    def _inside_owner(self, ident: Ident) -> str:
        """The owner a file inside the repository names for an agent: it can only add authors."""
        inside = self._inside.get(ident) if self._inside else None
        if inside is None or not inside.owner:
            return ""
        self.inside_owners[ident.email.casefold()] = inside.owner
        return inside.owner

    def _person(self, ident: Ident) -> Who:
        joined, line = self._mailmap.resolve(ident) if self._mailmap else (ident, None)
        if line is not None and joined != ident:
            self.mailmap_lines.setdefault(line, set()).add(ident)
        login = noreply_login(joined.email)
        key = f"login:{login}" if login else f"address:{joined.email.casefold()}"
        if not joined.email:
            key = f"name:{joined.name.casefold()}"
        return Who(key, joined.name, joined.email, PartyKind.PERSON, login=login, raw=ident)


def _declared(ident: Ident, entry: Declared, party: Party, *, declared: bool) -> Who:
    return Who(
        entry.key,
        entry.name,
        entry.email or ident.email,
        entry.kind,
        (party.agent or entry.name) if entry.kind is PartyKind.AGENT else "",
        owner=entry.owner or "",
        declared=declared,
        raw=ident,
    )


def noreply_login(email: str) -> str:
    """The account a forge's noreply address names, as ``host/login``, or an empty string."""
    found = _NOREPLY.match(email.casefold())
    return f"{found['host']}/{found['login']}" if found else ""


def same_hand(one: Who, other: Who) -> bool | None:
    """Whether two identities are one person: ``True``, ``False``, or ``None`` where they may be.

    One key, one address or account as typed, or one full name, joined or as typed, is the same
    person; two that the caller's own file declares apart are two. A
    forge login that equals the other's name or local part, or an equal local part that is not a
    word many people use, only may be: it is reason enough not to count the second as another
    person, and no more.
    """
    if one.key == other.key:
        return True
    if one.declared and other.declared:
        return False
    if _names(one) & _names(other):
        return True
    if _handles(one) & _handles(other):
        return None
    return False


def _names(who: Who) -> set[str]:
    """Addresses, accounts and full names, joined and as typed, folded; none of them empty."""
    found = {who.email, who.raw.email, who.name, who.raw.name, who.login}
    found.add(noreply_login(who.raw.email))
    return {" ".join(one.casefold().split()) for one in found} - {""}


def _handles(who: Who) -> set[str]:
    """Short names by which one hand may be recognised under two addresses."""
    found = {who.name, who.raw.name, who.login.rpartition("/")[2]}
    for email in (who.email, who.raw.email):
        local = email.casefold().partition("@")[0]
        if not noreply_login(email) and local not in GENERIC_LOCAL_PARTS:
            found.add(local)
    return {handle for one in found if len(handle := _WORD.sub("", one.casefold())) > 2}
