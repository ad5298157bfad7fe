"""Nobody takes facts, or not fast enough: callers are told, and nothing is dropped silently."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest
import recorders
from recorders import ORIGIN, actions, rows

from affidavit import Recorder
from affidavit.app.ledger.home import writing
from affidavit.app.ledger.kept import custody, keeping
from affidavit.app.recorder import route
from affidavit.app.recorder.outcome import Item, NotRecordedError
from affidavit.app.recorder.waiting import Bounds
from affidavit.base.errors import KeyFileError, LedgerBusyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.keeper import Keeper
    from affidavit.app.recorder.outcome import Handle


place = recorders.place


def acted(recorder: Recorder, action: str, prompt: str | None = None) -> Handle:
    return recorder.log_action(agent="a", action=action, result="ok", prompt=prompt)


def test_where_there_is_no_room_a_caller_waits_and_then_is_told(place: Home) -> None:
    bounds = Bounds(facts=2, wait=0.05)
    with Recorder(place.folder, bounds=bounds) as recorder, writing(place):
        acted(recorder, "1")
        acted(recorder, "2")
        with pytest.raises(LedgerBusyError, match=r"2 facts or .* no room came in 0\.05 seconds"):
            acted(recorder, "3")
    assert actions(place) == ["1", "2"]


def test_large_prompts_use_up_the_room_too(place: Home) -> None:
    bounds = Bounds(size=10_000, wait=0.05)
    with Recorder(place.folder, bounds=bounds) as recorder, writing(place):
        acted(recorder, "1", "x" * 20_000)
        with pytest.raises(LedgerBusyError):
            acted(recorder, "2")
    assert actions(place) == ["1"]


def test_a_caller_goes_on_when_there_is_room_again(place: Home) -> None:
    with Recorder(place.folder, bounds=Bounds(facts=3)) as recorder:
        for number in range(100):
            acted(recorder, str(number))
    assert actions(place) == [str(number) for number in range(100)]


def test_what_nobody_takes_for_long_is_given_up_and_named(place: Home) -> None:
    recorder = Recorder(place.folder, bounds=Bounds(retry=0.1))
    with writing(place):
        handle = acted(recorder, "1")
        with pytest.raises(LedgerBusyError, match="another process writes"):
            handle.receipt(30)
        with pytest.raises(NotRecordedError) as caught:
            recorder.flush(30)
    recorder.close()
    assert [one.id for one in caught.value.facts] == [handle.id]
    assert rows(place) == []


def test_the_end_waits_for_a_bounded_time_and_names_what_is_left(place: Home) -> None:
    recorder = Recorder(place.folder, bounds=Bounds(close=0.1))
    with writing(place):
        handles = [acted(recorder, str(number)) for number in range(7)]
        with pytest.raises(NotRecordedError) as caught:
            recorder.close()
        recorder._delivery.thread.join(15)
        assert not recorder._delivery.thread.is_alive()
    assert [one.id for one in caught.value.facts] == [one.id for one in handles]
    assert rows(place) == []
    assert caught.value.message.startswith("7 facts were not recorded: agent.acted.v1 ")
    assert caught.value.message.endswith("; and 2 more")
    assert caught.value.hint == "it may be recorded or not: send it again with the same id"
    with pytest.raises(StoreError, match=r"not acknowledged in 0\.1 seconds"):
        handles[0].receipt()


def test_a_flush_does_not_wait_longer_than_it_was_told(place: Home) -> None:
    with Recorder(place.folder) as recorder, writing(place):
        handle = acted(recorder, "1")
        with pytest.raises(TimeoutError):
            recorder.flush(0.01)
        with pytest.raises(TimeoutError):
            handle.receipt(0.01)
    assert actions(place) == ["1"]


def test_a_full_disk_is_told_and_what_was_acknowledged_stays(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def full(where: Home, *, wait: float) -> Iterator[Keeper]:
        with keeping(where, wait=wait) as keeper:
            keeper.log._connection.execute("PRAGMA max_page_count = 1")
            yield keeper

    recorder = Recorder(place.folder)
    acted(recorder, "before").receipt(30)
    monkeypatch.setattr(route, "keeping", full)
    handle = recorder.record("note.taken.v1", {"text": "x" * 60_000}, actor="a")
    with pytest.raises(StoreError, match="the disk is full"):
        handle.receipt(30)
    with pytest.raises(NotRecordedError, match="the disk is full"):
        recorder.close()
    assert actions(place) == ["before"]


def test_without_the_keepers_key_it_says_so(place: Home) -> None:
    (custody(ORIGIN).folder / "log.toml").unlink()
    recorder = Recorder(place.folder)
    handle = acted(recorder, "1")
    with pytest.raises(KeyFileError):
        handle.receipt(30)
    with pytest.raises(NotRecordedError):
        recorder.close()


def test_a_vault_that_fails_costs_only_what_needs_it(place: Home) -> None:
    recorder = Recorder(place.folder)
    place.vault.write_bytes(b"broken" * 1000)
    with writing(place):
        lost, kept = acted(recorder, "1", "secret"), acted(recorder, "2")
    assert kept.receipt(30).index == 1
    with pytest.raises(NotRecordedError) as caught:
        recorder.close()
    assert [one.id for one in caught.value.facts] == [lost.id]
    assert actions(place) == ["2"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_ours_leaves_nobody_waiting(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(route, "keeping", broken)
    recorder = Recorder(place.folder)
    handle = acted(recorder, "1")
    with pytest.raises(StoreError, match="the recorder failed"):
        handle.receipt(30)
    with pytest.raises(NotRecordedError):
        recorder.close()


def test_a_signal_that_comes_while_a_fact_is_given_is_refused_and_not_stuck(place: Home) -> None:
    class Interrupted(deque[Item]):
        """A queue in which the thread is interrupted before something is put in."""

        def append(self, item: Item) -> None:
            if not told:
                with pytest.raises(LedgerBusyError, match="about to give another") as caught:
                    acted(recorder, "signal")
                told.append(caught.value)
            super().append(item)

    told: list[Exception] = []
    with Recorder(place.folder) as recorder:
        recorder._waiting._queued = Interrupted()
        acted(recorder, "1")
        acted(recorder, "2")
    assert (actions(place), len(told)) == (["1", "2"], 1)


def test_what_is_done_when_a_fact_is_recorded_may_record(place: Home) -> None:
    with Recorder(place.folder) as recorder:
        done = Event()

        def more(_: object) -> None:
            acted(recorder, "2")
            done.set()

        acted(recorder, "1").future.add_done_callback(more)
        assert done.wait(30)
    assert actions(place) == ["1", "2"]
