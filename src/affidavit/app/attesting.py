"""Signing a statement of in-toto that is written for others, such as a Source VSA."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from affidavit.app.clock import chance
from affidavit.app.receipts.signer import signer, signing_key
from affidavit.base.errors import FormatError
from affidavit.ledger.attested import attested
from affidavit.ledger.dsse import LARGEST_ENVELOPE, signed_envelope

if TYPE_CHECKING:
    from pathlib import Path


def enveloped(statement: bytes, key: Path | None = None, *, name: str | None = None) -> bytes:
    """`statement` in a DSSE envelope on one line, signed by the key in the file `key`.

    Without one this account's own is taken, and made under `name` where there is none.

    Raises:
        FormatError: It is no bare statement, or larger than is read of one.
        KeyFileError: The key cannot be read, or cannot sign statements.
        UsageError: `name` cannot name a key.
    """
    if attested(statement).form != "statement":
        raise FormatError("what is to be signed is signed already")
    found = signer(os.environ, name, chance) if key is None else signing_key(key)
    line = signed_envelope(statement, [found]).encode() + b"\n"
    if len(line) > LARGEST_ENVELOPE:
        raise FormatError(f"an envelope has more than the {LARGEST_ENVELOPE:,} bytes that are read")
    return line
