"""How many persons approved a change, for the tests that count them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.forge.approvals import Answer, Name
from affidavit.controls.cc8.case import said
from affidavit.controls.cc8.lacking import FILES, IDENTITIES, PROMPTER, REVIEWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from affidavit.changes.forge.approvals import Approval
    from affidavit.changes.sworn import SwornApproval
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


class Signing(NamedTuple):
    """Persons who signed, by a hand that is proven, that they approve the merged head.

    They are outside the authors, and did so before the merge; `told` are their signatures. Of a
    change that landed in several parts it is the least of the parts. `needed` have to approve
    where nobody is known to have prompted it.
    """

    persons: int
    needed: int
    told: tuple[SwornApproval, ...]


def signing(case: Case) -> Signing:
    """Who signed the change."""
    every = [one.sworn or None for one in case.material.landings]
    persons = min((one.proven if one else 0 for one in every), default=0)
    counting = (each for one in every if one for each in one.approvals if each.counts)
    found = {(one.statement, one.fingerprint): one for one in counting}
    needed = max((one.needed if one else 1 for one in every), default=1)
    return Signing(persons, needed, tuple(found.values()) if persons else ())


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
    signed = signing(case)
    # Nothing tells whether somebody signed and approved on the forge as well: they count once.
    known, hoped = max(len(sure), signed.persons), len(maybe) + signed.persons
    lost = case.lost is not None or (case.review is not None and "reviews" in case.review.missing)
    doubted = _doubted(case, judged, lost=lost)
    if not doubted and sure and signed.persons:
        doubted = IDENTITIES
    least = case.criteria.needed(critical=case.critical is True)
    critical = case.criteria.needed(critical=case.critical is not False)
    unprompted = case.review.needed if case.review else signed.needed
    most = max(critical, unprompted)
    asking = str(least) if least == most else f"{least} or {most}"
    told = [f"{known} of {asking}", *_signed(signed), *_words(judged, asked, signed)]
    if unprompted > least:
        told.append("nobody is known to have prompted it, and one of the persons may have")
    return Approving(
        sure=known,
        possible=max(hoped, most) if lost else hoped,
        least=least,
        most=most,
        words="; ".join(told),
        lacks=_lacking(known, critical, unprompted, doubted=doubted),
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


def _signed(found: Signing) -> Iterator[str]:
    for one in found.told[:10]:
        yield f"{said(one.signer)} signed by a proven hand, known at {one.time}: counts"


def _words(
    judged: list[tuple[Approval, Answer]], asked: tuple[Name, ...], signed: Signing
) -> Iterator[str]:
    if not judged and not signed.told:
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
