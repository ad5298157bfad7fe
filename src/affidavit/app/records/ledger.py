"""What a ledger holds about commits: results of tests and scans, builds, receipts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.ledger.view import Choice, viewing
from affidavit.changes.record.material import Told
from affidavit.ledger.kinds import ReceiptIssued
from affidavit.ledger.results import (
    RESULTS,
    BuildAttested,
    CoverageReported,
    DeploymentRecorded,
    IncidentRecorded,
    Reported,
    ScanReported,
    TestReported,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row

_RECEIPT = "receipt.issued.v1"
MOST = 100
"""Facts about one commit that are told."""


class Facts(NamedTuple):
    """The facts about each commit that are told, and how many more there are."""

    told: dict[str, list[Told]]
    left: Counter[str]


def facts(place: Home, commits: Collection[str]) -> Facts:
    """The facts about each of `commits`, in the order of the log; what makes no sense is left out.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    found = Facts({}, Counter())
    with viewing(place) as view:
        for row in view.chosen(Choice()):
            subject = row.entry.subject
            commit = subject.commit if subject else None
            if commit is None or commit not in commits:
                continue
            told = as_told(row, commit)
            if told is None:
                continue
            if len(found.told.setdefault(commit, [])) < MOST:
                found.told[commit].append(told)
            else:
                found.left[commit] += 1
    return found


def as_told(row: Row, commit: str) -> Told | None:
    """The fact of `row` about `commit`; None where it is none that records tell of."""
    schema = ReceiptIssued if row.entry.kind == _RECEIPT else RESULTS.get(row.entry.kind)
    if schema is None:
        return None
    try:
        body = msgspec.json.decode(row.entry.body, type=schema)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    producer = body.producer.name if isinstance(body, Reported) and body.producer else None
    return Told(
        index=row.index,
        digest=row.digest,
        kind=row.entry.kind,
        commit=commit,
        time=row.entry.time,
        result=_words(body),
        producer=producer,
        independent=body.independent if isinstance(body, Reported) else None,
        outcome=body.result if isinstance(body, TestReported | ScanReported) else None,
        covered=(body.lines_covered, body.lines) if isinstance(body, CoverageReported) else None,
    )


def _words(body: msgspec.Struct) -> str:
    """What a fact says, in words."""
    match body:
        case TestReported():
            return f"{body.result} ({_cases(body)})"
        case ScanReported():
            return f"{body.result} ({body.open:,} open findings)"
        case CoverageReported():
            return f"{body.lines_covered:,} of {body.lines:,} lines"
        case BuildAttested():
            checked = "checked" if body.signatures_checked else "not checked"
            return f"{len(body.attestations):,} attestations, signatures {checked}"
        case ReceiptIssued():
            return f"signed by {body.signer}: {body.predicate_type}"
    return body.status if isinstance(body, DeploymentRecorded | IncidentRecorded) else ""


def _cases(body: TestReported) -> str:
    cases = body.cases
    return (
        f"{cases.total:,} cases: {cases.passed:,} passed, {cases.failures:,} failed,"
        f" {cases.errors:,} errors, {cases.skipped:,} skipped"
    )
