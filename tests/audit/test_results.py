"""Metrics, tables, exceptions, verdict: counted by hand on landings made by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest

from affidavit.audit import tables
from affidavit.audit.exceptions import exceptions
from affidavit.audit.metrics import metrics
from affidavit.audit.model import (
    AgentRow,
    AuditException,
    Coverage,
    CriticalRow,
    Difference,
    DirectoryRow,
    Metric,
    MonthRow,
    Overlap,
    PersonRow,
    Reconciliation,
    Report,
    SourceCoverage,
)
from affidavit.audit.selection import Displaced
from affidavit.audit.verdict import exit_code
from affidavit.base.limit import Limit
from affidavit.changes.model import Grade, Participant, PersonRole, Review
from affidavit.provenance.model import Authorship, PartyKind, Role, Tier

sys.path.append(str(Path(__file__).parents[1] / "package"))

from reports import ADA, BEN, CLAUDE, a_claim, a_landing, a_report, an_id, the_metrics  # noqa: E402 -- not beside this file


def graded(grade: Grade, *, self_merged: bool | None = None) -> Review:
    return Review(grade=grade, self_merged=self_merged)


HUMAN = a_landing(0, review=graded(Grade.R2, self_merged=False), authors=(ADA, BEN))
AGENTS = a_landing(
    1,
    authorship=Authorship.AI,
    claims=(a_claim(tier=Tier.A, model="opus"), a_claim(agent="amp", role=Role.ASSIST)),
    review=graded(Grade.R1),
    authors=(ADA, CLAUDE),
    critical_paths=("b/**",),
    landed_at="2026-04-01T00:00:00Z",
)
MIXED = a_landing(
    2,
    authorship=Authorship.MIXED,
    claims=(a_claim(agent="amp", tier=Tier.C), a_claim(tier=Tier.D, agent="codex", model="x")),
    review=graded(Grade.R3, self_merged=True),
    authors=(
        Participant(
            name="Ada Lovelace",
            email="ada@example.org",
            kind=PartyKind.PERSON,
            roles=(PersonRole.AUTHOR, PersonRole.MERGER),
        ),
        Participant(name="Sam", email="", kind=PartyKind.PERSON, roles=(PersonRole.CO_AUTHOR,)),
        Participant(name="Zed", email="z@x", kind=PartyKind.PERSON, roles=(PersonRole.SIGNED_OFF,)),
    ),
    critical_paths=("a/**", "b/**"),
    exceptions=("self-merged",),
)
SUGGESTED = a_landing(
    3,
    authorship=Authorship.ASSISTED,
    claims=(a_claim(agent="gemini", role=Role.SUGGESTION), a_claim(role=Role.ASSIST, tier=Tier.D)),
    exceptions=("no-review-evidence", "date-out-of-order"),
    committed_at=None,
)
ALL = (HUMAN, AGENTS, MIXED, SUGGESTED)


def test_every_metric_is_a_count_out_of_a_count() -> None:
    found = {name: (one.numerator, one.denominator) for name, one in metrics(ALL).items()}
    assert found == {
        "ai_changes": (2, 4),
        "ai_changes_tier_a": (1, 4),
        "ai_changes_tier_ab": (1, 4),
        "ai_changes_tier_abc": (2, 4),
        "mixed_changes": (1, 4),
        "assisted_changes": (1, 4),
        "automation_changes": (0, 4),
        "human_changes": (0, 4),
        "no_signal_changes": (1, 4),
        "ai_reviewer_shown": (1, 2),
        "ai_merged_by_another": (0, 2),
        "ai_forge_votes": (1, 2),
        "ai_pr_only": (1, 2),
        "ai_none": (0, 2),
        "other_reviewer_shown": (1, 2),
        "other_merged_by_another": (1, 2),
        "other_forge_votes": (0, 2),
        "other_pr_only": (0, 2),
        "other_none": (1, 2),
        "self_merged": (1, 2),
        "ai_self_merged": (1, 1),
        "merger_undecided": (0, 2),
        "ai_merger_undecided": (0, 1),
    }


def test_no_landing_makes_no_share() -> None:
    assert {(one.numerator, one.denominator) for one in metrics(()).values()} == {(0, 0)}


def test_agents_are_listed_with_what_they_wrote_and_what_they_assisted() -> None:
    assert tables.agents(ALL) == (
        AgentRow(agent="amp", landings=1, assisted=1, models=()),
        AgentRow(agent="claude-code", landings=1, assisted=0, models=("opus",)),
        AgentRow(agent="gemini", landings=0, assisted=1, models=()),
    )


def test_people_are_listed_with_their_part() -> None:
    assert tables.people(ALL) == (
        PersonRow(
            name="Ada Lovelace", email="ada@example.org", landings=4, ai_landings=2, merged=1,
            self_merged=1,
        ),
        PersonRow(
            name="Sam", email="", landings=1, ai_landings=1, merged=0, self_merged=0
        ),
        PersonRow(
            name="Ben Okafor", email="ben@example.org", landings=1, ai_landings=0, merged=1,
            self_merged=0,
        ),
    )  # fmt: skip


def test_two_names_under_an_address_that_is_nobodys_are_two_people() -> None:
    both = [
        Participant(name=name, email=email, kind=PartyKind.PERSON, roles=(PersonRole.AUTHOR,))
        for name, email in (("Ann", "dev@box.local"), ("Bob", "dev@box.local"), ("Cy", "cy@x.dev"))
    ]
    landings = [a_landing(n, authors=(one,)) for n, one in enumerate((*both, both[0]))]
    assert [(row.name, row.landings) for row in tables.people(landings)] == [
        ("Ann", 2),
        ("Cy", 1),
        ("Bob", 1),
    ]


def test_months_count_each_landing_once_and_each_agent() -> None:
    assert tables.months(ALL) == (
        MonthRow(month="2026-03", landings=3, ai=1, agents={"amp": 1}),
        MonthRow(month="2026-04", landings=1, ai=1, agents={"claude-code": 1}),
    )


def test_directories_count_a_landing_once_each() -> None:
    touched = {HUMAN.commit: ["src", "src"], AGENTS.commit: ("src", "docs")}
    assert tables.directories(touched, ALL) == (
        DirectoryRow(path="src", landings=2, ai=1),
        DirectoryRow(path="docs", landings=1, ai=1),
    )


def test_critical_paths_are_counted_for_ai_changes_in_the_patterns_order() -> None:
    assert tables.critical(("c", "b/**", "a/**"), ALL) == (
        CriticalRow(pattern="b/**", ai=2, reviewer_shown=1),
        CriticalRow(pattern="a/**", ai=1, reviewer_shown=1),
    )


def test_coverage_counts_commits_and_pairs_of_sources() -> None:
    claims = {
        "a": [a_claim(source="author"), a_claim(source="text"), a_claim(source="author")],
        "b": [a_claim(source="text", role=Role.ASSIST)],
        "c": [a_claim(source="text")],
    }
    seen = {commit: tuple(tables.sources(found)) for commit, found in claims.items()}
    assert tables.coverage(seen, 9, 6, missing=2) == Coverage(
        sources=(
            SourceCoverage(source="author", commits=1),
            SourceCoverage(source="text", commits=2),
        ),
        overlaps=(Overlap(sources=("author", "text"), commits=1),),
        commits=9,
        no_signal=6,
        missing_objects=2,
    )


def test_the_worst_exceptions_come_first() -> None:
    gone = AuditException(id="history-rewritten", commit="g", reason="gone")
    ai = a_landing(7, authorship=Authorship.AI, exceptions=("no-review-evidence", "self-merged"))
    found = exceptions((SUGGESTED, MIXED, ai), [Displaced("d", 0, 86_400 * 3)], [gone])
    assert [(one.id, one.commit) for one in found] == [
        ("history-rewritten", "g"),
        ("self-merged", MIXED.commit),
        ("self-merged", ai.commit),
        ("no-review-evidence", ai.commit),
        ("no-review-evidence", SUGGESTED.commit),
        ("date-out-of-order", SUGGESTED.commit),
        ("date-out-of-order", "d"),
    ]
    assert "cannot be used" in found[5].reason


def verdict(*, landings: bool = True, grade: Grade = Grade.R2, **fields: object) -> Report:
    every = (a_landing(review=graded(grade)),) if landings else ()
    report = a_report(every, metrics=the_metrics(every))
    return msgspec.structs.replace(report, **fields)


GAP = Limit("x", "Said.", gap=True)
NOTICE = Limit("x", "Said.")
ODD = Reconciliation(reachable=1, accounted=0, differences=(Difference(commit="c", reason="lost"),))
EXCEPTION = (AuditException(id="self-merged", commit="c", reason="r"),)


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (verdict(), (0, 0, 0)),
        (verdict(grade=Grade.R3), (0, 0, 0)),
        (verdict(grade=Grade.R1), (0, 0, 3)),
        (verdict(landings=False), (0, 0, 3)),
        (verdict(limits=(GAP,)), (0, 0, 3)),
        (verdict(limits=(NOTICE,)), (0, 0, 0)),
        (verdict(exceptions=EXCEPTION), (0, 1, 1)),
        (verdict(exceptions=EXCEPTION, grade=Grade.R1), (0, 1, 1)),
        (
            verdict(population=msgspec.structs.replace(verdict().population, reconciliation=ODD)),
            (0, 0, 3),
        ),
        (
            verdict(coverage=msgspec.structs.replace(verdict().coverage, missing_objects=1)),
            (0, 0, 3),
        ),
    ],
)
def test_the_exit_code_is_what_was_asked_for(report: Report, expected: tuple[int, ...]) -> None:
    asked = ("never", "exceptions", "unknown")
    assert tuple(exit_code(report, fail_on) for fail_on in asked) == expected


def test_a_metric_is_integers_only() -> None:
    assert all(
        isinstance(value, int)
        for one in metrics(ALL).values()
        for value in (one.numerator, one.denominator)
    )
    assert metrics(ALL)["ai_changes"] == Metric(numerator=2, denominator=4)
    assert an_id(0) == HUMAN.commit
