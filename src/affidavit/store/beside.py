"""What others said of a log's checkpoints: cosignatures of witnesses, tokens of time stampers.

It lies beside the entries and changes nothing of them, so it is kept without the ledger's lock.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.encoding import LARGEST_NUMBER
from affidavit.ledger.note import parse_note
from affidavit.store.connection import connected, told, transaction
from affidavit.store.rows import Rows

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.ledger.note import Signature

_TIME_LENGTH = 8
_COSIGNATURE = """
INSERT INTO cosignatures (size, witness, line) VALUES (?1, ?2, ?3)
ON CONFLICT (size, witness) DO UPDATE SET line = excluded.line
WHERE signed_at(excluded.line) > signed_at(line)
"""
_ANCHOR = """
INSERT INTO anchors SELECT ?1, ?2, ?3, ?4
WHERE NOT EXISTS (SELECT 1 FROM anchors WHERE size = ?1 AND kind = ?2 AND digest = ?3)
"""


def keep_cosignature(path: Path, size: int, line: str) -> None:
    """Keep the signature line of a witness for the checkpoint of `size`, if it has no later one.

    Raises:
        FormatError: `line` is no signature line.
        AffidavitError: The database cannot be written to.
    """
    signature = _signature(line)
    witness = f"{signature.name}+{signature.key_id.hex()}"
    _keep(path, _COSIGNATURE, (size, witness, line))


def keep_anchor(path: Path, size: int, kind: str, digest: bytes, token: bytes) -> None:
    """Keep what somebody outside said of the checkpoint of `size`; twice is once.

    Raises:
        AffidavitError: The database cannot be written to.
    """
    _keep(path, _ANCHOR, (size, kind, digest, token))


def _keep(path: Path, statement: str, row: tuple[object, ...]) -> None:
    with closing(connected(path)) as connection, told(path):
        Rows(connection).check_layout()
        connection.create_function("signed_at", 1, _signed_at, deterministic=True)
        with transaction(connection) as run:
            run.execute(statement, row)


def _signature(line: str) -> Signature:
    note = parse_note(f"\n\n{line}".encode(), place="the cosignature")
    if len(note.signatures) != 1:
        raise FormatError("the cosignature is more than one line")
    return note.signatures[0]


def _signed_at(line: object) -> int:
    """The time of a cosignature (C2SP tlog-cosignature); -1 of what is none, as damage would be."""
    try:
        time = int.from_bytes(_signature(str(line)).signature[:_TIME_LENGTH])
    except FormatError:
        return -1
    return min(time, LARGEST_NUMBER)
