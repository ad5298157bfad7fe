"""What the rules know an account of a forge to be."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from affidavit.base.commit import Ident
from affidavit.provenance.catalogue import load
from affidavit.provenance.identities import Identities
from affidavit.provenance.model import PartyKind
from affidavit.provenance.naming import Names

if TYPE_CHECKING:
    from affidavit.identity.account import Account
    from affidavit.provenance.model import Party

_NOT_A_PERSON = (PartyKind.AGENT, PartyKind.BOT)


def known_account(account: Account) -> str:
    """What the account is known to be, such as ``the agent devin``; empty where it is not known.

    The rules know it by the addresses that its forge makes of it.
    """
    party = party_of(account)
    return "" if party is None else f"the {party.kind} {party.agent or account.login}".rstrip()


def party_of(account: Account) -> Party | None:
    """The agent or bot that the rules know the account to be, or ``None``."""
    number = "" if account.number is None else f"{account.number}+"
    # A number decides whatever stands beside it, and nobody is called by a hyphen.
    address = f"{number}{account.login or '-'}@users.noreply.{account.host}"
    party = _identities().reading(Ident("", address)).party
    return party if party.kind in _NOT_A_PERSON else None


@cache
def _identities() -> Identities:
    catalogue = load()
    return Identities(catalogue, Names(catalogue))
