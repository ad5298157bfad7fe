"""Whether a policy's decision on a change is recorded, and comes out the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.controls.cc8.case import NO_LEDGER, said
from affidavit.controls.cc8.lacking import LEDGER, REQUESTS
from affidavit.controls.model import Item, item, no, unknown, yes

if TYPE_CHECKING:
    from affidavit.controls.cc8.case import Case, Decision, Facts
    from affidavit.controls.model import Attribute

TEST = "AFF-CC8.1-13"
_SUMMARY = "a summary of what was verified names no input: it cannot be evaluated again"


def decided(case: Case) -> Item:
    """The row of a change."""
    if case.facts is None:
        return item(TEST, case.subject, unknown("decision", NO_LEDGER, lacks=LEDGER))
    found = [one for one in case.facts.decisions if _is_of(one, case)]
    return item(TEST, case.subject, *(_judged(found[-1]) if found else [_none(case, case.facts)]))


def _is_of(one: Decision, case: Case) -> bool:
    """Whether it decided about what was merged, before the merge where both times are told."""
    about = one.commit in case.heads or (one.tree is not None and one.tree == case.head_tree)
    return about and not (one.at and case.merged_at and one.at > case.merged_at)


def _none(case: Case, facts: Facts) -> Attribute:
    if case.lost is not None:
        return unknown("decision", case.lost, case.source, lacks=REQUESTS)
    if facts.cut:
        why = "the ledger holds more about its commits than is looked at"
        return unknown("decision", why, lacks=LEDGER)
    return no("decision", "no decision of a policy is recorded")


def _judged(newest: Decision) -> list[Attribute]:
    result = said(newest.result or "no result")
    if newest.policy is None:
        why = f"{result}, and the policy is not named by a digest"
        return [no("decision", why, newest.source)]
    if newest.result != "PASSED":
        why = f"the decision was {result}, and it was merged all the same"
        return [no("decision", why, newest.source)]
    made = yes("decision", f"{result} by {newest.policy}", newest.source)
    return [made, _again(newest)]


def _again(newest: Decision) -> Attribute:
    if newest.again is None:
        why = said(newest.why, 200) or _SUMMARY
        return unknown("same again", why, newest.source, lacks="the decision's input or policy")
    if not newest.again:
        return no("same again", f"it does not: {said(newest.why, 200)}", newest.source)
    return yes("same again", "the same bundle says the same of the same input", newest.source)
