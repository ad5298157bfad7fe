"""Clients that vanish, stall, flood or speak nonsense: nobody else notices."""

from __future__ import annotations

import os
import struct
import threading
from socket import SO_LINGER, SOL_SOCKET
from typing import TYPE_CHECKING

import msgspec
import pytest
import servers
from hypothesis import given, settings
from hypothesis import strategies as st
from servers import a_fact, asked, digests

from affidavit.app.serve.wire import (
    LARGEST_FRAME,
    Frames,
    Refused,
    answer_of,
    facts_of,
    frame,
    request,
    request_of,
)
from affidavit.base.digest import sha256
from affidavit.base.errors import EntryError, FormatError
from affidavit.ledger.entry import Blob, Fact

if TYPE_CHECKING:
    import random

    from servers import Server

place = servers.place
server = servers.server
HUGE = (8 << 20).to_bytes(4)
"""The length of a frame that needs the one place for large ones."""


def raw(payload: bytes) -> bytes:
    return len(payload).to_bytes(4) + payload


def others_are_served(server: Server) -> bool:
    before = len(digests(server.place))
    with server.client() as client:
        done = client.append([a_fact("others")])
    return done.receipts[0].index >= before and server.process.poll() is None


def test_a_client_that_vanishes_with_unread_answers_hurts_nobody(server: Server) -> None:
    for _ in range(20):
        stranger = server.stranger()
        stranger.send(asked() * 50)
        # With what was not read the system resets the connection.
        stranger.socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        stranger.socket.close()
    assert others_are_served(server)
    assert server.end() == (0, "")


@pytest.mark.parametrize(
    "half", [b"", b"\0", b"\0\0\0\x40", asked()[:40], HUGE + b"\x93", b"\0\0\0\0"]
)
def test_half_a_frame_hurts_nobody(server: Server, half: bytes) -> None:
    staying, leaving = server.stranger(), server.stranger()
    for one in (staying, leaving):
        one.send(half)
    leaving.socket.close()
    assert others_are_served(server)
    assert server.end() == (0, "")


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="another protocol"),
        pytest.param((LARGEST_FRAME + 1).to_bytes(4), id="too large a frame"),
        pytest.param(raw(b"\xc1"), id="no MessagePack"),
        pytest.param(raw(b"\x90"), id="an empty list"),
        pytest.param(raw(b"\x93\xa1a\x90\x90"), id="a number that is none"),
        pytest.param(raw(b"\x92\x01" + b"\x91" * 100_000), id="lists inside each other"),
        pytest.param(raw(b"\x92\x01\xdd\xff\xff\xff\xff"), id="a list longer than it is"),
    ],
)
def test_noise_is_answered_once_and_the_connection_ends(server: Server, noise: bytes) -> None:
    stranger = server.stranger()
    stranger.send(noise)
    answer = answer_of(stranger.answer())
    assert isinstance(answer, Refused)
    assert (answer.number, answer.code) == (-1, "AFF-FORMAT")
    assert stranger.answer() == b""
    assert others_are_served(server)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (b"\x91\x81\xa4kind\x01", "line 1: "),
        (b"\x91\x90", "line 1: "),
        (b"\x91\x81\xa4body\x81\xa1a\x81\x81\xa1a\xa1a\xa1b", "line 1: "),
        (b"\x91\x81\xa4kind\xa2\xff\xff", "line 1: "),
        (b"\xdd\x00\x01\x86\xa1" + b"\xc0" * 100_001, "cannot be read"),
        (b"\xa1a", "cannot be read"),
    ],
)
def test_a_request_that_is_not_fit_fails_alone(server: Server, facts: bytes, said: str) -> None:
    stranger = server.stranger()
    stranger.send(raw(b"\x92\x07" + facts) + asked(8))
    answer = answer_of(stranger.answer())
    assert isinstance(answer, Refused)
    assert (answer.number, answer.code, said in answer.message) == (7, "AFF-ENTRY", True)
    assert not isinstance(answer_of(stranger.answer()), Refused)


@pytest.mark.parametrize(
    "value",
    [
        b"\x01",
        1.5,
        float("nan"),
        2**63,
        2**70,
        "\ud800",
        object(),
        {"\x80": 1},
        msgspec.msgpack.Ext(5, b"x"),
        [[[]]] * 40_000,
    ],
)
def test_values_that_no_entry_can_have_are_refused(server: Server, value: object) -> None:
    with server.client() as client, pytest.raises(EntryError, match="line 1: "):
        client.append([Fact(kind="a.b.v1", stream="s", actor="a", body={"value": value})])


def test_keepers_own_kinds_are_not_taken_from_a_socket(server: Server) -> None:
    fact = Fact(kind="log.frozen.v1", stream="log", actor="a", body={"reason": "mine"})
    with server.client() as client, pytest.raises(EntryError, match="keeper's own commands"):
        client.append([fact])
    assert others_are_served(server)


def test_a_client_that_never_reads_is_read_no_further(server: Server) -> None:
    stranger = server.stranger()
    sent = stranger.send_what_fits(asked() * 100)
    assert sent < 16 << 20
    assert others_are_served(server)


def test_a_server_ends_while_somebody_does_not_read(server: Server) -> None:
    stranger = server.stranger()
    stranger.send_what_fits(asked() * 100)
    assert server.end() == (0, "")


def test_a_flood_of_one_leaves_room_for_another(server: Server) -> None:
    flood, other = server.client(), server.client()
    answered, poured = threading.Event(), list[int]()

    def pour() -> None:
        while not answered.is_set():
            poured.append(flood.submit([a_fact("flood")]))

    pouring = threading.Thread(target=pour)
    pouring.start()
    done = other.append([a_fact("other")])
    answered.set()
    pouring.join()
    answers = [flood.collect()[1] for _ in poured]
    assert len(done.receipts) == 1
    assert [one for one in answers if isinstance(one, Exception)] == []


def test_one_large_request_comes_in_at_a_time(server: Server) -> None:
    first, second, third = server.stranger(), server.stranger(), server.client()
    first.send(HUGE + bytes(1 << 16))
    second.send(HUGE + bytes(1 << 16))
    taken = second.send_what_fits(bytes(1 << 16))
    assert taken < 4 << 20
    third.append([a_fact()])
    first.socket.close()
    assert second.send_what_fits(bytes(1 << 16)) > 4 << 20


def test_large_requests_of_several_are_all_served(server: Server) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=bring_large, args=(server, found)) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [1, 2, 3, 4]


def bring_large(server: Server, found: list[int]) -> None:
    data = os.urandom(2 << 20)
    named = Blob(digest=sha256(data), media_type="text/plain", size=len(data))
    with server.client() as client:
        found.append(client.append([a_fact(blobs=(named,))], [data]).receipts[0].index)


def test_a_client_that_ends_its_side_still_gets_its_answers(server: Server) -> None:
    stranger = server.stranger()
    stranger.send(asked(1) + asked(2))
    stranger.socket.shutdown(1)
    assert [answer_of(stranger.answer()).number for _ in range(2)] == [1, 2]
    assert stranger.answer() == b""


@given(st.lists(st.binary(max_size=300)), st.randoms(use_true_random=False))
def test_frames_are_the_same_however_they_arrive(
    payloads: list[bytes], chance: random.Random
) -> None:
    data, frames, found = b"".join(map(raw, payloads)), Frames(), list[bytes]()
    while data:
        size = chance.randint(1, 400)
        found += frames.feed(data[:size])
        data = data[size:]
    assert (found, frames.wanted) == (payloads, 0)


@settings(max_examples=400)
@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: b"\x92\x01\x91" + tail))
def test_whatever_arrives_is_a_request_or_an_error_of_ours(payload: bytes) -> None:
    try:
        found = request_of(payload)
        if not isinstance(found, Refused):
            list(facts_of(found))
    except (FormatError, EntryError):
        pass


def test_facts_come_back_as_they_were_sent() -> None:
    facts = [a_fact("a", id_="x"), a_fact("b", blobs=(Blob(digest="d", media_type="m", size=1),))]
    found = request_of(frame(request(3, facts, [b"blob"]))[4:])
    assert not isinstance(found, Refused)
    assert (found.number, list(facts_of(found)), found.blobs) == (3, facts, (b"blob",))
