"""A statement about a landing, signed by the account's key or left bare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.attesting import enveloped

if TYPE_CHECKING:
    from affidavit.app.attests.model import Said, Signing


def delivered(said: Said, signing: Signing) -> bytes | None:
    """What is written: the statement on one line, or its envelope; None where there is none.

    Raises:
        FormatError: It is larger than is read of one.
        KeyFileError: The key cannot be read, or cannot sign statements.
        UsageError: The name cannot name a key.
    """
    if said.data is None:
        return None
    if signing.unsigned:
        return said.data + b"\n"
    return enveloped(said.data, signing.key, name=signing.name)
