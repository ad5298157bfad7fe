"""Signed approvals as they were found and judged."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from affidavit.changes.approval.predicate import AiUse, Answers, Change, Word

Grade = Literal["R4", "R2"]


class Code(StrEnum):
    """Why a signed approval does not count; each has a row in docs/formats/approval.md."""

    BAD_SIGNATURE = "bad-signature"
    MALFORMED_SIGNATURE = "malformed-signature"
    UNSUPPORTED = "unsupported"
    WEAK_KEY = "weak-key"
    WRONG_NAMESPACE = "wrong-namespace"
    APPLICATION = "application"
    NO_PRESENCE = "no-presence"
    WRONG_COMMIT = "wrong-commit"
    WRONG_TREE = "wrong-tree"
    WRONG_CHANGE = "wrong-change"
    WRONG_REPOSITORY = "wrong-repository"
    UNKNOWN_KEY = "unknown-key"
    UNUSABLE_LINE = "unusable-line"
    NAMESPACE_NOT_ALLOWED = "namespace-not-allowed"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    COMPROMISED = "compromised"
    NO_TIME = "no-time"
    WITHDRAWN = "withdrawn"
    WAIVER_OVER = "waiver-over"
    WAIVER_TOO_LONG = "waiver-too-long"


class Problem(msgspec.Struct, frozen=True):
    """One reason why an approval does not count, and the same in a sentence."""

    code: Code
    why: str

    @property
    def unknown(self) -> bool:
        """Whether something could not be known, rather than that something is wrong."""
        return self.code is Code.NO_TIME


class Strength(StrEnum):
    """What a signature shows of the hand that made it."""

    PROVEN = "proven"
    """A hardware key whose enrolment is proven, and somebody was present."""
    UNVERIFIED = "unverified"
    """The same without the verification of the user that is asked for here."""
    UNPROVEN_ENROLMENT = "unproven-enrolment"
    """A key of a hardware type, and somebody was present; a program can imitate such a key."""
    SOFTWARE = "software"
    """A key that any program of its holder can use: presence is unproven."""
    ABSENT = "absent"
    """A key of a hardware type, and nobody was present."""
    UNCHECKED = "unchecked"
    """The signature does not hold, or could not be checked."""


class TimeBy(StrEnum):
    """Who says when an approval was there, none of whom the signer controls."""

    FORGE = "forge"
    WITNESS = "witness"
    AUTHORITY = "rfc3161"
    GATE = "gate"


class Seen(msgspec.Struct, frozen=True):
    """When an approval was there at the latest, RFC 3339 UTC, and who says so."""

    time: str
    by: TimeBy

    @property
    def witnessed(self) -> bool:
        """Whether somebody recorded it then, rather than that it is looked at now."""
        return self.by is not TimeBy.GATE


class Dated(StrEnum):
    """How the time that a statement asserts compares with the time that counts; only told."""

    FITTING = "fitting"
    EARLIER = "earlier"
    """It says that it was made more than a day before it is known to have been there."""
    LATER = "later"
    """It says that it was made after it was there."""
    UNPROVEN = "unproven"
    """No time counts."""


class SignedApproval(msgspec.Struct, frozen=True, kw_only=True):
    """One signature under one decision about a change.

    `statement` is the ``sha256:`` digest of what was signed, `fingerprint` the key's, None where
    the signature has none that can be read; `principals` are those of the key's line at the base,
    `line` its number. `strength` is what the signature shows, `shown` why. `time` is the one that
    counts, `asserted_at` what the statement says. Who the signer is, and whether they are an author
    of the change, is for the caller to tell.
    """

    statement: str
    source: str
    commit: str
    tree: str
    fingerprint: str | None
    principals: tuple[str, ...]
    line: int | None
    decision: Word
    change: Change
    strength: Strength
    shown: str
    problems: tuple[Problem, ...]
    answers: Answers
    ai_use: AiUse | None
    reason: str | None
    items: tuple[str, ...]
    until: str | None
    time: str | None
    time_by: TimeBy | None
    asserted_at: str
    dated: Dated
    counter: int | None

    @property
    def grade(self) -> Grade | None:
        """How strong it is as evidence of who decided; None where it does not hold."""
        if self.problems:
            return None
        return "R4" if self.strength is Strength.PROVEN else "R2"

    @property
    def counts(self) -> bool:
        """Whether it approves and nothing is wrong with it; for how much, `grade` tells."""
        return self.decision == "approved" and not self.problems


class Foreign(msgspec.Struct, frozen=True, kw_only=True):
    """An approval that another tool attested, of the tree that a change would give.

    `approvers` and `dismissed` are names as the attestation has them. `fingerprint` is of the key
    that signed it, where a known one did and the signature holds; else `why` says what is missing.
    It counts at most as a signature by a software key.
    """

    source: str
    tree: str
    approvers: tuple[str, ...]
    dismissed: tuple[str, ...]
    fingerprint: str | None
    principals: tuple[str, ...] = ()
    why: str | None = None

    @property
    def verified(self) -> bool:
        """Whether a known key signed it."""
        return self.fingerprint is not None


class SignedApprovals(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one commit: each signature once, and in words what could not be read.

    An approval may lie in what is `unread`: while anything does, that there is none is unknown.
    What was `passed` over says to be one, and is none; nobody whom the base believes signed it.
    """

    found: tuple[SignedApproval, ...]
    unread: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    foreign: tuple[Foreign, ...] = ()
