"""What every test of a server gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from servers import Server, a_place, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.home import Home


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A new ledger that nobody serves yet."""
    with a_place(monkeypatch) as found:
        yield found


@pytest.fixture
def server(place: Home) -> Iterator[Server]:
    """A running server."""
    with serving(place) as found:
        yield found
