"""A witness from its options to its end."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
from typing import TYPE_CHECKING

from affidavit.app.clock import chance, now
from affidavit.app.ledger.custody import config_home
from affidavit.app.ledger.verifying import keys_of
from affidavit.app.witness.post import posted
from affidavit.app.witness.witness import Server, Witness
from affidavit.base.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from affidavit.ledger.key import VerifierKey


def served(
    name: str,
    logs: Sequence[str],
    address: tuple[str, int],
    state: Path | None,
    tell: Callable[[str], None],
) -> None:
    """Serve the witness `name` at `address` until it is told to stop.

    Raises:
        StoreError: The address cannot be listened at.
        AffidavitError: Its key or memory cannot be used, or a log's key is none.
    """
    folder = state or config_home(os.environ) / "witness" / _short(name)
    keys: dict[str, list[VerifierKey]] = {}
    for key in (key for one in logs for key in keys_of(one)):
        keys.setdefault(key.name, []).append(key)
    secret, memory = posted(folder, name, chance)
    try:
        server = Server(address, Witness(secret, keys, memory, now))
    except OSError as error:
        raise StoreError(
            f"{address[0]}:{address[1]} cannot be listened at: {error.strerror}",
            hint="choose another HOST:PORT with --listen, or end what listens there",
        ) from error
    host, port = server.server_address[:2]
    tell(f"verifier key   {secret.key.encode()}")
    tell(f"listening at   http://{host!s}:{port}")
    for each in (signal.SIGTERM, signal.SIGINT):
        # From another thread: the server cannot stop within its own loop.
        signal.signal(each, lambda *_: threading.Thread(target=server.shutdown).start())
    with server:
        server.serve_forever(poll_interval=0.2)


def _short(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:24]
