"""docs/reading-git.md explains every limit that reading git can state."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from affidavit.sources.git import history, objects
from affidavit.sources.git.commit import ODDITIES

ROOT = Path(__file__).parents[3]
CODE = "\n".join(path.read_text() for path in (ROOT / "src/affidavit/sources/git").glob("*.py"))
IN_CALLS = re.findall(r'(?:[Ll]imit|_Notice)\(\s*"([a-z-]+)"', CODE)
STATED = {*IN_CALLS, *history._TEXTS, *ODDITIES, *(id_ for id_, _ in objects._LIMITS.values())}
PAGE = (ROOT / "docs/reading-git.md").read_text().partition("## What each limit means")[2]
EXPLAINED = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE))


@pytest.mark.parametrize("limit", sorted(STATED))
def test_a_limit_is_explained(limit: str) -> None:
    assert limit in EXPLAINED


def test_no_limit_is_explained_that_is_never_stated() -> None:
    assert EXPLAINED == STATED
