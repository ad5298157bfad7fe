"""The tables of identities as they stand in a file."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- msgspec looks at the fields' types
from typing import Literal

import msgspec


class RoleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One of `roles` with its dates: UTC days, both of them included."""

    role: str
    since: date | None = None
    until: date | None = None


class PersonEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[person]]``: one person with every address, account and key of theirs."""

    name: str
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    roles: tuple[str | RoleEntry, ...] = ()


class ServiceEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[[agent]]`` or ``[[bot]]``: an account that is no person; `owner` is who answers for it."""

    name: str
    addresses: tuple[str, ...] = ()
    owner: str | None = None
    accounts: tuple[str, ...] = ()


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """All the entries of one file. Only a file of a `version` is held to the rules of one."""

    version: Literal[1] | None = None
    person: tuple[PersonEntry, ...] = ()
    agent: tuple[ServiceEntry, ...] = ()
    bot: tuple[ServiceEntry, ...] = ()
