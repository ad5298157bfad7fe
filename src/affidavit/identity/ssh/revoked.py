"""Keys that are no longer believed, since when and why: a dated file of our own.

OpenSSH's own lists of revoked keys have no time: a key in them was never good. Here what was signed
before can stand, as far as the reason allows.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import msgspec

from affidavit.base.errors import FormatError
from affidavit.base.text import shortened, visible
from affidavit.identity.member import fingerprint as known_fingerprint
from affidavit.identity.ssh.times import instant
from affidavit.ledger.encoding import from_base64

LARGEST_FILE = 1 << 20
"""Characters of the file that are read."""
_SHA256 = "SHA256:"
_SHOWN = 160


class Reason(StrEnum):
    """Why a key is no longer believed."""

    SUPERSEDED = "superseded"
    """Its owner has another now: what counted before then stands."""
    COMPROMISED = "compromised"
    """Others may have it: only what somebody else is known to have seen before then stands."""


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `since` is RFC 3339 in UTC: from then on the key is not believed."""

    fingerprint: str
    since: str
    reason: Reason
    note: str = ""


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    fingerprint: str
    since: datetime
    reason: Reason
    note: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    revoked: list[_Table] = []
    version: int = 1


class Revocations(msgspec.Struct, frozen=True):
    """The entries of a file, in order. One key may have several."""

    entries: tuple[Revocation, ...]

    def of(self, fingerprint: str) -> tuple[Revocation, ...]:
        """The entries about the key of that fingerprint."""
        return tuple(one for one in self.entries if one.fingerprint == fingerprint)

    def state(self, fingerprint: str, at: str | None, *, witnessed: bool) -> Reason | None:
        """Why a signature that counts from `at` does not stand; None where it does.

        `at` is the RFC 3339 time from which it counts, None where none is known; `witnessed` is
        whether somebody whom the signer does not control saw it then.

        Raises:
            FormatError: `at` is no such time.
        """
        found = {one.reason for one in self.of(fingerprint) if not _stands(one, at, witnessed)}
        if Reason.COMPROMISED in found:
            return Reason.COMPROMISED
        return Reason.SUPERSEDED if found else None


def _stands(one: Revocation, at: str | None, witnessed: bool) -> bool:  # noqa: FBT001 -- one caller
    if at is None or (one.reason is Reason.COMPROMISED and not witnessed):
        return False
    return instant(at) < instant(one.since)


def parse_revoked(text: str) -> Revocations:
    """The entries of `text`, which is TOML: tables ``[[revoked]]``.

    Raises:
        FormatError: It is something else; the message names the entry. Nothing of such a file is
            used, for a revocation that is overlooked lets a signature pass.
    """
    if len(text) > LARGEST_FILE:
        raise FormatError(f"the revocations have {len(text)} characters; {LARGEST_FILE} are read")
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise FormatError(f"the revocations cannot be read: {_shown(str(error))}") from error
    if file.version != 1:
        raise FormatError(f"revocations of version {file.version} are not supported")
    return Revocations(tuple(_revocation(at, one) for at, one in enumerate(file.revoked, start=1)))


def _revocation(number: int, table: _Table) -> Revocation:
    named = _fingerprint(number, table.fingerprint)
    if table.since.utcoffset() != timedelta(0):
        raise FormatError(f"[[revoked]] {number}: since is no UTC time with a Z at its end")
    since = table.since.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return Revocation(fingerprint=named, since=since, reason=table.reason, note=table.note)


def _fingerprint(number: int, text: str) -> str:
    place = f"[[revoked]] {number}: the fingerprint {_shown(text)}"
    named = known_fingerprint(text)
    if named is None or not named.startswith(_SHA256):
        raise FormatError(f"{place} is none of an SSH key")
    from_base64(named.removeprefix(_SHA256) + "=", place)
    return named


def _shown(text: str) -> str:
    return shortened(visible(text), _SHOWN)
