"""What a witness decides about a checkpoint that it is asked to cosign (C2SP tlog-witness).

A witness keeps one thing for each log: the size and root of the checkpoint it cosigned last. The
request is looked at in two steps, so that all that a stranger can send is refused before the
record is touched: `admitted` needs only the request and the keys, `decided` the record too. Whoever
calls reads the record, decides and stores the new record in one transaction, and cosigns only after
that is durable; otherwise two requests at once could take the record back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.cosignature import check_any, cosign, covers
from affidavit.ledger.encoding import from_decimal, from_hash
from affidavit.ledger.note import LARGEST_NOTE, Outcome, parse_note
from affidavit.ledger.tree import EMPTY_ROOT, is_consistent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.ledger.checkpoint import Checkpoint
    from affidavit.ledger.key import SigningKey, VerifierKey
    from affidavit.ledger.note import Note

LONGEST_PATH = 63
"""Hashes of a consistency proof that a request may have."""
LARGEST_REQUEST = LARGEST_NOTE + 4096
"""Bytes of a request that are read: a note, and 63 hashes of 45 bytes above it."""

PLAIN = "text/plain; charset=utf-8"
SIZE = "text/x.tlog.size"
"""The type of the answer that tells the size of the record."""


class Status(IntEnum):
    """The HTTP statuses that a witness answers with."""

    OK = 200
    BAD_REQUEST = 400
    """The request is malformed, or its old size is above the checkpoint's."""
    FORBIDDEN = 403
    """No key that is trusted for the log signed, or a line of such a key is not its signature."""
    NOT_FOUND = 404
    """The log is not one that this witness follows."""
    CONFLICT = 409
    """The old size is not that of the record, which the answer tells."""
    UNPROCESSABLE = 422
    """The checkpoint is not shown to be consistent with the record."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a request: its status, its body and the body's type."""

    status: Status
    body: str
    content_type: str = PLAIN


@dataclass(frozen=True, slots=True)
class Record:
    """The last cosigned checkpoint of a log; as it is made by default, there is none yet."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A checkpoint that its log signed, and what is said to be its proof from the `old` size."""

    old: int
    path: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint


def parse_submission(body: bytes) -> Submission:
    """The submission that the body of an ``add-checkpoint`` request holds. Nothing is checked yet.

    Raises:
        FormatError: `body` is no such request, or larger than `LARGEST_REQUEST`.
    """
    if len(body) > LARGEST_REQUEST:
        raise FormatError(f"the request has more than {LARGEST_REQUEST} bytes")
    above, blank, below = body.partition(b"\n\n")
    if not blank or not above.isascii():
        raise FormatError("the request has no ASCII lines, an empty line and a checkpoint")
    first, *path = above.decode("ascii").split("\n")
    if not first.startswith("old "):
        raise FormatError("the request does not begin with the old size")
    if len(path) > LONGEST_PATH:
        raise FormatError(f"the request has more than {LONGEST_PATH} hashes")
    note = parse_note(below, place="the checkpoint")
    return Submission(
        old=from_decimal(first.removeprefix("old "), "the old size"),
        path=tuple(from_hash(line, f"hash {at}") for at, line in enumerate(path, 1)),
        note=note,
        checkpoint=parse_checkpoint(note, "the checkpoint"),
    )


def admitted(body: bytes, logs: Mapping[str, Sequence[VerifierKey]]) -> Submission | Answer:
    """The submission in `body` if its log signed it, or the answer that refuses it.

    `logs` has the keys that are trusted for each log, by the log's name in its checkpoints. The
    checks are in the order of the specification: 400 for the form, 404, 403, 400 for the sizes.
    """
    try:
        submission = parse_submission(body)
    except FormatError as error:
        return Answer(Status.BAD_REQUEST, f"{error.message}\n")
    keys = logs.get(submission.checkpoint.origin)
    if keys is None:
        return Answer(Status.NOT_FOUND, "this log is not followed here\n")
    if not _is_signed(submission, keys):
        return Answer(
            Status.FORBIDDEN, "the log did not sign this, or a signature is not its own\n"
        )
    if submission.old > submission.checkpoint.size:
        return Answer(Status.BAD_REQUEST, "the old size is above the size of the checkpoint\n")
    return submission


def _is_signed(submission: Submission, keys: Sequence[VerifierKey]) -> bool:
    """Whether one of `keys` signed every line, and no line that is one of theirs is not good."""
    outcomes = {key: check_any(submission.note, key)[0] for key in keys}
    return set(outcomes.values()) <= {Outcome.GOOD, Outcome.ABSENT} and any(
        outcome is Outcome.GOOD and covers(key, submission.checkpoint)
        for key, outcome in outcomes.items()
    )


def decided(submission: Submission, record: Record) -> Record | Answer:
    """The record to store before the checkpoint is cosigned, or the answer that refuses it.

    `record` is that of the submission's log. Refused with 409 is another old size than the
    record's, and with 422 what does not lead from the record to the checkpoint: a wrong proof,
    another root at the same size, an empty tree with a root that it cannot have.
    """
    checkpoint = submission.checkpoint
    if submission.old != record.size:
        return Answer(Status.CONFLICT, f"{record.size}\n", SIZE)
    roots = record.root, checkpoint.root
    if not is_consistent(record.size, checkpoint.size, roots, submission.path):
        return Answer(Status.UNPROCESSABLE, "the checkpoint is not shown to go on from the last\n")
    return Record(checkpoint.size, checkpoint.root)


def cosigned(submission: Submission, keys: Sequence[SigningKey], time: int) -> Answer:
    """The answer with a cosignature by each of `keys` at `time`, seconds since 1970 UTC.

    It is for a submission that was decided, after its record was stored.

    Raises:
        ValueError: A key cannot cosign such a checkpoint, or the time is before 1970.
    """
    lines = (cosign(submission.checkpoint, key, time).line() for key in keys)
    return Answer(Status.OK, "".join(lines))
