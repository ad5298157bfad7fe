"""Each limit that looking for records can state is explained."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
CODE = "\n".join(path.read_text() for path in (ROOT / "src/affidavit/sources/records").glob("*.py"))
STATED = set(re.findall(r'[Ll]imit\(\s*"([a-z-]+)"', CODE))


def test_every_limit_of_records_is_explained() -> None:
    page = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
    section = page.partition("## Records of other tools\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)) == STATED
