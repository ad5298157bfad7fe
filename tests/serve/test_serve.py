"""A server, its clients and the command line, all in processes of their own."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import servers
from servers import BAD, BODY, ORIGIN, Server, a_fact, digests, serving

from affidavit.app.ledger.appending import appended, appended_at
from affidavit.app.ledger.home import writing
from affidavit.app.ledger.keeper import Acknowledged
from affidavit.app.ledger.view import viewing
from affidavit.app.serve.client import Client, reached
from affidavit.base.digest import sha256
from affidavit.base.errors import (
    AffidavitError,
    EntryError,
    LedgerBusyError,
    StoreError,
    UsageError,
)
from affidavit.ledger.entry import Blob

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.home import Home

place = servers.place
server = servers.server
LINE = {"kind": "agent.acted.v1", "stream": "session-7", "actor": "agent:5f2c", "body": BODY}


def test_a_fact_is_answered_when_it_is_in_the_log_under_a_checkpoint(server: Server) -> None:
    with server.client() as client:
        done = client.append([a_fact(), a_fact()])
    assert [one.digest for one in done.receipts] == digests(server.place)[1:]
    assert [(one.index, one.sequence) for one in done.receipts] == [(1, 0), (2, 1)]
    with viewing(server.place) as view:
        assert view.checkpoint().decode() == done.checkpoint


def test_who_sent_a_fact_is_what_the_system_says(server: Server) -> None:
    with server.client() as client:
        client.append([a_fact()])
    with viewing(server.place) as view:
        by = view.row(1).entry.recorded_by
    assert (by.channel, by.credential) == ("socket", f"uid:{os.getuid()}")


def test_many_facts_in_flight_are_answered_in_their_order(server: Server) -> None:
    with server.client() as client:
        numbers = [client.submit([a_fact()]) for _ in range(3000)]
        answers = [client.collect() for _ in numbers]
    assert [number for number, _ in answers] == numbers
    found = [one.receipts[0].digest for _, one in answers if not isinstance(one, Exception)]
    assert found == digests(server.place)[1:]


def test_facts_in_flight_share_their_checkpoints(server: Server) -> None:
    with server.client() as client:
        for _ in range(500):
            client.submit([a_fact()])
        answers = [client.collect()[1] for _ in range(500)]
    notes = {one.checkpoint for one in answers if not isinstance(one, Exception)}
    assert len(notes) < 250


def test_a_bad_fact_fails_its_own_request_alone(server: Server) -> None:
    with server.client() as client:
        for facts in ([a_fact("a")], [a_fact("b"), BAD], [a_fact("c")]):
            client.submit(facts)
        first, second, third = [client.collect()[1] for _ in range(3)]
    assert isinstance(second, EntryError)
    assert second.message.startswith("line 2: agent.acted.v1: ")
    assert isinstance(first, Exception) is isinstance(third, Exception) is False
    with viewing(server.place) as view:
        assert [view.row(one).entry.stream for one in range(1, view.size)] == ["a", "c"]


def test_an_error_is_the_same_as_without_a_server(server: Server) -> None:
    with server.client() as client, pytest.raises(EntryError) as sent:
        client.append([BAD])
    server.end()
    lines = json.dumps({**LINE, "body": BAD.body}).encode()
    with pytest.raises(EntryError) as direct:
        appended(server.place, io.BytesIO(lines), [])
    assert (sent.value.message, sent.value.hint) == (direct.value.message, direct.value.hint)


def test_a_fact_sent_again_with_its_id_is_recorded_once(server: Server) -> None:
    with server.client() as client:
        for _ in range(3):
            client.submit([a_fact(id_="mine")])
        answers = [client.collect()[1] for _ in range(3)]
    receipts = [one.receipts[0] for one in answers if not isinstance(one, Exception)]
    assert [(one.index, one.new) for one in receipts] == [(1, True), (1, False), (1, False)]
    assert len(digests(server.place)) == 2


def test_content_is_kept_with_the_fact_that_names_it(server: Server) -> None:
    data = os.urandom(3 << 20)
    named = Blob(digest=sha256(data), media_type="application/octet-stream", size=len(data))
    with server.client() as client:
        client.append([a_fact(blobs=(named,))], [data])
        client.append([a_fact(blobs=(named,))])
    with viewing(server.place) as view:
        assert view.rows.blob(bytes.fromhex(sha256(data)[7:])) == (named.media_type, data)


@pytest.mark.parametrize(("size", "said"), [(4, "has 5 bytes"), (5, "nothing here has")])
def test_content_that_is_not_what_the_fact_says_is_refused(
    server: Server, size: int, said: str
) -> None:
    named = Blob(digest=sha256(b"which"), media_type="text/plain", size=size)
    with server.client() as client, pytest.raises(EntryError, match=f"line 1: blobs: .*{said}"):
        client.append([a_fact(blobs=(named,))], [b"which"] if size == 4 else [b"other"])


def test_append_finds_the_server(server: Server) -> None:
    done = appended(server.place, io.BytesIO(json.dumps(LINE).encode()), [])
    with viewing(server.place) as view:
        assert view.row(done.receipts[0].index).entry.recorded_by.channel == "socket"


def test_the_command_append_finds_the_server_by_its_socket_alone(
    server: Server, tmp_path: Path
) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "affidavit", "ledger", "append"],
        input=json.dumps(LINE),
        env={**os.environ, "AFFIDAVIT_SOCKET": str(server.path), "XDG_RUNTIME_DIR": "/"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.endswith(f"{digests(server.place)[1]}\n")


def test_append_without_a_server_takes_the_lock(place: Home) -> None:
    appended(place, io.BytesIO(json.dumps(LINE).encode()), [])
    with viewing(place) as view:
        assert view.row(1).entry.recorded_by.channel == "cli"


def test_append_says_so_where_somebody_holds_the_lock_and_does_not_listen(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.app.ledger.appending.WAIT", 0.1)
    with writing(place), pytest.raises(LedgerBusyError, match="another process writes"):
        appended(place, io.BytesIO(json.dumps(LINE).encode()), [])


def test_where_nobody_listens_the_client_says_what_to_do(place: Home) -> None:
    path = place.folder.parent / "run" / "none.sock"
    with pytest.raises(StoreError, match="nobody takes facts") as error:
        appended_at(path, io.BytesIO(json.dumps(LINE).encode()), [])
    assert error.value.hint == "start affidavit ledger serve"


def test_a_second_server_is_told_that_there_is_one(
    server: Server,
) -> None:
    second = Server(server.place)
    status, said = second.ended()
    assert (status, second.sockets) == (5, [])
    assert said.startswith("affidavit: AFF-LEDGER-BUSY: another process writes to")
    with server.client() as client:
        client.append([a_fact()])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(server: Server, number: int) -> None:
    with server.client() as client:
        client.append([a_fact()])
        assert server.end(number) == (0, "")
        with pytest.raises(StoreError, match="ended the connection"):
            client.append([a_fact()])
    assert not server.path.exists()


def rest(client: Client) -> Iterator[object]:
    """The answers till the connection ends."""
    with suppress(StoreError):
        while True:
            yield client.collect()[1]


def test_what_was_taken_in_before_the_signal_is_answered(place: Home) -> None:
    with serving(place) as server, server.client() as client:
        server.process.send_signal(signal.SIGSTOP)
        for _ in range(50):
            client.submit([a_fact()])
        server.process.send_signal(signal.SIGCONT)
        first = client.collect()[1]
        server.process.send_signal(signal.SIGTERM)
        answers = [first, *rest(client)]
        assert server.ended() == (0, "")
    found = [one.receipts[0].digest for one in answers if isinstance(one, Acknowledged)]
    assert found == digests(place)[1:]


def test_the_next_server_replaces_the_socket_of_one_that_was_killed(place: Home) -> None:
    with serving(place) as server:
        server.end(signal.SIGKILL)
        assert server.path.is_socket()
        assert reached(place, os.environ) is None
        with serving(place) as after, after.client() as client:
            assert after.path == server.path
            client.append([a_fact()])


def test_it_ends_by_itself_when_nobody_comes(place: Home) -> None:
    with serving(place, "--idle", "0.2") as server:
        with server.client() as client:
            client.append([a_fact()])
        assert server.ended() == (0, "")


def test_it_stays_while_somebody_is_there(place: Home) -> None:
    with serving(place, "--idle", "0.2") as server, server.client() as client:
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(1)
        client.append([a_fact()])


def test_a_ledger_that_was_changed_behind_its_back_ends_it(server: Server) -> None:
    with sqlite3.connect(server.place.database) as behind:
        behind.execute("INSERT INTO runs VALUES (1, 1, x'00026869', NULL)")
    with server.client() as client, pytest.raises(AffidavitError, match="without its lock"):
        client.append([a_fact()])
    status, said = server.ended()
    assert status == 1
    assert "AFF-DAMAGED" in said


def test_the_socket_is_for_this_account_alone(server: Server) -> None:
    assert stat.S_IMODE(server.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.path.parent.stat().st_mode) == 0o700


def test_a_second_socket_is_for_a_group(place: Home) -> None:
    import grp  # noqa: PLC0415

    group = grp.getgrgid(os.getgid())
    path = place.folder.parent / "team.sock"
    with serving(place, "--socket", str(path), "--group", group.gr_name) as server:
        found = path.stat()
        assert (stat.S_IMODE(found.st_mode), found.st_gid) == (0o660, group.gr_gid)
        assert server.sockets[1] == str(path)
        with Client(path) as client:
            assert client.origin == ORIGIN
            client.append([a_fact()])
        server.end()
    assert not path.exists()


def refusal(place: Home, *options: str) -> tuple[int, str]:
    with serving(place, *options) as server:
        return server.ended()


def test_a_socket_lies_where_nobody_else_can_replace_it(place: Home) -> None:
    shared = place.folder.parent / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    status, said = refusal(place, "--socket", str(shared / "a.sock"))
    assert (status, "others can write to it" in said) == (5, True)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(shared / "a.sock"))
        with pytest.raises(StoreError, match="others can write to it"):
            Client(shared / "a.sock")


def test_who_comes_after_the_keeper_has_ended_is_told_that_nobody_answers(place: Home) -> None:
    folder = place.folder.parent / "of the keeper"
    folder.mkdir()
    folder.chmod(0o777)
    for path in (folder / "a.sock", folder / "gone" / "a.sock"):
        with pytest.raises(StoreError) as caught:
            Client(path)
        assert caught.value.message == f"nobody takes facts at {path}: No such file or directory"
        assert caught.value.hint == "start affidavit ledger serve"


def test_a_runtime_folder_that_others_can_enter_is_refused(place: Home) -> None:
    folder = place.folder.parent / "run" / "affidavit"
    folder.mkdir()
    folder.chmod(0o755)
    status, said = refusal(place)
    assert (status, "is not a folder of this account alone" in said) == (5, True)
    assert reached(place, os.environ) is None


def test_what_is_no_socket_is_not_replaced(place: Home) -> None:
    path = place.folder.parent / "precious"
    path.write_text("mine")
    status, said = refusal(place, "--socket", str(path))
    assert (status, path.read_text(), "is there and no socket" in said) == (5, "mine", True)


def test_a_socket_somebody_listens_on_is_not_replaced(place: Home) -> None:
    path = place.folder.parent / "a.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(str(path))
        other.listen()
        status, said = refusal(place, "--socket", str(path))
    assert (status, "somebody listens at" in said) == (5, True)


def test_a_path_that_no_socket_can_have_is_refused(place: Home) -> None:
    folder = place.folder.parent / ("x" * 100)
    folder.mkdir()
    status, said = refusal(place, "--socket", str(folder / "a.sock"))
    assert (status, "fewer than 100 bytes" in said) == (UsageError.exit_status, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--group", "root"], "--group says who may use --socket"),
        (["--socket", "a.sock", "--group", "no such group"], "there is no group"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    place: Home, options: list[str], said: str
) -> None:
    status, found = refusal(place, *options)
    assert (status, said in found) == (2, True)
