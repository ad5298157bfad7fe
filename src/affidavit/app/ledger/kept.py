"""A ledger begun, and held while a command writes to it."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from affidavit import __version__
from affidavit.app.clock import chance, now, written
from affidavit.app.ledger.custody import Custody, Held, config_home, verifier
from affidavit.app.ledger.home import WAIT, writing
from affidavit.app.ledger.keeper import LOG_STREAM, Keeper
from affidavit.app.ledger.signed import LastSigned
from affidavit.app.progress import QUIET
from affidavit.base.errors import (
    DamagedError,
    LedgerExistsError,
    StoreError,
    UnreadableError,
    UsageError,
)
from affidavit.ledger.checkpoint import is_origin, parse_checkpoint
from affidavit.ledger.entry import Fact, RecordedBy
from affidavit.ledger.note import LARGEST_NOTE, parse_note
from affidavit.store.log import Log, created
from affidavit.store.vault import Vault, create_vault
from affidavit.store.vault_key import create_tenant_key, read_tenant_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.keeper import Acknowledged
    from affidavit.app.reading import Progress

KEEPER = "keeper"
"""The actor of what the keeper itself records."""


def account() -> str:
    """The account that this process runs as."""
    return f"uid:{os.getuid()}"


def by(channel: str) -> RecordedBy:
    """What is recorded through `channel` by this account."""
    return RecordedBy(channel=channel, credential=account())


def custody(origin: str) -> Custody:
    """Where this account keeps the keys of the log named `origin`."""
    return Custody(config_home(os.environ), origin)


def begun(
    place: Home, origin: str | None, key: Callable[[Custody], Held], predecessor: str | None = None
) -> tuple[str, str, Acknowledged]:
    """Begin a ledger at `place`: its origin, its verifier key, and its first entry.

    Raises:
        LedgerExistsError: There is one already.
        UsageError: `origin` cannot name a log.
        KeyFileError: The key cannot be used or kept.
    """
    if place.is_begun():
        raise LedgerExistsError(f"there is a ledger already at {place.folder}")
    name = origin or f"affidavit.invalid/{chance(8).hex()}"
    if not is_origin(name):
        raise UsageError(
            f"{name!a} cannot name a log", hint="such as example.com/team: no spaces, no +"
        )
    keys = custody(name)
    place.make()
    with writing(place), ExitStack() as undo:
        # Nothing of a log that could not be begun is to stand in the way of the next try.
        held = keys.begin(key)
        undo.callback(keys.give_up, held)
        vault_key = create_tenant_key(keys.vault_key, chance)
        undo.callback(keys.vault_key.unlink)
        create_vault(place.vault, vault_key, random=chance)
        for part in (place.vault, place.vault.with_name(f"{place.vault.name}-journal")):
            undo.callback(part.unlink, missing_ok=True)
        done = _first_entry(place, keys, _opened(name, held, predecessor))
        undo.pop_all()
    return name, held.vkey, done


def _first_entry(place: Home, keys: Custody, opened: Fact) -> Acknowledged:
    """The log of `keys` made at `place`, with its first entry: both or neither."""
    if place.is_begun():
        raise LedgerExistsError(f"there is a ledger already at {place.folder}")
    made = place.folder / f"{place.database.name}.new"
    parts = [made, *(made.with_name(f"{made.name}-{one}") for one in ("wal", "shm", "journal"))]
    try:
        for part in parts:
            part.unlink(missing_ok=True)
        meta = {"origin": keys.origin, "vkey": str(opened.body["vkey"]), "created": written(now())}
        created(made, meta)
        with Log(made) as log, LastSigned(keys.last_signed) as last:
            done = Keeper(log, keys, now, chance, last).record(opened, by("init"))
        if parts[1].exists():
            raise StoreError(f"{made}: it could not be written to its end")
        made.replace(place.database)
    except OSError as error:
        raise StoreError(f"{error.filename or made}: {error.strerror}") from error
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return done


def checkpoint_text(path: Path) -> str:
    """The checkpoint in the file at `path`, as text.

    Raises:
        UnreadableError: The file cannot be read.
        FormatError: It holds no checkpoint.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_NOTE + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    parse_checkpoint(parse_note(data, place=str(path)), str(path))
    return data.decode()


def _opened(origin: str, held: Held, predecessor: str | None) -> Fact:
    body: dict[str, object] = {
        "keeper": account(),
        "origin": origin,
        "tool": f"affidavit {__version__}",
        "vkey": verifier(held).encode(),
    }
    if predecessor is not None:
        body["predecessor"] = predecessor
    return Fact(kind="log.opened.v1", stream=LOG_STREAM, actor=KEEPER, body=body)


@contextmanager
def keeping(place: Home, *, wait: float = WAIT, progress: Progress = QUIET) -> Iterator[Keeper]:
    """Hold the ledger at `place` and be its keeper for the block.

    Raises:
        LedgerBusyError: Another process holds it and did not let go in `wait` seconds.
        DamagedError: What is stored is not what was last signed, or is nothing at all.
        AffidavitError: It cannot be opened, or this account has no key of it.
    """
    with writing(place, wait=wait, progress=progress), Log(place.database) as log:
        if not log.size:
            raise DamagedError(f"{place.database} was emptied: its first entry is gone")
        keys = custody(log.origin)
        # Whoever has no key of the log must be told so, not given a place to remember in.
        keys.held()
        with LastSigned(keys.last_signed) as last:
            yield Keeper(log, keys, now, chance, last)


@contextmanager
def vault(place: Home, origin: str, *, writable: bool = True) -> Iterator[Vault]:
    """The personal data of the ledger at `place`, whose log is named `origin`.

    Raises:
        KeyFileError: This account has no key to them.
        AffidavitError: They cannot be opened.
    """
    key = read_tenant_key(custody(origin).vault_key)
    with Vault(place.vault, key, random=chance, writable=writable) as found:
        yield found
