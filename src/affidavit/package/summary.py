"""The ten lines that answer what an engineering lead asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.exceptions import landings_of
from affidavit.audit.gaps import OF_FORGE, said
from affidavit.audit.model import Metric
from affidavit.base.text import shortened, visible
from affidavit.package.html.words import at_least, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.audit.model import Branch, Report

_NONE = Metric(numerator=0, denominator=0)
WORST = 5
"""Exceptions that the summary names."""


def summary(report: Report) -> Iterator[str]:
    """Plain lines without control characters; an empty denominator reads ``none``."""
    population = report.population
    repository, period = report.repository, report.period
    branches = ", ".join(_branch(report, one) for one in repository.branches)
    yield (
        f"{repository.name}, branch {branches}"
        f" at {repository.head[:12]}, {period.start} to {period.end}"
    )
    yield f"{_count(population.landings, 'landing')} with {_count(population.commits, 'commit')}"
    if not population.landings:
        yield "nothing landed in this period: there is nothing to say about reviews or agents"
        yield from _forge(report)
        return
    yield from _authorship(report)
    yield from _reviews(report)
    yield from _forge(report)
    yield from _exceptions(report)
    gaps = sum(one.gap for one in report.limits)
    tail = f", {_count(gaps, 'gap')} in what could be read" if gaps else ""
    yield f"limits         {len(report.limits)} things this report cannot see or did not use{tail}"
    for one in report.limits:
        if one.id in OF_FORGE:
            yield f"  {shortened(said(one), 300)}"


def _branch(report: Report, branch: Branch) -> str:
    """Its name, and the ref where another of that name stands elsewhere."""
    differs = any(one.id == "branch-differs" for one in report.limits)
    return f"{branch.name} ({branch.ref})" if differs else branch.name


def _authorship(report: Report) -> Iterator[str]:
    found = report.metrics
    yield (
        f"AI agents      at least {_of(found['ai_changes'], at_least)} landings"
        f" (tier A {found['ai_changes_tier_a'].numerator},"
        f" A-B {found['ai_changes_tier_ab'].numerator},"
        f" A-C {found['ai_changes_tier_abc'].numerator}){_agents(report)}"
    )
    yield (
        f"no signal      {_of(found['no_signal_changes'])} landings: author unknown,"
        " not shown to be a person"
    )
    yield (
        f"neither        {found['assisted_changes'].numerator:,} only assisted by an agent,"
        f" {found['automation_changes'].numerator:,} by automation,"
        f" {found['human_changes'].numerator:,} attested to people"
    )


def _reviews(report: Report) -> Iterator[str]:
    found = report.metrics
    shown = "git" if isinstance(report.forge, msgspec.UnsetType) else "git or the forge"
    for group, title in (("ai", "AI changes"), ("other", "other changes")):
        yield f"{title:<14} {_grades(found, group)}"
    decided = _of(found["self_merged"])
    yield (
        f"self-merged    {decided if decided != 'none' else 'no'} merges where {shown}"
        f" shows whether the merger is an author (AI {_of(found['ai_self_merged'])});"
        f" {found['merger_undecided'].numerator:,} undecided"
        f" (AI {found['ai_merger_undecided'].numerator:,}){_unreviewed(report)}"
    )
    if gate := found.get("gate_allowed"):
        asked = found["gated_changes"]
        left = asked.denominator - asked.numerator
        rest = f"; {left:,} of {asked.denominator:,} were not asked" if left else ""
        yield f"gate           allowed {_of(gate)} of the landings whose base asks for it{rest}"


def _unreviewed(report: Report) -> str:
    """Which of them are exceptions: with a forge's records, only those that nobody approved."""
    if isinstance(report.forge, msgspec.UnsetType):
        return ""
    found = sum(one.id == "self-merged" for one in report.exceptions)
    return f"; exceptions are the {found:,} that nobody else is known to have approved"


def _forge(report: Report) -> Iterator[str]:
    """Both directions of what the forge's records and the history have in common."""
    if isinstance(report.forge, msgspec.UnsetType):
        return
    forge, made = report.forge, report.forge.deployments
    yield (
        f"requests       {forge.merged:,} merged by the forge's records: {forge.landed:,} landed,"
        f" {len(forge.unlanded):,} not found | landings: {forge.requested:,} of a request,"
        f" {_known(forge.outside)} of none"
    )
    yield (
        f"deployments    {_known(made.made)}: {_known(made.held)} of what an audited branch holds,"
        f" {_known(made.unmerged)} of what none does, {_known(made.unknown)} undecided"
    )


def _known(number: int | None) -> str:
    return "unknown" if number is None else f"{number:,}"


def _exceptions(report: Report) -> Iterator[str]:
    landings = len(landings_of(report.exceptions))
    yield f"exceptions     {len(report.exceptions):,} on {_count(landings, 'landing')}"
    for one in report.exceptions[:WORST]:
        yield f"  {one.commit[:12]} {one.id}: {visible(shortened(one.reason, 110))}"
    more = len(report.exceptions) - WORST
    if more > 0:
        yield f"  and {more:,} more in the report"


def _agents(report: Report) -> str:
    top = [f"{one.agent} {one.landings}" for one in report.agents if one.landings][:4]
    return ": " + ", ".join(top) if top else ""


def _grades(found: dict[str, Metric], group: str) -> str:
    r2, r3 = found[f"{group}_merged_by_another"], found[f"{group}_forge_votes"]
    if not r2.denominator:
        return "none in this period"
    votes = f", {r3.numerator} approved on the forge (R3)" if r3.numerator else ""
    r4 = found.get(f"{group}_proven", _NONE)
    votes += f", {r4.numerator} signed by a proven hand (R4)" if r4.numerator else ""
    only = found[f"{group}_pr_only"].numerator
    lacking = found.get(f"{group}_pr_only_unapproved", _NONE)
    known = f" | not approved {lacking.numerator:,}" if lacking.denominator else ""
    return (
        f"reviewer shown {_of(found[f'{group}_reviewer_shown'])}"
        f" ({r2.numerator} merged by another person (R2){votes})"
        f" | PR only, review unknown {only - lacking.numerator:,}{known}"
        f" | no evidence {found[f'{group}_none'].numerator:,}"
    )


def _of(metric: Metric, share: Callable[[int, int], str] = percent) -> str:
    if not metric.denominator:
        return "none"
    shown = share(metric.numerator, metric.denominator)
    return f"{metric.numerator:,} of {metric.denominator:,} ({shown})"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")
