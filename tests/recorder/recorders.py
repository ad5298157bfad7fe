"""Ledgers to record in, programs that record, and servers to kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.home import FOLDER, Home
from affidavit.app.ledger.kept import begun, custody, vault
from affidavit.app.ledger.view import Choice, viewing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.view import Row

ORIGIN = "example.com/team"
PATIENCE = 30.0
"""Seconds after which what a test waits for is taken to never come."""


@contextmanager
def a_ledger(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A new ledger, its keys and the sockets, where a short path leads to it."""
    with tempfile.TemporaryDirectory(prefix="aff", dir="/tmp") as name:
        folder = Path(name)
        (folder / "run").mkdir(mode=0o700)
        monkeypatch.setenv("AFFIDAVIT_HOME", str(folder / "keys"))
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        monkeypatch.delenv("AFFIDAVIT_SOCKET", raising=False)
        place = Home(folder / FOLDER)
        begun(place, ORIGIN, lambda keys: keys.new_secret(os.urandom(32)))
        yield place


@contextmanager
def serving(place: Home) -> Iterator[subprocess.Popen[str]]:
    """``affidavit ledger serve`` for the block, once it listens."""
    command = [sys.executable, "-m", "affidavit", "ledger", "serve", "--ledger", str(place.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("keeping ")
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def socket_of(place: Home) -> Path:
    """Where the server of `place` listens."""
    (found,) = (place.folder.parent / "run" / "affidavit").glob("*.sock")
    return found


def rows(place: Home, kind: str | None = None) -> list[Row]:
    """The entries after the first."""
    with viewing(place) as view:
        return list(view.chosen(Choice(start=1, kind=kind)))


def bodies(place: Home, kind: str | None = None) -> list[dict[str, object]]:
    return [json.loads(bytes(row.entry.body)) for row in rows(place, kind)]


def actions(place: Home) -> list[object]:
    """What the agents did, in the order of the log."""
    return [body["action"] for body in bodies(place, "agent.acted")]


def revealed(place: Home, commitment: object) -> str | None:
    with vault(place, ORIGIN, writable=False) as kept:
        return kept.reveal(str(commitment))


def without_vault_key(place: Home) -> None:
    """Make this account one that cannot open the vault."""
    assert place.vault.is_file()
    custody(ORIGIN).vault_key.unlink()


def ran(place: Home, program: str) -> subprocess.CompletedProcess[str]:
    """`program`, run by another Python in the folder of the project."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=place.folder.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE,
    )


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A ledger that is gone after the test."""
    with a_ledger(monkeypatch) as found:
        yield found
