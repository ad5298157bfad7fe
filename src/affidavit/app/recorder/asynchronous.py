"""The recorder for programs on asyncio: nothing of it holds up the loop."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Self, Unpack

from affidavit.app.recorder.drafts import Said, acted
from affidavit.app.recorder.outcome import Draft
from affidavit.app.recorder.recorder import USUAL, Recorder
from affidavit.ledger.entry import Fact

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping
    from types import TracebackType

    from affidavit.app.ledger.keeper import Receipt
    from affidavit.app.recorder.outcome import Handle
    from affidavit.app.recorder.waiting import Bounds
    from affidavit.ledger.entry import Subject

_PAUSE = 0.005
"""Seconds after which it is tried again where there was no room."""


class AsyncHandle:
    """A fact that was given to a recorder."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.id = handle.id
        """The id of the fact, and of its entry."""

    async def receipt(self, timeout: float | None = None) -> Receipt:  # noqa: ASYNC109 -- as in Handle
        """Where the fact lies, once it is durable. Who stops waiting does not take it back.

        Raises:
            TimeoutError: It is still on its way after `timeout` seconds.
            AffidavitError: It was not recorded.
        """
        async with asyncio.timeout(timeout):
            return (await asyncio.wrap_future(self.handle.future)).receipt


class AsyncRecorder:
    """A `Recorder` for ``async with``; its arguments are the same.

    A task that is cancelled while it waits for room has recorded nothing; one that was given a
    handle has its fact recorded.
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
        self.recorder = Recorder(
            path, socket=socket, session=session, heartbeat=heartbeat, bounds=bounds
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def log_action(self, **said: Unpack[Said]) -> AsyncHandle:
        """Record that an agent did something, as `Recorder.log_action`.

        Raises:
            AffidavitError: See `Recorder.log_action`.
        """
        return await self._submitted(acted(said, self.recorder.session))

    async def record(
        self,
        kind: str,
        body: Mapping[str, object],
        *,
        actor: str,
        stream: str | None = None,
        subject: Subject | None = None,
    ) -> AsyncHandle:
        """Record a fact of any kind, as `Recorder.record`.

        Raises:
            AffidavitError: See `Recorder.log_action`.
        """
        where = stream or f"agent:{self.recorder.session}"
        fact = Fact(kind=kind, stream=where, actor=actor, body=dict(body), subject=subject)
        return await self._submitted(Draft(fact=fact))

    async def flush(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- as in Recorder
        """Wait until all that was taken before is durable, as `Recorder.flush`.

        Raises:
            NotRecordedError: Something was not recorded; it is named, and not told again.
            TimeoutError: After `timeout` seconds something is still on its way.
        """
        await asyncio.to_thread(self.recorder.drain, timeout)
        self.recorder.check()

    async def close(self) -> None:
        """Take no more, and wait for what is on its way, even where the task is cancelled.

        Raises:
            NotRecordedError: Something was not recorded; it is named.
        """
        closing = asyncio.ensure_future(asyncio.to_thread(self.recorder.close))
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing
            raise

    async def _submitted(self, draft: Draft) -> AsyncHandle:
        until = time.monotonic() + self.recorder.wait
        while (handle := self.recorder.offer(draft)) is None:
            if time.monotonic() > until:
                raise self.recorder.full()
            await asyncio.sleep(_PAUSE)
        return AsyncHandle(handle)
