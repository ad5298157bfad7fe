"""Who an identity is: joined over addresses, told apart from bots and agents."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import msgspec

from affidavit.base.alike import skeleton
from affidavit.base.commit import Ident
from affidavit.changes.identities import Declared
from affidavit.identity.account import BOT, noreply
from affidavit.provenance.model import Party, PartyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from affidavit.changes.identities import Identities

_NOBODYS = (
    *(".example", ".example.com", ".example.net", ".example.org", ".invalid", ".test"),
    *(".internal", ".lan", ".local", ".localdomain", ".home", ".home.arpa", ".corp", ".intranet"),
    *(".private", ".localhost", ".(none)", ".fritz.box"),
)
"""Ends of hosts set aside for examples (RFC 2606), or that machines in a local network have."""
_FORGES = frozenset({"noreply@github.com", "noreply@gitlab.com", "noreply@bitbucket.org"})
_NUMBERS = re.compile(r"\[|[0-9.]+\Z", re.ASCII)
"""A host that is an address of the network, not a name."""
_WORD = re.compile(r"[\W_]+")
GENERIC_LOCAL_PARTS = frozenset(
    {"admin", "contact", "dev", "devel", "developer", "email", "git", "github", "hello", "home"}
    | {"info", "mail", "mailbox", "noreply", "no-reply", "post", "root", "support", "user", "work"}
)
"""Local parts that many people share: an equal one says nothing."""


GENERIC_NAMES = GENERIC_LOCAL_PARTS | {
    *("administrator", "agent", "bot", "build", "builder", "ci", "codespace", "debian", "node"),
    *("runner", "test", "test user", "tester", "ubuntu", "unknown", "vscode", "your name"),
}
"""Names that nobody bears alone."""
SHORT_LOGIN = 4
"""A login of so few characters may be many people's name."""
SHORT = 2
"""A handle of so few characters tells nobody from anybody."""
ALIASES = 1_000
"""Names that are remembered of one address or account."""


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
    numbers: frozenset[str] = frozenset()
    """Numbers of its accounts, each with its forge's host."""
    abbreviated: frozenset[str] = frozenset()
    """First letter and last word of its names: ``asmith`` for ``Alice Smith``."""
    owned: bool = False
    """Whether its address is somebody's own, the caller's own file says whose it is, or exactly one
    identity with an address of its own bears the name."""
    relabelled: bool = False
    """Whether only a file inside the repository says that it is no person."""

    @property
    def personal(self) -> bool:
        """Whether a person may stand behind it: no bot or agent, or one only by a file inside."""
        return self.kind is PartyKind.PERSON or self.relabelled

    @property
    def nameable(self) -> bool:
        """Whether it can be told which person this is: a person, under an address of their own."""
        return self.kind is PartyKind.PERSON and self.owned and not self.agent

    @property
    def vouched(self) -> bool:
        """Whether the caller's own file says which person answers for this agent."""
        return self.declared and bool(self.owner)


class Used(msgspec.Struct, kw_only=True):
    """What was used of the files that join, rename and declare people."""

    mailmap: dict[int, set[Ident]] = msgspec.field(default_factory=dict)
    """Lines of ``.mailmap`` that changed an identity, with the identities they changed."""
    inside: dict[str, tuple[Declared, PartyKind]] = msgspec.field(default_factory=dict)
    """Addresses declared inside the repository that were met, and what they were before."""
    outside: dict[str, tuple[Declared, PartyKind]] = msgspec.field(default_factory=dict)
    """The same for addresses that the caller's own file declares."""
    owners: dict[str, str] = msgspec.field(default_factory=dict)
    """Agents' addresses that were met, and the owner a file inside the repository names."""

    def add(self, other: Used) -> None:
        """Take in what was used elsewhere; the result does not depend on which came first."""
        for line, idents in other.mailmap.items():
            self.mailmap.setdefault(line, set()).update(idents)
        for mine, theirs in ((self.inside, other.inside), (self.outside, other.outside)):
            for address, (entry, before) in theirs.items():
                note(mine, address, entry, before)
        self.owners.update(other.owners)


def note(
    table: dict[str, tuple[Declared, PartyKind]], address: str, entry: Declared, before: PartyKind
) -> None:
    """Keep that `entry` was used for `address`; of two things it was before, the first in order."""
    known = table.get(address)
    if known is None or before < known[1]:
        table[address] = entry, before


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
        self._aliases: dict[str, set[str]] = {}
        self._bearers: dict[str, set[str]] = {}
        """Keys of persons with an address of their own, by the names they were typed with."""
        self.used = Used()
        self.learn(met)

    def who(self, ident: Ident) -> Who:
        """The person, bot, agent or forge behind `ident`."""
        found = self._known.get(ident)
        if found is None:
            resolved = self._resolve(ident)
            found = self._known[ident] = msgspec.structs.replace(
                resolved,
                names=_names(resolved),
                handles=_handles(resolved),
                numbers=frozenset({_number(resolved.email), _number(ident.email)} - {""}),
                aliases=frozenset(self._aliases.get(resolved.key) or _typed(resolved)),
                abbreviated=_abbreviated(resolved),
                owned=self._owned(resolved),
            )
        return found

    def _owned(self, who: Who) -> bool:
        if who.declared or not shared_address(who.raw.email):
            return True
        name = _folded(who.raw.name)
        return name not in GENERIC_NAMES and len(self._bearers.get(name, ())) == 1

    @property
    def joins(self) -> bool:
        """Whether a file inside the repository may join identities."""
        return self._mailmap is not None or self._inside is not None

    @property
    def account_hosts(self) -> frozenset[str]:
        """Where the accounts are that anything declares."""
        given = (one for one in (self._declared, self._inside) if one is not None)
        return frozenset(host for one in given for host in one.hosts)

    def is_met(self, who: Who) -> bool:
        """Whether somebody of that key is author or committer of a commit."""
        return who.key in self._aliases

    def many_names(self, most: int) -> list[str]:
        """Addresses and accounts met with more than `most` names, each with how many."""
        return [
            f"{key.partition(':')[2]}: {len(names)} names"
            for key, names in self._aliases.items()
            if len(names) > most and key.startswith(("address:", "login:"))
        ]

    def learn(self, met: Iterable[Ident]) -> None:
        """Remember the names typed for each key; meeting one here is not yet using what joined it.

        Whoever was asked for before (`who`) is not told of names learnt later.
        """
        used = self.used
        self.used = Used()
        for ident in met:
            who = self._resolve(ident)
            known = self._aliases.setdefault(who.key, set())
            if len(known) < ALIASES:
                known.update(_typed(who))
            if who.kind is PartyKind.PERSON and not (who.agent or shared_address(ident.email)):
                for name in _typed(who):
                    self._bearers.setdefault(name, set()).add(who.key)
        self.used = used

    def _resolve(self, ident: Ident) -> Who:
        party = self._party(ident)
        outside = self._declared.get(ident) if self._declared else None
        if outside is not None:
            note(self.used.outside, ident.email.casefold(), outside, party.kind)
            return _declared(ident, outside, party, declared=True)
        if party.kind is not PartyKind.PERSON:
            owner = self._inside_owner(ident)
            known = party.agent or noreply_login(ident.email)
            key = f"{party.kind}:{known or ident.email.casefold() or ident.name}"
            return Who(
                key, ident.name, ident.email, party.kind, party.agent, owner=owner, raw=ident
            )
        inside = self._inside.get(ident) if self._inside else None
        if inside is not None:
            note(self.used.inside, ident.email.casefold(), inside, party.kind)
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
        self.used.owners[ident.email.casefold()] = inside.owner
        return inside.owner

    def _person(self, ident: Ident) -> Who:
        joined, line = self._mailmap.resolve(ident) if self._mailmap else (ident, None)
        if line is not None and joined != ident:
            self.used.mailmap.setdefault(line, set()).add(ident)
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


@lru_cache(maxsize=65_536)
def shared_address(email: str) -> bool:
    """Whether `email` is nobody's own: none at all, a forge's, a machine's, or a placeholder."""
    folded = email.casefold()
    local, _, host = folded.rpartition("@")
    host = host.rstrip(".")
    if not local or "." not in host or folded in _FORGES or _NUMBERS.match(host):
        return True
    return f".{host}".endswith(_NOBODYS)


def noreply_login(email: str) -> str:
    """The account a forge's noreply address names, as ``host/login``, or an empty string."""
    found = noreply(email)
    return f"{found.host}/{found.login.removesuffix(BOT)}" if found else ""


def _number(email: str) -> str:
    """The number of that account, as ``host#number``, or an empty string: it outlives renaming."""
    found = noreply(email)
    return f"{found.host}#{found.number}" if found and found.number else ""


def by_join(one: Who, other: Who) -> bool:
    """Whether two identities of one key are so by a file inside the repository alone."""
    if one.declared or other.declared:
        return False
    return _typed_as(one.raw).isdisjoint(_typed_as(other.raw))


def _typed_as(ident: Ident) -> frozenset[str]:
    """Names, accounts and addresses, folded, with no join."""
    account = noreply_login(ident.email)
    login = account.rpartition("/")[2]
    found = {_folded(ident.name), account, login if len(login) > SHORT_LOGIN else ""}
    if not shared_address(ident.email):
        found.add(_folded(ident.email))
    return frozenset(found - {""})


def _typed(who: Who) -> frozenset[str]:
    """The names it was typed and joined with, folded."""
    return frozenset({_folded(who.name), _folded(who.raw.name)} - {""})


def _names(who: Who) -> frozenset[str]:
    accounts = {who.login, noreply_login(who.raw.email)}
    both = (who.email, who.raw.email)
    addresses = {_folded(email) for email in both if not shared_address(email)}
    return (_typed(who) - GENERIC_NAMES | accounts | addresses) - {""}


@lru_cache(maxsize=10_000)
def _folded(text: str) -> str:
    """`text` without what two spellings of a name differ in: case, blanks, accents composed."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(plain.casefold().split())


def handle(text: str) -> str:
    """A name or a login without what separates its words."""
    return _WORD.sub("", _bare(text))


def _abbreviated(who: Who) -> frozenset[str]:
    words = (_bare(name).split() for name in (who.name, who.raw.name))
    return frozenset(each[0][0] + each[-1] for each in words if len(each) > 1)


@lru_cache(maxsize=10_000)
def _bare(text: str) -> str:
    """`text` folded and without accents."""
    folded = _folded(text)
    if folded.isascii():
        return folded
    parts = unicodedata.normalize("NFKD", folded)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _handles(who: Who) -> frozenset[str]:
    names = {who.name, who.raw.name}
    found = {*names, who.login.rpartition("/")[2]}
    for email in (who.email, who.raw.email):
        local = email.casefold().partition("@")[0].partition("+")[0]
        forges = email.casefold() in _FORGES or noreply_login(email)
        if not forges and local not in GENERIC_LOCAL_PARTS:
            found.add(local)
    handles = set(map(handle, found))
    words = (_bare(name).split() for name in names)
    handles |= {each[0] + each[-1] for each in words if len(each) > 2}
    handles |= {"".join(map(skeleton, _folded(name).split())) for name in names}
    handles |= {" ".join(sorted(_WORD.split(_folded(name)))).strip() for name in names}
    return frozenset(handle for handle in handles if len(handle) > SHORT)
