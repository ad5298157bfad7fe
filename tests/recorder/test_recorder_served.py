"""A program records through the server that keeps the ledger, which may die at any moment."""

from __future__ import annotations

import signal
from collections import Counter
from typing import TYPE_CHECKING

import pytest
import recorders
from recorders import actions, bodies, ran, revealed, rows, serving, socket_of

from affidavit import Recorder
from affidavit.app.recorder import route
from affidavit.app.recorder.outcome import Draft, NotRecordedError
from affidavit.app.recorder.waiting import Bounds
from affidavit.base.errors import EntryError, KeyFileError, StoreError, UsageError
from affidavit.ledger.entry import Fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.ledger.home import Home
    from affidavit.app.recorder.outcome import Handle, Outcome
    from affidavit.app.serve.client import Client

place = recorders.place


PROGRAM = """
from affidavit import Recorder
with Recorder(session="{name}") as recorder:
    for number in range(300):
        recorder.log_action(agent="a", action=f"{name}-{{number}}", result="ok")
"""


def acted(recorder: Recorder, action: str, prompt: str | None = None) -> Handle:
    return recorder.log_action(agent="a", action=action, result="ok", prompt=prompt)


def test_the_server_is_found_and_personal_data_are_kept_all_the_same(place: Home) -> None:
    with serving(place), Recorder(place.folder) as recorder:
        acted(recorder, "1", "secret").receipt(30)
    (row,) = rows(place)
    assert row.entry.recorded_by.channel == "socket"
    assert revealed(place, bodies(place)[0]["prompt"]) == "secret"


@pytest.mark.parametrize("kills", [1, 3])
def test_what_was_acknowledged_is_there_once_whenever_the_server_is_killed(
    place: Home, kills: int
) -> None:
    with Recorder(place.folder) as recorder:
        handles = []
        for kill in range(kills):
            with serving(place) as server:
                handles += [acted(recorder, f"{kill}-{number}", "p") for number in range(2500)]
                handles[-2400].receipt(30)
                server.send_signal(signal.SIGKILL)
                server.wait()
        known = {one.id: one.receipt().index for one in handles if one.done()}
    found = {row.entry.id: row.index for row in rows(place)}
    assert known.items() <= found.items()
    assert actions(place) == [f"{a}-{b}" for a in range(kills) for b in range(2500)]


def test_a_batch_whose_answer_was_lost_is_sent_again_as_it_was(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[int] = []

    def once(client: Client, facts: Sequence[Fact]) -> list[Outcome]:
        found = answers(client, facts)
        if not lost:
            lost.append(len(facts))
            raise StoreError("the connection ended")
        return found

    answers = route._answers
    monkeypatch.setattr(route, "_answers", once)
    with serving(place), Recorder(place.folder) as recorder:
        handle = acted(recorder, "1", "secret")
        assert handle.receipt(30).new is False
    assert lost == [1]
    assert [revealed(place, one["prompt"]) for one in bodies(place)] == ["secret"]


def test_a_recorder_waits_for_a_server_that_is_started_again(place: Home) -> None:
    with serving(place) as server:
        recorder = Recorder(socket=socket_of(place))
        acted(recorder, "1").receipt(30)
        server.send_signal(signal.SIGKILL)
        server.wait()
    handle = acted(recorder, "2")
    with serving(place):
        assert handle.receipt(30).index == 2
        recorder.close()
    assert actions(place) == ["1", "2"]


def test_a_server_that_does_not_come_back_is_told(place: Home) -> None:
    with serving(place):
        recorder = Recorder(socket=socket_of(place), bounds=Bounds(retry=0.1))
        acted(recorder, "1").receipt(30)
    handle = acted(recorder, "2")
    with pytest.raises(StoreError, match=r"ended the connection|nobody takes facts"):
        handle.receipt(30)
    with pytest.raises(NotRecordedError):
        recorder.close()
    assert actions(place) == ["1"]


def test_programs_and_recorders_share_a_server(place: Home) -> None:
    with serving(place), Recorder(place.folder) as one, Recorder(place.folder) as other:
        for number in range(300):
            acted(one, f"one-{number}")
            acted(other, f"other-{number}")
        assert ran(place, PROGRAM.format(name="third")).stderr == ""
    names = ("one", "other", "third")
    assert Counter(actions(place)) == {f"{a}-{b}": 1 for a in names for b in range(300)}
    streams = Counter(row.entry.stream for row in rows(place))
    assert sorted(streams.values()) == [300, 300, 300]


def test_another_accounts_server_takes_facts_but_no_personal_data(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(place):
        monkeypatch.setenv("AFFIDAVIT_SOCKET", str(socket_of(place)))
        with Recorder() as recorder:
            with pytest.raises(KeyFileError, match="prompt: this account has no key"):
                acted(recorder, "1", "secret")
            acted(recorder, "2")
            with pytest.raises(UsageError, match="the ledger behind a socket cannot be read"):
                recorder.export_evidence()
    assert actions(place) == ["2"]


def test_a_bad_fact_fails_alone_there_too(place: Home) -> None:
    def a_fact(action: str) -> Fact:
        body: dict[str, object] = {"agent": "a", "action": action, "result": "ok"}
        return Fact(kind="agent.acted.v1", stream="s", actor="a", body=body, id="x")

    with serving(place):
        recorder = Recorder(place.folder)
        handles = [
            acted(recorder, "1"),
            recorder.submit(Draft(fact=a_fact("2"))),
            recorder.submit(Draft(fact=a_fact("other"))),
            acted(recorder, "3"),
        ]
        with pytest.raises(NotRecordedError, match="x was given to another fact"):
            recorder.close()
    assert actions(place) == ["1", "2", "3"]
    with pytest.raises(EntryError):
        handles[2].receipt()
