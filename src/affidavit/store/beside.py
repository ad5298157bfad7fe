"""What others said of a log's checkpoints: cosignatures of witnesses, tokens of time stampers.

It lies beside the entries and changes nothing of them, so it is kept without the ledger's lock.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from affidavit.store.connection import connected, told, transaction

if TYPE_CHECKING:
    from pathlib import Path

_COSIGNATURE = """
INSERT INTO cosignatures SELECT ?1, ?2
WHERE NOT EXISTS (SELECT 1 FROM cosignatures WHERE size = ?1 AND line = ?2)
"""
_ANCHOR = """
INSERT INTO anchors SELECT ?1, ?2, ?3, ?4
WHERE NOT EXISTS (SELECT 1 FROM anchors WHERE size = ?1 AND kind = ?2 AND digest = ?3)
"""


def keep_cosignature(path: Path, size: int, line: str) -> None:
    """Keep what a witness signed of the checkpoint of `size`; twice is once.

    Raises:
        AffidavitError: The database cannot be written to.
    """
    _keep(path, _COSIGNATURE, (size, line))


def keep_anchor(path: Path, size: int, kind: str, digest: bytes, token: bytes) -> None:
    """Keep what somebody outside said of the checkpoint of `size`; twice is once.

    Raises:
        AffidavitError: The database cannot be written to.
    """
    _keep(path, _ANCHOR, (size, kind, digest, token))


def _keep(path: Path, statement: str, row: tuple[object, ...]) -> None:
    with closing(connected(path)) as connection, told(path), transaction(connection) as run:
        run.execute(statement, row)
