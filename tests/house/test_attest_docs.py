"""The pages about what is written for others name every property, outcome, field and bound."""

from __future__ import annotations

import re
from pathlib import Path

from affidavit.app.attests.checked import Outcome as Ended
from affidavit.app.attests.checked import ran
from affidavit.app.attests.properties import PROPERTIES
from affidavit.app.attests.verified import OWN, SOURCE, VERIFIER
from affidavit.app.claims_written.model import AgentLines, Outcome, Row, Written
from affidavit.app.claims_written.noting import NOTES
from affidavit.app.claims_written.telling import MOST
from affidavit.app.claims_written.writing import NAMES
from affidavit.changes.forge.model import CheckRun, Checks

DOCS = Path(__file__).parents[2] / "docs"
CLAIMS = (DOCS / "claims.md").read_text(encoding="utf-8")
ATTEST = (DOCS / "attest.md").read_text(encoding="utf-8")


def rows(page: str, heading: str) -> list[str]:
    """What the table with this heading names, in its order."""
    table = page.partition(f"| {heading} | ")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


def outcome(conclusion: str) -> Ended:
    """How a check ended that has this conclusion."""
    run = CheckRun(
        id=1, name="a", app=None, app_id=None, status="completed", conclusion=conclusion,
        started_at=None, completed_at=None,
    )  # fmt: skip
    (one,) = ran(Checks(commit="1" * 40, runs=(run,), statuses=()), frozenset(), None)
    return one.outcome


def test_every_property_has_its_line_in_order() -> None:
    assert rows(ATTEST, "Property") == sorted(PROPERTIES)
    assert [one for one in (f"`{OWN}…`", f"`{SOURCE}…`", VERIFIER) if one not in ATTEST] == []


def test_every_word_that_is_named_ends_so() -> None:
    (failed,) = re.findall(r"^\| `FAILED` \| (.*) \|$", ATTEST, re.MULTILINE)
    words = re.findall(r"`(\w+)`", failed)
    assert {outcome(one) for one in words} == {Ended.FAILED}
    assert len(words) == 6
    assert {outcome(one) for one in ("skipped", "neutral")} == {Ended.WARNED}


def test_every_outcome_of_a_landing_has_its_line_in_order() -> None:
    assert rows(CLAIMS, "outcome") == [str(one) for one in Outcome]


def test_every_field_of_the_answer_is_named_and_every_bound_and_place() -> None:
    told = CLAIMS.partition("`--json` has")[2]
    structs = (Written, Row, AgentLines)
    names = [f"`{name}`" for struct in structs for name in struct.__struct_fields__]
    assert [name for name in names if name not in told] == []
    places = (*NOTES.values(), *NAMES.values(), f"at most {MOST:,}")
    assert [text for text in places if text not in CLAIMS] == []
