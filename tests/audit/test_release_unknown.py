"""What a release report does not know is said in sentences."""

from __future__ import annotations

import msgspec

from affidavit.audit.model import Difference, Reconciliation
from affidavit.audit.release.model import (
    Approved,
    Commits,
    Counted,
    Files,
    Group,
    Lines,
    Share,
    Totals,
)
from affidavit.audit.release.unknown import unknown

ALL = Files(component="", present=3, changed=1, ai_touched=0, ai_last=0, no_signal=0)
WHOLE = Share(
    every=ALL, components=(), uncompared=Commits(), unsettled=0, restored=0, differing=1, gone=0
)
COUNTED = Counted(
    landings=2,
    commits=2,
    accounted=2,
    again=0,
    digest="sha256:" + "0" * 64,
    reconciliation=Reconciliation(reachable=2, accounted=2, differences=()),
)


def totals(*, approved: Approved, lines: Lines) -> Totals:
    group = Group(changes=2, grades={}, approved=approved, lines=lines, exceptions=0)
    return Totals(every=group, ai=group, other=group, authorship={}, agents=())


KNOWN = totals(approved=Approved(shown=1, none=1), lines=Lines(changes=2, known=2))


def test_where_all_is_known_nothing_is_said() -> None:
    assert unknown(COUNTED, KNOWN, WHOLE, {"checks": None}) == ()


def test_commits_that_no_landing_accounts_for_are_said() -> None:
    lost = (Difference(commit="a" * 40, reason="missing"),)
    counted = msgspec.structs.replace(
        COUNTED,
        accounted=1,
        reconciliation=Reconciliation(reachable=3, accounted=2, differences=lost),
    )
    assert unknown(counted, KNOWN, WHOLE, {}) == (
        "commits of the release that could not be read or placed: 1",
        "landings account for 1 of 2 commits",
    )


def test_approvals_and_lines_that_nobody_told_are_said_with_how_many_there_are() -> None:
    lost = totals(approved=Approved(shown=1, unknown=1), lines=Lines(changes=2, known=0))
    assert unknown(COUNTED, lost, WHOLE, {}) == (
        "whether somebody approved is unknown of 1 of 2 changes",
        "how many lines changed is unknown of 2 of 2 changes",
    )


def test_files_that_could_not_be_followed_or_counted_are_said() -> None:
    share = msgspec.structs.replace(
        WHOLE,
        every=msgspec.structs.replace(ALL, present=None),
        uncompared=Commits(count=1),
        unsettled=2,
        differing=None,
        gone=None,
    )
    assert unknown(COUNTED, KNOWN, share, {}) == (
        "landings of which it is not wholly known what they changed: 1",
        "files that are not as the last known change left them: 2",
        "how many files there are at the end: more than are counted, or a tree is missing",
        "how many files differ between the two ends: more than are counted",
    )


def test_what_stands_beside_the_changes_is_said_with_the_reason() -> None:
    assert unknown(COUNTED, KNOWN, WHOLE, {"checks": "no records", "results": None}) == (
        "checks: no records",
    )
