"""Work in a second process ends like work done here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from affidavit.app import beside as module
from affidavit.app.beside import beside

if TYPE_CHECKING:
    from pathlib import Path

LONG = b"x" * (1 << 20)


@pytest.mark.parametrize("forks", [True, False])
def test_the_result_is_that_of_the_work(monkeypatch: pytest.MonkeyPatch, *, forks: bool) -> None:
    monkeypatch.setattr(module, "FORKS", forks)
    assert beside(lambda: LONG)() == LONG


def test_work_that_fails_beside_is_done_here_and_fails_here() -> None:
    def work() -> bytes:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        beside(work)()


def test_a_second_process_that_dies_costs_its_time_only() -> None:
    here = os.getpid()

    def work() -> bytes:
        if os.getpid() != here:
            os._exit(9)
        return b"done"

    assert beside(work)() == b"done"


def test_without_a_second_process_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)
    assert beside(lambda: b"done")() == b"done"


def test_a_process_that_nobody_asks_is_ended(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    os.mkfifo(begun)

    def work() -> bytes:
        begun.write_text(f"{os.getpid()}")
        return begun.read_bytes()

    unasked = beside(work)
    child = int(begun.read_text())
    unasked.close()
    unasked.close()
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_nothing_is_left_to_end_once_the_result_is_there() -> None:
    asked = beside(lambda: b"done")
    assert asked() == b"done"
    asked.close()
