"""The schema of the fact that a policy decided: about what, by which bundle, and what came out.

What each field means is in docs/formats/policy-decision.md.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from affidavit.ledger.fields import Commitment, Digest, Size, Text

InputText = Annotated[str, msgspec.Meta(min_length=1, max_length=24_576)]
"""An input that is written into the fact itself."""
Time = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")]
"""RFC 3339, UTC, in whole seconds: times of one form are in order as texts."""
Met = Literal["met", "unmet", "unknown"]


class DecidedReason(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that denied, by its id; `unknown` where nothing is proven against the change."""

    id: Text
    unknown: bool = False


class PolicyDecided(msgspec.Struct, frozen=True, kw_only=True):
    """A policy decided on a change; the head and its tree are the subject.

    `verdict` is the gate's, `allowed` the policy's. The input is kept in `input_text`, or in the
    vault under `input_sealed`, or by whoever asked. `archive` is the bundle's, a blob of the entry.
    `base` is the commit that the change was judged by, and `policy_from` says whether the policy is
    that base's own or whoever ran the gate gave it. `change` is the number of the request that was
    judged, `branch` the one that it was for; None where no forge told. `waived` are the rules that
    a waiver lifted, None where that is not told. `status_on` is the commit that the gate's status
    is set on, None where that is the head.
    """

    purpose: Literal["merge", "deploy"]
    verdict: Literal["allowed", "refused", "undecided"]
    allowed: bool
    bundle: Digest
    archive: Digest | None = None
    input: Digest
    input_sealed: Commitment | None = None
    input_text: InputText | None = None
    engine: Text
    failed: bool
    reasons: tuple[DecidedReason, ...] = ()
    tier: Text | None = None
    needs: int | None = None
    score: Size | None = None
    requirements: dict[Text, Met] = {}
    base: Text | None = None
    policy_from: Literal["base", "caller"] | None = None
    branch: Text | None = None
    change: Size | None = None
    waived: tuple[Text, ...] | None = None
    status_on: Text | None = None
    at: Time


KIND = "policy.decided.v1"
DECIDED: dict[str, type[msgspec.Struct]] = {KIND: PolicyDecided}
CHANNEL = "policy"
"""How these facts reach the keeper, where they are no import."""
CHANNELS = frozenset({CHANNEL, "import"})
OWN = "policy:"
"""How the streams and ids of these facts begin."""
