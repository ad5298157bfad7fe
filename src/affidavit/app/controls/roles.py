"""Who was entitled to what, by the version of the identities in force then, and who is an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.config import config, identities_file, read
from affidavit.app.identity.versions import versions
from affidavit.app.records.closing import Agents
from affidavit.app.records.roles import chain
from affidavit.base.period import since
from affidavit.changes.forge.approvals import is_bot
from affidavit.changes.forge.model import AccountKind
from affidavit.controls.cc8.case import said
from affidavit.identity.account import forge_account
from affidavit.identity.directory import directory
from affidavit.identity.member import MemberKind, Role
from affidavit.identity.versions import Entitled, Versions, entitled, member

if TYPE_CHECKING:
    from affidavit.app.audit import Request
    from affidavit.app.records.asking import Found
    from affidavit.changes.forge.model import Account
    from affidavit.identity.account import Account as Known
    from affidavit.identity.directory import Directory
    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.objects import Objects

_PUBLIC = "github.com"


class Maker(NamedTuple):
    """The agent that an account is, empty where it is none; `doubt` is why that is not known."""

    agent: str
    doubt: str


class Roles:
    """Answers who an account of the forge at `host` was at a time."""

    def __init__(self, of: Versions, host: str, given: Directory | None) -> None:
        self._versions = of
        self._given = given
        # As in addresses that a forge makes of accounts: there is no port in them.
        self._host = host.partition(":")[0]
        self._agents = Agents(host)

    def entitled(self, account: Account | None, role: Role, at: str | None) -> Entitled:
        """Whether it had `role` at `at` (RFC 3339); unknown where either is not told."""
        if account is None or at is None:
            return Entitled.UNKNOWN
        time = since(at)
        where = self._versions.at(time)
        who = None if where is None else member(where, self._known(account))
        return entitled(where, who, role, time)

    def declares(self, account: Account | None, at: str | None) -> bool:
        """Whether it is declared as a person's, in what was in force at `at` or by the caller."""
        if account is None or at is None:
            return False
        known = self._known(account)
        told = (self._given, self._versions.at(since(at)))
        members = (one.by_account(known) for one in told if one is not None)
        return any(one is not None and one.kind is MemberKind.PERSON for one in members)

    def maker(self, account: Account | None, at: str) -> Maker:
        """What stands behind an account, by the rules and by what was declared then."""
        if account is None:
            return Maker("", "the forge does not name the account")
        told = (self._given, self._versions.at(since(at)))
        members = [one.by_account(self._known(account)) for one in told if one is not None]
        agents = (one.name for one in members if one and one.kind is MemberKind.AGENT)
        agent = self._agents.of(account) or next(agents, "")
        program = account.kind is not AccountKind.PERSON or is_bot(account)
        if agent or not program or any(members) or self._agents.automation(account):
            return Maker(agent, "")
        return Maker("", f"{said(account.login)} is a program, and nothing says which")

    def _known(self, account: Account) -> Known:
        return forge_account(self._host, account.login, account.id, bot=is_bot(account))


def roles(objects: Objects, every: Found, graph: Graph) -> Roles:
    """The roles by the file along the main branch, and who is an agent by the caller's file too.

    The caller's file gives nobody a role: it has no versions of which one was in force.

    Raises:
        ConfigError: The caller's file cannot be understood.
        UnreadableError: It cannot be read.
    """
    landed = chain(graph, every.report.repository.head, every.report.landings)
    host = every.records.host if every.records else _PUBLIC
    return Roles(versions(objects, landed), host, _outside(every.wanted.request))


def _outside(request: Request) -> Directory | None:
    if request.identities is not None:
        return directory(identities_file(request.identities).tables)
    if request.config is not None:
        return directory(config(read(request.config), request.config.name).tables)
    return None
