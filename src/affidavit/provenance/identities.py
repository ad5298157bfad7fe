"""What stands behind a name and an address: a person, a bot, an agent or a forge."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.address import cleaned, plain_address
from affidavit.base.commit import Ident
from affidavit.provenance.catalogue import ANY, Kind, Rule, either, expression, part
from affidavit.provenance.model import Party, PartyKind
from affidavit.provenance.naming import slug

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.catalogue import Catalogue
    from affidavit.provenance.naming import Names

_NOREPLY = re.compile(r"(?:(\d{1,12})\+)?([^+@]+)@users\.noreply\.github\.com\Z", re.ASCII)
_MOST = 100_000
"""How many identities are remembered before the memory is emptied, to bound it."""

_LONGEST = 1_000
"""An identity longer than this, in characters, is known by its whole address or not at all."""

PERSON = Party(PartyKind.PERSON)


class Reading(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What an identity was read as. `rule` is ``None`` for an ordinary person."""

    party: Party
    rule: Rule | None = None
    agent: str = ""
    """The agent it states, if any: also where the party stays a person."""
    model: str | None = None
    bound: bool = False
    """Whether the rule matched by the numeric account of the platform."""


_NOBODY = Reading(party=PERSON)


class Identities:
    """Reads identities by the catalogue's rules: the first rule in its order that matches."""

    def __init__(self, catalogue: Catalogue, names: Names) -> None:
        rules = catalogue.of(Kind.IDENTITY)
        self._names = names
        self._order = {rule.id: number for number, rule in enumerate(rules)}
        self._addresses = {address: rule for rule in rules for address in rule.addresses}
        self._accounts = {str(number): rule for rule in rules for number in rule.platform_ids}
        self._logins = {login: rule for rule in rules for login in rule.logins}
        self._patterns = {r.id: (expression(r.pattern), r) for r in rules if r.pattern}
        self._any = expression(either(rule.pattern for rule in rules if rule.pattern))
        self._known: dict[Ident, Reading] = {}

    def reading(self, ident: Ident) -> Reading:
        """What `ident` is, with the rule that says so."""
        reading = self._known.get(ident)
        if reading is None:
            reading = self._read(Ident(cleaned(ident.name), plain_address(ident.email)))
            if len(ident.name) + len(ident.email) > _LONGEST:
                return reading
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[ident] = reading
        return reading

    def _read(self, ident: Ident) -> Reading:
        text = str(ident)
        data = text.encode(errors="replace") if len(text) <= _LONGEST else b""
        rules = [*self._exact(ident.email.lower()), *self._patterned(data)]
        if not rules:
            return _NOBODY
        return self._result(min(rules, key=lambda rule: self._order[rule.id]), ident, data)

    def _exact(self, address: str) -> Iterator[Rule]:
        """The rules that know this address, this account or this login."""
        noreply = _NOREPLY.match(address)
        number, login = noreply.groups() if noreply else (None, None)
        by_login = self._logins.get(login or "")
        if rule := self._addresses.get(address):
            yield rule
        if rule := self._accounts.get(number or ""):
            yield rule
        if by_login and not (number and by_login.platform_ids):
            yield by_login

    def _patterned(self, data: bytes) -> Iterator[Rule]:
        if self._any.fullmatch(data):
            yield next(rule for pattern, rule in self._patterns.values() if pattern.fullmatch(data))

    def _result(self, rule: Rule, ident: Ident, data: bytes) -> Reading:
        if rule.party in (PartyKind.BOT, PartyKind.FORGE):
            return Reading(party=Party(rule.party, rule=rule.id), rule=rule)
        pattern, _ = self._patterns.get(rule.id, (None, None))
        found = pattern.fullmatch(data) if pattern else None
        agent = self._agent(rule, part(found, "agent"))
        party = Party(PartyKind.AGENT, agent, rule.id, rule.role)
        noreply = _NOREPLY.match(ident.email.lower())
        return Reading(
            party=PERSON if rule.party is PartyKind.PERSON else party,
            rule=rule,
            agent=agent,
            model=part(found, "model") or self._names.model(ident.name),
            bound=bool(noreply and noreply[1] and int(noreply[1]) in rule.platform_ids),
        )

    def _agent(self, rule: Rule, stated: str | None) -> str:
        if rule.agent != ANY:
            return rule.agent
        return self._names.product(stated or "") or slug(stated or "")
