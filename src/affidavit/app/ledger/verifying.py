"""What a caller trusts, read from files and options, and the verification that follows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.home import FOLDER, Home
from affidavit.base.errors import UnreadableError, UsageError
from affidavit.ledger.key import LONGEST_KEY, parse_vkey
from affidavit.ledger.note import LARGEST_NOTE
from affidavit.ledger.policy import parse_policy
from affidavit.ledger.proof import LARGEST_PROOF
from affidavit.verify.log import verify
from affidavit.verify.proofs import verify_checkpoint, verify_proof
from affidavit.verify.trust import Trust

if TYPE_CHECKING:
    from affidavit.ledger.key import VerifierKey
    from affidavit.ledger.policy import Policy
    from affidavit.verify.result import Result

LARGEST_POLICY = 1 << 20
LARGEST_ENTRY_FILE = 1 << 17


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
        """
        return Trust(
            keys=tuple(key for one in self.keys for key in keys_of(one)),
            policy=None if self.policy is None else policy_at(self.policy),
            remembered=tuple(_bytes(one, LARGEST_NOTE) for one in self.against),
            as_of=self.as_of,
        )


def verified(place: Path, trusted: Trusted, *, tree_only: bool) -> Result:
    """What verifying the log at `place` comes to: a project, a ledger's folder, or an export.

    Raises:
        AffidavitError: It cannot be verified at all; see docs/errors/.
    """
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    trust = trusted.read()
    return verify(_source(place), trust, tree_only=tree_only, processes=min(processes, 4))


def proof_verified(proof: Path, entry: Path, trusted: Trusted) -> Result:
    """What verifying a proof file comes to, for the entry whose bytes are in a file."""
    data = _bytes(entry, LARGEST_ENTRY_FILE)
    return verify_proof(data, _bytes(proof, LARGEST_PROOF), trusted.read())


def checkpoint_verified(note: Path, trusted: Trusted) -> Result:
    """What verifying a checkpoint alone comes to."""
    return verify_checkpoint(_bytes(note, LARGEST_NOTE), trusted.read())


def _source(place: Path) -> Path:
    for one in (Home(place / FOLDER), Home(place)):
        if one.database.is_file():
            return one.database
    return place


def keys_of(given: str) -> list[VerifierKey]:
    """A verifier key, or those in a file, one a line.

    Raises:
        FormatError: One is no verifier key.
        UnreadableError: The file cannot be read.
        UsageError: It holds none.
    """
    if "+" in given and not Path(given).is_file():
        return [parse_vkey(given.strip(), place="--key")]
    path = Path(given)
    try:
        text = _bytes(path, 16 * LONGEST_KEY).decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: it is not text") from error
    lines = [line.strip() for line in text.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise UsageError(f"{path} holds no key")
    return [parse_vkey(line, place=str(path)) for line in found]


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
