"""Items of a population, what a control test asks of each, and what came of it.

The results are those of control testing: an item passes, deviates, is waived, is not applicable by
a rule, or is unknown because a source is missing. Unknown is never pass, and neither is waived.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from affidavit.changes.forge.approvals import Answer
from affidavit.changes.record.value import Source


class Result(StrEnum):
    """What came of testing one item."""

    PASS = "pass"  # noqa: S105 -- a result of a test
    DEVIATION = "deviation"
    WAIVED = "waived"
    NA = "na"
    UNKNOWN = "unknown"


class Attribute(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is asked of an item: the answer, why, and what shows it.

    `lacks` is the source that is missing where the answer is unknown, and only there.

    Raises:
        ValueError: It is unknown and does not say what is missing, or the other way round.
    """

    name: str
    answer: Answer
    why: str
    lacks: str | None = None
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        if (self.answer is Answer.UNKNOWN) != (self.lacks is not None):
            raise ValueError("what is unknown says which source is missing, and nothing else does")


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What an item is: a change, a deployment, a day of a branch, a push.

    `occurred_at` is RFC 3339 UTC. `request` is as ``#12``, `commit` the one it stands for.
    """

    of: str
    item: str
    occurred_at: str
    commit: str | None = None
    request: str | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a worksheet: one item under one test. `rule` says why a test does not apply."""

    test: str
    item: str
    of: str
    subject: str | None
    request: str | None
    occurred_at: str
    result: Result
    rule: str | None
    attributes: tuple[Attribute, ...]


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """A test over its whole population: how many items came to what.

    `sources_missing` are what unknown items lack, each with how many lack it.
    """

    test: str
    title: str
    population: str
    items: int
    passed: int
    deviations: int
    waived: int
    not_applicable: int
    unknown: int
    sources_missing: tuple[tuple[str, int], ...]


def item(test: str, subject: Subject, *attributes: Attribute) -> Item:
    """The row of `subject`, by the answers alone: a no is a deviation, else an unknown unknown.

    Raises:
        ValueError: Nothing was asked: that would be a pass without evidence.
    """
    if not attributes:
        raise ValueError("an item that nothing is asked of has no result")
    answers = {one.answer for one in attributes}
    result = Result.UNKNOWN if Answer.UNKNOWN in answers else Result.PASS
    return _row(test, subject, Result.DEVIATION if Answer.NO in answers else result, attributes)


def not_applicable(test: str, subject: Subject, rule: str, *attributes: Attribute) -> Item:
    """The row of a subject that a test does not apply to, by `rule`."""
    return _row(test, subject, Result.NA, attributes, rule=rule)


def _row(
    test: str,
    subject: Subject,
    result: Result,
    attributes: tuple[Attribute, ...],
    *,
    rule: str | None = None,
) -> Item:
    return Item(
        test=test,
        item=subject.item,
        of=subject.of,
        subject=subject.commit,
        request=subject.request,
        occurred_at=subject.occurred_at,
        result=result,
        rule=rule,
        attributes=attributes,
    )


def answered(name: str, answer: Answer, why: str, *sources: Source, lacks: str) -> Attribute:
    """An attribute whose answer was found before; `lacks` is what is missing if it is unknown."""
    missing = lacks if answer is Answer.UNKNOWN else None
    return Attribute(name=name, answer=answer, why=why, lacks=missing, sources=sources)


def yes(name: str, why: str, *sources: Source) -> Attribute:
    """It is so."""
    return Attribute(name=name, answer=Answer.YES, why=why, sources=sources)


def no(name: str, why: str, *sources: Source) -> Attribute:
    """It is not so."""
    return Attribute(name=name, answer=Answer.NO, why=why, sources=sources)


def unknown(name: str, why: str, *sources: Source, lacks: str) -> Attribute:
    """It is not known; `lacks` names the source that is missing."""
    return Attribute(name=name, answer=Answer.UNKNOWN, why=why, lacks=lacks, sources=sources)


def counted(test: str, title: str, population: str, items: list[Item]) -> Tally:
    """What came of all items of a test."""
    results = [one.result for one in items]
    lacking: dict[str, int] = {}
    for one in items:
        if one.result is Result.UNKNOWN:
            for why in dict.fromkeys(_lacking(one)):
                lacking[why] = lacking.get(why, 0) + 1
    return Tally(
        test=test,
        title=title,
        population=population,
        items=len(items),
        passed=results.count(Result.PASS),
        deviations=results.count(Result.DEVIATION),
        waived=results.count(Result.WAIVED),
        not_applicable=results.count(Result.NA),
        unknown=results.count(Result.UNKNOWN),
        sources_missing=tuple(sorted(lacking.items(), key=lambda one: (-one[1], one[0]))),
    )


def _lacking(found: Item) -> list[str]:
    return [one.lacks for one in found.attributes if one.lacks is not None]
