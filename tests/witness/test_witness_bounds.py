"""A witness before clients that send too much, too slowly, or from too many connections."""

from __future__ import annotations

import http.client
import socket
from typing import TYPE_CHECKING

import posts
import pytest

from affidavit.app.witness.witness import LARGEST_HEAD
from affidavit.ledger.witness import LARGEST_REQUEST

if TYPE_CHECKING:
    from posts import Post

ledger = posts.ledger
post = posts.post
GONE = "/" + "0" * 64 + "/checkpoint"


def said(post: Post, data: bytes) -> bytes:
    """What is answered to `data` until the connection ends."""
    with socket.create_connection(post.address, timeout=20) as client:
        try:
            client.sendall(data)
            return b"".join(iter(lambda: client.recv(1 << 16), b""))
        except ConnectionError:
            return b""


def head(*lines: str) -> bytes:
    return "\r\n".join(["POST /add-checkpoint HTTP/1.1", *lines, "", ""]).encode()


@pytest.mark.parametrize(
    "length",
    [
        "", "-1", "+1", "1_0", " ", "nonsense", "9" * 30, "99999999", "01", "\uff11",
        "0000000000000300000000", "0" * 12 + "9" * 5_000, str(LARGEST_REQUEST + 1),
    ],
)  # fmt: skip
def test_a_request_of_no_usable_length_is_refused(
    post: Post, capfd: pytest.CaptureFixture[str], length: str
) -> None:
    answer = said(post, head(f"Content-Length: {length}"))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "lines",
    [
        ("Host: x",),
        ("Content-Length: 4", "Content-Length: 5"),
        ("Content-Length: 4", "Transfer-Encoding: chunked"),
    ],
)
def test_a_request_whose_length_is_told_in_no_or_two_ways_is_refused(
    post: Post, lines: tuple[str, ...]
) -> None:
    assert said(post, head(*lines) + b"old ").startswith(b"HTTP/1.1 400 ")


def test_a_request_of_the_largest_size_is_read(post: Post) -> None:
    status, _, _ = post.ask("POST", "/add-checkpoint", b"x" * LARGEST_REQUEST)
    assert status == 400
    assert post.ask("GET", GONE)[0] == 404


def test_a_head_has_a_bound(post: Post) -> None:
    many = [f"X-{number}: {'a' * 1_000}" for number in range(60)]
    assert said(post, head(*many)[: LARGEST_HEAD + 500]).startswith(b"HTTP/1.1 431 ")
    assert b"431" in said(post, b"GET /" + b"a" * (LARGEST_HEAD + 1))
    assert post.ask("GET", GONE)[0] == 404


def test_one_connection_is_for_one_request(post: Post) -> None:
    answer = said(post, f"GET {GONE} HTTP/1.1\r\n\r\n".encode() * 2)
    assert answer.count(b"HTTP/1.1 404 ") == 1


def test_a_client_that_sends_a_byte_now_and_then_is_ended(
    post: Post, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("affidavit.app.witness.witness.LONGEST", 0.3)
    with socket.create_connection(post.address, timeout=0.05) as client:
        client.sendall(head("Content-Length: 100000"))
        for _ in range(200):
            try:
                client.sendall(b"a")
                assert client.recv(1) == b""
                break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        else:
            pytest.fail("the connection lasts")
    assert capfd.readouterr().err == ""


def test_one_connection_too_many_is_ended_and_the_next_is_served(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affidavit.app.witness.witness.MOST_CONNECTIONS", 2)
    held = [socket.create_connection(post.address, timeout=20) for _ in range(2)]
    assert said(post, f"GET {GONE} HTTP/1.1\r\n\r\n".encode()) == b""
    for one in held:
        one.close()
    for _ in range(200):
        try:
            assert post.ask("GET", GONE)[0] == 404
            break
        except (ConnectionError, http.client.HTTPException):
            continue
    else:
        pytest.fail("no place became free")
