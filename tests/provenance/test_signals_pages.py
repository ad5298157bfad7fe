"""A page in docs/signals/ for every rule, written from the rule."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from affidavit.provenance.catalogue import load

if TYPE_CHECKING:
    import pytest

TOOL = Path(__file__).parent.parent.parent / "tools" / "signal_pages.py"
SPEC = importlib.util.spec_from_file_location("signal_pages", TOOL)
assert SPEC is not None
assert SPEC.loader is not None
signal_pages = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(signal_pages)


def test_no_page_is_missing_stale_or_without_a_rule() -> None:
    assert [*signal_pages.problems(load())] == [], "run: python tools/signal_pages.py"


def test_a_missing_a_stale_and_a_left_over_page_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in signal_pages.pages(load()).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "PRV-CLAUDE-001.md").write_text("# Old\n", encoding="utf-8")
    (tmp_path / "PRV-CLAUDE-002.md").unlink()
    (tmp_path / "PRV-GONE-001.md").write_text("# Gone\n", encoding="utf-8")
    monkeypatch.setattr(signal_pages, "PAGES", tmp_path)
    monkeypatch.setattr(signal_pages, "BY_HAND", ("PRV-",))
    assert {*signal_pages.problems(load())} >= {
        "PRV-CLAUDE-001.md: is stale",
        "PRV-CLAUDE-002.md: is missing",
    }
    monkeypatch.setattr(signal_pages, "BY_HAND", ("PRV-NOTES-",))
    assert "PRV-GONE-001.md: belongs to no rule" in {*signal_pages.problems(load())}


def test_every_rule_is_in_the_index() -> None:
    index = signal_pages.index(load())
    assert [rule.id for rule in load().rules if f"[{rule.id}]({rule.id}.md)" not in index] == []
