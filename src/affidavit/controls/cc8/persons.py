"""How many persons approved a change, for the tests that count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.forge.approvals import Answer, Name
from affidavit.controls.cc8.lacking import FILES, IDENTITIES, PROMPTER, REVIEWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.changes.forge.approvals import Approval
    from affidavit.controls.cc8.case import Case

_WHO = (Name.PERSON, Name.OUTSIDE, Name.STANDING)
_WHAT = (Name.HEAD, Name.BEFORE)


class Approving(NamedTuple):
    """How many persons: for `sure`, and at most, where what is unknown turns out well.

    `least` have to be there, `most` are enough for sure. They differ where it is not known whether
    a critical path was touched, and where nobody is known to have prompted what was written: then
    one of two persons may have. `lacks` is what is missing where nobody knows if they are enough.
    """

    sure: int
    possible: int
    least: int
    most: int
    words: str
    lacks: str
    carried: int = 0

    @property
    def answer(self) -> Answer:
        """Whether they are enough."""
        if self.sure >= self.most:
            return Answer.YES
        return Answer.NO if self.possible < self.least else Answer.UNKNOWN


def reviewing(case: Case) -> Approving:
    """The persons outside the authors whose approval stands, whatever it was of and when."""
    return _counted(case, _WHO)


def covering(case: Case) -> Approving:
    """Those of `reviewing` who approved what was merged, before it was."""
    return _counted(case, (*_WHO, *_WHAT))


def approving(case: Case, *, until: str) -> Approving:
    """Those of `reviewing` who approved what was merged, at `until` at the latest."""
    found = [
        one for one in _approvals(case) if one.submitted_at is None or one.submitted_at <= until
    ]
    return _of(case, found, (*_WHO, Name.HEAD))


def _counted(case: Case, asked: tuple[Name, ...]) -> Approving:
    return _of(case, _approvals(case), asked)


def _approvals(case: Case) -> tuple[Approval, ...]:
    return case.review.approvals if case.review else ()


def _of(case: Case, approvals: Iterable[Approval], asked: tuple[Name, ...]) -> Approving:
    judged = [(one, counts(case, one, asked)) for one in approvals]
    sure = {one.hand for one, answer in judged if answer is Answer.YES}
    maybe = {one.hand for one, answer in judged if answer is not Answer.NO}
    carried = {one.hand for one, answer in judged if answer is Answer.YES and one.carried}
    lost = case.review is not None and "reviews" in case.review.missing
    least = case.criteria.needed(critical=case.critical is True)
    critical = case.criteria.needed(critical=case.critical is not False)
    unprompted = case.review.needed if case.review else 1
    most = max(critical, unprompted)
    asking = str(least) if least == most else f"{least} or {most}"
    told = [f"{len(sure)} of {asking}", *_words(judged, asked)]
    if unprompted > least:
        told.append("nobody is known to have prompted it, and one of the persons may have")
    return Approving(
        sure=len(sure),
        possible=max(len(maybe), most) if lost else len(maybe),
        least=least,
        most=most,
        words="; ".join(told),
        lacks=_lacking(len(sure), critical, unprompted, doubted=_doubted(case, judged, lost=lost)),
        carried=len(carried) if Name.HEAD in asked else 0,
    )


def _doubted(case: Case, judged: list[tuple[Approval, Answer]], *, lost: bool) -> str:
    """What is missing of the approvals themselves; empty where nothing is."""
    doubtful = [one for one, answer in judged if answer is Answer.UNKNOWN]
    if lost or any(one.review in case.declared for one in doubtful):
        return REVIEWS
    return IDENTITIES if doubtful else ""


def _lacking(sure: int, critical: int, unprompted: int, *, doubted: str) -> str:
    """What is missing where nobody knows whether so many persons are enough."""
    if doubted:
        return doubted
    return PROMPTER if critical <= sure < unprompted else FILES


def counts(case: Case, approval: Approval, asked: tuple[Name, ...]) -> Answer:
    """The worst answer of the attributes `asked`.

    Never yes for an account that no identities declare as a person's: it may be the second account
    of an author.
    """
    answer = _worst(approval, asked)
    undeclared = approval.review is None or approval.review not in case.declared
    return Answer.UNKNOWN if answer is Answer.YES and undeclared else answer


def _worst(approval: Approval, asked: tuple[Name, ...]) -> Answer:
    answers = {one.answer for one in approval.attributes if one.name in asked}
    if Answer.NO in answers:
        return Answer.NO
    return Answer.UNKNOWN if Answer.UNKNOWN in answers else Answer.YES


def _words(judged: list[tuple[Approval, Answer]], asked: tuple[Name, ...]) -> Iterator[str]:
    if not judged:
        yield "nobody approved"
    for one, answer in judged[:10]:
        lacking = [
            each.why
            for each in one.attributes
            if each.name in asked and each.answer is not Answer.YES
        ]
        carried = ", carried over to the merged head" if one.carried and Name.HEAD in asked else ""
        why = ", ".join(lacking) or "no identities declare the account as a person's"
        state = "counts" if answer is Answer.YES else f"does not count: {why}"
        yield f"{one.reviewer} at {one.submitted_at or 'an unknown time'} {state}{carried}"
    if len(judged) > 10:
        yield f"and {len(judged) - 10:,} more"
