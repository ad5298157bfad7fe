"""Where a witness keeps its key and its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.ledger.signers import read_secret, write_secret
from affidavit.base.errors import DamagedError, KeyFileError, UsageError
from affidavit.ledger.algorithm import COSIGNATURE
from affidavit.ledger.key import SigningKey, is_key_name
from affidavit.store.witness import Memory, created

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.clock import Chance


def posted(folder: Path, name: str, chance: Chance) -> tuple[SigningKey, Memory]:
    """The key and the memory in `folder`; new ones where there is no witness yet.

    Raises:
        UsageError: `name` cannot name a key.
        DamagedError: There is a key and its memory is lost: it could sign a fork now.
        KeyFileError: The key cannot be read, or is another witness's.
    """
    if not is_key_name(name):
        raise UsageError(f"{name!a} cannot name a witness: no spaces, no +")
    place, memory = folder / "witness.key", folder / "witness.db"
    if not place.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # The memory first: a key without one is a witness that has forgotten.
        if not memory.exists():
            created(memory)
        write_secret(place, SigningKey.from_secret(name, chance(32), algorithm=COSIGNATURE))
    elif not memory.exists():
        raise DamagedError(
            f"{memory} is lost: a witness that has forgotten could sign a fork",
            hint="begin a new witness, with a new name, in another folder",
        )
    key = read_secret(place)
    if key.name != name or key.key.algorithm != COSIGNATURE:
        raise KeyFileError(f"{place} is not a key of the witness {name}: it names {key.name}")
    return key, Memory(memory)
