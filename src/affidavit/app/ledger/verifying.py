"""What a caller trusts, read from files and options, and the verification that follows."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit import __version__
from affidavit.app.anchor.verifying import with_stamps
from affidavit.app.clock import now
from affidavit.app.ledger.home import FOLDER, Home, home
from affidavit.base.errors import (
    FormatError,
    NotALedgerError,
    StoreError,
    UnreadableError,
    UsageError,
)
from affidavit.base.period import Period
from affidavit.ledger.key import LONGEST_KEY, parse_vkey
from affidavit.ledger.note import LARGEST_NOTE
from affidavit.ledger.policy import parse_policy
from affidavit.ledger.proof import LARGEST_PROOF
from affidavit.verify.checkpoints import stated
from affidavit.verify.log import verify
from affidavit.verify.named import Asked, Known
from affidavit.verify.proofs import verify_proof
from affidavit.verify.trust import Trust

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from affidavit.ledger.key import VerifierKey
    from affidavit.ledger.policy import Policy
    from affidavit.verify.result import Result

LARGEST_POLICY = 1 << 20
LARGEST_ENTRY_FILE = 1 << 17
LARGEST_CERTIFICATES = 4 << 20
LONGEST_NAME = 300
"""Characters of a log's name in what was asked."""
_PLACES = "name a project with a ledger, its .affidavit folder, or an export"
_ASK = "ask the account whose it is for an export"
_EXPORTED = (("tile/entries",), ("checkpoint", "tile"))
"""What makes a folder an export: its entries, or all that others' programs read."""


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """What is trusted, as the caller named it; times are seconds since 1970 UTC.

    The longest time without a witness is looked for from `since` to `until`. `tsa_ca` has the
    certificates of authorities whose time stamps count.
    """

    keys: tuple[str, ...] = ()
    policy: Path | None = None
    against: tuple[Path, ...] = ()
    as_of: int | None = None
    since: int | None = None
    until: int | None = None
    tsa_ca: Path | None = None

    def read(self) -> Trust:
        """The keys, the policy and the checkpoints themselves.

        Raises:
            AffidavitError: As `read_with` says.
        """
        return self.read_with()[0]

    def read_with(self, *, tsa_ca: bytes | None = None) -> tuple[Trust, Asked]:
        """The same, with what an answer says that it was asked; `tsa_ca` is what that file holds.

        Raises:
            FormatError: One is not what it must be.
            UnreadableError: A file cannot be read.
            UsageError: A time is given, and no policy whose witnesses could have seen the log then.
            PeriodError: The period ends before it begins, or has not begun yet.
        """
        given = {"--as-of": self.as_of, "--since": self.since, "--until": self.until}
        option = next((name for name, time in given.items() if time is not None), None)
        if option is not None and self.policy is None:
            raise UsageError(f"{option} needs --policy: only witnesses know when they saw the log")
        policy = None if self.policy is None else _bytes(self.policy, LARGEST_POLICY)
        trust = Trust(
            keys=tuple(key for one in self.keys for key in keys_of(one)),
            policy=None if policy is None else parse_policy(policy, str(self.policy)),
            remembered=tuple(_bytes(one, LARGEST_NOTE) for one in self.against),
            as_of=self.as_of,
            now=now() // 1_000_000,
            since=self.since,
            until=self.until,
        )
        if self.since is not None:
            Period(self.since, trust.ends() or 0)
        return trust, _asked(trust, policy, tsa_ca)


def _asked(trust: Trust, policy: bytes | None, tsa_ca: bytes | None) -> Asked:
    place = "the remembered checkpoint"
    kept = [stated(each, place).checkpoint for each in trust.remembered]
    return Asked(
        keys=tuple(map(str, trust.log_keys())),
        policy=_digest(policy),
        against=tuple(Known(each.origin[:LONGEST_NAME], each.size) for each in kept),
        as_of=trust.as_of,
        since=trust.since,
        until=trust.until,
        tsa_ca=_digest(tsa_ca),
        at=trust.now or 0,
        tool=f"affidavit {__version__}",
    )


def _digest(data: bytes | None) -> str | None:
    return None if data is None else f"sha256:{hashlib.sha256(data).hexdigest()}"


def verified(place: Path | None, trusted: Trusted, *, tree_only: bool) -> Result:
    """What verifying the log at `place` comes to: a project, a ledger's folder, or an export.

    Without a place it is the ledger of this folder or of a folder above it.

    Raises:
        AffidavitError: It cannot be verified at all; see docs/errors/.
    """
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    authorities = None if trusted.tsa_ca is None else _bytes(trusted.tsa_ca, LARGEST_CERTIFICATES)
    trust, asked = trusted.read_with(tsa_ca=authorities)
    roots = _roots(authorities, str(trusted.tsa_ca))
    try:
        source = _here() if place is None else _source(place)
    except OSError as error:
        where = error.filename or "this folder"
        raise UnreadableError(f"{where}: {error.strerror}", hint=_ASK) from error
    result = verify(source, trust, tree_only=tree_only, processes=min(processes, 4))
    asked = replace(asked, tree_only=tree_only)
    return replace(with_stamps(result, source, roots), asked=asked)


def _roots(data: bytes | None, place: str) -> tuple[Certificate, ...] | None:
    if data is None:
        return None
    from affidavit.app.anchor.judging import roots_of  # noqa: PLC0415 -- few callers have any

    return roots_of(data, place)


def proof_verified(proof: Path, entry: Path, trusted: Trusted) -> Result:
    """What verifying a proof file comes to, for the entry whose bytes are in a file."""
    data, (trust, asked) = _bytes(entry, LARGEST_ENTRY_FILE), trusted.read_with()
    return replace(verify_proof(data, _bytes(proof, LARGEST_PROOF), trust), asked=asked)


def _here() -> Path:
    try:
        return home(None, Path.cwd()).database
    except NotALedgerError as error:
        raise NotALedgerError(error.message, hint=_PLACES) from error
    except StoreError as error:
        raise UnreadableError(error.message, hint=_ASK) from error


def _source(place: Path) -> Path:
    """The database or the export that `place` means; where it could mean both, it means neither."""
    for one in (Home(place / FOLDER), Home(place)):
        if one.database.is_file():
            if any(all(os.path.lexists(place / name) for name in each) for each in _EXPORTED):
                raise UsageError(
                    f"{place} has both {place / 'tile'}, as an export has, and {one.database}",
                    hint="name the database's file itself, or take one of the two away",
                )
            return one.database
    return place


def keys_of(given: str, place: str = "--key") -> list[VerifierKey]:
    """A verifier key, or those in a file, one a line. A key is never taken for a file's name.

    Raises:
        FormatError: One is no verifier key; the message begins with `place` or the file's name.
        UnreadableError: The file cannot be read.
        UsageError: It holds none.
    """
    path = Path(given)
    try:
        return [parse_vkey(given.strip(), place=place)]
    except FormatError:
        if "+" in given and not _is_file(path):
            raise
    try:
        text = _bytes(path, 16 * LONGEST_KEY).decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: it is not text") from error
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise UsageError(f"{path} holds no key")
    return [parse_vkey(line, place=str(path)) for line in found]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the text is longer than a name can be
        return False


def policy_at(path: Path) -> Policy:
    """The policy in the file at `path`.

    Raises:
        FormatError: It is none.
        UnreadableError: The file cannot be read.
    """
    return parse_policy(_bytes(path, LARGEST_POLICY), str(path))


def _bytes(path: Path, largest: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    if len(data) > largest:
        raise UnreadableError(f"{path} has more than {largest:,} bytes")
    return data
