"""Whether an AI change says which agent, model, session and prompt made it, and who looked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.forge.approvals import Answer, Name
from affidavit.changes.record.lacking import earlier
from affidavit.changes.record.value import commit_source
from affidavit.controls.cc8.case import NO_LEDGER, said
from affidavit.controls.cc8.emergency import excused, working_days_after
from affidavit.controls.cc8.lacking import IDENTITIES, LEDGER, PROMPTER, REQUESTS, REVIEWS
from affidavit.controls.cc8.persons import counts, reviewing
from affidavit.controls.model import Item, answered, item, no, not_applicable, unknown, yes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.forge.model import Review
    from affidavit.controls.cc8.case import Case
    from affidavit.controls.model import Attribute
    from affidavit.provenance.model import Claim

COMPLETE, CHECKLIST = "AFF-CC8.1-07", "AFF-CC8.1-08"
_NO_SIGNAL = "no AI signal"
_ORDER = (Answer.NO, Answer.UNKNOWN, Answer.YES)
_PERSONS = (Name.PERSON, Name.OUTSIDE, Name.STANDING)


def attributed(case: Case) -> Item:
    """The row under the test that asks for attribution; of what no signal shows, not applicable."""
    claims = [claim for one in case.material.landings for claim in one.deciding]
    if not case.record.ai and case.opened_by_agent:
        why = f"{case.opened_by_agent} opened the request, and no commit names it"
        return item(COMPLETE, case.subject, no("agent", why, case.source))
    if case.record.ai:
        return item(COMPLETE, case.subject, *_each(case, claims))
    doubt = case.lost or case.opener_unknown
    if doubt:
        lacks = REQUESTS if case.lost else IDENTITIES
        return item(COMPLETE, case.subject, unknown("agent", doubt, case.source, lacks=lacks))
    return not_applicable(COMPLETE, case.subject, _NO_SIGNAL)


def _each(case: Case, claims: list[Claim]) -> Iterator[Attribute]:
    agents = sorted({said(one.agent) for one in claims})
    place = commit_source(claims[0].commit) if claims else case.source
    if agents:
        yield yes("agent", ", ".join(agents), place)
    else:
        yield no("agent", "no claim names the agent", place)
    receipts = case.facts.receipts if case.facts else ()
    for name in ("model", "session"):
        stated = {said(value) for one in claims if (value := getattr(one, name))}
        noted = [one for one in receipts if getattr(one, name)]
        if stated:
            yield yes(name, ", ".join(sorted(stated)), place)
        elif noted:
            value = said(getattr(noted[0], name))
            yield yes(name, f"{value}, asserted by a receipt", noted[0].source)
        else:
            yield _lacking(case, name, "neither a claim nor a receipt names it")
    prompts = [one for one in receipts if one.prompt]
    if prompts:
        yield yes("prompt", "a receipt has a digest of the prompt", prompts[0].source)
    else:
        yield _lacking(case, "prompt", "no receipt has a digest of the prompt")


def _lacking(case: Case, name: str, why: str) -> Attribute:
    if case.facts is None:
        return unknown(name, f"{why}: {NO_LEDGER}", lacks=LEDGER)
    if case.lost is not None:
        return unknown(name, f"{why}: {case.lost}", lacks=REQUESTS)
    return (
        unknown(name, f"{why}, of those looked at", lacks=LEDGER)
        if case.facts.cut
        else no(name, why)
    )


def checklist(case: Case) -> Item:
    """The row under the test that asks for the statement of a reviewer of an AI change."""
    if not case.record.ai:
        return not_applicable(CHECKLIST, case.subject, _NO_SIGNAL)
    if case.review is None or case.request is None:
        why = case.lost
        if why is not None:
            return item(
                CHECKLIST, case.subject, unknown("statement", why, case.source, lacks=REQUESTS)
            )
        nobody = no("statement", "no request became it: nobody reviewed it", case.source)
        return item(CHECKLIST, case.subject, nobody)
    return item(CHECKLIST, case.subject, _stated(case))


def _stated(case: Case) -> Attribute:
    """Whether a person whose approval stands ticked the statement in a review."""
    assert case.request is not None
    assert case.review is not None
    judged = [(one.reviewer, counts(case, one, _PERSONS)) for one in case.review.approvals]
    # Of several approvals of one account the best counts: it comes last.
    counting = dict(sorted(judged, key=lambda one: _ORDER.index(one[1])))
    answer, why = Answer.NO, "no review by a person outside the authors holds the statement"
    for review in case.request.reviews:
        who = said(review.author.login) if review.author else ""
        state = counting.get(who, Answer.NO) if who else Answer.UNKNOWN
        ticked = _in_time(review, case, _ticked(review, case.criteria.ai_statement))
        if state is Answer.NO or ticked is Answer.NO:
            continue
        if state is Answer.YES and ticked is Answer.YES:
            when = review.submitted_at or "an unknown time"
            return _by(case, f"{who} ticked it in the review of {when}")
        answer, why = (
            Answer.UNKNOWN,
            f"whether {who or 'a deleted account'} stated it so that it counts is unknown",
        )
    if "reviews" in case.review.missing:
        return unknown(
            "statement", "the forge did not tell every review", case.source, lacks=REVIEWS
        )
    return answered("statement", answer, why, case.source, lacks=REVIEWS)


def _by(case: Case, words: str) -> Attribute:
    """A statement by somebody who counts, unless they may have prompted the work themselves."""
    assert case.review is not None
    if reviewing(case).sure >= case.review.needed:
        return yes("statement", words, case.source)
    why = f"{words}; nobody is known to have prompted it, and they may have"
    return unknown("statement", why, case.source, lacks=PROMPTER)


def _in_time(review: Review, case: Case, ticked: Answer) -> Answer:
    """Whether it was ticked before the merge, or of an emergency in time afterwards.

    A review that was edited later may have been ticked then.
    """
    last = case.merged_at
    if last is not None and excused(case) is Answer.YES:
        last = working_days_after(last, case.criteria.emergency_days)
    if ticked is Answer.NO or earlier(review.submitted_at, last) is Answer.NO:
        return Answer.NO
    edited = review.edited_at is not None and earlier(review.edited_at, last) is not Answer.YES
    return Answer.UNKNOWN if edited else ticked


def _ticked(review: Review, statement: str) -> Answer:
    if review.checklist is None:
        return Answer.UNKNOWN
    wanted = _plain(statement)
    found = any(one.checked and _plain(one.text) == wanted for one in review.checklist)
    return Answer.YES if found else Answer.NO


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
