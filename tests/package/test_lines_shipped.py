"""The release or deployment whose lines are told, in words."""

from __future__ import annotations

import msgspec

from affidavit.audit.lines.model import At
from affidavit.changes.record.value import Source, SourceKind
from affidavit.package.lines.shipped import as_facts, one_line, shipped

WHEN = "2026-03-01T12:00:00Z"
LEDGER = At(
    kind="deployment",
    name="<production>",
    time=WHEN,
    source=Source(kind=SourceKind.LEDGER, at="12"),
)


def test_what_somebody_recorded_is_told_as_that() -> None:
    assert [one_line(one) for one in shipped(LEDGER)] == [
        (
            f"deployed       what was deployed to <production> at {WHEN}, by entry 12 of the"
            " ledger, as somebody recorded it"
        )
    ]


def test_names_are_made_safe_for_a_page() -> None:
    [(term, words)] = as_facts(LEDGER)
    assert term == "Deployed"
    assert words.startswith("what was deployed to &lt;production&gt; at ")


def test_of_a_commit_nothing_is_said() -> None:
    assert [*shipped(msgspec.UNSET), *as_facts(msgspec.UNSET)] == []
