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
_AGAIN = "a recorded decision cannot be evaluated again here: policies are not read"


def decided(case: Case) -> Item:
    """The row of a change."""
    if case.facts is None:
        return item(TEST, case.subject, unknown("decision", NO_LEDGER, lacks=LEDGER))
    found = [one for one in case.facts.decisions if one.commit in case.heads]
    return item(TEST, case.subject, *(_judged(found[-1]) if found else [_none(case, case.facts)]))


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
    return [made, unknown("same again", _AGAIN, lacks="an engine of policies")]
