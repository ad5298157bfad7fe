"""Every problem that can be named is on the page that tells of them."""

from __future__ import annotations

import re
from pathlib import Path

from affidavit.verify.result import Code, Status

PAGE = Path(__file__).parents[2] / "docs" / "verifying.md"


def test_every_problem_and_status_is_documented_and_nothing_else_is() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE)
    assert sorted(rows) == sorted([*map(str, Code), *map(str, Status)])
