"""Requirements on what ran: checks, tests and scans of the head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.gate.case import named
from affidavit.changes.gate.model import Requirement, Status
from affidavit.changes.gate.severities import above

if TYPE_CHECKING:
    from affidavit.changes.gate.case import Case

_LACKING = ("failed", "missing", "skipped", "pending")


def checks(case: Case) -> Requirement:
    """Whether every check that is asked for succeeded on the head."""
    ran = case.input.checks
    lacking = [f"{what}: {named(names)}" for what in _LACKING if (names := getattr(ran, what))]
    lost = any(getattr(ran, what) is None for what in (*_LACKING, "passed"))
    status = Status.MET if set(ran.required) <= {*(ran.passed or ())} else Status.UNKNOWN
    found = "all of them"
    if not ran.required:
        sure = case.input.gate.rules_known is not False
        status, found = Status.UNMET if sure else Status.UNKNOWN, "no check is asked for"
    elif lacking:
        status, found = Status.UNMET, "; ".join(lacking)
    elif lost:
        status, found = Status.UNKNOWN, "what ran on the head is not known"
    elif not (case.complete or case.input.gate.rules_known):
        status, found = Status.UNKNOWN, "which checks the branch's rules require is not known"
    return Requirement(
        id="checks",
        status=status,
        required=f"success of {named(ran.required)}" if ran.required else "success of some check",
        found=found,
        where=case.place("checks"),
        how=""
        if status is Status.MET
        else "let them run on this head and succeed"
        if ran.required
        else "name checks in [gate] checks of the base, or require them in the branch's rules",
    )


def tested(case: Case) -> Requirement:
    """Whether reports of tests on the head were given, and all passed."""
    tests = case.tests
    status = {None: Status.UNKNOWN, "passed": Status.MET}.get(tests.state, Status.UNMET)
    found = {
        None: "the facts could not be read",
        "passed": f"{tests.reports} that passed",
        "failed": "one that did not pass",
        "none": "none",
    }[tests.state]
    return Requirement(
        id="tests",
        status=status,
        required="a report of tests on the head, from a signer of the base, and all passed",
        found=found,
        where=case.place("tests"),
        how=""
        if status is Status.MET
        else "affidavit record test in CI, signed by a signer of the base: docs/formats/results.md",
    )


def scanned(case: Case) -> Requirement:
    """Whether a scanner looked at the head and left nothing open that weighs enough."""
    scan = case.input.scan
    status, found = Status.UNKNOWN, "the facts could not be read"
    if scan.state == "none":
        status, found = Status.UNMET, "none"
    elif scan.state is not None and scan.open is not None:
        count = above(scan.open, case.threshold)
        status = Status.UNMET if count else Status.MET
        found = f"{count:,} open at {case.threshold} or above" if count else "nothing open"
    elif scan.state is not None:
        found = "what it found is not known"
    return Requirement(
        id="scan",
        status=status,
        required=f"a scan of the head with nothing open at {case.threshold} or above",
        found=found,
        where=case.place("scan"),
        how=""
        if status is Status.MET
        else "scan the head and record it in CI, signed by a signer"
        " of the base: affidavit record scan; fix what is open",
    )
