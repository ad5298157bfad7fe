"""A report's metrics as figures: known, empty or not computed, and never one for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.package.html.words import NOT_APPROVED, at_least, count, percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.audit.model import Metric

EMPTY = "none in this period"
MISSING = "not computed"
_FIELDS = ("reviewer_shown", "merged_by_another", "forge_votes", "pr_only", "none")


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A metric as it is shown; `known` is false where there is no number to show.

    `number` is the count or the words that stand for it; `of` and `share` are empty without one.
    """

    known: bool
    number: str
    of: str = ""
    share: str = ""
    numerator: int = 0
    denominator: int = 0


def figure(metric: Metric | None, *, bound: bool = False) -> Figure:
    """The figure of `metric`; ``None`` and an empty denominator are said, not computed with.

    The share of a lower `bound` is rounded down.
    """
    if metric is None:
        return Figure(known=False, number=MISSING)
    if metric.denominator <= 0:
        return Figure(known=False, number=EMPTY)
    share = at_least if bound else percent
    return Figure(
        known=True,
        number=count(metric.numerator),
        of=count(metric.denominator),
        share=share(metric.numerator, metric.denominator),
        numerator=metric.numerator,
        denominator=metric.denominator,
    )


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The review evidence of one group of landings, in the order of the three headlines."""

    name: str
    size: str
    reviewer_shown: Figure
    merged_by_another: Figure
    forge_votes: Figure
    pr_only: Figure
    unapproved: Figure
    proven: Figure
    none: Figure

    @property
    def undecided(self) -> int:
        """Landings of R1 of which no record tells whether they were approved."""
        return self.pr_only.numerator - self.unapproved.numerator

    @property
    def parts(self) -> tuple[tuple[str, str, Figure], ...]:
        """CSS class, words and figure of each grade, strongest first."""
        proven = ("r4", "R4 approval signed by a proven hand", self.proven)
        stronger = (
            *((proven,) if self.proven.known else ()),
            ("r3", "R3 approval recorded by the forge", self.forge_votes),
            ("r2", "R2 merged by another person", self.merged_by_another),
        )
        unknown = msgspec.structs.replace(self.pr_only, numerator=self.undecided)
        lacking = ("r1n", f"R1 {NOT_APPROVED}", self.unapproved)
        only = ("r1", "R1 PR only, unknown", unknown)
        weaker = (only, lacking) if self.unapproved.known else (only,)
        return (*stronger, *weaker, ("r0", "R0 none", self.none))


def group(metrics: Mapping[str, Metric], prefix: str, name: str) -> Group:
    """The figures of the metrics whose names begin with `prefix` (``ai`` or ``other``)."""
    found = {field: figure(metrics.get(f"{prefix}_{field}")) for field in _FIELDS}
    known = next((each for each in found.values() if each.known), None)
    found["unapproved"] = figure(metrics.get(f"{prefix}_pr_only_unapproved"))
    found["proven"] = figure(metrics.get(f"{prefix}_proven"))
    size = known.of if known else next(iter(found.values())).number
    return Group(name=name, size=size, **found)


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One of the parts that all landings are divided into by authorship."""

    style: str
    name: str
    meaning: str
    figure: Figure


def parts(metrics: Mapping[str, Metric]) -> tuple[Part, ...]:
    """Every landing by authorship, AI first; those without a signal are unknown, not human."""
    return (
        Part(
            style="a-ai",
            name="AI",
            meaning="every commit has an author or co-author claim of tier A to C",
            figure=_less(metrics.get("ai_changes"), metrics.get("mixed_changes")),
        ),
        Part(
            style="a-mixed",
            name="AI and others",
            meaning="some commits or lines have such a claim",
            figure=figure(metrics.get("mixed_changes")),
        ),
        Part(
            style="a-assisted",
            name="AI assisted",
            meaning="an agent suggested or assisted; not counted as an AI change",
            figure=figure(metrics.get("assisted_changes")),
        ),
        Part(
            style="a-auto",
            name="automation",
            meaning="a bot that is no AI agent",
            figure=figure(metrics.get("automation_changes")),
        ),
        Part(
            style="a-human",
            name="human, attested",
            meaning="a source positively says that a person wrote it",
            figure=figure(metrics.get("human_changes")),
        ),
        Part(
            style="a-none",
            name="no signal",
            meaning="unknown: nothing says that an agent wrote what landed, nothing that none did",
            figure=figure(metrics.get("no_signal_changes")),
        ),
    )


def _less(whole: Metric | None, part: Metric | None) -> Figure:
    if whole is None or part is None:
        return figure(None)
    return figure(msgspec.structs.replace(whole, numerator=whole.numerator - part.numerator))
