"""Schemas of the facts that a person decided about a change, or was not let decide.

What each field means is in docs/formats/approval.md.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from affidavit.ledger.fields import Digest, Text

LONGEST_ENVELOPE = 48_000
"""Characters of a signed statement: with the rest of a fact it fits into an entry."""


class ApprovalSigned(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed a decision about the commit of the subject.

    `envelope` is the signed statement, JSON, and `statement` the digest of what was signed; the
    signature in it counts, and who signed the bundle around it does not.
    """

    statement: Digest
    envelope: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ENVELOPE)]
    signer: Text
    decision: Literal["approved", "rejected", "waived"]


class ApprovalRefused(msgspec.Struct, frozen=True, kw_only=True):
    """A command that signs was started where no person can be: it asked for no signature.

    `variable` names what in the environment shows an agent, never its value.
    """

    command: Literal["approve", "reject", "waive"]
    because: Literal["terminal", "agent"]
    variable: Text | None = None


SIGNED = "approval.signed.v1"
REFUSED = "approval.refused.v1"
APPROVED: dict[str, type[msgspec.Struct]] = {SIGNED: ApprovalSigned, REFUSED: ApprovalRefused}
