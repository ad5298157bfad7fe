"""Changes before the gate for tests: one that is allowed, and its variants."""

from __future__ import annotations

from typing import TypedDict, Unpack

import msgspec

from affidavit.changes.gate.case import Case, Current, Reports
from affidavit.changes.gate.model import OPTIONAL, Status, Verdict, verdict
from affidavit.changes.gate.requirements import requirements
from affidavit.policy.input import (
    FORMAT,
    Ai,
    Approvals,
    Approver,
    Authors,
    Change,
    Checklist,
    Checks,
    Emergency,
    Gate,
    PathClass,
    PolicyInput,
    Scan,
    Teams,
)
from affidavit.policy.model import Decision

BASE, HEAD, TREE = "b" * 40, "c" * 40, "d" * 40
NOW = "2026-03-01T12:00:00Z"
APPROVER = Approver(
    party="person-1", grade="R4", counts=True, on_head=True, carried=False, roles=("reviewer",),
    teams=("@firm/owners",), at=NOW,
)  # fmt: skip
ALLOWED = Decision(
    allowed=True, reasons=(), bundle=f"sha256:{'1' * 64}", input=f"sha256:{'2' * 64}", engine="test"
)
INPUT = PolicyInput(
    format=FORMAT,
    purpose="merge",
    at=NOW,
    repository="firm/shop",
    branch="main",
    change=Change(
        base=BASE, head=HEAD, tree=TREE, merge_base=BASE, request=7, draft=False, commits=2,
        files=3, added=10, deleted=4, behind=False, conflicts=False,
    ),
    paths=("src/app.py",),
    paths_cut=False,
    classes={"critical": PathClass(files=0, lines=0, paths=())},
    teams=Teams(needed=("@firm/owners",), approved=("@firm/owners",), missing=()),
    labels=(),
    ai=Ai(
        use="assisted", declared="approval", agents=(), commits=0, share_ppm=0, agent_opened=False
    ),
    authors=Authors(persons=1, agents=0, bots=0, prompter=True),
    approvals=Approvals(persons=1, possible=1, needed=1, proven=1, against=0, by=(APPROVER,)),
    checklist=Checklist(functional_correctness=True, security=True, tests=True, ai_review=True),
    checks=Checks(
        required=("build", "test"), passed=("build", "test"), failed=(), pending=(), skipped=(),
        missing=(),
    ),
    scan=Scan(state="clean", open={}, waived=0, tool="scanner", independent=True),
    emergency=Emergency(labelled=False, by=None, entitled=None, at=None),
    waivers=(),
    gate=Gate(touched=(), rules_known=True, weaknesses=()),
    score=100,
    unknown=(),
)  # fmt: skip


class Options(TypedDict, total=False):
    """What a case can differ in."""

    decision: Decision | None
    no_policy: str
    problems: tuple[str, ...]
    current: Current
    tests: Reports
    unattributed: tuple[str, ...] | None
    threshold: str
    owned: bool
    unheard: tuple[str, ...]
    unlifted: tuple[str, ...]


def changed(**parts: dict[str, object] | object) -> PolicyInput:
    """The input with fields of its parts changed: ``changed(change={"behind": True})``."""
    found = {
        name: msgspec.structs.replace(getattr(INPUT, name), **value)
        if isinstance(value, dict)
        else value
        for name, value in parts.items()
    }
    return msgspec.structs.replace(INPUT, **found)


def case(input_: PolicyInput = INPUT, **options: Unpack[Options]) -> Case:
    """A change that meets every requirement, unless told otherwise."""
    usual = Case(
        input=input_,
        decision=ALLOWED,
        current=Current(status=Status.MET, found="it is"),
        tests=Reports(state="passed", reports=1),
        unattributed=(),
    )
    return msgspec.structs.replace(usual, **options)


def status(id_: str, given: Case) -> Status:
    """What becomes of one requirement of a case."""
    return next(one.status for one in requirements(given, (id_,)) if one.id == id_)


def whole(given: Case, threshold: int | None = None) -> Verdict:
    """The verdict where everything is asked for."""
    return verdict(requirements(given, OPTIONAL, threshold))
