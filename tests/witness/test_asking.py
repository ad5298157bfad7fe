"""Witnesses that answer what they should not: one good line is kept, and no text as it is."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import posts
import pytest
from posts import policy

from affidavit.app.clock import now
from affidavit.app.ledger.view import viewing
from affidavit.app.witness.collected import collected
from affidavit.ledger.algorithm import COSIGNATURE
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.cosignature import cosign
from affidavit.ledger.key import SigningKey
from affidavit.ledger.note import parse_note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from posts import Post

    from affidavit.app.ledger.home import Home
    from affidavit.app.witness.asking import Asked

ledger = posts.ledger
post = posts.post
KEY = SigningKey.from_secret("witness.mail/w1", b"\x07" * 32, algorithm=COSIGNATURE)
STRANGER = SigningKey.from_secret("witness.mail/w2", b"\x08" * 32, algorithm=COSIGNATURE)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A program that answers everything so, at the address that is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as it is there
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def asked(place: Home, folder: Path, url: str) -> Asked:
    rules = folder / "policy.txt"
    rules.write_text(f"log {posts.vkey(place)}\nwitness w1 {KEY.key.encode()} {url}\nquorum w1\n")
    [one] = collected(place, rules).witnesses
    return one


def told(place: Home, folder: Path, status: int, body: bytes) -> Asked:
    with answering(status, body) as url:
        return asked(place, folder, url)


def signed(place: Home, *times: int, key: SigningKey = KEY) -> bytes:
    """Good lines of `key` for the newest checkpoint, each of one time, in seconds."""
    with viewing(place) as view:
        checkpoint = parse_checkpoint(parse_note(view.checkpoint()))
    return "".join(cosign(checkpoint, key, time).line() for time in times).encode()


def test_of_several_lines_the_newest_good_one_of_the_witness_is_kept(
    ledger: Home, tmp_path: Path
) -> None:
    other = signed(ledger, 300, key=STRANGER)
    newest = signed(ledger, 200)
    found = told(ledger, tmp_path, 200, signed(ledger, 100) + newest + other + signed(ledger, 150))
    assert (found.lines, found.time, found.problem) == ((newest.decode(),), 200, None)
    with viewing(ledger) as view:
        assert view.rows.cosignatures(1) == [newest.decode()]


def test_more_than_eight_lines_are_refused(ledger: Home, tmp_path: Path) -> None:
    assert told(ledger, tmp_path, 200, signed(ledger, *range(1, 9))).time == 8
    found = told(ledger, tmp_path, 200, signed(ledger, *range(1, 10)))
    assert found.problem == "it answered more than 8 lines"


def test_an_answer_of_many_bytes_is_refused(ledger: Home, tmp_path: Path) -> None:
    found = told(ledger, tmp_path, 200, b"a" * 70_000)
    assert found.problem == "it answered more than 65,536 bytes"


@pytest.mark.parametrize("ahead", [3_700, 10**12, 2**62])
def test_a_time_that_is_yet_to_come_is_refused(ledger: Home, tmp_path: Path, ahead: int) -> None:
    time = now() // 1_000_000 + ahead
    found = told(ledger, tmp_path, 200, signed(ledger, 5, time))
    assert found.problem == f"it signed with the time {time}, which is yet to come"
    with viewing(ledger) as view:
        assert view.rows.cosignatures(1) == []


def test_a_clock_that_is_a_little_ahead_is_believed(ledger: Home, tmp_path: Path) -> None:
    time = now() // 1_000_000 + 3_000
    assert told(ledger, tmp_path, 200, signed(ledger, time)).time == time


def test_lines_of_others_alone_are_no_signature(ledger: Home, tmp_path: Path) -> None:
    found = told(ledger, tmp_path, 200, signed(ledger, 5, key=STRANGER))
    assert found.problem == "what it answered is not its signature"


def test_what_a_witness_says_of_its_refusal_is_escaped_and_cut(
    ledger: Home, tmp_path: Path
) -> None:
    found = told(ledger, tmp_path, 403, b"\x1b[2Jno\n\xe2\x80\xae" + b"x" * 5_000)
    assert found.problem is not None
    assert found.problem.startswith("it answered 403: \\u001b[2Jno\\u000a\\u202exxx")
    assert (len(found.problem), found.problem.isprintable()) == (200, True)


@pytest.mark.parametrize(
    "url",
    [
        "http://[bad", "http://[::1", "http://127.0.0.1:99999999", "http://127.0.0.1:-1",
        "http://127.0.0.1:0x50", "file:///etc/passwd", "http://", "http://a..b", "nonsense",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_told(
    ledger: Home, tmp_path: Path, capfd: pytest.CaptureFixture[str], url: str
) -> None:
    problem = asked(ledger, tmp_path, url).problem or ""
    assert problem.startswith("it cannot be reached: ") or problem.endswith(
        " is no address of a witness"
    )
    assert capfd.readouterr().err == ""


def test_cosignatures_that_were_collected_before_do_not_count_as_an_answer(
    ledger: Home, post: Post, tmp_path: Path
) -> None:
    assert collected(ledger, policy(ledger, post, tmp_path)).quorum
    with answering(200, b"\n") as url:
        rules = tmp_path / "policy.txt"
        rules.write_text(rules.read_text().replace(post.url, url))
        [one] = collected(ledger, rules).witnesses
    assert one.problem is not None
