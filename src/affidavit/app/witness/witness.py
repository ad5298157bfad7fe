"""A witness (C2SP tlog-witness): cosigns what goes on from what it saw, and nothing else."""

from __future__ import annotations

import hashlib
import http.client
import io
import re
import socket
import sys
import time
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from affidavit.base.errors import AffidavitError
from affidavit.ledger.note import Note
from affidavit.ledger.witness import (
    LARGEST_REQUEST,
    PLAIN,
    Answer,
    Record,
    Status,
    admitted,
    cosigned,
    decided,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from affidavit.app.clock import Clock
    from affidavit.ledger.key import SigningKey, VerifierKey
    from affidavit.ledger.witness import Submission
    from affidavit.store.witness import Memory

PATIENCE = 10.0
"""Seconds that a client may send nothing, or read nothing."""
LONGEST = 30.0
"""Seconds from the beginning of a connection to its end; each is for one request."""
MOST_CONNECTIONS = 64
"""Connections at a time. Those of them that bring a checkpoint hold `LARGEST_REQUEST` bytes."""
LARGEST_HEAD = 1 << 14
"""Bytes of a request before its body."""
_LENGTH = re.compile(r"0|[1-9][0-9]{0,7}", re.ASCII)


class Witness:
    """Follows `logs`, by origin the keys that are trusted for each, and remembers what it saw."""

    def __init__(
        self,
        key: SigningKey,
        logs: Mapping[str, Sequence[VerifierKey]],
        memory: Memory,
        clock: Clock,
    ) -> None:
        self._key = key
        self._logs = logs
        self._memory = memory
        self._clock = clock
        self._origins = {hashlib.sha256(one.encode()).hexdigest(): one for one in logs}

    def add_checkpoint(self, body: bytes) -> Answer:
        """The answer to an ``add-checkpoint`` request. What is cosigned is on the disk before."""
        submission = admitted(body, self._logs)
        if isinstance(submission, Answer):
            return submission
        origin = submission.checkpoint.origin
        answers: list[Answer] = []

        def decide(record: Record) -> tuple[Record, bytes] | Answer:
            after = decided(submission, record)
            if isinstance(after, Answer):
                return after
            answers.append(cosigned(submission, [self._key], self._clock() // 1_000_000))
            return after, self._seen(submission, answers[0])

        refused = self._memory.advance(origin, decide)
        if refused is not None:
            if refused.status is Status.UNPROCESSABLE:
                self._memory.keep_refused(origin, refused.status, body)
            return refused
        return answers[0]

    def checkpoint(self, path: str) -> bytes | None:
        """What a monitor finds at ``/<origin hash>/checkpoint``."""
        name, _, rest = path.removeprefix("/").partition("/")
        origin = self._origins.get(name)
        if origin is None or rest != "checkpoint":
            return None
        return self._memory.note(origin)

    def _seen(self, submission: Submission, answer: Answer) -> bytes:
        """The checkpoint with the log's own signatures and ours."""
        keys = self._logs[submission.checkpoint.origin]
        own = tuple(one for key in keys for one in submission.note.by(key))
        return Note(submission.note.text, own).encode() + answer.body.encode()


class Server(ThreadingHTTPServer):
    """Serves a witness over HTTP, to few at a time and to nobody for long."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, _Handler)
        self.witness = witness
        self._ends: dict[socket.socket, float] = {}

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- as it is there
        """Serve a client in a thread of its own, unless there are too many."""
        if len(self._ends) >= MOST_CONNECTIONS:
            self.shutdown_request(request)
            return
        self._ends[request] = time.monotonic() + LONGEST
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 -- as it is there
        """End a connection."""
        self._ends.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """End those connections whose time is over."""
        now = time.monotonic()
        for connection, end in list(self._ends.items()):
            if now > end:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- as it is there
        """Say nothing of a client that left in the middle; all else is a fault of ours."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Head(io.BufferedReader):
    """What a client sends, of which no more is read as lines than a head may have."""

    _left = LARGEST_HEAD

    def readline(self, size: int | None = -1, /) -> bytes:
        if self._left < 0:
            raise http.client.HTTPException(f"a head of more than {LARGEST_HEAD:,} bytes")
        most = self._left + 1
        line = super().readline(most if size is None or size < 0 else min(size, most))
        self._left -= len(line)
        return line


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    server_version = "affidavit"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self.rfile.close()
        self.rfile = _Head(self.connection.makefile("rb", buffering=0))

    def do_POST(self) -> None:  # noqa: N802 -- http.server asks for this name
        if self.path.rstrip("/") != "/add-checkpoint":
            self._answer(HTTPStatus.NOT_FOUND, b"there is nothing here\n")
            return
        length = self._length()
        if length is None:
            self._answer(HTTPStatus.BAD_REQUEST, b"the length of the request is not usable\n")
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        try:
            answer = self.server.witness.add_checkpoint(body)
        except AffidavitError as error:
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, f"{error.code}\n".encode())
            return
        self._answer(answer.status, answer.body.encode(), answer.content_type)

    def _length(self) -> int | None:
        """The bytes of the body, where they are told once, in one way, and can be a request's."""
        told = self.headers.get_all("Content-Length", [])
        if len(told) != 1 or "Transfer-Encoding" in self.headers or not _LENGTH.fullmatch(told[0]):
            return None
        return length if (length := int(told[0])) <= LARGEST_REQUEST else None

    def do_GET(self) -> None:  # noqa: N802 -- http.server asks for this name
        try:
            note = self.server.witness.checkpoint(self.path)
        except AffidavitError as error:
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, f"{error.code}\n".encode())
            return
        if note is None:
            self._answer(HTTPStatus.NOT_FOUND, b"there is no such checkpoint\n")
        else:
            self._answer(HTTPStatus.OK, note)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- as it is there
        """Say nothing of each request."""

    def _answer(self, status: int, body: bytes, kind: str = PLAIN) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
