"""The pages of the gate have every requirement, part of the score and field of the answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from affidavit.changes.gate.answer import Answer, ForgeRead, Judged, Policy
from affidavit.changes.gate.model import ALWAYS, OPTIONAL, Part, Requirement, Score, Verdict
from affidavit.changes.gate.score import score
from affidavit.policy.model import Reason
from gate_cases import INPUT

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/gate.md").read_text(encoding="utf-8")
FORM = (ROOT / "docs/formats/gate.md").read_text(encoding="utf-8")


def rows(page: str, heading: str) -> list[str]:
    """The first cells of the tables under a heading."""
    part = page.partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)`", part, re.MULTILINE)


def inside(struct: type[object], before: str = "") -> list[str]:
    return [f"{before}{one}" for one in struct.__struct_fields__]  # type: ignore[attr-defined]


def test_every_requirement_has_its_line_in_order() -> None:
    optional = [one for one in OPTIONAL if one not in ALWAYS]
    assert rows(GUIDE, "## Requirements") == [*ALWAYS, *optional]


def test_every_verdict_has_its_line_with_its_status() -> None:
    assert rows(GUIDE, "## Verdicts") == [one.value for one in Verdict]
    assert [f"| `{one}` | {one.exit_status} |" in GUIDE for one in Verdict] == [True] * 3


def test_every_part_of_the_score_has_its_line_with_its_points() -> None:
    parts = score(INPUT, tested=True, threshold="high").parts
    assert rows(GUIDE, "## The score") == [one.id for one in parts]
    assert [f"| `{one.id}` | {one.most} |" in GUIDE for one in parts] == [True] * len(parts)


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("# The gate's answer as data", inside(Answer)),
        ("## `change`", inside(Judged)),
        ("## `requirements`", inside(Requirement)),
        ("## `score`", [*inside(Score), *inside(Part, "parts.")]),
        ("## `policy`", [*inside(Policy), *inside(Reason, "reasons.")]),
        ("## `forge`", inside(ForgeRead)),
    ],
)
def test_every_field_of_the_answer_has_its_line_in_order(heading: str, fields: list[str]) -> None:
    assert rows(f"\n{FORM}", heading) == fields
