"""A client of a running sequencer: sends facts, many at once if it likes, and gets receipts."""

from __future__ import annotations

import select
import socket
import struct
from collections import deque
from typing import TYPE_CHECKING, Self

from affidavit.app.ledger.keeper import Acknowledged
from affidavit.app.serve.place import check_guarded, is_private, usual_path
from affidavit.app.serve.wire import (
    PROTOCOL,
    Frames,
    Recorded,
    answer_of,
    error_of,
    frame,
    greeting_of,
    request,
)
from affidavit.base.errors import FormatError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import TracebackType

    from affidavit.app.ledger.home import Home
    from affidavit.ledger.entry import Fact

PATIENCE = 60.0
"""Seconds that a client waits for the sequencer to say or take something."""
_PIECE = 1 << 16
_MAY_BE = "the facts may be recorded or not: send them again with the same ids"


class Client:
    """A connection to the sequencer that listens at `path`. One thread uses it at a time.

    Raises:
        StoreError: Nobody listens there, or others could have replaced the socket.
        FormatError: Whoever listens speaks another version.
    """

    def __init__(self, path: Path, *, patience: float = PATIENCE) -> None:
        _check_there(path)
        check_guarded(path)
        self._path = path
        self._patience = patience
        self._frames = Frames()
        self._arrived: deque[bytes] = deque()
        self._next = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.settimeout(patience)
            self._socket.connect(str(path))
            self._socket.settimeout(None)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _span(patience))
            greeting = greeting_of(self._payload())
        except OSError as error:
            self.close()
            raise _nobody(path, error) from error
        except BaseException:
            self.close()
            raise
        if greeting.protocol != PROTOCOL:
            self.close()
            raise FormatError(f"{path} speaks version {greeting.protocol}, this is {PROTOCOL}")
        self.origin = greeting.origin

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, facts: Iterable[Fact], blobs: Iterable[bytes] = ()) -> Acknowledged:
        """Record `facts`, all or none, with the content they name; durable when this returns.

        Nothing that was submitted before may wait for its answer.

        Raises:
            EntryError: One cannot be recorded; its line is counted from 1.
            AffidavitError: See docs/errors/.
        """
        number = self.submit(facts, blobs)
        answered, answer = self.collect()
        if answered != number:
            raise FormatError(f"{self._path} answered {answered} when {number} was asked")
        if isinstance(answer, Acknowledged):
            return answer
        raise answer

    def submit(self, facts: Iterable[Fact], blobs: Iterable[bytes] = ()) -> int:
        """Send facts and do not wait; the number that the answer will have.

        Raises:
            EntryError: They are too large to be sent at once; nothing was.
            StoreError: The connection is gone.
        """
        number, self._next = self._next, self._next + 1
        self._send(frame(request(number, facts, blobs)))
        return number

    def collect(self) -> tuple[int, Acknowledged | Exception]:
        """The next answer, in the order of what was submitted: its number, and what became of it.

        Raises:
            StoreError: The connection ended, or nothing came for too long.
            FormatError: What came is no answer.
        """
        payload = self._payload()
        answer = answer_of(payload)
        if isinstance(answer, Recorded):
            done = Acknowledged(receipts=answer.receipts, checkpoint=answer.checkpoint)
            return answer.number, done
        if answer.number < 0:
            raise error_of(answer)
        return answer.number, error_of(answer)

    def close(self) -> None:
        """End the connection. What was submitted and not collected may be recorded or not."""
        self._socket.close()

    def _send(self, data: bytes) -> None:
        """Send all of `data`, taking in meanwhile what is answered: neither end waits for ever."""
        with _ended(self._path):
            left = memoryview(data)[self._sent(data) :]
            while left:
                events = self._events()
                if events & ~select.POLLOUT:
                    self._receive()
                if events & select.POLLOUT:
                    left = left[self._sent(left) :]

    def _sent(self, data: bytes | memoryview) -> int:
        """Send what can be sent at once; how many bytes that was."""
        try:
            return self._socket.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0

    def _events(self) -> int:
        """Whether there is something to read, or something can be sent."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN | select.POLLOUT)
        found = poll.poll(self._patience * 1000)
        if not found:
            raise TimeoutError
        return found[0][1]

    def _payload(self) -> bytes:
        with _ended(self._path):
            while not self._arrived:
                self._receive()
        return self._arrived.popleft()

    def _receive(self) -> None:
        data = self._socket.recv(_PIECE)
        if not data:
            raise ConnectionResetError
        self._arrived.extend(self._frames.feed(data))


def _check_there(path: Path) -> None:
    """See that there is a socket at all, before it matters who could replace it.

    Raises:
        StoreError: There is none: whoever listened there ended.
    """
    try:
        path.lstat()
    except OSError as error:
        raise _nobody(path, error) from error


def _nobody(path: Path, error: OSError) -> StoreError:
    if isinstance(error, PermissionError):
        return StoreError(
            f"this account may not send facts to {path}: {error.strerror}",
            hint="join the group that may use the socket, and sign in anew",
        )
    return StoreError(
        f"nobody takes facts at {path}: {error.strerror or error}",
        hint="start affidavit ledger serve",
    )


def _span(seconds: float) -> bytes:
    """So long as a `struct timeval`."""
    whole = int(seconds)
    return struct.pack("@ll", whole, int((seconds - whole) * 1e6))


class _ended:  # noqa: N801 -- used as a function
    """Turns what the system says of a connection into an error of ours."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, TimeoutError | BlockingIOError):
            raise StoreError(f"{self._path} does not answer", hint=_MAY_BE) from error
        if isinstance(error, OSError):
            raise StoreError(f"{self._path} ended the connection", hint=_MAY_BE) from error


def reached(place: Home, environment: Mapping[str, str]) -> Client | None:
    """A client of whoever keeps the ledger at `place` for this account; none where nobody does."""
    path = usual_path(place, environment)
    try:
        if not is_private(path.parent.lstat()) or not path.is_socket():
            return None
    except OSError:
        return None
    try:
        return Client(path)
    except StoreError as error:
        if isinstance(error.__cause__, ConnectionError | FileNotFoundError):
            # It was killed, or is about to end: nothing was sent yet.
            return None
        raise
