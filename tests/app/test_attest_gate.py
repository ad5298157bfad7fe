"""What a gate decided and who signed, as properties and in a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.attests.landing import judged
from affidavit.app.attests.model import About, Rules
from affidavit.app.attests.properties import PROPERTIES, findings
from affidavit.app.attests.verified import VERIFIER, Source, source_vsa
from affidavit.changes.approval.posted import posted
from collectors import gathered
from histories import Silence
from sworn_desk import SOFT, Sworn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.attests.landing import Judged

RULES = Rules(verifier=VERIFIER, policy="https://firm.example/policy")
SOURCE = Source(level="SLSA_SOURCE_LEVEL_2", address="git+https://firm.example/shop")
TIME = "2026-03-04T05:06:07Z"


@pytest.fixture
def sworn(tmp_path: Path) -> Iterator[Sworn]:
    made = Sworn(tmp_path)
    with made.firm.forge:
        yield made


def about(sworn: Sworn, commit: str) -> Judged:
    """The landing with what the firm's forge and its file of facts show."""
    gathered(sworn.firm.forge, sworn.firm.export)
    asked = About(
        repository=sworn.firm.shop.git.path,
        revision=commit,
        name="shop",
        forge=sworn.firm.export,
        statements=(sworn.firm.facts,) if sworn.firm.facts.exists() else (),
    )
    return judged(asked, Silence())


def held(found: Judged) -> set[str]:
    return {one.name for one in findings(found) if one.holds}


def said(found: Judged) -> tuple[str | None, int]:
    """Whether the summary passed, and the status of the command; None where there is none."""
    done = source_vsa(found, RULES, SOURCE, TIME)
    if done.data is None:
        return None, done.exit_status
    predicate = msgspec.json.decode(done.data)["predicate"]
    result = predicate["verificationResult"]
    assert (predicate["verifiedLevels"] == ["FAILED"]) is (result == "FAILED")
    return result, done.exit_status


def test_what_a_proven_hand_signed_and_the_gate_let_through_holds(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    pull.review(sworn.firm.cleo, "COMMENTED", body=posted(sworn.approve(pull)))
    sworn.decide(pull)
    found = about(sworn, pull.merge(sworn.firm.ben, "squash"))
    assert {"APPROVED", "APPROVED_BY_PROVEN_KEY", "GATE_ALLOWED", "REVIEWER_SHOWN"} <= held(found)


def test_a_key_of_software_is_no_proven_one(sworn: Sworn) -> None:
    pull = sworn.firm.opened()
    pull.review(sworn.firm.ben, "COMMENTED", body=posted(sworn.approve(pull, SOFT)))
    found = about(sworn, pull.merge(sworn.firm.ben, "squash"))
    assert held(found).isdisjoint({"APPROVED", "APPROVED_BY_PROVEN_KEY", "GATE_ALLOWED"})


@pytest.mark.parametrize(
    ("verdict", "summary", "holds"),
    [
        ("allowed", ("PASSED", 0), True),
        ("undecided", (None, 3), False),
        ("refused", ("FAILED", 1), False),
    ],
)
def test_a_summary_goes_by_what_the_gate_decided(
    sworn: Sworn, verdict: str, summary: tuple[str | None, int], *, holds: bool
) -> None:
    pull = sworn.firm.opened()
    sworn.decide(pull, verdict)
    found = about(sworn, pull.merge(sworn.firm.ben, "squash"))
    assert ("GATE_ALLOWED" in held(found)) is holds
    assert said(found) == summary


def test_without_a_decision_the_gate_allowed_nothing(sworn: Sworn) -> None:
    found = about(sworn, sworn.firm.opened().merge(sworn.firm.ben, "squash"))
    assert "GATE_ALLOWED" not in held(found)
    assert said(found) == (None, 3)


def test_every_property_is_asked_of_a_landing_in_order(sworn: Sworn) -> None:
    found = about(sworn, sworn.firm.opened().merge(sworn.firm.ben, "squash"))
    assert [one.name for one in findings(found)] == sorted(PROPERTIES)
