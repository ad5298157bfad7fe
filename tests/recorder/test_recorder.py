"""A program records in a ledger of its own account, where no server runs."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypedDict, cast

import pytest
import recorders
from recorders import ORIGIN, actions, bodies, revealed, rows, without_vault_key

from affidavit import Recorder
from affidavit.app.ledger.kept import vault
from affidavit.app.recorder.drafts import Said, actor_of
from affidavit.app.recorder.outcome import Draft, NotRecordedError
from affidavit.base.digest import sha256
from affidavit.base.errors import (
    EntryError,
    FormatError,
    KeyFileError,
    NotALedgerError,
    UsageError,
)
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.entry import Fact, Subject
from affidavit.ledger.note import parse_note

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home


place = recorders.place


class Three(TypedDict):
    """What every action says."""

    agent: str
    action: str
    result: str


SAID: Three = {"agent": "deploy-bot", "action": "deploy", "result": "ok"}
HASH = sha256(b"ship it")


def a_fact(action: str, id_: str | None = None) -> Fact:
    body: dict[str, object] = {"agent": "a", "action": action, "result": "ok"}
    return Fact(kind="agent.acted.v1", stream="s", actor="agent:a", body=body, id=id_)


def test_what_was_said_is_in_the_log_when_the_block_ends(place: Home) -> None:
    with Recorder(place.folder.parent, session="s-1") as recorder:
        recorder.log_action(**SAID, model="m", prompt_hash=HASH, resource_hash=HASH)
    (row,) = rows(place)
    assert (row.entry.kind, row.entry.stream, row.entry.actor) == (
        "agent.acted.v1",
        "agent:s-1",
        "agent:deploy-bot",
    )
    assert bodies(place) == [
        {**SAID, "model": "m", "prompt_hash": HASH, "resource_hash": HASH, "session": "s-1"}
    ]


def test_a_handle_tells_where_its_fact_lies_and_under_which_checkpoint(place: Home) -> None:
    with Recorder(place.folder) as recorder:
        handle = recorder.log_action(**SAID)
        receipt, note = handle.receipt(30), handle.checkpoint()
        assert handle.done()
    (row,) = rows(place)
    assert (receipt.index, receipt.digest, receipt.id) == (1, row.digest, handle.id)
    assert parse_checkpoint(parse_note(note.encode())).size == 2


def test_prompts_and_resources_are_in_the_vault_and_never_in_the_ledger(place: Home) -> None:
    with Recorder(place.folder) as recorder:
        recorder.log_action(**SAID, prompt="delete the Lovelace account", resource="db/lovelace")
        recorder.log_action(**SAID, prompt="and the Turing one")
    first, second = bodies(place)
    assert revealed(place, first["prompt"]) == "delete the Lovelace account"
    assert revealed(place, first["resource"]) == "db/lovelace"
    assert revealed(place, second["prompt"]) == "and the Turing one"
    stored = b"".join(path.read_bytes() for path in place.folder.glob("*.db*"))
    assert b"ovelace" not in stored


@pytest.mark.parametrize(
    ("person", "known"), [("ada@example.com", "ada@example.com"), (None, "s-1")]
)
def test_a_prompt_is_destroyed_with_the_person_or_session_it_is_of(
    place: Home, person: str | None, known: str
) -> None:
    with Recorder(place.folder, session="s-1") as recorder:
        recorder.log_action(**SAID, prompt="secret", person=person)
    with vault(place, ORIGIN) as kept:
        (subject,) = kept.subjects(known)
        assert kept.dispose(subject).values == 1
    (body,) = bodies(place)
    assert revealed(place, body["prompt"]) is None
    assert "person" not in body


def test_a_session_is_a_stream_without_gaps(place: Home) -> None:
    with Recorder(place.folder) as recorder:
        for number in range(30):
            recorder.log_action(agent="a", action=str(number), result="ok", prompt="p")
    assert actions(place) == [str(number) for number in range(30)]
    found = [(row.entry.stream, row.entry.sequence) for row in rows(place)]
    assert found == [(f"agent:{recorder.session}", number) for number in range(30)]


def test_an_action_can_be_of_another_session(place: Home) -> None:
    with Recorder(place.folder, session="mine") as recorder:
        recorder.log_action(**SAID, session="yours")
    (row,) = rows(place)
    assert (row.entry.stream, bodies(place)[0]["session"]) == ("agent:yours", "yours")


def test_any_fact_can_be_recorded_as_it_was_when_it_was_given(place: Home) -> None:
    body: dict[str, object] = {"seconds": 41, "steps": [1]}
    subject = Subject(commit="ab" * 20)
    with Recorder(place.folder) as recorder:
        recorder.record("deploy.done.v1", body, actor="ci", stream="ci", subject=subject)
        body["seconds"] = 42
    (row,) = rows(place)
    assert (row.entry.kind, row.entry.actor, row.entry.stream) == ("deploy.done.v1", "ci", "ci")
    assert row.entry.subject == subject
    assert bodies(place) == [{"seconds": 41, "steps": [1]}]


def test_threads_share_a_recorder_and_nothing_is_lost_or_twice(place: Home) -> None:
    def work(name: int) -> None:
        for number in range(100):
            recorder.log_action(agent="a", action=f"{name}-{number}", result="ok")

    with Recorder(place.folder) as recorder:
        threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    found = actions(place)
    assert sorted(map(str, found)) == sorted(f"{a}-{b}" for a in range(8) for b in range(100))
    for name in range(8):
        mine = [str(one) for one in found if str(one).startswith(f"{name}-")]
        assert mine == [f"{name}-{number}" for number in range(100)]


def test_two_recorders_share_a_ledger(place: Home) -> None:
    with Recorder(place.folder) as one, Recorder(place.folder) as other:
        for number in range(200):
            (one, other)[number % 2].log_action(agent="a", action=str(number), result="ok")
    assert sorted(map(int, map(str, actions(place)))) == list(range(200))


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"agent": "a", "action": "b"}, EntryError, "missing required field `result`"),
        ({**SAID, "action": 5}, EntryError, "body.action: Expected `str`, got `int`"),
        ({**SAID, "prompt": 5}, EntryError, "prompt: not text"),
        ({**SAID, "prompt": "x" * ((1 << 20) + 1)}, FormatError, "at most"),
        ({**SAID, "prompt_hash": "5"}, EntryError, "body.prompt_hash"),
        ({**SAID, "session": "é"}, EntryError, "stream: not 1 to 256 printable ASCII"),
        ({**SAID, "plaintext": "x"}, TypeError, "unexpected argument 'plaintext'"),
    ],
)
def test_what_cannot_be_recorded_is_refused_at_once(
    place: Home, said: Said, error: type[Exception], message: str
) -> None:
    with Recorder(place.folder) as recorder, pytest.raises(error, match=message):
        recorder.log_action(**said)
    assert rows(place) == []


def test_facts_of_the_keeper_are_the_keepers(place: Home) -> None:
    with Recorder(place.folder) as recorder, pytest.raises(EntryError, match="the keeper's own"):
        recorder.record("log.frozen.v1", {"reason": "x"}, actor="a")


@pytest.mark.parametrize("name", ["prompt", "resource"])
def test_without_the_vaults_key_a_hash_is_asked_for(place: Home, name: str) -> None:
    without_vault_key(place)
    with Recorder(place.folder, session="s") as recorder:
        with pytest.raises(KeyFileError, match=f"{name}: this account has no key") as caught:
            recorder.log_action(**cast("Said", {**SAID, name: "secret"}))
        recorder.log_action(**SAID, prompt_hash=HASH)
    assert f"give {name}_hash" in caught.value.hint
    assert bodies(place) == [{**SAID, "prompt_hash": HASH, "session": "s"}]


def test_a_bad_fact_fails_alone_and_is_named_at_the_end(place: Home) -> None:
    recorder = Recorder(place.folder)
    with pytest.raises(NotRecordedError) as caught, recorder:
        handles = [
            recorder.submit(Draft(fact=one))
            for one in (a_fact("1"), a_fact("2", "x"), a_fact("other", "x"), a_fact("3"))
        ]
    (lost,) = caught.value.facts
    assert (lost.id, lost.kind, caught.value.total) == ("x", "agent.acted.v1", 1)
    assert caught.value.message == (
        "a fact was not recorded: agent.acted.v1 x (id: x was given to another fact, entry 2)"
    )
    assert [one.receipt().index for one in (handles[0], handles[1], handles[3])] == [1, 2, 3]
    with pytest.raises(EntryError, match="given to another fact"):
        handles[2].receipt()


def test_what_was_lost_is_told_once(place: Home) -> None:
    with Recorder(place.folder) as recorder:
        recorder.submit(Draft(fact=a_fact("1", "x")))
        recorder.submit(Draft(fact=a_fact("2", "x")))
        with pytest.raises(NotRecordedError):
            recorder.flush()
        recorder.flush()


def test_a_program_that_fails_has_recorded_what_it_said(place: Home) -> None:
    with suppress(ZeroDivisionError), Recorder(place.folder) as recorder:
        recorder.log_action(**SAID)
        raise ZeroDivisionError
    assert actions(place) == ["deploy"]


def test_a_closed_recorder_takes_nothing(place: Home) -> None:
    recorder = Recorder(place.folder)
    recorder.close()
    recorder.close()
    with pytest.raises(UsageError, match="the recorder is closed"):
        recorder.log_action(**SAID)


def test_a_session_says_that_it_goes_on(place: Home) -> None:
    with Recorder(place.folder, session="s", heartbeat=0.02) as recorder:
        while len(rows(place, "session.alive")) < 3:
            recorder.log_action(**SAID)
            recorder.flush()
    assert {str(one) for one in bodies(place, "session.alive")} == {"{'session': 's'}"}
    assert [row.entry.sequence for row in rows(place)] == list(range(len(rows(place))))


@pytest.mark.parametrize("seconds", [0, -1.0, float("nan")])
def test_a_heartbeat_that_is_none_is_refused(place: Home, seconds: float) -> None:
    with pytest.raises(UsageError, match="a heartbeat comes every so many seconds"):
        Recorder(place.folder, heartbeat=seconds)


def test_a_session_that_cannot_be_named_is_refused(place: Home) -> None:
    with pytest.raises(EntryError, match="stream: not 1 to 256"):
        Recorder(place.folder, session="é")


def test_a_program_may_go_to_another_folder(
    place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.folder.parent)
    with Recorder(".") as recorder:
        monkeypatch.chdir(tmp_path)
        recorder.log_action(**SAID, prompt="p")
    assert actions(place) == ["deploy"]


def test_where_there_is_no_ledger_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotALedgerError, match="there is no ledger at"):
        Recorder(tmp_path)


@pytest.mark.parametrize(
    ("agent", "actor"),
    [
        ("deploy bot", "agent:deploy bot"),
        ("Zoë", "agent:" + sha256("Zoë".encode())[7:39]),
        ("a  b", "agent:" + sha256(b"a  b")[7:39]),
        ("a" * 300, "agent:" + sha256(b"a" * 300)[7:39]),
    ],
)
def test_an_agent_has_the_same_actor_whatever_its_name(agent: str, actor: str) -> None:
    assert actor_of(agent) == actor
