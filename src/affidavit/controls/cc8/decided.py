"""Whether a policy's decision on a change is recorded, and comes out the same again.

Which decision counts, and what is said of it, is what an audit says of the landing's gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.gated import MISSING, GateState
from affidavit.controls.cc8.case import NO_LEDGER, said
from affidavit.controls.cc8.lacking import LEDGER, REQUESTS
from affidavit.controls.model import Item, item, no, unknown, yes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.gated import Gated
    from affidavit.changes.model import Landing
    from affidavit.controls.cc8.case import Case, Facts, Repeated, Summary
    from affidavit.controls.model import Attribute

TEST = "AFF-CC8.1-13"
_SUMMARY = "a summary of what was verified names no input: it cannot be evaluated again"
_DENIED = (GateState.REFUSED, GateState.UNDECIDED)
_MATERIAL = "the decision's input or policy"


def decided(case: Case) -> Item:
    """The row of a change."""
    facts = case.facts
    if facts is None:
        return item(TEST, case.subject, unknown("decision", NO_LEDGER, lacks=LEDGER))
    if facts.unsure:
        why = f"the ledger does not count as verified: {said(facts.unsure, 200)}"
        return item(TEST, case.subject, unknown("decision", why, lacks=LEDGER))
    # Each landing of a change has a base of its own, and so a policy.
    every = (one for landing in case.material.landings for one in _of(landing, case, facts))
    return item(TEST, case.subject, *dict.fromkeys(every))


def _of(landing: Landing, case: Case, facts: Facts) -> Iterator[Attribute]:
    gate = landing.sworn.gate if landing.sworn else None
    if gate is None or _is_none(gate, landing, facts):
        yield from _summed(case, facts, gate)
        return
    again = next((one for one in facts.decisions if one.digest == gate.digest), None)
    yield _decision(gate, again)
    if gate.digest is not None and gate.state not in _DENIED:
        yield _again(again)


def _is_none(gate: Gated, landing: Landing, facts: Facts) -> bool:
    """Whether there is no decision: none of what was merged, or none of anything that it may be."""
    lost = gate.state is GateState.UNKNOWN and gate.digest is None
    unheaded = landing.sworn and landing.sworn.head is None and not landing.sworn.unread
    return gate.state is GateState.NONE or bool(lost and unheaded and not facts.decided)


def _decision(gate: Gated, again: Repeated | None) -> Attribute:
    sources = [again.source] if again else []
    if gate.state in _DENIED:
        why = f"{said(gate.why, 300)}; it was merged all the same"
        return no("decision", why, *sources)
    if gate.state is GateState.UNKNOWN:
        return unknown("decision", gate.why, *sources, lacks="what the decision is held against")
    strange = again.strange if again else ()
    also = f"; requirements that are not known here: {_shown(strange)}" if strange else ""
    also += f"; waived: {_shown(again.waived)}" if again and again.waived else ""
    return yes("decision", f"PASSED by {said(gate.bundle or '')}{also}", *sources)


def _shown(strange: tuple[str, ...]) -> str:
    return said(", ".join(strange), 200)


def _again(again: Repeated | None) -> Attribute:
    if again is None:
        why = "the decision does not stand in the ledger"
        return unknown("same again", why, lacks=_MATERIAL)
    if again.again is None:
        return unknown("same again", said(again.why, 200), again.source, lacks=_MATERIAL)
    if not again.again:
        return no("same again", f"it does not: {said(again.why, 200)}", again.source)
    return yes("same again", "the same bundle says the same of the same input", again.source)


def _summed(case: Case, facts: Facts, gate: Gated | None) -> Iterator[Attribute]:
    """What summaries of what was verified tell, of a change that no gate decided about."""
    found = [one for one in facts.summaries if one.commit in case.heads]
    if not found:
        yield _none(case, facts, gate)
    else:
        yield from _passed(found[-1])


def _none(case: Case, facts: Facts, gate: Gated | None) -> Attribute:
    if case.lost is not None:
        return unknown("decision", case.lost, case.source, lacks=REQUESTS)
    if facts.cut:
        why = "the ledger holds more about its commits than is looked at"
        return unknown("decision", why, lacks=LEDGER)
    if gate is not None and gate.state is GateState.NONE:
        return no("decision", gate.why)
    return no("decision", MISSING)


def _passed(newest: Summary) -> Iterator[Attribute]:
    result = said(newest.result or "no result")
    if newest.policy is None:
        why = f"{result}, and the policy is not named by a digest"
        yield no("decision", why, newest.source)
    elif newest.result != "PASSED":
        why = f"the decision was {result}, and it was merged all the same"
        yield no("decision", why, newest.source)
    else:
        yield yes("decision", f"{result} by {said(newest.policy)}", newest.source)
        yield unknown("same again", _SUMMARY, newest.source, lacks=_MATERIAL)
