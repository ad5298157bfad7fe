"""What the gate answers about one change: ``affidavit/gate@1``, documented field by field."""

from __future__ import annotations

from typing import Literal

import msgspec

from affidavit.changes.gate.model import Requirement, Score, Verdict
from affidavit.policy.model import Reason

FORMAT = "affidavit/gate@1"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """The change that was judged, by ids of git; `request` is its number on the forge.

    `status_on` is the commit that a status about it is set on: the head, or that of a merge queue.
    """

    base: str
    head: str
    tree: str
    merge_base: str | None
    request: int | None
    repository: str | None
    branch: str | None
    commits: int | None
    files: int | None
    status_on: str | None = None


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The policy and what it said. `bundle` and `input` are digests, None without a policy.

    `source` is whether the base has it or the caller gave it. `error` is why it has no answer.
    """

    source: Literal["base", "caller"]
    bundle: str | None
    input: str | None
    engine: str | None
    allowed: bool
    tier: str | None
    needs: int | None
    error: str | None
    reasons: tuple[Reason, ...]


class Waived(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of the policy that denied, but for waivers: whose they are, and until when."""

    rule: str
    by: tuple[str, ...]
    until: str | None


class ForgeRead(msgspec.Struct, frozen=True, kw_only=True):
    """The forge's records that were read: whose, as of when, and the digest of all of them."""

    host: str
    repository: str
    at: str
    digest: str
    unknown: tuple[str, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `noticed` are things that were there and not used, or not read.

    `waived` are rules that a waiver lifted, None where that could not be found out.

    `touched` are the classes of the gate's own files that the change touches, `unknown` the fields
    of the policy's input that nobody could tell. `forge` is None where none was asked, or it did
    not answer.
    """

    format: str
    tool: str
    at: str
    verdict: Verdict
    status: int
    change: Judged
    requirements: tuple[Requirement, ...]
    score: Score
    policy: Policy
    forge: ForgeRead | None
    touched: tuple[str, ...] | None
    unknown: tuple[str, ...]
    noticed: tuple[str, ...]
    waived: tuple[Waived, ...] | None = ()
