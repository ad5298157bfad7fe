"""``report.json``: the report as ``affidavit/audit@1``, written landing by landing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from affidavit.package.place import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.audit.model import Report

SCHEMA_FILE = "audit-1.schema.json"
"""The JSON Schema that every report fits, beside this module."""


def pieces(report: Report) -> Iterator[bytes]:
    """The bytes of `report`: UTF-8, one line for each landing, the same every time."""
    encoder = msgspec.json.Encoder(order="deterministic")
    head = encoder.encode(msgspec.structs.replace(report, landings=()))
    opening, empty, closing = head.rpartition(b"[]")
    assert empty, "the landings are the last field"
    yield opening + b"["
    separator = b"\n"
    for landing in report.landings:
        yield separator + encoder.encode(landing)
        separator = b",\n"
    yield b"\n]" + closing + b"\n"


def write(report: Report, place: Path) -> None:
    """Write `report` to `place`.

    Raises:
        OutputError: It cannot be written.
    """
    with replacing(place) as file:
        file.writelines(pieces(report))


def digest(report: Report) -> str:
    """The digest of the bytes of `report`, written or not."""
    found = hashlib.sha256()
    for piece in pieces(report):
        found.update(piece)
    return f"sha256:{found.hexdigest()}"
