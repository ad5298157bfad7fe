"""The key that an account signs its own statements with. It is no log's key."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from affidavit.app.ledger.custody import config_home
from affidavit.app.ledger.signers import read_secret, write_secret
from affidavit.base.errors import KeyFileError, UsageError
from affidavit.ledger.algorithm import ED25519
from affidavit.ledger.dsse import LONGEST_KEY_ID
from affidavit.ledger.key import SigningKey, is_key_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from affidavit.app.clock import Chance

FILE = "signing.key"
LONGEST_NAME = 200
"""Characters of a signer's name: with its id it is an entry's actor."""


def signer(environment: Mapping[str, str], name: str | None, chance: Chance) -> SigningKey:
    """The signing key of this account, made on first use under `name` or a name of chance.

    Raises:
        KeyFileError: It cannot be read or kept, or cannot sign statements.
        UsageError: `name` cannot name a key, or the key there is has another name.
    """
    path = config_home(environment) / FILE
    if not path.exists():
        _make(path, name, chance)
    found = signing_key(path)
    if name is not None and found.name != name:
        raise UsageError(
            f"this account signs as {found.name}, not as {name!a}",
            hint=f"move its key {path} away to sign under another name, or leave --signer out",
        )
    return found


def signing_key(path: Path) -> SigningKey:
    """The key in the file at `path`, which is to sign statements.

    Raises:
        KeyFileError: It cannot be read, others may read it, or it cannot sign statements.
    """
    found = read_secret(path)
    if found.key.algorithm != ED25519 or len(str(found.key)) > LONGEST_KEY_ID:
        raise KeyFileError(f"{path}: statements are signed by an Ed25519 key of type 0x01")
    return found


def _make(path: Path, name: str | None, chance: Chance) -> None:
    """Make the key unless another process is quicker; nobody ever sees half of one."""
    chosen = name if name is not None else f"affidavit.invalid/signer/{chance(8).hex()}"
    if not is_key_name(chosen) or not chosen.isascii() or len(chosen) > LONGEST_NAME:
        raise UsageError(
            f"{chosen[:80]!a} cannot name a signer", hint="such as example.com/alice: no spaces"
        )
    made = path.with_name(f"{FILE}.{chance(8).hex()}")
    write_secret(made, SigningKey.from_secret(chosen, chance(32)))
    try:
        with suppress(FileExistsError):
            os.link(made, path)
    except OSError as error:
        raise KeyFileError(f"{path}: {error.strerror}") from error
    finally:
        made.unlink(missing_ok=True)
