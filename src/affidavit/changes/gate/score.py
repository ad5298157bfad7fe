"""The score of a change: how much evidence there is for it, in points out of 100.

What is unknown has no points. Size has none either, so that nothing is gained by splitting a
change. The table is in docs/gate.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.gate.case import counted
from affidavit.changes.gate.model import Part, Score
from affidavit.changes.gate.severities import above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.policy.input import PolicyInput

REVIEW, PROVEN, CHECKS, TESTS, SCAN, CHECKLIST, DECLARED = 30, 10, 20, 10, 15, 10, 5


def score(input_: PolicyInput, *, tested: bool, threshold: str) -> Score:
    """The score of `input_`; `tested` is whether tests are recorded and all of them passed."""
    parts = tuple(_parts(input_, tested=tested, threshold=threshold))
    return Score(points=sum(one.points for one in parts), parts=parts)


def _parts(input_: PolicyInput, *, tested: bool, threshold: str) -> Iterator[Part]:
    yield _review(input_)
    proven = bool(input_.approvals.proven)
    yield _all_or_nothing("proven", PROVEN, "an approval by a proven key", given=proven)
    yield _checks(input_)
    yield _all_or_nothing("tests", TESTS, "reports of tests, all passed", given=tested)
    yield _scan(input_, threshold)
    yield _checklist(input_)
    by_approval = input_.ai.use is not None and input_.ai.declared == "approval"
    yield _all_or_nothing("ai-use", DECLARED, "an approver says whether AI wrote it",
                          given=by_approval)  # fmt: skip


def _all_or_nothing(id_: str, most: int, why: str, *, given: bool) -> Part:
    return Part(id=id_, points=most if given else 0, most=most, why=why)


def _review(input_: PolicyInput) -> Part:
    """A share for each person of those needed; none while somebody may be against it."""
    given = input_.approvals
    needed = max(given.needed or 0, 1)
    persons = 0 if given.against != 0 or given.needed is None else min(given.persons or 0, needed)
    why = f"{persons} of {counted(needed, 'person')} approved the head"
    return Part(id="review", points=REVIEW * persons // needed, most=REVIEW, why=why)


def _checks(input_: PolicyInput) -> Part:
    asked = input_.checks.required
    passed = len({*asked} & {*(input_.checks.passed or ())})
    points = CHECKS * passed // len(asked) if asked else 0
    return Part(
        id="checks", points=points, most=CHECKS, why=f"{passed} of {len(asked)} required succeeded"
    )


def _scan(input_: PolicyInput, threshold: str) -> Part:
    scan = input_.scan
    points, why = 0, "no scan that could be read"
    if scan.state in ("clean", "findings") and scan.open is not None:
        heavy, every = above(scan.open, threshold), sum(scan.open.values())
        points = 0 if heavy else SCAN // 2 if every else SCAN
        why = f"{every:,} open, {heavy:,} of them at {threshold} or above"
    return Part(id="scan", points=points, most=SCAN, why=why)


def _checklist(input_: PolicyInput) -> Part:
    asked = input_.checklist
    answers = (asked.functional_correctness, asked.security, asked.tests, asked.ai_review)
    yes = sum(one is True for one in answers)
    return Part(
        id="checklist",
        points=CHECKLIST * yes // len(answers),
        most=CHECKLIST,
        why=f"{yes} of {len(answers)} questions answered with yes",
    )
