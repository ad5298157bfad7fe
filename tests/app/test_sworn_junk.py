"""A line that nobody trusted signed holds up no change, and takes nothing away after the merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.approval.posted import posted
from affidavit.changes.gate.model import Verdict
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade
from signed_approvals import fact_of, line
from sworn_desk import Sworn, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from forges import Pull

JUNK = "the fact says something else than what was signed"


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def with_junk(sworn: Sworn) -> Pull:
    """A request that is allowed and approved, and a stranger's line that fits nothing about it."""
    pull = sworn.firm.ready()
    made = sworn.approve(pull)
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(made))
    sworn.decide(pull)
    sworn.say(line(fact_of(made, statement=f"sha256:{'0' * 64}")))
    return pull


def test_the_gate_passes_it_over_and_tells(sworn: Sworn) -> None:
    answer = sworn.firm.answer(with_junk(sworn))
    assert answer.verdict is Verdict.ALLOWED
    assert any(JUNK in one for one in answer.noticed)


def test_an_audit_passes_it_over_and_tells(sworn: Sworn) -> None:
    landed = with_junk(sworn).merge(sworn.firm.ann, "squash")
    report = sworn.report()
    landing = next(one for one in report.landings if one.commit == landed)
    assert (landing.review.grade, state(landing)) == (Grade.R4, GateState.ALLOWED)
    [limit] = [one for one in report.limits if one.id == "statements-passed-over"]
    assert (limit.gap, [JUNK in one for one in limit.items]) == (False, [True])
