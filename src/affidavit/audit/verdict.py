"""The exit code a report asks for: docs/exit-codes.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from affidavit.audit.model import Report

HELD, EXCEPTIONS, UNKNOWN = 0, 1, 3


def exit_code(report: Report, fail_on: str) -> int:
    """0, or 1 on exceptions, or 3 where something is unknown, as `fail_on` asks.

    `fail_on` is ``never``, ``exceptions`` or ``unknown``.
    """
    if fail_on == "never":
        return HELD
    if report.exceptions:
        return EXCEPTIONS
    return UNKNOWN if fail_on == "unknown" and _unknown(report) else HELD


def _unknown(report: Report) -> bool:
    """Whether a review is unknown (R1), something could not be read, or nothing landed."""
    found = report.metrics
    pr_only = found["ai_pr_only"].numerator + found["other_pr_only"].numerator
    reconciliation = report.population.reconciliation
    return bool(
        pr_only
        or not report.population.landings
        or report.coverage.missing_objects
        or reconciliation.differences
        or any(one.gap for one in report.limits)
    )
