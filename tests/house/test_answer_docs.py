"""Every form of data that the program writes is named in the documentation, with its fields."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from affidavit.app.records.measuring import Measured
from affidavit.app.records.summing import Summary
from affidavit.app.records.tools import Evidence, Tool
from affidavit.app.results.recording import Recorded
from affidavit.base.limit import Limit
from affidavit.changes.record.measures import Measure
from affidavit.controls.catalogue import ControlTest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/formats/answers.md").read_text(encoding="utf-8")
FORMAT = re.compile(r"affidavit/[a-z][a-z-]*@[0-9]+")


def rows(heading: str) -> list[str]:
    """The fields of the first table under a heading or a line that begins so."""
    (_, _, part) = PAGE.partition(f"\n{heading}")
    table = re.split(r"^#|^A m", part, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


def inside(struct: type[object], before: str = "") -> list[str]:
    """The fields of a type, each after the name of the list that they are of."""
    return [f"{before}{one}" for one in struct.__struct_fields__]  # type: ignore[attr-defined]


def test_every_form_is_named_in_the_documentation() -> None:
    sources = (ROOT / "src").rglob("*.py")
    written = {one for path in sources for one in FORMAT.findall(path.read_text(encoding="utf-8"))}
    pages = "\n".join(one.read_text(encoding="utf-8") for one in (ROOT / "docs").rglob("*.md"))
    assert sorted(written - {*FORMAT.findall(pages)}) == []


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("## `limits`", inside(Limit)),
        (
            "## Changes, ",
            ["format", "of", "limits", "changes", *inside(Summary, "changes.")],
        ),
        ("## Metrics, ", inside(Measured)),
        ("A measure:", inside(Measure)),
        (
            "## AI tools, ",
            [
                *("format", "start", "end", "why", "limits", "tools"),
                *inside(Tool, "tools."),
                *inside(Evidence, "tools.evidence."),
            ],
        ),
        ("## Control tests, ", ["format", "tests", *inside(ControlTest, "tests.")]),
        ("## A recorded result", inside(Recorded)),
    ],
)
def test_every_field_of_an_answer_has_its_line(heading: str, fields: list[str]) -> None:
    assert rows(heading) == fields
