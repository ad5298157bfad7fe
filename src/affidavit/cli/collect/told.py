"""Progress of a collection: like that of an audit, and every wait is said."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from affidavit.app.clock import now
from affidavit.base.period import rfc3339
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.cli.progress import Silent, Spinner

WORTH_SAYING = 5.0
"""Seconds; shorter waits are over before they are read."""


class Telling:
    """Hands progress on, and says on standard error that nothing happens, and until when."""

    def __init__(self, shown: Silent | Spinner, *, quiet: bool) -> None:
        self._shown = shown
        self._quiet = quiet

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """The work named `name` has done `done` of `total` items."""
        self._shown.step(name, done, total)

    def waiting(self, seconds: float, why: str) -> None:
        """Nothing is asked for so many seconds."""
        if self._quiet or seconds < WORTH_SAYING:
            return
        until = rfc3339(int(now() / 1_000_000 + seconds))
        click.echo(f"affidavit: waiting {seconds:,.0f} s, until {until}: {why}", err=True)


@contextmanager
def telling(*, quiet: bool) -> Iterator[Telling]:
    """Whoever is to be told of a collection."""
    with progress(quiet=quiet) as shown:
        yield Telling(shown, quiet=quiet)
