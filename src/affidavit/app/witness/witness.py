"""A witness (C2SP tlog-witness): cosigns what goes on from what it saw, and nothing else."""

from __future__ import annotations

import hashlib
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

    from affidavit.app.clock import Clock
    from affidavit.ledger.key import SigningKey, VerifierKey
    from affidavit.ledger.witness import Submission
    from affidavit.store.witness import Memory

PATIENCE = 10.0
"""Seconds that a client may take over a request."""


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
    """Serves a witness over HTTP."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, _Handler)
        self.witness = witness


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE
    server_version = "affidavit"
    sys_version = ""

    def do_POST(self) -> None:  # noqa: N802 -- http.server asks for this name
        if self.path.rstrip("/") != "/add-checkpoint":
            self._answer(HTTPStatus.NOT_FOUND, b"there is nothing here\n")
            return
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or int(length[:12]) > LARGEST_REQUEST:
            self.close_connection = True
            self._answer(HTTPStatus.BAD_REQUEST, b"the length of the request is not usable\n")
            return
        body = self.rfile.read(int(length))
        try:
            answer = self.server.witness.add_checkpoint(body)
        except AffidavitError as error:
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, f"{error.code}\n".encode())
            return
        self._answer(answer.status, answer.body.encode(), answer.content_type)

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
        self.end_headers()
        self.wfile.write(body)
