"""A program on asyncio records; tasks are cancelled wherever they wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
import recorders
from recorders import actions, bodies, revealed, rows

from affidavit import AsyncRecorder
from affidavit.app.ledger.home import writing
from affidavit.app.recorder.outcome import NotRecordedError
from affidavit.app.recorder.waiting import Bounds
from affidavit.base.errors import LedgerBusyError
from loops import finished

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home
    from affidavit.app.recorder.asynchronous import AsyncHandle


async def acted(recorder: AsyncRecorder, action: str) -> AsyncHandle:
    return await recorder.log_action(agent="a", action=action, result="ok")


place = recorders.place


def test_tasks_record_and_wait_for_their_receipts(place: Home) -> None:
    async def work(recorder: AsyncRecorder, number: int) -> int:
        handle = await acted(recorder, str(number))
        return (await handle.receipt(30)).index

    async def main() -> list[int]:
        async with AsyncRecorder(place.folder) as recorder:
            return await asyncio.gather(*(work(recorder, number) for number in range(100)))

    assert sorted(finished(main())) == list(range(1, 101))
    assert sorted(actions(place), key=str) == sorted(map(str, range(100)))


def test_prompts_and_any_fact_are_recorded(place: Home) -> None:
    async def main() -> None:
        async with AsyncRecorder(place.folder, session="s") as recorder:
            await recorder.log_action(agent="a", action="b", result="ok", prompt="secret")
            await recorder.record("deploy.done.v1", {"seconds": 41}, actor="ci")
            await recorder.flush(30)
            assert len(rows(place)) == 2

    finished(main())
    assert revealed(place, bodies(place)[0]["prompt"]) == "secret"
    assert [row.entry.stream for row in rows(place)] == ["agent:s", "agent:s"]


def test_a_task_that_is_cancelled_while_it_waits_for_room_records_nothing(place: Home) -> None:
    async def main() -> None:
        async with AsyncRecorder(place.folder, bounds=Bounds(facts=1)) as recorder:
            with writing(place):
                await acted(recorder, "1")
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(acted(recorder, "2"), 0.05)
            await acted(recorder, "3")

    finished(main())
    assert actions(place) == ["1", "3"]


def test_where_no_room_comes_it_is_told_and_the_loop_goes_on(place: Home) -> None:
    async def main() -> int:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.001)
                ticks += 1

        async with AsyncRecorder(place.folder, bounds=Bounds(facts=1, wait=0.2)) as recorder:
            ticking = asyncio.create_task(tick())
            with writing(place):
                await acted(recorder, "1")
                with pytest.raises(LedgerBusyError):
                    await acted(recorder, "2")
            ticking.cancel()
        return ticks

    assert finished(main()) > 5
    assert actions(place) == ["1"]


def test_who_stops_waiting_for_a_receipt_does_not_take_the_fact_back(place: Home) -> None:
    async def main() -> None:
        async with AsyncRecorder(place.folder) as recorder:
            with writing(place):
                handle = await acted(recorder, "1")
                with pytest.raises(TimeoutError):
                    await handle.receipt(0.02)
                waiting = asyncio.create_task(handle.receipt())
                await asyncio.sleep(0.02)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
            assert (await handle.receipt(30)).index == 1

    finished(main())
    assert actions(place) == ["1"]


def test_a_cancelled_task_still_records_what_it_said(place: Home) -> None:
    async def work() -> None:
        async with AsyncRecorder(place.folder) as recorder:
            for number in range(500):
                await acted(recorder, str(number))

    async def main() -> None:
        task = asyncio.create_task(work())
        await asyncio.sleep(0)
        while not task.done():
            task.cancel()
            await asyncio.sleep(0.001)
        with pytest.raises(asyncio.CancelledError):
            await task

    finished(main())
    assert actions(place) == [str(number) for number in range(500)]


def test_what_was_lost_is_named_at_the_end(place: Home) -> None:
    async def main() -> None:
        async with AsyncRecorder(place.folder, bounds=Bounds(retry=0.1)) as recorder:
            await acted(recorder, "1")

    with writing(place), pytest.raises(NotRecordedError, match="a fact was not recorded"):
        finished(main())
