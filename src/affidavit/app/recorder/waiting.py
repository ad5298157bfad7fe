"""Facts on their way to the ledger: a queue with bounds, whose facts leave it when they are told.

Threads put facts in; one thread takes them out in batches and says what became of each. A fact
counts from when it is put in until it is settled, so that what is in flight is bounded, too.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.recorder.outcome import NotRecordedError, Recorded, Unrecorded
from affidavit.base.errors import LedgerBusyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.recorder.outcome import Item, Outcome
    from affidavit.base.errors import AffidavitError

MOST = 1_000
"""Facts of a batch."""
LARGEST = 1 << 19
"""Bytes of a batch, past which no further fact joins it."""
_NAMED = 10_000
"""Facts that were not recorded and are kept by name."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How much may be on its way, and how long what is waited for."""

    facts: int = 10_000
    size: int = 64 << 20
    """Bytes of facts, prompts and resources."""
    wait: float = 5.0
    """Seconds that a caller waits for room."""
    retry: float = 30.0
    """Seconds that a batch is tried again while nobody takes it."""
    close: float = 60.0
    """Seconds that the end waits for what is on its way."""


class Waiting:
    """The queue. Every method may be called by any thread, `take` and `settle` by one."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._lock = threading.RLock()
        self._changes = False
        self._room = threading.Condition(self._lock)
        self._work = threading.Condition(self._lock)
        self._settled = threading.Condition(self._lock)
        self._queued: deque[Item] = deque()
        self._flying: Sequence[Item] = ()
        self._size = self._in = self._out = self._failures = 0
        self._failed: list[Unrecorded] = []
        self._closed = False
        self.given_up = threading.Event()
        """Set when nothing more is to be tried."""

    def offer(self, item: Item) -> bool:
        """Put `item` in, if there is room.

        Raises:
            UsageError: The recorder is closed.
        """
        with self._lock:
            if not self._has_room(item):
                return False
            self._put(item)
        return True

    def put(self, item: Item) -> None:
        """Put `item` in when there is room.

        Raises:
            LedgerBusyError: There was none for `Bounds.wait` seconds; it was not put in.
            UsageError: The recorder is closed.
        """
        with self._lock:
            if not self._room.wait_for(lambda: self._has_room(item), self._bounds.wait):
                raise self.full()
            self._put(item)

    def full(self) -> LedgerBusyError:
        """What is said to those who found no room."""
        return LedgerBusyError(
            f"{self._bounds.facts:,} facts or {self._bounds.size:,} bytes are on their way to the"
            f" ledger, and no room came in {self._bounds.wait:g} seconds",
            hint="this fact was not taken; look at why the ledger takes none, or so few",
        )

    def take(self, until: float | None = None) -> list[Item] | None:
        """The oldest facts, as many as go into a batch; none at all when it is over.

        The batch is empty when it is `until` by the monotonic clock, and nothing came.
        """
        with self._lock:
            left = None if until is None else max(0.0, until - time.monotonic())
            self._work.wait_for(lambda: self._queued or self._closed, left)
            with self._changing():
                self._flying = batch = self._batch()
            return None if self._closed and not batch else batch

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Say what became of each fact of the batch that was taken."""
        with self._changing():
            batch, self._flying = self._flying, ()
        self._tell(list(zip(batch, outcomes, strict=bool(batch))))

    def add(self, item: Item) -> None:
        """Put `item` in whether or not there is room, unless the recorder is closed."""
        with self._lock:
            if not self._closed:
                self._put(item)

    def close(self) -> None:
        """Take no more in; what is on its way goes on."""
        with self._changing():
            self._closed = True
            self._work.notify_all()
            self._room.notify_all()

    def give_up(self, error: AffidavitError) -> None:
        """Take no more in, and let all that is on its way fail with `error`."""
        self.close()
        self.given_up.set()
        with self._changing():
            left = (*self._flying, *self._queued)
            self._flying = ()
            self._queued.clear()
        self._tell([(item, error) for item in left])

    def drained(self, timeout: float | None) -> bool:
        """Wait until all that was put in before is settled; False when it takes longer."""
        with self._lock:
            target = self._in
            return self._settled.wait_for(lambda: self._out >= target, timeout)

    def check(self) -> None:
        """Nothing, where all that is settled was recorded; what was not is told once.

        Raises:
            NotRecordedError: It names them.
        """
        with self._changing():
            failed, total = self._failed, self._failures
            self._failed, self._failures = [], 0
        if failed:
            raise NotRecordedError(failed, total)

    def _has_room(self, item: Item) -> bool:
        if self._closed:
            raise UsageError("the recorder is closed", hint="make another one")
        waiting = self._in - self._out
        fits = waiting < self._bounds.facts and self._size + item.size <= self._bounds.size
        return fits or not waiting

    def _batch(self) -> list[Item]:
        batch: list[Item] = []
        size = 0
        while self._queued and len(batch) < MOST and size < LARGEST:
            batch.append(self._queued.popleft())
            size += batch[-1].size
        return batch

    def _put(self, item: Item) -> None:
        with self._changing():
            self._queued.append(item)
            self._in += 1
            self._size += item.size
            self._work.notify()

    def _tell(self, outcomes: Sequence[tuple[Item, Outcome]]) -> None:
        """Tell those who wait, without the lock: they may run what they like."""
        failed = []
        for item, outcome in outcomes:
            if isinstance(outcome, Recorded):
                item.outcome.set_result(outcome)
                continue
            # One of its own for each: a raised error keeps where it was raised.
            error = type(outcome)(outcome.message, hint=outcome.hint)
            item.outcome.set_exception(error)
            failed.append(Unrecorded(item.draft.fact.id or "", item.draft.fact.kind, error))
        with self._changing():
            self._out += len(outcomes)
            self._size -= sum(item.size for item, _ in outcomes)
            self._failures += len(failed)
            self._failed += failed[: _NAMED - len(self._failed)]
            self._room.notify_all()
            self._settled.notify_all()

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change the queue. A signal or finalizer that comes in between in this thread is refused.

        It would wait for itself where the lock was another, and find numbers half changed.
        """
        with self._lock:
            if self._changes:
                raise LedgerBusyError(
                    "a fact was given while this thread was about to give another",
                    hint="give none in a signal handler or a finalizer",
                )
            self._changes = True
            try:
                yield
            finally:
                self._changes = False
