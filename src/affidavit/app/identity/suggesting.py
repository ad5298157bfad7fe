"""What a history suggests about people, agents and bots; nothing of it is applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.forge.opening import opened as records_in
from affidavit.app.identity.known import party_of
from affidavit.app.identity.met import Met
from affidavit.app.identity.opening import opened
from affidavit.app.identity.tied import Tied
from affidavit.app.identity.versions import directory_in
from affidavit.app.settings import MAILMAP
from affidavit.base.address import folded_address
from affidavit.changes.joins import Group, Joins, Mapped, Part, Reason, Seen, Tie
from affidavit.changes.mailmap import MOST_BYTES, Mailmap
from affidavit.changes.people import People, shared_address
from affidavit.identity.account import BOT, Account, account, noreply
from affidavit.identity.directory import Directory
from affidavit.identity.member import MemberKind
from affidavit.provenance.catalogue import load
from affidavit.provenance.model import Party, PartyKind
from affidavit.provenance.signals import Signals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from affidavit.app.identity.met import Naming
    from affidavit.app.reading import Progress
    from affidavit.base.commit import Ident

FORMAT = "affidavit/identity-suggestions@1"


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """An agent or a bot; `because` says by what each of its parts is known to be one."""

    kind: MemberKind
    name: str
    parts: tuple[Part, ...]
    because: tuple[str, ...]


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """What a person that the file declares already seems to have beside what it says."""

    name: str
    parts: tuple[Part, ...]


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """Proposals, each part with its reason; `perhaps` is only alike and is proposed for nothing."""

    format: str = FORMAT
    head: str
    declared: tuple[str, ...]
    """Names that the file inside the repository has entries for."""
    persons: tuple[Group, ...]
    services: tuple[Service, ...]
    additions: tuple[Addition, ...]
    perhaps: tuple[Reason, ...]


def _tied(export: Path, repository: Path) -> Tied:
    with records_in(export, repository) as held:
        return Tied(held.path)


def suggestions(repository: Path, export: Path | None, progress: Progress) -> Suggestions:
    """What the history of the repository suggests, and an export of its forge or a ledger with it.

    Raises:
        AffidavitError: One of them cannot be read.
    """
    tied = None if export is None else _tied(export, repository)
    with opened(repository) as found:
        met = Met(progress).history(found.git, found.head)
        text = found.objects.blob_at(found.head, MAILMAP, MOST_BYTES) or b""
        known = directory_in(found.objects, found.head) or Directory(())
        work = _Work(met, Mailmap.parse(text), tied, known)
        return work.suggestions(found.head)


class _Known(NamedTuple):
    """What an identity is known to be; `name` is its account's where only the forge knows it."""

    party: Party
    name: str
    because: str


class _Work:
    """Sorts identities into persons and others."""

    def __init__(
        self, met: Mapping[Ident, Naming], mailmap: Mailmap, tied: Tied | None, known: Directory
    ) -> None:
        self._met = met
        self._mailmap = mailmap
        self._known = known
        self._signals = Signals(load())
        self._own: set[str] = set()
        self._ties: list[Tie] = []
        self._services: dict[tuple[MemberKind, str], list[tuple[Part, str]]] = {}
        self._apps: dict[str, Tie] = {}
        """Addresses that the forge ties to an app's own account."""
        for bot in tied.bots if tied else ():
            self._add_account(bot)
        for tie in tied.ties if tied else ():
            if party_of(tie.account) or (tied and tie.account in tied.bots):
                self._apps[folded_address(tie.address)] = tie
            else:
                self._ties.append(tie)

    def suggestions(self, head: str) -> Suggestions:
        """Everything, in the order of the history."""
        services = {one: self._service(one) for one in self._met}
        persons = [one for one, service in services.items() if service is None]
        self._own = {folded_address(one.email) for one in persons}
        for one, service in services.items():
            if service is not None:
                self._add_ident(one, service)
        people = People(self._signals.party, met=persons, agent=self._signals.agent)
        seen = [
            Seen(who=people.who(one), count=named.count, commits=tuple(named.commits))
            for one in persons
            for named in (self._met[one],)
        ]
        joins = Joins(seen, self._ties, list(self._mapped(persons)))
        groups = joins.groups()
        return Suggestions(
            head=head,
            declared=tuple(one.name for one in self._known.members),
            persons=tuple(one for one in groups if not self._holder(one)),
            services=tuple(self._new_services()),
            additions=tuple(self._additions(groups)),
            perhaps=(*self._two(groups), *filter(self._open, joins.perhaps())),
        )

    def _service(self, one: Ident) -> _Known | None:
        """What it is instead of a person, and by what; ``None`` of a person."""
        party = self._signals.party(one)
        tie = self._apps.get(folded_address(one.email))
        if party.kind is PartyKind.PERSON and tie is not None:
            because = f"{tie.account.host} ties the address to {tie.account}, an app's account"
            name = tie.account.login.removesuffix(BOT)
            return _Known(party_of(tie.account) or Party(PartyKind.BOT), name, because)
        return None if party.kind is PartyKind.PERSON else _Known(party, "", f"rule {party.rule}")

    def _add_ident(self, one: Ident, known: _Known) -> None:
        party = known.party
        folded = folded_address(one.email)
        named = noreply(folded)
        if party.kind is PartyKind.FORGE or (named is None and shared_address(one.email)):
            return
        if folded in self._own:
            # An agent that works under a person's address has none that is its own.
            return
        met = self._met[one]
        part = Part(
            label=folded,
            address=None if named else one.email,
            accounts=(named,) if named else (),
            count=met.count,
            commits=tuple(met.commits),
            reason=None,
        )
        login = named.login.removesuffix(BOT) if named else known.name
        self._add(party, party.agent or login or one.name or one.email, part, known.because)

    def _add_account(self, account: Account) -> None:
        party = party_of(account) or Party(PartyKind.BOT)
        part = Part(
            label=str(account), address=None, accounts=(account,), count=0, commits=(), reason=None
        )
        because = f"{account.host} says that it is an app's account"
        self._add(party, party.agent or account.login.removesuffix(BOT), part, because)

    def _add(self, party: Party, name: str, part: Part, because: str) -> None:
        kind = MemberKind.AGENT if party.kind is PartyKind.AGENT else MemberKind.BOT
        self._services.setdefault((kind, name), []).append((part, because))

    def _new_services(self) -> Iterator[Service]:
        for (kind, name), found in self._services.items():
            new = [(part, because) for part, because in found if not self._declared(part)]
            if new:
                parts, reasons = zip(*new, strict=True)
                yield Service(kind=kind, name=name, parts=parts, because=reasons)

    def _declared(self, part: Part) -> str:
        """Whose it is by the file that is there."""
        found = None if part.address is None else self._known.by_address(part.address)
        for one in part.accounts:
            found = found or self._known.by_account(one)
        return found.name if found else ""

    def _holder(self, group: Group) -> str:
        """Who has some of the group already."""
        return next((name for part in group.parts if (name := self._declared(part))), "")

    def _additions(self, groups: list[Group]) -> Iterator[Addition]:
        for group in groups:
            name = self._holder(group)
            new = (part for part in group.parts if not self._declared(part))
            parts = tuple(msgspec.structs.replace(one, reason=_why(one, group)) for one in new)
            if name and parts:
                yield Addition(name=name, parts=parts)

    def _two(self, groups: list[Group]) -> Iterator[Reason]:
        """Why two entries of the file may be one person's."""
        for reason in (part.reason for group in groups for part in group.parts):
            if reason and "" not in (names := self._names(reason)) and len(names) > 1:
                yield reason

    def _open(self, reason: Reason) -> bool:
        """Whether the file does not say already that they are two."""
        names = self._names(reason)
        return "" in names or len(names) == 1

    def _names(self, reason: Reason) -> set[str]:
        return {self._name(reason.one), self._name(reason.other)}

    def _name(self, label: str) -> str:
        """Whose an address or account is by the file that is there."""
        asked = account(label)
        found = self._known.by_account(asked) if asked else self._known.by_address(label)
        return found.name if found else ""

    def _mapped(self, persons: list[Ident]) -> Iterator[Mapped]:
        for one in persons:
            joined, line = self._mailmap.resolve(one)
            if line is not None and folded_address(joined.email) != folded_address(one.email):
                yield Mapped(address=one.email, to=joined.email, line=line)


def _why(part: Part, group: Group) -> Reason | None:
    """Why `part` is in the group: of the first of it, why another is."""
    others = (one.reason for one in group.parts if one.reason)
    near = (one for one in others if part.label in (one.one, one.other))
    return part.reason or next(near, None)
