"""Every field of a release report and of the fact about it has its line in the documentation."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.app.release.ends import BEGINNING, GIVEN, PREVIOUS
from affidavit.audit.release import model
from affidavit.audit.release.span import Relation
from affidavit.ledger.sealed import ReleaseSealed

if TYPE_CHECKING:
    import msgspec

DOCS = Path(__file__).parents[2] / "docs"
FORM = (DOCS / "formats/release.md").read_text(encoding="utf-8")


def part(heading: str) -> str:
    """What stands under a heading."""
    (_, _, found) = FORM.partition(f"# {heading}\n")
    return re.split(r"^#", found, flags=re.MULTILINE)[0]


def rows(text: str) -> list[str]:
    """What the rows of its tables are about, in order."""
    firsts = re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE)
    return [name for one in firsts for name in re.findall(r"`(\w+)`", one)]


@pytest.mark.parametrize(
    ("heading", "struct"),
    [
        ("`range`", model.Range),
        ("`population`", model.Counted),
        ("`totals`", model.Group),
        ("`share`", model.Share),
        ("`artifacts`", model.Artifact),
        ("The fact `release.sealed.v1`", ReleaseSealed),
    ],
)
def test_every_field_of_a_part_has_its_line_in_order(
    heading: str, struct: type[msgspec.Struct]
) -> None:
    assert rows(part(heading)) == [*struct.__struct_fields__]


def test_every_field_of_the_report_has_its_line() -> None:
    found = rows(part("Release reports, `affidavit/release@1`"))
    assert found == [*model.Release.__struct_fields__, "changes"]


@pytest.mark.parametrize(
    ("heading", "struct"),
    [
        ("`range`", model.Point),
        ("`range`", model.Commits),
        ("`totals`", model.Totals),
        ("`totals`", model.Approved),
        ("`totals`", model.Lines),
        ("`share`", model.Files),
        ("Release reports, `affidavit/release@1`", model.Inputs),
    ],
)
def test_every_small_part_is_named(heading: str, struct: type[msgspec.Struct]) -> None:
    text = part(heading)
    assert [one for one in struct.__struct_fields__ if f"`{one}`" not in text] == []


def test_every_word_for_a_range_is_listed() -> None:
    text = part("`range`")
    words = [*Relation, GIVEN, PREVIOUS, BEGINNING]
    assert [one for one in words if f"`{one}`" not in text] == []
    assert f"`{model.METHOD}`" in part("`share`")
    assert f"the first {model.NAMED} by id" in text
