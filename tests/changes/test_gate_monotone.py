"""Taking evidence away never lets a change through that was held up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from affidavit.changes.gate.case import Current, Reports
from affidavit.changes.gate.model import OPTIONAL, Status, Verdict, verdict
from affidavit.changes.gate.requirements import requirements
from affidavit.changes.gate.score import score
from gate_cases import ALLOWED, INPUT, case, changed

if TYPE_CHECKING:
    from affidavit.changes.gate.case import Case
    from affidavit.policy.input import PolicyInput

MAYBE = st.sampled_from((None, False, True))
COUNTS = st.sampled_from((None, 0, 1, 2))
NAMES = st.sampled_from((None, (), ("build",), ("test",), ("build", "test")))
OPEN: st.SearchStrategy[dict[str, int] | None] = st.sampled_from(
    (None, {}, {"high": 1}, {"low": 3}, {"unrated": 1})
)
USES = st.sampled_from((None, "none", "assisted"))
STATES = st.sampled_from((None, "clean", "findings", "none"))
GONE = {
    "change": ("merge_base", "commits", "files", "behind", "conflicts"),
    "teams": ("needed", "approved", "missing"),
    "ai": ("use",),
    "approvals": ("persons", "possible", "needed", "proven", "against"),
    "checklist": ("functional_correctness", "security", "tests", "ai_review"),
    "checks": ("passed", "failed", "pending", "skipped", "missing"),
    "scan": ("state", "open"),
    "gate": ("touched",),
}
"""Fields that can become unknown."""


@st.composite
def inputs(draw: st.DrawFn) -> PolicyInput:
    """Changes with all sorts of evidence; no more persons count than may count."""
    persons = draw(COUNTS)
    possible = draw(st.sampled_from((None, *range(persons or 0, 3))))
    return changed(
        change={"behind": draw(MAYBE), "conflicts": draw(MAYBE)},
        ai={"use": draw(USES), "commits": draw(st.integers(0, 1))},
        approvals={
            "persons": persons,
            "possible": possible,
            "needed": draw(st.sampled_from((None, 1, 2))),
            "proven": draw(COUNTS),
            "against": draw(st.sampled_from((None, 0, 0, 1))),
        },
        checklist={name: draw(MAYBE) for name in GONE["checklist"]},
        checks={name: draw(NAMES) for name in GONE["checks"]},
        scan={"state": draw(STATES), "open": draw(OPEN)},
        gate={"touched": draw(st.sampled_from((None, (), ("policy",))))},
        teams={"missing": draw(st.sampled_from((None, (), ("@ann",))))},
    )  # fmt: skip


@st.composite
def less(draw: st.DrawFn, found: PolicyInput) -> PolicyInput:
    """`found` with some of its evidence gone: unknown, an approval less, a check less."""
    part = draw(st.sampled_from(sorted(GONE)))
    name = draw(st.sampled_from(GONE[part]))
    value = getattr(getattr(found, part), name)
    gone: object = None
    if part == "approvals" and name in ("persons", "proven") and value:
        gone = value - 1
    if part == "checks" and name == "passed" and value:
        gone = value[1:]
    return msgspec.structs.replace(
        found, **{part: msgspec.structs.replace(getattr(found, part), **{name: gone})}
    )


def judged(given_: Case) -> Verdict:
    input_ = given_.input
    points = score(input_, tested=given_.tests.state == "passed", threshold="high").points
    scored = msgspec.structs.replace(given_, input=msgspec.structs.replace(input_, score=points))
    return verdict(requirements(scored, OPTIONAL, 40))  # fmt: skip


@given(st.data(), inputs())
def test_evidence_that_goes_never_allows_what_was_refused_or_undecided(
    data: st.DataObject, found: PolicyInput
) -> None:
    before, after = judged(case(found)), judged(case(data.draw(less(found))))
    assert after is not Verdict.ALLOWED or before is Verdict.ALLOWED


@given(st.sampled_from(range(4)))
def test_neither_policy_nor_tests_nor_claims_nor_the_forge_can_be_missed(which: int) -> None:
    lacking = (
        case(decision=None),
        case(tests=Reports(state=None)),
        case(unattributed=None),
        case(current=Current(status=Status.UNKNOWN, found="the forge does not answer")),
    )
    assert judged(lacking[which]) is not Verdict.ALLOWED
    assert judged(case(INPUT, decision=ALLOWED)) is Verdict.ALLOWED
