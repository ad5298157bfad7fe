"""Progress on a terminal, for work that takes longer than a second; silence elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

PATIENCE = 1.0
"""Seconds before anything is shown."""


class Silent:
    """Says nothing."""

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """Take no notice."""


class Spinner:
    """One line on standard error that is rewritten, and gone at the end."""

    def __init__(self) -> None:
        self._since = monotonic()
        self._status: Status | None = None

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """Show the step, once the work has lasted for `PATIENCE`."""
        of = f" of {total:,}" if total else ""
        text = f"{name} {done:,}{of}" if done else name
        if self._status is not None:
            self._status.update(text)
        elif monotonic() - self._since > PATIENCE:
            # rich takes long to load: only work that lasts pays for it
            from rich.console import Console  # noqa: PLC0415

            self._status = Console(stderr=True).status(text)
            self._status.start()

    def end(self) -> None:
        """Take the line away."""
        if self._status is not None:
            self._status.stop()


@contextmanager
def progress(*, quiet: bool) -> Iterator[Silent | Spinner]:
    """Whoever is to be told of progress: a spinner on a terminal, else nobody."""
    if quiet or not sys.stderr.isatty():
        yield Silent()
        return
    spinner = Spinner()
    try:
        yield spinner
    finally:
        spinner.end()
