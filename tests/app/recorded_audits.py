"""Ledgers that audits are recorded in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.clock import chance
from affidavit.app.ledger.audits import recorded
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun, keeping, vault
from affidavit.app.ledger.personal import Order, disposed, subjects_of
from affidavit.app.ledger.view import Choice, viewing
from histories import Silence, audited

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.recording import Recorded
    from gitrepo import Repo

ORIGIN = "log.mail/test"


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty ledger whose keys are in a folder of the test's own."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "config"))
    place = Home(tmp_path / "kept" / ".affidavit")
    begun(place, ORIGIN, lambda custody: custody.new_secret(chance(32)))
    return place


def record(repo: Repo, place: Home) -> Recorded:
    return recorded(place, audited(repo, name="team/service"), Silence())


def kinds(place: Home) -> list[str]:
    with viewing(place) as view:
        return [row.entry.kind for row in view.chosen(Choice(start=1))]


def stored(place: Home) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(place.folder.glob("ledger.db*")))


def dispose(place: Home, who: str) -> list[str]:
    with viewing(place) as view, vault(place, ORIGIN, writable=False) as kept:
        subjects = subjects_of(view, kept, who)
    order = Order(authority="data protection officer", policy="erasure")
    with keeping(place) as keeper, vault(place, ORIGIN) as kept:
        return [one.subject for one in disposed(keeper, kept, subjects, order)]
