"""Landings and what is known of each."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from affidavit.base.commit import Ident
from affidavit.changes.chain import By
from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.sworn import Sworn
from affidavit.provenance.model import Authorship, Claim, PartyKind


class Kind(StrEnum):
    """How a landing came onto the branch, as far as git shows it."""

    INITIAL = "initial"
    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"
    """A copy of a request's commit, made by a forge, which alone can tell."""
    LINEAR = "linear"
    """One parent and no sign of a squash: pushed directly or rebased; git cannot tell which."""


class Mark(StrEnum):
    """What else is true of a landing."""

    REVERT = "revert"
    BACK_MERGE = "back-merge"
    AUTOMATION = "automation"
    EMPTY = "empty"


class Proof(StrEnum):
    """How far a pull request number can be believed."""

    FORGE_SIGNED = "forge-signed"
    """The forge's signature over the commit verified. The number itself is still text."""
    RECORDED = "forge-recorded"
    """The forge's own record names the landing as what the request became."""
    CLAIMED = "claimed"
    """The forge's form, without a signature that verified."""


class PullRequest(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The pull, merge or change request a landing names; Gerrit's `number` is a ``Change-Id``.

    `corroborated_by` names a ref of the forge (``refs/pull/12/head``) that agrees, or is ``None``.
    """

    forge: str
    number: str
    proof: Proof
    form: str
    corroborated_by: str | None = None


class PersonRole(StrEnum):
    """What a person, bot or agent did for a landing."""

    AUTHOR = "author"
    CO_AUTHOR = "co-author"
    COMMITTER = "committer"
    MERGER = "merger"
    SIGNED_OFF = "signed-off"


class Participant(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Somebody named on a landing, joined over their addresses, with every role they had."""

    name: str
    email: str
    kind: PartyKind
    roles: tuple[PersonRole, ...]


class Grade(StrEnum):
    """How strong the evidence of a review is; see docs/review-grades.md."""

    R0 = "R0"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"


class Vote(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One vote that a forge recorded: `label` such as ``Code-Review``, `value` such as ``2``."""

    label: str
    value: int
    voter: Ident


class ReviewNote(msgspec.Struct, frozen=True, kw_only=True):
    """A Gerrit ``refs/notes/review`` note; `submitted_at` is RFC 3339 where understood."""

    votes: tuple[Vote, ...] = ()
    submitted_by: Ident | None = None
    submitted_at: str | None = None
    url: str | None = None
    change_id: str | None = None
    problems: tuple[str, ...] = ()


class Review(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The grade of a landing's review evidence and the sentences it rests on.

    `self_merged` is ``None`` where git does not name who merged, or they may be an author.
    `merger_proof` tells of a merge whether the forge's signature vouches for who pressed the
    button, or the name is only typed.
    """

    grade: Grade
    self_merged: bool | None
    merger_proof: Proof | None = None
    evidence: tuple[str, ...] = ()


class Inner(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The squashed commits, found under a forge's ref whose files agree with the landing."""

    ref: str
    head: str
    commits: tuple[str, ...]


class Counted(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """When a landing landed by a forge's record: by this it belongs to a period.

    `at` is RFC 3339 UTC.
    """

    at: str
    by: By


class Landing(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One first-parent commit of an audited branch, and what it brought in.

    Times are RFC 3339 UTC. `committed_at` is the commit's own date (``None`` where it is unusable);
    `landed_at` is its place in time: the latest committer date on the first-parent chain up to it,
    by which it belongs to a period, unless a forge's records tell another time: then `counted`.
    `commits` are the ids it accounts for: itself first, then what a merge brought in, children
    before parents. `members` are all landings that its request became and `forge` is what is shown
    of its review, where a forge's records tell; `sworn` is what signed statements show, where there
    are any or its base asks for a gate.
    """

    commit: str
    change: str
    kind: Kind
    marks: tuple[Mark, ...]
    landed_at: str
    committed_at: str | None
    title: str
    branches: tuple[str, ...]
    pull_request: PullRequest | None
    commits: tuple[str, ...]
    authors: tuple[Participant, ...]
    authorship: Authorship
    unrefined: bool
    inner: Inner | None
    claims: tuple[Claim, ...]
    review: Review
    critical_paths: tuple[str, ...]
    exceptions: tuple[str, ...]
    counted: Counted | msgspec.UnsetType = msgspec.UNSET
    members: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    forge: ForgeReview | msgspec.UnsetType = msgspec.UNSET
    sworn: Sworn | msgspec.UnsetType = msgspec.UNSET

    @property
    def time(self) -> str:
        """When it landed: the time by which it belongs to a period."""
        return self.landed_at if isinstance(self.counted, msgspec.UnsetType) else self.counted.at

    @property
    def ai(self) -> bool:
        """Whether it is counted as an AI change: ``ai`` or ``mixed``."""
        return self.authorship in (Authorship.AI, Authorship.MIXED)

    @property
    def deciding(self) -> tuple[Claim, ...]:
        """The claims that make it an AI change; none where it is none.

        What a merge commit says of itself decides nothing about what it brought in.
        """
        if not self.ai:
            return ()
        merge = self.kind is Kind.MERGE and len(self.commits) > 1
        return tuple(
            one for one in self.claims if one.decides and not (merge and one.commit == self.commit)
        )
