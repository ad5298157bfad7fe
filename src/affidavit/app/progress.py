"""Progress that nobody asked for."""

from __future__ import annotations


class Quiet:
    """Whoever is told nothing of how far the work is."""

    def step(self, name: str, done: int = 0, total: int | None = None) -> None:
        """Take no notice."""


QUIET = Quiet()
STEP = 1_000
"""Items after which progress is told."""
