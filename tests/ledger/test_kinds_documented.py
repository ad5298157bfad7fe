"""Every kind that is known is on the page of entries."""

from __future__ import annotations

import re
from pathlib import Path

from affidavit.ledger.kinds import KEEPERS_OWN, KINDS

PAGE = Path(__file__).parents[2] / "docs" / "formats" / "entry.md"


def test_every_kind_is_documented_with_who_writes_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z.-]+\.v[0-9]+)` \| ([^|]+) \|", text, re.MULTILINE))
    assert sorted(rows) == sorted(KINDS)
    assert {kind for kind, writer in rows.items() if writer == "the keeper"} == KEEPERS_OWN
