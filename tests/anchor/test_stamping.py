"""Time stamps are asked for, taken in, kept and listed by the command."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest
from local import Chain, pem_in, served, told
from tsa import issued

from affidavit.app.anchor import authority
from affidavit.app.anchor.query import nonce_of, query
from affidavit.app.anchor.token import LARGEST_ANSWER
from affidavit.base.errors import FormatError
from commands import FACT, begun, database, lines, ran, refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from tsa import Stamp

CHAIN = Chain()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a ledger of three entries, and the authority's root in ``ca.pem``."""
    folder = begun(tmp_path / "here", facts=2)
    pem_in(folder, CHAIN.root)
    return folder


def kept(here: Path, kind: str = "rfc3161") -> list[tuple[int, bytes]]:
    with closing(sqlite3.connect(database(here))) as connection:
        rows = connection.execute("SELECT size, token FROM anchors WHERE kind = ?", (kind,))
        return [(size, token) for size, token in rows]


def good(stamp: Stamp) -> Stamp:
    return stamp


def stamps(
    handler: BaseHTTPRequestHandler,
    request: bytes,
    *,
    change: Callable[[Stamp], Stamp] = good,
) -> None:
    told(handler, change(CHAIN.stamp(request)).answer())


def asked(here: Path, name: str = "q.tsq") -> bytes:
    """The request that the command writes to a file."""
    size = len(ran("list", here=here).lines())
    shown = ran("anchor", "--request", name, here=here).lines()
    assert shown == [f"{name} asks for a time stamp of the checkpoint of {size} entries"]
    return (here / name).read_bytes()


def taken(here: Path, answer: bytes, *more: str | Path) -> tuple[int, dict[str, object]]:
    """Status and answer of the command that takes `answer` in."""
    (here / "a.tsr").write_bytes(answer)
    done = ran("anchor", "--token", "a.tsr", "--json", *more, here=here)
    found = json.loads(done.out)
    assert isinstance(found, dict)
    return done.status, found


def test_an_authority_over_http_stamps_the_newest_checkpoint(here: Path) -> None:
    with served(stamps) as url:
        done = ran("anchor", "--tsa", url, "--ca", "ca.pem", here=here)
    ((size, token),) = kept(here)
    line, last = done.lines()
    assert (size, last) == (3, "kept")
    assert line.startswith(f"{3:>8}  rfc3161  {len(token):,} bytes  20")
    assert line.endswith("Z  verified")


def test_an_answer_by_hand_is_taken_in_and_listed_again(here: Path) -> None:
    answer = CHAIN.stamp(asked(here)).answer()
    status, found = taken(here, answer, "--ca", "ca.pem")
    assert (status, found["status"], found["kept"], found["size"]) == (0, "verified", True, 3)
    assert kept(here) == [(3, answer)]
    done = ran("anchor", "--list", "--ca", "ca.pem", "--json", here=here)
    assert (done.status, json.loads(done.out)) == (0, [found])


def test_an_answer_that_comes_after_the_log_has_grown_is_to_the_older_checkpoint(
    here: Path,
) -> None:
    first = asked(here)
    assert ran("append", here=here, stdin=lines(FACT)).status == 0
    asked(here, "second.tsq")
    status, found = taken(here, CHAIN.stamp(first).answer(), "--ca", "ca.pem")
    assert (status, found["size"]) == (0, 3)


def test_an_answer_that_is_taken_in_twice_is_kept_once(here: Path) -> None:
    answer = CHAIN.stamp(asked(here)).answer()
    assert taken(here, answer, "--ca", "ca.pem") == taken(here, answer, "--ca", "ca.pem")
    assert len(kept(here)) == 1


def test_without_a_trusted_certificate_it_is_kept_and_not_verified(here: Path) -> None:
    status, found = taken(here, CHAIN.stamp(asked(here)).answer())
    assert (status, found["status"], found["kept"]) == (3, "unverified", True)
    assert found["reason"] == "no authority's certificate was given"
    listed = ran("anchor", "--list", here=here)
    assert (listed.status, b"unverified: no authority's" in listed.out) == (3, True)
    assert ran("anchor", "--list", "--ca", "ca.pem", here=here).status == 0
    other = pem_in(here, issued("Root", ca=True), "other.pem")
    failed = ran("anchor", "--list", "--ca", other, here=here)
    assert (failed.status, b"failed: its certificate does not lead" in failed.out) == (1, True)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda stamp: stamp.but(imprint=bytes(32)), "it is of something else"),
        (lambda stamp: stamp.but(nonce=7), "its nonce is not the one that was sent"),
        (lambda stamp: stamp.but(signer=issued("x", CHAIN.middle)), "extended key usage"),
        (lambda stamp: stamp.but(status=2), "the authority did not grant it (status 2)"),
        (lambda stamp: stamp.but(others=()), "its certificate does not lead to a given one"),
    ],
)
def test_a_stamp_that_fails_is_not_kept(
    here: Path, change: Callable[[Stamp], Stamp], reason: str
) -> None:
    with served(partial(stamps, change=change)) as url:
        done = ran("anchor", "--tsa", url, "--ca", "ca.pem", here=here)
    assert (done.status, done.err, kept(here)) == (1, "", [])
    assert reason in done.out.decode()
    assert done.out.endswith(b"\nnot kept\n")


def test_an_answer_to_nothing_that_was_asked_is_not_kept(here: Path) -> None:
    stamp = CHAIN.stamp(asked(here))
    for answer in (stamp.but(nonce=5).answer(), stamp.but(nonce=None).answer()):
        status, found = taken(here, answer, "--ca", "ca.pem")
        assert (status, found["status"], found["kept"]) == (1, "failed", False)
    other = begun(here.parent / "other")
    status, found = taken(other, stamp.answer())
    assert (status, found["reason"]) == (1, "it answers no request that this ledger made")


def test_a_stamp_of_another_checkpoint_is_not_one_of_this(here: Path) -> None:
    first = CHAIN.stamp(asked(here))
    assert ran("append", here=here, stdin=lines(FACT)).status == 0
    second = CHAIN.stamp(asked(here, "second.tsq"))
    answer = first.but(nonce=second.nonce).answer()
    status, found = taken(here, answer, "--ca", "ca.pem")
    assert (status, found["size"]) == (1, 4)
    assert found["reason"] == "it is of something else than that checkpoint"


def test_what_is_no_answer_is_refused_with_one_sentence(here: Path) -> None:
    asked(here)
    for data in (b"", b"garbage", b"<html></html>", bytes(10_000)):
        (here / "a.tsr").write_bytes(data)
        refused(ran("anchor", "--token", "a.tsr", here=here), "AFF-FORMAT", 4)
    with served(lambda handler, _: told(handler, b"<html></html>")) as url:
        refused(ran("anchor", "--tsa", url, here=here), "AFF-FORMAT", 4)
    assert kept(here) == []


def test_a_file_that_is_no_time_stamp_is_named_with_what_was_expected(here: Path) -> None:
    asked(here)
    (here / "ca.pem").write_bytes(b"-----BEGIN CERTIFICATE-----")
    ended = ran("anchor", "--token", "ca.pem", here=here)
    assert refused(ended, "AFF-FORMAT", 4).startswith("ca.pem: no time stamp: ")
    assert ended.err.splitlines()[1] == (
        "  give what an authority answered to a request, often a file .tsr"
    )


def test_a_file_of_ten_megabytes_is_not_read(here: Path) -> None:
    (here / "a.tsr").write_bytes(bytes(10_000_000))
    said = refused(ran("anchor", "--token", "a.tsr", here=here), "AFF-UNREADABLE", 5)
    assert said == f"a.tsr has more than {LARGEST_ANSWER:,} bytes"


def huge(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    told(handler, bytes(10_000_000))


def endless(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        while True:
            handler.wfile.write(bytes(10_000))


def elsewhere(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:9/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def broken(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"\xff\xff\r\n\r\n")
    handler.close_connection = True


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (endless, f"it answered more than {LARGEST_ANSWER:,} bytes"),
        (huge, f"it answered more than {LARGEST_ANSWER:,} bytes"),
        (elsewhere, "it answered 302"),
        (broken, "it cannot be reached: "),
        (lambda handler, _: told(handler, b"", 503), "it answered 503"),
        (lambda handler, _: told(handler, b"", 204), "it answered 204"),
    ],
)
def test_an_authority_that_does_not_answer_well_leaves_nothing(
    here: Path, answer: Callable[[BaseHTTPRequestHandler, bytes], None], reason: str
) -> None:
    with served(answer) as url:
        done = ran("anchor", "--tsa", url, "--ca", "ca.pem", "--json", here=here)
    found = json.loads(done.out)
    assert (done.status, found["status"], found["kept"]) == (3, "unanswered", False)
    assert found["reason"].startswith(reason)
    assert kept(here) == []


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"])
def test_an_authority_that_sends_a_byte_now_and_then_is_not_waited_for(
    here: Path, monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    def slow(handler: BaseHTTPRequestHandler, _request: bytes) -> None:
        handler.wfile.write(first)
        for _ in range(1_000):
            handler.wfile.write(b"H")
            handler.wfile.flush()
            if over.wait(0.02):
                return

    over = threading.Event()
    monkeypatch.setattr(authority, "PATIENCE", 0.3)
    with served(slow) as url:
        done = ran("anchor", "--tsa", url, here=here)
        over.set()
    assert (done.status, kept(here)) == (3, [])
    assert b"unanswered: it took longer than 0.3 seconds" in done.out


@pytest.mark.parametrize(
    "url",
    ["ftp://tsa.example/", "file:///etc/passwd", "tsa.example", "http://", "http://[", "x" * 9],
)
def test_what_is_no_address_is_refused(here: Path, url: str) -> None:
    said = refused(ran("anchor", "--tsa", url, here=here), "AFF-USAGE", 2)
    assert said.endswith("is no address of a time stamping authority")
    assert kept(here, "rfc3161-query") == []


def test_a_ca_file_that_cannot_be_used_is_told(here: Path) -> None:
    refused(ran("anchor", "--list", "--ca", "none.pem", here=here), "AFF-UNREADABLE", 5)
    (here / "odd.pem").write_bytes(b"odd")
    refused(ran("anchor", "--list", "--ca", "odd.pem", here=here), "AFF-FORMAT", 4)


def test_a_request_that_cannot_be_written_is_told(here: Path) -> None:
    refused(ran("anchor", "--request", "none/q.tsq", here=here), "AFF-OUTPUT", 5)
    assert kept(here, "rfc3161-query") == []


def test_a_request_is_told_in_json(here: Path) -> None:
    answer = ran("anchor", "--request", "q.tsq", "--json", here=here).json()
    assert answer == {"file": "q.tsq", "size": 3}
    assert kept(here, "rfc3161-query") == [(3, (here / "q.tsq").read_bytes())]


def test_nobody_at_the_address_is_told(here: Path) -> None:
    done = ran("anchor", "--tsa", "http://127.0.0.1:9/", here=here)
    assert (done.status, b"unanswered: it cannot be reached" in done.out) == (3, True)


def test_nothing_to_list_is_not_good(here: Path) -> None:
    done = ran("anchor", "--list", here=here)
    assert (done.status, done.out, done.err) == (3, b"", "there is no time stamp\n")


@pytest.mark.parametrize("token", [b"", b"garbage", bytes(70_000)])
def test_what_was_put_into_the_database_is_listed_as_failed(here: Path, token: bytes) -> None:
    with closing(sqlite3.connect(database(here))) as connection, connection:
        rows = [(3, "rfc3161", b"1", token), (99, "rfc3161", b"2", token)]
        connection.executemany("INSERT INTO anchors VALUES (?, ?, ?, ?)", rows)
        odd = (3, "rfc3161-query", b"", b"")
        connection.execute("INSERT INTO anchors VALUES (?, ?, ?, ?)", odd)
    done = ran("anchor", "--list", "--ca", "ca.pem", "--json", here=here)
    found = json.loads(done.out)
    assert (done.status, [one["status"] for one in found]) == (1, ["failed", "failed"])
    assert found[1]["reason"] == "the ledger has no checkpoint of that size"


@pytest.mark.parametrize("row", [("x", b"1", b""), (3, b"1", "text")])
def test_what_cannot_be_an_anchor_is_damage(here: Path, row: tuple[object, ...]) -> None:
    with closing(sqlite3.connect(database(here))) as connection, connection:
        connection.execute("INSERT INTO anchors VALUES (?1, 'rfc3161', ?2, ?3)", row)
    refused(ran("anchor", "--list", here=here), "AFF-DAMAGED", 1)


def test_a_request_says_the_imprint_the_nonce_and_that_certificates_are_wanted() -> None:
    assert query(bytes(32), 0x80).hex() == (
        "303d0201013031300d060960864801650304020105000420" + "00" * 32 + "02020080" + "0101ff"
    )


@pytest.mark.parametrize("nonce", [0, 1, 127, 128, 255, 256, (1 << 64) - 1])
def test_the_nonce_of_a_request_is_read_again(nonce: int) -> None:
    assert nonce_of(query(bytes(32), nonce), bytes(32)) == nonce
    with pytest.raises(FormatError):
        nonce_of(query(bytes(32), nonce), b"\1" * 32)


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("--list", "--git"),
        ("--git", "--ca", "ca.pem"),
        ("--list", "--origin", "x"),
        ("--request", "q", "--ca", "ca.pem"),
        ("--tsa", "http://x/", "--output", "d"),
    ],
)
def test_options_that_do_not_go_together_are_refused(here: Path, given: tuple[str, ...]) -> None:
    refused(ran("anchor", *given, here=here), "AFF-USAGE", 2)
