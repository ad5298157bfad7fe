"""A program's log as facts, which never harms the program."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import recorders
from recorders import bodies, revealed, rows, without_vault_key

from affidavit import Recorder, RecorderHandler
from affidavit.app.ledger.home import writing
from affidavit.app.recorder.waiting import Bounds
from affidavit.base.errors import KeyFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.home import Home


place = recorders.place


@contextmanager
def a_logger(handler: logging.Handler) -> Iterator[logging.Logger]:
    found = logging.getLogger("shop.orders")
    found.propagate = False
    found.setLevel(logging.INFO)
    found.addHandler(handler)
    try:
        yield found
    finally:
        found.removeHandler(handler)


def test_a_line_is_a_fact_and_its_message_is_in_the_vault(place: Home) -> None:
    with (
        Recorder(place.folder, session="s") as recorder,
        a_logger(RecorderHandler(recorder)) as log,
    ):
        log.debug("not wanted")
        log.warning("refund for %s", "Ada Lovelace", extra={"affidavit": {"ticket": "A-1"}})
    (body,) = bodies(place, "log.line")
    assert revealed(place, body.pop("message")) == "refund for Ada Lovelace"
    assert body == {"fields": {"ticket": "A-1"}, "level": "WARNING", "logger": "shop.orders"}
    assert rows(place)[0].entry.stream == "agent:s"
    assert b"Lovelace" not in place.database.read_bytes() + place.vault.read_bytes()


def test_a_traceback_belongs_to_the_message(place: Home) -> None:
    with Recorder(place.folder) as recorder, a_logger(RecorderHandler(recorder)) as log:
        try:
            _ = 1 // len(())
        except ZeroDivisionError:
            log.exception("it failed")
    message = revealed(place, bodies(place)[0]["message"])
    assert message is not None
    assert message.startswith("it failed\nTraceback")


@pytest.mark.parametrize("fields", [{"n": 5}, "text", {"é": "x"}, None])
def test_a_line_that_cannot_be_recorded_harms_nobody(
    place: Home, fields: object, capsys: pytest.CaptureFixture[str]
) -> None:
    with Recorder(place.folder) as recorder, a_logger(RecorderHandler(recorder)) as log:
        log.warning("x", extra={"affidavit": fields})
    assert "--- Logging error ---" in capsys.readouterr().err
    assert rows(place) == []


def test_a_line_for_which_there_is_no_room_harms_nobody(
    place: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    bounds = Bounds(facts=1, wait=0.01)
    with (
        Recorder(place.folder, bounds=bounds) as recorder,
        a_logger(RecorderHandler(recorder)) as log,
        writing(place),
    ):
        log.warning("1")
        log.warning("2")
    assert "no room came" in capsys.readouterr().err
    assert len(rows(place)) == 1


def test_what_is_logged_while_a_line_is_recorded_is_not_recorded(place: Home) -> None:
    class Talks(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            log.warning("formatting")
            return super().format(record)

    with Recorder(place.folder) as recorder:
        handler = RecorderHandler(recorder)
        handler.setFormatter(Talks())
        with a_logger(handler) as log:
            log.warning("x")
    assert [revealed(place, one["message"]) for one in bodies(place)] == ["x"]


def test_what_the_recorders_own_thread_logs_is_not_recorded(place: Home) -> None:
    with Recorder(place.folder) as recorder:
        handler = RecorderHandler(recorder)
        with a_logger(handler) as log:
            with writing(place):
                future = recorder.log_action(agent="a", action="b", result="ok").future
                future.add_done_callback(lambda _: log.warning("done"))
            recorder.flush()
    assert [row.entry.kind for row in rows(place)] == ["agent.acted.v1"]


def test_without_a_vault_there_is_no_handler(place: Home) -> None:
    without_vault_key(place)
    with Recorder(place.folder) as recorder, pytest.raises(KeyFileError, match="messages are kept"):
        RecorderHandler(recorder)
