"""The file of a receipt, `affidavit/receipt@1`: docs/formats/receipt.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.dsse import envelope_of, fields, parsed, text, written
from affidavit.ledger.entry import LARGEST_ENTRY

if TYPE_CHECKING:
    from affidavit.ledger.dsse import Envelope, Json

FORMAT = "affidavit/receipt@1"
LARGEST_RECEIPT = 4 << 20
"""Bytes of a receipt that are read; one has a few thousand."""
_NAMES = {"entry", "envelope", "format", "proof"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFile:
    """A signed statement, the bytes of the entry that records it, and a tlog-proof of the entry.

    Nothing of it is checked but the form.
    """

    envelope: Envelope
    entry: bytes
    proof: bytes

    def encode(self) -> bytes:
        """The receipt as a file: canonical JSON (RFC 8785) on one line, with a line feed."""
        shown: dict[str, Json] = {
            "entry": self.entry.decode(),
            "envelope": self.envelope.shown(),
            "format": FORMAT,
            "proof": self.proof.decode(),
        }
        return written(shown) + b"\n"


def parse_receipt(data: bytes, *, place: str = "receipt") -> ReceiptFile:
    """The receipt in the bytes of a file; spaces and the order of its fields do not matter.

    Raises:
        FormatError: It is none; the message begins with `place`.
    """
    found = fields(parsed(data, place, largest=LARGEST_RECEIPT), _NAMES, place)
    if found["format"] != FORMAT:
        raise FormatError(f"{place}: the field format is not {FORMAT}")
    return ReceiptFile(
        envelope=envelope_of(found["envelope"], f"{place}: envelope"),
        entry=text(found["entry"], f"{place}: entry", longest=LARGEST_ENTRY).encode(),
        proof=text(found["proof"], f"{place}: proof", longest=LARGEST_RECEIPT).encode(),
    )
