"""Checks a log from outside: standard library and cryptography only.

`verify` holds a whole log, live or exported, against what the caller trusts; `verify_proof` and
`verify_checkpoint` hold a single proof or checkpoint. Each returns a `Result` with every problem.
"""

from __future__ import annotations

from affidavit.verify.gap import Gap, Period, Sighting, largest_gap
from affidavit.verify.log import verify
from affidavit.verify.proofs import verify_checkpoint, verify_proof
from affidavit.verify.result import (
    Code,
    Notice,
    Problem,
    Range,
    RangeKind,
    Result,
    Status,
    Witnessed,
)
from affidavit.verify.trust import Trust

__all__ = [
    "Code",
    "Gap",
    "Notice",
    "Period",
    "Problem",
    "Range",
    "RangeKind",
    "Result",
    "Sighting",
    "Status",
    "Trust",
    "Witnessed",
    "largest_gap",
    "verify",
    "verify_checkpoint",
    "verify_proof",
]
