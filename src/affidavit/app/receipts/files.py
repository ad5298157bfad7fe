"""Files that are handed in with a receipt, read with a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.errors import UnreadableError
from affidavit.ledger.commitment import LARGEST_VALUE

if TYPE_CHECKING:
    from pathlib import Path


def bytes_at(path: Path, largest: int) -> bytes:
    """What the file at `path` holds.

    Raises:
        UnreadableError: It cannot be read, or has more than `largest` bytes.
    """
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    if len(data) > largest:
        raise UnreadableError(f"{path} has more than {largest:,} bytes")
    return data


def prompt_at(path: Path) -> str:
    """The text of a prompt's file as it is, at most 1 MiB.

    Raises:
        UnreadableError: It cannot be read, is longer, or is not text in UTF-8.
    """
    try:
        return bytes_at(path, LARGEST_VALUE).decode()
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: it is not text in UTF-8") from error
