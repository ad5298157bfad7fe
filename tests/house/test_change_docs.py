"""What a change record holds, how it is flagged and measured has its line in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from affidavit.changes.record import model
from affidavit.changes.record.flags import PATTERNS
from affidavit.changes.record.measures import MEASURES
from affidavit.changes.record.model import ChangeRecord
from affidavit.changes.record.value import Source, SourceKind, Strength
from affidavit.package.records.data import Scope
from affidavit.package.records.lines import FIELDS
from affidavit.package.records.table import PLAIN

DOCS = Path(__file__).parents[2] / "docs"
FORM = (DOCS / "formats/change-record.md").read_text(encoding="utf-8")
CHANGES = (DOCS / "changes.md").read_text(encoding="utf-8")


def rows(text: str, heading: str) -> list[str]:
    """What the rows of the table under a heading are about."""
    (_, _, part) = text.partition(f"# {heading}\n")
    return re.findall(r"^\| `([^`]+)`", re.split(r"^#", part, flags=re.MULTILINE)[0], re.MULTILINE)


def test_every_field_of_a_record_has_its_line() -> None:
    plain, sourced = rows(FORM, "Plain fields"), rows(FORM, "Fields with sources")
    assert [*plain, *sourced] == [*ChangeRecord.__struct_fields__]
    assert sorted(sourced) == sorted(FIELDS)


@pytest.mark.parametrize(
    ("field", "struct"),
    [
        ("request", model.Asked),
        ("size", model.Size),
        ("agents", model.Agent),
        ("prompting", model.Prompter),
        ("authors", model.Author),
        ("reviewers", model.Reviewer),
        ("approvers", model.Approver),
        ("authority", model.Authority),
        ("owners", model.Owned),
        ("checklist", model.Box),
        ("checks", model.Check),
        ("results", model.Result),
        ("deployments", model.Deployed),
        ("release", model.Shipped),
        ("work_items", model.WorkItem),
        ("flags", model.Flag),
        ("labels", model.Label),
    ],
)
def test_every_part_of_a_field_is_named_in_its_line(field: str, struct: type[object]) -> None:
    (line,) = re.findall(rf"^\| `{field}` \| \w+ \| (.*) \|$", FORM, re.MULTILINE)
    named = re.findall(r"`(\w+)`", line)
    assert named[: len(struct.__struct_fields__)] == [*struct.__struct_fields__]  # type: ignore[attr-defined]


def test_every_strength_and_part_of_a_source_has_its_line() -> None:
    assert rows(FORM, "`strength`") == [*Strength]
    assert rows(FORM, "`source`") == [*Source.__struct_fields__]
    kinds = next(line for line in FORM.splitlines() if line.startswith("| `kind` |"))
    assert re.findall(r"`(\w+)`", kinds)[1:] == [*SourceKind]


def test_every_part_of_the_scope_and_every_plain_column_is_named() -> None:
    (_, _, part) = FORM.partition("## `changes.json`")
    for name in (*Scope.__struct_fields__, *PLAIN):
        assert f"`{name}`" in part


def test_every_pattern_of_a_flag_is_listed() -> None:
    found = dict(
        re.findall(r"^### (\S+)\n\n```text\n(.*?)^```$", CHANGES, re.DOTALL | re.MULTILINE)
    )
    listed = {flag: tuple(text.split()) for flag, text in found.items()}
    assert listed == dict(PATTERNS)


def test_every_measure_has_its_line_in_order() -> None:
    assert rows(CHANGES, "Metrics") == [*MEASURES]
