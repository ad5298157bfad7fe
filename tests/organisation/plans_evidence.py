"""What is done to the evidence of a planted change: its checks, scans, receipts and decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from requested import review
from truth import GITHUB_ACTIONS, Commit, Run, Scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from building import Builder, Draft
    from truth import Receipt

OPEN = {"critical": 9.5, "high": 7.2, "medium": 5.0, "low": 2.0}
"""The severity of a finding that is at a threshold."""


# Tested.


def _tested(made: Draft) -> list[Commit]:
    """Where checks count: the head, and what a merge queue tested."""
    queued = made.change.landings if made.change.method == "queue" else []
    return [made.request.head, *queued]


def _runs(builder: Builder, commit: Commit) -> list[Run]:
    return builder.org.runs.setdefault(commit.mark, [])


def _checked(builder: Builder) -> str:
    tests, scans = builder.org.criteria.checks
    return builder.dice.choice((*tests, *scans))


def _every(builder: Builder, made: Draft, name: str) -> list[Run]:
    runs = [run for commit in _tested(made) for run in _runs(builder, commit)]
    return [run for run in runs if run.name == name]


def concluded(conclusion: str) -> Callable[[Builder, Draft], None]:
    """One check that is asked for ended so."""

    def hook(builder: Builder, made: Draft) -> None:
        for run in _every(builder, made, _checked(builder)):
            run.conclusion = conclusion

    return hook


def _without(builder: Builder, made: Draft, name: str) -> None:
    for commit in _tested(made):
        kept = [one for one in _runs(builder, commit) if one.name != name]
        builder.org.runs[commit.mark] = kept


def no_check(builder: Builder, made: Draft) -> None:
    _without(builder, made, _checked(builder))


def no_lint(builder: Builder, made: Draft) -> None:
    """A check that the rules require, and the engagement does not name."""
    _without(builder, made, "lint")


def checked_earlier(builder: Builder, made: Draft) -> None:
    for commit in _tested(made):
        builder.org.runs[commit.mark] = []
    old = made.request.commits[-2]
    for name in builder.checks():
        builder.run(old, name, old.at + 300)


def checked_late(builder: Builder, made: Draft) -> None:
    for run in _every(builder, made, _checked(builder)):
        run.completed = made.change.at + 300


def unfinished(builder: Builder, made: Draft) -> None:
    for run in _every(builder, made, _checked(builder)):
        run.conclusion = run.completed = None


def other_app(builder: Builder, made: Draft) -> None:
    for run in _every(builder, made, "scan"):
        run.app = GITHUB_ACTIONS


def failed_again(builder: Builder, made: Draft) -> None:
    name = _checked(builder)
    for commit in _tested(made):
        builder.run(commit, name, made.change.at - 10, conclusion="failure")


def checked_again(builder: Builder, made: Draft) -> None:
    name = _checked(builder)
    for run in _every(builder, made, name):
        run.conclusion = "failure"
    for commit in _tested(made):
        builder.run(commit, name, made.change.at - 10)


def failed_late(builder: Builder, made: Draft) -> None:
    for commit in _tested(made):
        builder.run(commit, _checked(builder), made.change.at + 100, conclusion="failure")


def failed_in_group(builder: Builder, made: Draft) -> None:
    """What landed failed; what was approved succeeded, and later."""
    name, landing = _checked(builder), made.change.landings[-1]
    for run in _runs(builder, landing):
        run.conclusion = "failure" if run.name == name else run.conclusion
    builder.run(made.request.head, name, made.change.at - 10)


def failed_on_head(builder: Builder, made: Draft) -> None:
    """What was approved failed; what landed succeeded, and earlier."""
    builder.run(made.request.head, _checked(builder), made.change.at - 10, conclusion="failure")


def checked_in_queue(builder: Builder, made: Draft) -> None:
    builder.org.runs[made.request.head.mark] = []


# Scanned.


def unscanned(builder: Builder, _: Draft) -> None:
    builder.org.scans.pop()


def finding(builder: Builder, _: Draft) -> None:
    builder.org.scans[-1].findings = (0.5, OPEN[builder.org.criteria.threshold])


def small_finding(builder: Builder, _: Draft) -> None:
    below = {"critical": 8.9, "high": 6.9, "medium": 3.9}
    builder.org.scans[-1].findings = (below.get(builder.org.criteria.threshold, 0.0),)


def unpinned(builder: Builder, _: Draft) -> None:
    builder.org.scans[-1].pinned = False


def scanner_failed(builder: Builder, _: Draft) -> None:
    builder.org.scans[-1].successful = False
    builder.org.scans[-1].findings = ()


def scanned_earlier(builder: Builder, made: Draft) -> None:
    builder.org.scans[-1].commit = made.request.commits[-2]


def found_later(builder: Builder, made: Draft) -> None:
    worst = OPEN[builder.org.criteria.threshold]
    builder.org.scans.append(Scan(made.request.head, findings=(worst,)))


def mended(builder: Builder, made: Draft) -> None:
    finding(builder, made)
    builder.org.scans.append(Scan(made.request.head))


def scanned_landing(builder: Builder, made: Draft) -> None:
    landing = made.change.landings[-1]
    if landing.tree == made.request.head.tree:
        builder.org.scans[-1].commit = landing
    else:
        made.change.plan = ""


def scanned_other_tree(builder: Builder, made: Draft) -> None:
    """What landed was scanned, with the base in it, and not what was approved."""
    landing = made.change.landings[-1]
    if landing.tree == made.request.head.tree:
        made.change.plan = ""
    else:
        builder.org.scans[-1].commit = landing


def second_scanner(builder: Builder, made: Draft) -> None:
    """Another tool found something before the one that found nothing ran."""
    worst = OPEN[builder.org.criteria.threshold]
    head = made.request.head
    builder.org.scans.insert(-1, Scan(head, tool="trawl", findings=(worst,)))


def second_scanner_content(builder: Builder, made: Draft) -> None:
    builder.org.scans.append(Scan(made.request.head, tool="trawl"))


# Attributed, and looked at as an agent's work.


def _receipt(builder: Builder) -> Receipt:
    return builder.org.receipts[-1]


def no_model(builder: Builder, _: Draft) -> None:
    _receipt(builder).model = None


def no_session(builder: Builder, _: Draft) -> None:
    _receipt(builder).session = None


def no_prompt(builder: Builder, _: Draft) -> None:
    receipt = _receipt(builder)
    receipt.prompt = False
    if receipt.agent is None:
        builder.org.receipts.pop()


def no_box(_: Builder, made: Draft) -> None:
    for one in made.request.reviews:
        one.boxes = ()


def other_text(builder: Builder, made: Draft) -> None:
    for one in made.request.reviews:
        one.boxes = ((f"{builder.org.criteria.statement} not yet", True),) if one.boxes else ()


def not_ticked(_: Builder, made: Draft) -> None:
    for one in made.request.reviews:
        one.boxes = tuple((text, False) for text, _ in one.boxes)


def ticked_by_author(builder: Builder, made: Draft) -> None:
    no_box(builder, made)
    said = review(builder, made, made.request.opener, made.change.at - 15, said="commented")
    said.boxes = ((builder.org.criteria.statement, True),)


# Decided.


def undecided(builder: Builder, _: Draft) -> None:
    builder.org.decisions.pop()


def refused(builder: Builder, _: Draft) -> None:
    builder.org.decisions[-1].result = "FAILED"


def no_policy(builder: Builder, _: Draft) -> None:
    builder.org.decisions[-1].policy = False
