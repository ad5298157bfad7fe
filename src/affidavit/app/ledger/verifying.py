"""What a caller trusts, read from files and options, and the verification that follows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.clock import now
from affidavit.app.ledger.home import FOLDER, Home, home
from affidavit.base.errors import (
    FormatError,
    NotALedgerError,
    StoreError,
    UnreadableError,
    UsageError,
)
from affidavit.ledger.key import LONGEST_KEY, parse_vkey
from affidavit.ledger.note import LARGEST_NOTE
from affidavit.ledger.policy import parse_policy
from affidavit.ledger.proof import LARGEST_PROOF
from affidavit.verify.log import verify
from affidavit.verify.proofs import verify_proof
from affidavit.verify.trust import Trust

if TYPE_CHECKING:
    from affidavit.ledger.key import VerifierKey
    from affidavit.ledger.policy import Policy
    from affidavit.verify.result import Result

LARGEST_POLICY = 1 << 20
LARGEST_ENTRY_FILE = 1 << 17
_PLACES = "name a project with a ledger, its .affidavit folder, or an export"
_ASK = "ask the account whose it is for an export"
_OF_AN_EXPORT = ("ledger.json", "checkpoint", "tile")


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """What is trusted, as the caller named it; `as_of` is seconds since 1970 UTC."""

    keys: tuple[str, ...] = ()
    policy: Path | None = None
    against: tuple[Path, ...] = ()
    as_of: int | None = None

    def read(self) -> Trust:
        """The keys, the policy and the checkpoints themselves.

        Raises:
            FormatError: One is not what it must be.
            UnreadableError: A file cannot be read.
            UsageError: A time is given, and no policy whose witnesses could have seen the log then.
        """
        if self.as_of is not None and self.policy is None:
            raise UsageError("--as-of needs --policy: only witnesses know when they saw the log")
        return Trust(
            keys=tuple(key for one in self.keys for key in keys_of(one)),
            policy=None if self.policy is None else policy_at(self.policy),
            remembered=tuple(_bytes(one, LARGEST_NOTE) for one in self.against),
            as_of=self.as_of,
            now=now() // 1_000_000,
        )


def verified(place: Path | None, trusted: Trusted, *, tree_only: bool) -> Result:
    """What verifying the log at `place` comes to: a project, a ledger's folder, or an export.

    Without a place it is the ledger of this folder or of a folder above it.

    Raises:
        AffidavitError: It cannot be verified at all; see docs/errors/.
    """
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    trust = trusted.read()
    try:
        source = _here() if place is None else _source(place)
    except OSError as error:
        where = error.filename or "this folder"
        raise UnreadableError(f"{where}: {error.strerror}", hint=_ASK) from error
    return verify(source, trust, tree_only=tree_only, processes=min(processes, 4))


def proof_verified(proof: Path, entry: Path, trusted: Trusted) -> Result:
    """What verifying a proof file comes to, for the entry whose bytes are in a file."""
    data = _bytes(entry, LARGEST_ENTRY_FILE)
    return verify_proof(data, _bytes(proof, LARGEST_PROOF), trusted.read())


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
            also = next((name for name in _OF_AN_EXPORT if os.path.lexists(place / name)), None)
            if also is not None:
                raise UsageError(
                    f"{place} has both {place / also}, as an export has, and {one.database}",
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
