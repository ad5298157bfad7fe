"""The page about recovered notes names every outcome, fate, field and bound."""

from __future__ import annotations

import re
from pathlib import Path

from affidavit.app.recovery.model import Fate, Outcome, Recovered, Row, Rung
from affidavit.app.recovery.orphans import MOST_ORPHANS
from affidavit.app.recovery.table import MOST
from affidavit.changes.envelope.rebased import CONTEXT

PAGE = (Path(__file__).parents[2] / "docs/notes-recover.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """What the table with this heading names, in its order."""
    table = PAGE.partition(f"| {heading} | ")[2].partition("\n\n")[0]
    return re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)


def test_every_outcome_and_fate_has_its_line_in_order() -> None:
    assert rows("outcome") == [str(one) for one in Outcome]
    assert rows("fate") == [str(one) for one in Fate]


def test_every_field_of_the_answer_is_named_and_every_bound() -> None:
    told = PAGE.partition("`--json` has")[2]
    structs = (Recovered, Row, Rung)
    names = [f"`{name}`" for struct in structs for name in struct.__struct_fields__]
    assert [name for name in names if name not in told] == []
    bounds = (f"{CONTEXT} lines before and after", f"at most {MOST:,}", f"{MOST_ORPHANS:,} commits")
    assert [text for text in bounds if text not in PAGE] == []
