"""``report.json``: the report as ``affidavit/audit@1``, written landing by landing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.package.place import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report

SCHEMA_FILE = "audit-1.schema.json"
"""The JSON Schema that every report fits, beside this module."""


def write(report: Report, place: Path) -> None:
    """Write `report` to `place`: UTF-8, one line for each landing, the same bytes every time.

    Raises:
        OutputError: It cannot be written.
    """
    encoder = msgspec.json.Encoder(order="deterministic")
    head = encoder.encode(msgspec.structs.replace(report, landings=()))
    opening, empty, closing = head.rpartition(b"[]")
    assert empty, "the landings are the last field"
    with replacing(place) as file:
        file.write(opening + b"[")
        separator = b"\n"
        for landing in report.landings:
            file.write(separator + encoder.encode(landing))
            separator = b",\n"
        file.write(b"\n]" + closing + b"\n")
