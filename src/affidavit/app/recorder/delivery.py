"""The thread that brings facts from the queue into the ledger."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from affidavit.app.recorder.forking import unforked
from affidavit.base.errors import AffidavitError, LedgerBusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from affidavit.app.recorder.outcome import Item, Outcome
    from affidavit.app.recorder.personal import Personal
    from affidavit.app.recorder.route import Route
    from affidavit.app.recorder.waiting import Waiting

_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 0.5
"""Seconds between two tries of a batch."""


class Beat:
    """Something to record every so many `seconds`; never where that is None."""

    def __init__(self, seconds: float | None, item: Callable[[], Item]) -> None:
        self._seconds = seconds
        self._item = item
        self.due = None if seconds is None else time.monotonic() + seconds
        """When it is due next, by the monotonic clock."""

    def taken(self) -> Item | None:
        """The item, when it is due."""
        if self.due is None or self._seconds is None or time.monotonic() < self.due:
            return None
        self.due = time.monotonic() + self._seconds
        return self._item()


class Delivery:
    """Delivers what `waiting` holds, batch by batch, each tried again for `retry` seconds."""

    def __init__(
        self, waiting: Waiting, route: Route, personal: Personal | None, *, retry: float, beat: Beat
    ) -> None:
        self._waiting = waiting
        self._route = route
        self._personal = personal
        self._retry = retry
        self._beat = beat
        # What it leaves undone at the end of the process is waited for with a bound.
        self.thread = threading.Thread(target=self._run, name="affidavit recorder", daemon=True)

    def _run(self) -> None:
        try:
            while (batch := self._waiting.take(self._beat.due)) is not None:
                if batch:
                    self._waiting.settle(self._delivered(batch))
                if (beat := self._beat.taken()) is not None:
                    self._waiting.add(beat)
        finally:
            self._route.close()
            # Only where this thread failed is anything left: nobody is to wait for it.
            self._waiting.give_up(StoreError("the recorder failed: see standard error"))

    def _delivered(self, batch: Sequence[Item]) -> list[Outcome]:
        """What became of each, tried until somebody takes the batch or the time is up."""
        until = time.monotonic() + self._retry
        pause = _FIRST_PAUSE
        sealed: Sequence[Item] = batch
        while True:
            try:
                sealed, error = self._sealed(sealed)
                return self._sent(sealed, error)
            except AffidavitError as problem:
                if time.monotonic() > until or self._waiting.given_up.wait(pause):
                    return [problem] * len(batch)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _sealed(self, batch: Sequence[Item]) -> tuple[Sequence[Item], AffidavitError | None]:
        """The batch with its commitments, or why those that need any cannot be recorded."""
        if self._personal is None:
            return batch, None
        try:
            with unforked:
                return self._personal.sealed(batch), None
        except LedgerBusyError:
            raise
        except AffidavitError as error:
            return batch, error

    def _sent(self, batch: Sequence[Item], error: AffidavitError | None) -> list[Outcome]:
        """Send what has its commitments; the rest fails with `error`."""
        whole = [one.draft.fact for one in batch if not one.draft.values]
        sent = iter(self._route.send(whole) if whole else ())
        return [error if error and one.draft.values else next(sent) for one in batch]
