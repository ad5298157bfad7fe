"""The schema of facts about who is who: a version of a file of identities, without anybody's name.

What each field means is in docs/identity.md.
"""

from __future__ import annotations

import msgspec

from affidavit.ledger.fields import Commitment, Text


class DeclaredRole(msgspec.Struct, frozen=True, kw_only=True):
    """A role with its first and last day, UTC."""

    role: Text
    since: Text | None = None
    until: Text | None = None


class DeclaredMember(msgspec.Struct, frozen=True, kw_only=True):
    """A person, agent or bot by pseudonym; all else that tells who it is, as commitments."""

    party: Text
    party_kind: Text
    """``person``, ``agent`` or ``bot``."""
    name: Commitment
    addresses: tuple[Commitment, ...] = ()
    accounts: tuple[Commitment, ...] = ()
    keys: tuple[Commitment, ...] = ()
    roles: tuple[DeclaredRole, ...] = ()
    owner: Commitment | None = None


class IdentityDeclared(msgspec.Struct, frozen=True, kw_only=True):
    """A version came into force; the commit that brought it is the subject.

    `state` is ``declared``, ``removed`` where there was no file from then on, or ``unknown`` where
    it cannot be read or understood: then there are no members.
    """

    repository: Text
    file: Commitment
    in_force_after: Text
    state: Text
    members: tuple[DeclaredMember, ...] = ()


KIND = "identity.declared.v1"
DECLARED: dict[str, type[msgspec.Struct]] = {KIND: IdentityDeclared}
CHANNEL = "identity"
"""How these facts reach the keeper."""
OWN = "identity:"
"""How the streams and ids of these facts begin."""
