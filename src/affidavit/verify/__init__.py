"""Checks a log from outside: standard library and cryptography only.

`verify` holds a whole log, live or exported, against what the caller trusts; `verify_proof` and
`verify_checkpoint` hold a single proof or checkpoint. Each returns a `Result` with every problem.
"""

from __future__ import annotations

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
    largest_gap,
)
from affidavit.verify.trust import Trust

__all__ = [
    "Code",
    "Notice",
    "Problem",
    "Range",
    "RangeKind",
    "Result",
    "Status",
    "Trust",
    "Witnessed",
    "largest_gap",
    "verify",
    "verify_checkpoint",
    "verify_proof",
]
