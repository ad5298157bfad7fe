"""Who an identity is: joined over addresses, told apart from bots and agents."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import msgspec

from affidavit.base.commit import Ident
from affidavit.provenance.model import Party, PartyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from affidavit.changes.identities import Declared, Identities

_NOREPLY = re.compile(
    r"(?:\d+[+-])?(?P<login>[a-z0-9][a-z0-9._-]{0,63})(?:\[bot\])?"
    r"@users\.noreply\.(?P<host>[a-z0-9.-]{1,80})\Z"
)
_NO_HOSTS = frozenset({"", "localhost", "none", "workspace", "(none)", "localhost.localdomain"})
_FORGES = frozenset({"noreply@github.com", "noreply@gitlab.com", "noreply@bitbucket.org"})
_WORD = re.compile(r"[^\w]+")
GENERIC_LOCAL_PARTS = frozenset(
    {"admin", "contact", "dev", "devel", "developer", "email", "git", "github", "hello", "home"}
    | {"info", "mail", "mailbox", "noreply", "no-reply", "post", "root", "support", "user", "work"}
)
"""Local parts that many people share: an equal one says nothing."""


SHORT = 2
"""A handle of so few characters tells nobody from anybody."""
ALIASES = 1_000
"""Names that are remembered of one address or account."""
SHORT_LOGIN = 4
"""A login of so few characters may be many people's name."""


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

    names: frozenset[str] = frozenset()
    """Its addresses, accounts and names, joined and as typed, folded."""
    handles: frozenset[str] = frozenset()
    """Short names by which the hand may be recognised elsewhere."""
    aliases: frozenset[str] = frozenset()
    """Names, folded, that authors and committers of the same key were typed with, anywhere."""
    abbreviated: frozenset[str] = frozenset()
    """First letter and last word of its names: ``asmith`` for ``Alice Smith``."""
    relabelled: bool = False
    """Whether only a file inside the repository says that it is no person."""

    @property
    def nameable(self) -> bool:
        """Whether it can be told which person this is: a person, under an address of their own."""
        own = not shared_address(self.raw.email) and not self.agent
        return self.kind is PartyKind.PERSON and own

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

    def __init__(  # noqa: PLR0913 -- one keyword for each source of what is known of identities
        self,
        party: Callable[[Ident], Party],
        *,
        mailmap: Joiner | None = None,
        declared: Identities | None = None,
        inside: Identities | None = None,
        met: Iterable[Ident] = (),
        agent: Callable[[Ident], str] = lambda _: "",
    ) -> None:
        self._party = party
        self._agent = agent
        self._mailmap = mailmap
        self._declared = declared
        self._inside = inside
        self._known: dict[Ident, Who] = {}
        self.mailmap_lines: dict[int, set[Ident]] = {}
        """Lines of ``.mailmap`` that changed an identity, with the identities they changed."""
        self.inside_used: dict[str, tuple[Declared, PartyKind]] = {}
        """Addresses declared inside the repository that were met, and what they were before."""
        self.outside_used: dict[str, tuple[Declared, PartyKind]] = {}
        """The same for addresses that the caller's own file declares."""
        self.inside_owners: dict[str, str] = {}
        """Agents' addresses that were met, and the owner a file inside the repository names."""
        self._aliases = self._learnt(met)

    def who(self, ident: Ident) -> Who:
        """The person, bot, agent or forge behind `ident`."""
        found = self._known.get(ident)
        if found is None:
            resolved = self._resolve(ident)
            found = self._known[ident] = msgspec.structs.replace(
                resolved,
                names=_names(resolved),
                handles=_handles(resolved),
                aliases=self._aliases.get(resolved.key) or _typed(resolved),
                abbreviated=_abbreviated(resolved),
            )
        return found

    def many_names(self, most: int) -> list[str]:
        """Addresses and accounts met with more than `most` names, each with how many."""
        return [
            f"{key.partition(':')[2]}: {len(names)} names"
            for key, names in self._aliases.items()
            if len(names) > most and key.startswith(("address:", "login:"))
        ]

    def _learnt(self, met: Iterable[Ident]) -> dict[str, frozenset[str]]:
        """The names typed for each key; meeting one here is not yet using what joined it."""
        aliases: dict[str, set[str]] = {}
        for ident in met:
            who = self._resolve(ident)
            known = aliases.setdefault(who.key, set())
            if len(known) < ALIASES:
                known.update(_typed(who))
        for used in (
            self.mailmap_lines,
            self.inside_used,
            self.outside_used,
            self.inside_owners,
        ):
            used.clear()
        return {key: frozenset(names) for key, names in aliases.items()}

    def _resolve(self, ident: Ident) -> Who:
        party = self._party(ident)
        outside = self._declared.get(ident) if self._declared else None
        if outside is not None:
            self.outside_used[ident.email.casefold()] = (outside, party.kind)
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
            found = _declared(ident, inside, party, declared=False)
            return msgspec.structs.replace(
                found,
                relabelled=inside.kind is not PartyKind.PERSON,
                agent=found.agent or self._agent(ident),
            )
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
        if shared_address(joined.email):
            key = f"name:{_folded(joined.name)}:{joined.email.casefold()}"
        return Who(
            key,
            joined.name,
            joined.email,
            PartyKind.PERSON,
            self._agent(ident),
            login=login,
            raw=ident,
        )


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


def shared_address(email: str) -> bool:
    """Whether `email` is nobody's own: none at all, a forge's, or a machine's without a name."""
    local, _, host = email.casefold().rpartition("@")
    return not local or host in _NO_HOSTS or email.casefold() in _FORGES


def noreply_login(email: str) -> str:
    """The account a forge's noreply address names, as ``host/login``, or an empty string."""
    found = _NOREPLY.match(email.casefold())
    return f"{found['host']}/{found['login']}" if found else ""


@lru_cache(maxsize=65_536)
def same_hand(one: Who, other: Who) -> bool | None:
    """Whether two identities are one person: ``True``, ``False``, or ``None`` where they may be.

    One key, one address or account as typed, or one full name, joined or as typed, is the same
    person; so is an account whose login is the other's whole name. Two that the caller's own file
    declares apart are two. A name that both were typed with elsewhere in the history, a login or
    local part that equals the other's or abbreviates it, the same words in another order, or a name
    that begins with the other's, only may be: reason enough not to count the second as another
    person, and no more: else one false line could make a self-merger of a colleague.
    """
    if one.key == other.key:
        return True
    if one.declared and other.declared:
        return False
    if one.names & other.names or _named_alike(one, other) or _named_alike(other, one):
        return True
    return None if _alike(one, other) or _alike(other, one) else False


def _alike(one: Who, other: Who) -> bool:
    return bool(
        one.aliases & other.aliases
        or one.handles & other.handles
        or one.abbreviated & other.handles
        or _begins(one, other)
    )


def _typed(who: Who) -> frozenset[str]:
    """The names it was typed and joined with, folded."""
    return frozenset({_folded(who.name), _folded(who.raw.name)} - {""})


def _names(who: Who) -> frozenset[str]:
    accounts = {who.login, noreply_login(who.raw.email)}
    both = (who.email, who.raw.email)
    addresses = {_folded(email) for email in both if not shared_address(email)}
    return (_typed(who) | accounts | addresses) - {""}


def _folded(text: str) -> str:
    """`text` without what two spellings of a name differ in: case, blanks, accents composed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _named_alike(one: Who, other: Who) -> bool:
    """Whether the account of `one` is called just as `other` is."""
    login = one.login.rpartition("/")[2]
    return len(login) > SHORT_LOGIN and login in other.names


def _begins(one: Who, other: Who) -> bool:
    """Whether a name of `one` goes on where a name of `other` ends: ``Ada`` and ``Ada L``."""
    return any(longer.startswith(f"{name} ") for name in other.aliases for longer in one.aliases)


def _abbreviated(who: Who) -> frozenset[str]:
    words = (_bare(name).split() for name in (who.name, who.raw.name))
    return frozenset(each[0][0] + each[-1] for each in words if len(each) > 1)


def _bare(text: str) -> str:
    """`text` folded and without accents."""
    parts = unicodedata.normalize("NFKD", _folded(text))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _handles(who: Who) -> frozenset[str]:
    names = {who.name, who.raw.name}
    found = {*names, who.login.rpartition("/")[2]}
    for email in (who.email, who.raw.email):
        local = email.casefold().partition("@")[0].partition("+")[0]
        personal = not noreply_login(email) and not shared_address(email)
        if personal and local not in GENERIC_LOCAL_PARTS:
            found.add(local)
    handles = {_WORD.sub("", _bare(one)) for one in found}
    words = (_bare(name).split() for name in names)
    handles |= {each[0] + each[-1] for each in words if len(each) > 2}
    handles |= {" ".join(sorted(_WORD.split(_folded(name)))).strip() for name in names}
    return frozenset(handle for handle in handles if len(handle) > SHORT)
