"""Cosignatures: a witness's word that it saw a checkpoint at a time (C2SP tlog-cosignature)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.ledger.algorithm import COSIGNATURE, ED25519, ML_DSA_44
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.encoding import LARGEST_NUMBER
from affidavit.ledger.note import Outcome, Signature, check, combined

if TYPE_CHECKING:
    from affidavit.ledger.checkpoint import Checkpoint
    from affidavit.ledger.key import SigningKey, VerifierKey
    from affidavit.ledger.note import Note

_TIME_LENGTH = 8
_LONGEST_NAME = 255
"""Bytes of a name that an ML-DSA-44 cosignature can hold: one byte tells its length."""


def cosign(checkpoint: Checkpoint, key: SigningKey, time: int) -> Signature:
    """The cosignature of `checkpoint` by `key` at `time`, seconds since 1970 UTC, at least 1.

    Raises:
        ValueError: `key` is not one for cosignatures, the time is no such time, or the log's name
            is too long for the key's type.
    """
    if not 0 < time <= LARGEST_NUMBER:
        raise ValueError("the time of a cosignature is from 1 to 2^63 - 1 seconds")
    message = _message(checkpoint, key.key, time)
    if message is None:
        raise ValueError("such a key cannot cosign a checkpoint of such a log")
    return Signature(key.name, key.key_id, time.to_bytes(_TIME_LENGTH) + key.sign(message))


def _message(checkpoint: Checkpoint, key: VerifierKey, time: int) -> bytes | None:
    """What a cosignature by `key` signs; None where there can be none."""
    if key.algorithm == COSIGNATURE:
        return f"cosignature/v1\ntime {time}\n{checkpoint.text()}".encode()
    if key.algorithm == ML_DSA_44 and len(checkpoint.origin.encode()) <= _LONGEST_NAME:
        return _subtree_message(checkpoint, key.name, time)
    return None


def _subtree_message(checkpoint: Checkpoint, cosigner: str, time: int) -> bytes:
    """The structure ``cosigned_message`` of the whole tree: its start is 0, its end the size."""
    name, origin = cosigner.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(name)]),
            name,
            time.to_bytes(_TIME_LENGTH),
            bytes([len(origin)]),
            origin,
            (0).to_bytes(8),
            checkpoint.size.to_bytes(8),
            checkpoint.root,
        )
    )


def check_cosignature(note: Note, key: VerifierKey) -> tuple[Outcome, int | None]:
    """Whether the witness `key` cosigned the checkpoint that `note` is, and when it said it did.

    The time is in seconds since 1970 UTC and comes with `GOOD` only. It is the witness's word: one
    in the future is for the caller to judge. Of several good cosignatures the latest time counts,
    when this was still the largest tree that the witness had seen; 0 is no time: the witness only
    states that it saw the tree.
    Every line with the key's name and id must verify, or the outcome is `BAD`.

    Raises:
        FormatError: The text of `note` is no checkpoint.
    """
    lines = note.by(key)
    if not lines:
        return Outcome.ABSENT, None
    if key.algorithm not in (COSIGNATURE, ML_DSA_44):
        return Outcome.UNSUPPORTED, None
    checkpoint = parse_checkpoint(note)
    outcome = combined([_is_good(each, key, checkpoint) for each in lines])
    if outcome is not Outcome.GOOD:
        return outcome, None
    return outcome, max(map(_time, lines))


def _time(line: Signature) -> int:
    return int.from_bytes(line.signature[:_TIME_LENGTH])


def _is_good(line: Signature, key: VerifierKey, checkpoint: Checkpoint) -> bool | None:
    time = _time(line)
    message = _message(checkpoint, key, time) if time <= LARGEST_NUMBER else None
    return message is not None and key.verifies(line.signature[_TIME_LENGTH:], message)


def check_any(note: Note, key: VerifierKey) -> tuple[Outcome, int | None]:
    """Whether `key`, of whatever type, signed the checkpoint `note`; the time of a cosignature.

    Raises:
        FormatError: The key makes cosignatures and the text of `note` is no checkpoint.
    """
    if key.algorithm == ED25519:
        return check(note, key), None
    return check_cosignature(note, key)


def covers(key: VerifierKey, checkpoint: Checkpoint) -> bool:
    """Whether a good signature by `key` speaks for every line of `checkpoint`.

    One of ML-DSA-44 leaves out the extension lines, which anybody could then have put there.
    """
    return key.algorithm != ML_DSA_44 or not checkpoint.extensions
