"""What a policy is asked about a change, ``affidavit/policy-input@1``.

The format is docs/formats/policy-input.md. All that takes work is done before: paths are sorted
into classes, persons are counted, checks are held against what is required. A field that is None is
unknown, and `unknown` then names it; an empty list is known to be empty. No text that an author
wrote is in it but paths and names of labels.
"""

from __future__ import annotations

from typing import Literal

import msgspec

FORMAT = "affidavit/policy-input@1"
MOST_PATHS = 3_000
"""Paths that are listed; all are counted."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the input: every field of it is written, also one that is None."""


class Change(Part, frozen=True, kw_only=True):
    """The commits that are to be merged. Times are RFC 3339 UTC, ids those of git.

    `added` and `deleted` are lines. `behind` is whether the base has commits that the head lacks.
    """

    base: str
    head: str
    tree: str
    merge_base: str | None
    request: int | None
    draft: bool | None
    commits: int | None
    files: int | None
    added: int | None
    deleted: int | None
    behind: bool | None
    conflicts: bool | None


class PathClass(Part, frozen=True, kw_only=True):
    """Paths of one class: how many files and changed lines, the first `paths`, in order.

    `owned` is whether of every one of its files a code owner outside the authors approved the head.
    """

    files: int
    lines: int | None
    paths: tuple[str, ...]
    owned: bool | None = None


class Teams(Part, frozen=True, kw_only=True):
    """Teams and owners that the code owners of the base ask for, each with what is known.

    `approved` are those of `needed` of which a member outside the authors approved the head.
    """

    needed: tuple[str, ...] | None
    approved: tuple[str, ...] | None
    missing: tuple[str, ...] | None


class Ai(Part, frozen=True, kw_only=True):
    """AI in the change. `use` is what the checklist answered, `declared` by whom it was.

    `share_ppm` is of the changed files that a commit with AI evidence touched: a lower bound.
    `agent_opened` is whether an agent's account opened the request.
    """

    use: Literal["none", "assisted", "generated"] | None
    declared: Literal["request", "approval"] | None
    agents: tuple[str, ...]
    commits: int
    share_ppm: int | None
    agent_opened: bool | None
    bound: Literal["lower"] = "lower"


class Authors(Part, frozen=True, kw_only=True):
    """Whose hands it went through, counted; `prompter` is whether one is known of agents' work."""

    persons: int | None
    agents: int | None
    bots: int | None
    prompter: bool | None


class Approver(Part, frozen=True, kw_only=True):
    """An approval by a pseudonym, with what is known of it.

    `grade` is ``R4``, ``R3`` or ``R2``; `counts` whether every attribute is a yes for this head,
    None where one is unknown. `roles` are those of the identities of the base at that time.
    """

    party: str
    grade: Literal["R2", "R3", "R4"]
    counts: bool | None
    on_head: bool | None
    carried: bool
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    at: str | None


class Approvals(Part, frozen=True, kw_only=True):
    """Approvals of the head by persons outside the authors; each person is counted once.

    `persons` have R3 or more for sure, `possible` at most; `needed` at least are asked for, because
    nobody is known to have prompted what an agent wrote. `proven` are those with R4. `against` are
    persons who asked for changes or rejected and did not take it back.
    """

    persons: int | None
    possible: int | None
    needed: int | None
    proven: int | None
    against: int | None
    by: tuple[Approver, ...]


class Checklist(Part, frozen=True, kw_only=True):
    """Answers of the approvals or of the request's checklist; None is unanswered."""

    functional_correctness: bool | None
    security: bool | None
    tests: bool | None
    ai_review: bool | None


class Checks(Part, frozen=True, kw_only=True):
    """Checks on the head by name; of `required` each is in just one of the lists that follow."""

    required: tuple[str, ...]
    passed: tuple[str, ...] | None
    failed: tuple[str, ...] | None
    pending: tuple[str, ...] | None
    skipped: tuple[str, ...] | None
    missing: tuple[str, ...] | None


class Scan(Part, frozen=True, kw_only=True):
    """A scanner's report on the head or its tree; `open` counts findings by severity.

    `waived` findings are not in `open`. `independent` is whether another than the author ran it.
    """

    state: Literal["clean", "findings", "none"] | None
    open: dict[str, int] | None
    waived: int
    tool: str | None
    independent: bool | None


class Emergency(Part, frozen=True, kw_only=True):
    """The emergency path: whether the label is there, who set it and whether they may."""

    labelled: bool | None
    by: str | None
    entitled: bool | None
    at: str | None


class Waiver(Part, frozen=True, kw_only=True):
    """A signed waiver that is in force now: what it names, until when."""

    items: tuple[str, ...]
    until: str
    grade: Literal["R2", "R3", "R4"]
    entitled: bool | None
    beneficiary: bool | None


class Gate(Part, frozen=True, kw_only=True):
    """The gate itself: whether the change touches what it is judged by, and the base's rules.

    `touched` are the classes of its own files that the change touches: ``configuration``,
    ``policy``, ``identities``, ``signers``, ``workflow``. `rules_known` is whether the branch's
    rules could be read, `weaknesses` what is weaker in them than the baseline.
    """

    touched: tuple[str, ...] | None
    rules_known: bool | None
    weaknesses: tuple[str, ...] | None


class PolicyInput(Part, frozen=True, kw_only=True):
    """The whole input. `at` is the time of the decision; `unknown` names fields, as paths.

    `forge` is whether records of a forge were asked for, also where there was no answer.

    `classes` has every class that the policy's data names, also those without a file.
    """

    format: str
    purpose: Literal["merge", "deploy"]
    at: str
    forge: bool = True
    repository: str | None
    branch: str | None
    change: Change
    paths: tuple[str, ...] | None
    paths_cut: bool
    classes: dict[str, PathClass] | None
    teams: Teams
    labels: tuple[str, ...] | None
    ai: Ai
    authors: Authors
    approvals: Approvals
    checklist: Checklist
    checks: Checks
    scan: Scan
    emergency: Emergency
    waivers: tuple[Waiver, ...]
    gate: Gate
    score: int | None
    unknown: tuple[str, ...]
