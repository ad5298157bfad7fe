"""What the tests of verifying share: logs written once, and what is trusted of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logs import FORMS, LOG, NOW, Key, Stored, a_log, policy

from affidavit.ledger.note import parse_vkey
from affidavit.ledger.policy import parse_policy
from affidavit.verify import Code, Result, Trust, verify

if TYPE_CHECKING:
    from pathlib import Path

HONEST = a_log()
REMEMBERED = HONEST.notes[2]
"""The checkpoint of 300 entries."""


def trusting(*keys: Key, remembered: tuple[bytes, ...] = (REMEMBERED[1],)) -> Trust:
    return Trust(keys=tuple(parse_vkey(key.vkey) for key in keys or (LOG,)), remembered=remembered)


def witnessing(quorum: str = "w", as_of: int | None = NOW) -> Trust:
    return Trust(policy=parse_policy(policy(LOG, quorum=quorum)), as_of=as_of)


def verified(log: Stored, form: str, folder: Path, trust: Trust | None = None) -> Result:
    path = FORMS[form](log, folder / "written")
    return verify(path, trusting() if trust is None else trust)


def found(result: Result) -> set[tuple[Code, int | None]]:
    """Each problem's code, with the entry or the checkpoint that it is about."""
    return {
        (each.code, each.index if each.index is not None else each.size) for each in result.problems
    }


def codes(result: Result) -> set[Code]:
    return {code for code, _ in result.totals}
