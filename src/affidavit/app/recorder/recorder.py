"""The recorder: a program says what happened, and goes on; it becomes durable in the background."""

from __future__ import annotations

import atexit
import os
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Self, Unpack

from affidavit.app.clock import chance, new_id, now
from affidavit.app.ledger.home import home
from affidavit.app.ledger.view import viewing
from affidavit.app.recorder.delivery import Beat, Delivery
from affidavit.app.recorder.drafts import Said, acted, checked
from affidavit.app.recorder.evidence import Evidence, written_to
from affidavit.app.recorder.forking import Process
from affidavit.app.recorder.outcome import Draft, Handle, Item, Recorded
from affidavit.app.recorder.personal import Personal
from affidavit.app.recorder.route import Route
from affidavit.app.recorder.waiting import Bounds, Waiting
from affidavit.base.errors import AffidavitError, KeyFileError, StoreError, UsageError
from affidavit.ledger.entry import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from types import TracebackType

    from affidavit.app.ledger.home import Home
    from affidavit.ledger.entry import Subject

USUAL = Bounds()
AT_EXIT = 10.0
"""Seconds that the end of the process waits for what is on its way."""
_UNKNOWN = "it may be recorded or not: send it again with the same id"


class Recorder:
    """Records facts in the ledger of the project or folder `path`; any thread may use it.

    `socket` is where another account's server listens: then no `path` is needed, and nothing can be
    kept in the vault. With neither, AFFIDAVIT_SOCKET says where; else the ledger is that of the
    current folder. `session` names what is recorded together (default: a new id); `heartbeat` is
    the seconds after which the session is said to go on, each time. Bounds are in `Bounds`.

    Raises:
        NotALedgerError: There is no ledger.
        AffidavitError: It cannot be read.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        socket: str | os.PathLike[str] | None = None,
        session: str | None = None,
        heartbeat: float | None = None,
        bounds: Bounds = USUAL,
    ) -> None:
        if heartbeat is not None and not heartbeat > 0:
            raise UsageError(f"a heartbeat comes every so many seconds, not {heartbeat!r}")
        named = os.environ.get("AFFIDAVIT_SOCKET") if path is None and socket is None else socket
        door = None if named is None else Path(named).absolute()
        self._place = _place(path) if door is None or path is not None else None
        self._personal = _personal(self._place) if door is None else None
        self.session = session or _new_id()
        """What this recorder's facts are recorded under, unless they say otherwise."""
        self._process = Process()
        self._bounds = bounds
        self._waiting = Waiting(bounds)
        self._delivery = Delivery(
            self._waiting,
            Route(self._place, door),
            self._personal,
            retry=bounds.retry,
            beat=Beat(heartbeat, self._alive),
        )
        self._item(self._heartbeat())  # a session that cannot be named is refused here
        self._delivery.thread.start()
        atexit.register(self._at_exit)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def log_action(self, **said: Unpack[Said]) -> Handle:
        """Record that an agent did something; see `Said`. The handle tells when it is durable.

        Raises:
            EntryError: It cannot be recorded; the message names the field.
            FormatError: A prompt or resource is longer than 1 MiB.
            KeyFileError: A prompt or resource is given, and there is no vault to keep it in.
            LedgerBusyError: Too much is on its way, and no room came in `Bounds.wait` seconds.
            UsageError: The recorder is closed, or was made before a fork.
        """
        return self.submit(acted(said, self.session))

    def record(
        self,
        kind: str,
        body: Mapping[str, object],
        *,
        actor: str,
        stream: str | None = None,
        subject: Subject | None = None,
    ) -> Handle:
        """Record a fact of any kind, in the session's stream unless another is named.

        `body` stands in the ledger in clear and for good: no personal data. It is read at once.

        Raises:
            AffidavitError: See `log_action`.
        """
        where = stream or f"agent:{self.session}"
        fact = Fact(kind=kind, stream=where, actor=actor, body=dict(body), subject=subject)
        return self.submit(Draft(fact=fact))

    def submit(self, draft: Draft) -> Handle:
        """Record what was drafted: its values are kept, and commitments to them recorded.

        Raises:
            AffidavitError: See `log_action`.
        """
        item = self._item(draft)
        self._waiting.put(item)
        return _handle(item)

    def offer(self, draft: Draft) -> Handle | None:
        """Record what was drafted, where there is room at once.

        Raises:
            AffidavitError: See `log_action`.
        """
        item = self._item(draft)
        return _handle(item) if self._waiting.offer(item) else None

    def flush(self, timeout: float | None = None) -> None:
        """Wait until all that was taken before is durable.

        Raises:
            NotRecordedError: Something was not recorded; it is named, and not told again.
            TimeoutError: After `timeout` seconds something is still on its way.
        """
        self.drain(timeout)
        self.check()

    def drain(self, timeout: float | None = None) -> None:
        """Wait until it is known of all that was taken before what became of it.

        Raises:
            TimeoutError: After `timeout` seconds something is still on its way.
        """
        self._process.check()
        if not self._waiting.drained(timeout):
            raise TimeoutError("facts are still on their way to the ledger")

    def check(self) -> None:
        """Nothing, where all of which it is known was recorded.

        Raises:
            NotRecordedError: Something was not; it is named, and not told again.
        """
        self._process.check()
        self._waiting.check()

    def close(self, timeout: float | None = None) -> None:
        """Take no more, and wait for what is on its way, `Bounds.close` seconds at most.

        In a child of the process nothing is done: what was given before the fork is the parent's.

        Raises:
            NotRecordedError: Something was not recorded; it is named.
        """
        if not self._process.is_this:
            return
        limit = self._bounds.close if timeout is None else timeout
        self._waiting.close()
        if self._waiting.drained(limit):
            self._delivery.thread.join()
        else:
            late = StoreError(f"not acknowledged in {limit:g} seconds", hint=_UNKNOWN)
            self._waiting.give_up(late)
        atexit.unregister(self._at_exit)
        self._waiting.check()

    @property
    def keeps_personal_data(self) -> bool:
        """Whether prompts and resources can be kept: this account has the key to the vault."""
        return self._personal is not None

    def is_mine(self, thread: int) -> bool:
        """Whether that is the thread that records."""
        return self._delivery.thread.ident == thread

    def full(self) -> AffidavitError:
        """What is said to those who found no room."""
        return self._waiting.full()

    @property
    def wait(self) -> float:
        """Seconds that a caller waits for room."""
        return self._bounds.wait

    def export_evidence(
        self, start: datetime | None = None, end: datetime | None = None
    ) -> Evidence:
        """The entries of ``[start, end)`` by their time, each with a proof; see `Evidence`.

        What is still on its way is not among them: `flush` first.

        Raises:
            PeriodError: A time has no zone, or the period holds no instant.
            UsageError: The ledger is another account's.
        """
        if self._place is None:
            raise UsageError("the ledger behind a socket cannot be read", hint="give its path")
        return Evidence(self._place, start, end)

    def write_evidence(
        self,
        folder: str | os.PathLike[str],
        start: datetime | None = None,
        end: datetime | None = None,
    ) -> int:
        """Write the same to a new `folder`; the number of entries. See docs/sdk.md for the files.

        Raises:
            UsageError: `folder` holds something.
            OutputError: It cannot be written.
            AffidavitError: See `export_evidence`.
        """
        return written_to(Path(folder), self.export_evidence(start, end))

    def _item(self, draft: Draft) -> Item:
        self._process.check()
        if draft.values and self._personal is None:
            name = draft.values[0][0]
            raise KeyFileError(
                f"{name}: this account has no key to the vault of the ledger, so it cannot be kept",
                hint=f"give {name}_hash, or record where the ledger's vault is",
            )
        whole, size = checked(draft, _new_id())
        outcome: Future[Recorded] = Future()
        # Whoever stops waiting for it, or a cancelled task, does not take it back.
        outcome.set_running_or_notify_cancel()
        return Item(draft=whole, size=size, outcome=outcome)

    def _heartbeat(self) -> Draft:
        fact = Fact(
            kind="session.alive.v1",
            stream=f"agent:{self.session}",
            actor="recorder",
            body={"session": self.session},
        )
        return Draft(fact=fact)

    def _alive(self) -> Item:
        return self._item(self._heartbeat())

    def _at_exit(self) -> None:
        try:
            self.close(AT_EXIT)
        except AffidavitError as error:
            sys.stderr.write(f"affidavit: {error.code}: {error.message}\n")


def _place(path: str | os.PathLike[str] | None) -> Home:
    # What is relative now is somewhere else when the program goes to another folder.
    return home(None if path is None else Path(path).absolute(), Path.cwd())


def _personal(place: Home | None) -> Personal | None:
    if place is None:
        return None
    with viewing(place) as view:
        return Personal.of(place, view.origin)


def _new_id() -> str:
    return new_id(now(), chance(10))


def _handle(item: Item) -> Handle:
    return Handle(item.draft.fact.id or "", item.outcome)
