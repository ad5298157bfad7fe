"""What a person says of a change and signs: the predicate ``approval/v1``.

It stands in an in-toto statement whose subjects are a commit and its tree, in an envelope of DSSE.
The format is docs/formats/approval.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, cast

import msgspec

from affidavit.base.errors import FormatError
from affidavit.base.text import shortened
from affidavit.ledger.dsse import IN_TOTO, Envelope
from affidavit.ledger.fields import Digest
from affidavit.ledger.statement import Statement, commit_and_tree, of_commit, statement_of

if TYPE_CHECKING:
    from affidavit.ledger.dsse import Json

APPROVAL = "https://affidavit.invalid/approval/v1"
"""The type of the predicate: a name, and no address."""
NAMESPACE = "affidavit-approval@v1"
"""What an SSH signature of an approval is for; no other signature of the key is one."""
LONGEST_REASON = 2_000
"""Characters of a reason."""
MOST_ITEMS = 100
"""Items that a waiver names."""
ITEM = r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}"
"""The id of a requirement, rule, control test or finding that a waiver names."""

TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z"

Time = Annotated[str, msgspec.Meta(pattern=TIME)]
"""RFC 3339, UTC, in whole seconds."""
Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")]
"""A commit's id."""
Item = Annotated[str, msgspec.Meta(pattern=rf"^{ITEM}\Z")]
Word = Literal["approved", "rejected", "waived"]
AiUse = Literal["none", "assisted", "generated"]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the predicate: all fields of it are written, and no other is read."""


class Answers(Part, frozen=True, kw_only=True):
    """What was looked at, as the person says; None is no answer."""

    functional_correctness: bool | None = None
    security: bool | None = None
    tests: bool | None = None
    ai_review: bool | None = None


class Change(Part, frozen=True, kw_only=True):
    """What the commit would change, as it was when it was signed.

    `base` is the commit that it is to be merged into, `merge_base` where both histories parted,
    `patch` our digest of what lies between that and the head.
    """

    base: Id | None = None
    merge_base: Id | None = None
    patch: Digest | None = None
    repository: Annotated[str, msgspec.Meta(min_length=1, max_length=1024)] | None = None
    request: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)] | None = None


class Approval(Part, frozen=True, kw_only=True):
    """One decision. `at` is the time that the signer's machine asserts; it proves nothing."""

    decision: Word
    change: Change
    answers: Answers = Answers()
    ai_use: AiUse | None = None
    reason: Annotated[str, msgspec.Meta(max_length=LONGEST_REASON)] | None = None
    items: Annotated[tuple[Item, ...], msgspec.Meta(max_length=MOST_ITEMS)] = ()
    until: Time | None = None
    at: Time
    nonce: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]


class Read(NamedTuple):
    """What an envelope says: the commit and tree that it is about, and the decision."""

    commit: str
    tree: str
    approval: Approval


def envelope_for(commit: str, tree: str, approval: Approval) -> Envelope:
    """The envelope of `approval` of that commit with its tree, not yet signed."""
    said = cast("dict[str, Json]", msgspec.to_builtins(approval))
    statement = Statement(of_commit(commit, tree), APPROVAL, said)
    return Envelope(IN_TOTO, statement.encode(), ())


def read(envelope: Envelope, *, place: str = "approval") -> Read:
    """What `envelope` says. No signature is checked.

    Raises:
        FormatError: It is no approval, or lacks what one of its kind has; the message begins with
            `place`.
    """
    statement = statement_of(envelope, place=place)
    if statement.predicate_type != APPROVAL:
        raise FormatError(f"{place}: the predicate is not of the type {APPROVAL}")
    commit, tree = commit_and_tree(statement, place)
    try:
        approval = msgspec.convert(statement.predicate, Approval)
    except msgspec.ValidationError as error:
        raise FormatError(f"{place}: predicate: {shortened(str(error), 200)}") from error
    if lacking := lacks(approval):
        raise FormatError(f"{place}: predicate: {lacking}")
    return Read(commit, tree, approval)


def lacks(approval: Approval) -> str | None:
    """What a decision of its kind would need and has not, or has and cannot have."""
    if approval.decision != "approved" and not (approval.reason or "").strip():
        return f"a change is {approval.decision} with a reason"
    if approval.decision == "waived" and approval.until is None:
        return "a waiver has an end"
    if approval.decision != "waived" and (approval.items or approval.until):
        return "only a waiver names items and an end"
    return None
