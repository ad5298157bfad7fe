"""The gate's answer for a person: each requirement, what was found, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.text import visible
from affidavit.changes.gate.case import counted
from affidavit.changes.gate.model import Status, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.gate.answer import Answer
    from affidavit.changes.gate.model import Requirement

_COLOURS = {Status.MET: "green", Status.UNMET: "red", Status.UNKNOWN: "yellow"}
_VERDICTS = {Verdict.ALLOWED: "green", Verdict.REFUSED: "red", Verdict.UNDECIDED: "yellow"}
NOTICED = 20
"""Notices that are told; all are in the JSON."""


class Line(NamedTuple):
    """A line, and the colour that a terminal may give it."""

    text: str
    colour: str | None = None


def lines(answer: Answer) -> Iterator[Line]:
    """The answer, line by line."""
    yield Line(f"{'verdict':<14} {headline(answer)}", _VERDICTS[answer.verdict])
    yield Line(f"{'change':<14} {described(answer)}")
    for one in answer.requirements:
        yield from _requirement(one)
    yield Line(f"{'score':<14} {_score(answer)}")
    yield Line(f"{'policy':<14} {_policy(answer)}")
    yield from _waived(answer)
    yield from _noticed(answer)


def headline(answer: Answer) -> str:
    """The verdict and why, in one sentence without a word of the change's own."""
    names = {
        status: [one.id for one in answer.requirements if one.status is status] for status in Status
    }
    told = {
        Verdict.ALLOWED: f"{len(answer.requirements)} requirements are met",
        Verdict.REFUSED: f"not met: {', '.join(names[Status.UNMET])}",
        Verdict.UNDECIDED: f"not known: {', '.join(names[Status.UNKNOWN])}",
    }
    word = "cannot decide" if answer.verdict is Verdict.UNDECIDED else answer.verdict
    return f"{word}, {told[answer.verdict]}"


def described(answer: Answer) -> str:
    """The change in a line."""
    change = answer.change
    request = f"#{change.request} of {change.repository}, " if change.request else ""
    into = f" into {change.branch}" if change.branch else ""
    commits = "? commits" if change.commits is None else counted(change.commits, "commit")
    files = "? files" if change.files is None else counted(change.files, "file")
    ends = f"{change.base[:12]}..{change.head[:12]}"
    return visible(f"{request}{ends}{into}, {commits}, {files}")


def _requirement(one: Requirement) -> Iterator[Line]:
    yield Line(visible(f"{one.status:<14} {one.id}: {one.found}"), _COLOURS[one.status])
    if one.status is not Status.MET:
        yield Line(visible(f"{'':<14}   required  {one.required}"))
        yield Line(visible(f"{'':<14}   looked at {one.where}"))
        yield Line(visible(f"{'':<14}   do        {one.how}"))


def _score(answer: Answer) -> str:
    parts = ", ".join(f"{one.id} {one.points}/{one.most}" for one in answer.score.parts)
    return f"{answer.score.points} of 100: {parts}"


def _policy(answer: Answer) -> str:
    policy = answer.policy
    if policy.bundle is None:
        return visible(policy.error or "none")
    tier = f", tier {policy.tier}" if policy.tier else ""
    given = ", given by the caller" if policy.source == "caller" else ""
    return visible(f"{policy.bundle[:19]} by {policy.engine or 'no engine'}{tier}{given}")


def _waived(answer: Answer) -> Iterator[Line]:
    """What would have denied, but for a waiver: no pass is silent about it."""
    if answer.waived is None:
        yield Line(f"{'waived':<14} which rules a waiver lifted is not known", "yellow")
    for one in answer.waived or ():
        until = f" until {one.until}" if one.until else ""
        yield Line(visible(f"{'waived':<14} {one.rule} by {', '.join(one.by)}{until}"), "yellow")


def _noticed(answer: Answer) -> Iterator[Line]:
    for one in answer.noticed[:NOTICED]:
        yield Line(visible(f"{'noticed':<14} {one}"))
    more = len(answer.noticed) - NOTICED
    if more > 0:
        yield Line(f"{'':<14} and {more:,} more")
