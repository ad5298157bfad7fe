"""The sequencer: takes requests of many clients in turn, and makes them durable together."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from typing import TYPE_CHECKING

from affidavit.app.serve.connection import SMALL
from affidavit.app.serve.transaction import Transaction
from affidavit.base.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

    from affidavit.app.ledger.keeper import Keeper
    from affidavit.app.serve.connection import Connection
    from affidavit.base.errors import AffidavitError

MOST_ENTRIES = 1_024
"""Entries of a transaction, past which no further request joins it."""
MOST_BYTES = 4 << 20
"""Bytes of a transaction's requests, past which no further one joins it."""
SHARE = 256
"""Entries, or requests without any, past which a connection waits for the next transaction."""
_ARRIVING = 1 << 18
"""Bytes that are read of a connection at a time."""
MOST_CONNECTIONS = 900
"""Clients at a time: a process has 1,024 files unless it is given more."""
MOST_OF_ONE = MOST_CONNECTIONS // 2
"""Connections of one account at a time: nobody can keep all others out."""


class Sequencer:
    """Gives every connection its turn. All of it runs in one thread, on the loop of asyncio.

    `stop` is called when it must not go on: with the error that says why.
    """

    def __init__(self, keeper: Keeper, stop: Callable[[AffidavitError], None]) -> None:
        self.origin = keeper.log.origin
        self.buffer = memoryview(bytearray(_ARRIVING))
        self.connections: set[Connection] = set()
        self.deserted = asyncio.Event()
        """Set while there is no connection."""
        self.deserted.set()
        self._keeper = keeper
        self._stop = stop
        self._ready: deque[Connection] = deque()
        self._scheduled = self._visited = False
        self._guest: Connection | None = None
        self._queue: deque[Connection] = deque()

    def was_visited(self) -> bool:
        """Whether a client is or was there since this was asked before."""
        visited, self._visited = self._visited or bool(self.connections), False
        return visited

    def joined(self, connection: Connection) -> bool:
        """Take note of a new connection; False where there are too many, or of its account."""
        account = connection.by.credential
        same = sum(one.by.credential == account for one in self.connections)
        if len(self.connections) >= MOST_CONNECTIONS or same >= MOST_OF_ONE:
            return False
        self.connections.add(connection)
        self.deserted.clear()
        self._visited = True
        return True

    def left(self, connection: Connection) -> None:
        """Forget a connection."""
        self.connections.discard(connection)
        if not self.connections:
            self.deserted.set()
        if connection in self._ready:
            self._ready.remove(connection)
        if connection in self._queue:
            self._queue.remove(connection)
        self.vacated(connection)

    def ready(self, connection: Connection) -> None:
        """Take requests from the connection, which had none, in its turn."""
        self._ready.append(connection)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)

    def room(self, connection: Connection) -> bool:
        """Whether the connection may bring a large request now; if not, it is told when."""
        if self._guest is None:
            self._guest = connection
            return True
        self._queue.append(connection)
        return False

    def vacated(self, connection: Connection) -> None:
        """The connection's large request is no longer held."""
        if self._guest is connection:
            self._guest = self._queue.popleft() if self._queue else None
            if self._guest is not None:
                self._guest.has_room()

    def _turn(self) -> None:
        """One transaction of what is ready, and the answers."""
        self._scheduled = False
        transaction = Transaction(self._keeper)
        askers = self._gathered(transaction)
        answers, damage = transaction.committed()
        replies: dict[Connection, list[bytes]] = {}
        for asker, answer in zip(askers, answers, strict=True):
            replies.setdefault(asker, []).append(answer)
        for asker, frames in replies.items():
            asker.answer(b"".join(frames))
        if damage is not None:
            self._stop(damage)
        if self._ready:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _gathered(self, transaction: Transaction) -> list[Connection]:
        """Fill `transaction`, a request of each connection in turn; who asked, in that order."""
        askers: list[Connection] = []
        shares: Counter[Connection] = Counter()
        later: list[Connection] = []
        left = MOST_BYTES
        while self._ready and left > 0 and max(transaction.entries, len(askers)) < MOST_ENTRIES:
            asker = self._ready.popleft()
            size = len(asker.pending[0]) if asker.pending else 0
            if askers and size > SMALL:
                # Others must not fail with it where the disk has no room for it.
                self._ready.appendleft(asker)
                break
            left -= size if size <= SMALL else MOST_BYTES
            shares[asker] += self._take(asker, transaction, askers)
            if asker.pending:
                (self._ready if shares[asker] < SHARE else later).append(asker)
        self._ready.extend(later)
        return askers

    @staticmethod
    def _take(asker: Connection, transaction: Transaction, askers: list[Connection]) -> int:
        """Bring one request into `transaction`; what that uses up of the share."""
        if not asker.pending:
            return 0
        before = transaction.entries
        try:
            transaction.add(asker.taken(), asker.by)
        except FormatError as error:
            asker.refuse(error)
        else:
            askers.append(asker)
        return max(1, transaction.entries - before)
