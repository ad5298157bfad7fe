from __future__ import annotations

from typing import TYPE_CHECKING

from browser import chromium_path

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_browser_that_is_named_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "my-browser"
    named.touch()
    monkeypatch.setenv("CHROMIUM", str(named))
    assert chromium_path() == str(named)


def test_a_named_browser_that_is_absent_is_no_browser(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "none"))
    assert chromium_path() is None


def test_a_machine_without_a_browser_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium_path() is None
