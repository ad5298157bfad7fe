"""Progress: on a terminal, after a moment, and gone at the end; silence elsewhere."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from affidavit.cli import progress as telling
from affidavit.cli.progress import Silent, Spinner, progress

if TYPE_CHECKING:
    import pytest


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch, patience: float) -> Terminal:
    """Standard error as a terminal, on which work is told that lasts longer than `patience`."""
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(telling, "PATIENCE", patience)
    return made


def test_nothing_is_told_where_nobody_looks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(telling, "PATIENCE", -1.0)
    with progress(quiet=False) as told:
        assert isinstance(told, Silent)
        told.step("reading", 1, 2)
    assert capsys.readouterr() == ("", "")


def test_quiet_is_quiet_on_a_terminal_too(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = terminal(monkeypatch, -1.0)
    with progress(quiet=True) as told:
        told.step("reading")
    assert seen.getvalue() == ""


def test_quick_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = terminal(monkeypatch, 3_600.0)
    with progress(quiet=False) as told:
        told.step("reading", 1, 2)
    assert seen.getvalue() == ""


def test_long_work_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = terminal(monkeypatch, -1.0)
    with progress(quiet=False) as told:
        assert isinstance(told, Spinner)
        told.step("grading")
        told.step("reading", 1_000, 2_000)
    assert "reading 1,000 of 2,000" in seen.getvalue()
