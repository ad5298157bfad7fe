"""Whether enough persons outside the authors approved a change, and what they approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.forge.approvals import Answer
from affidavit.controls.cc8.emergency import EXCUSED, excused
from affidavit.controls.cc8.lacking import IDENTITIES, REQUESTS
from affidavit.controls.cc8.persons import covering, reviewing, signing
from affidavit.controls.model import Item, answered, item, no, not_applicable, unknown

if TYPE_CHECKING:
    from affidavit.controls.cc8.case import Case
    from affidavit.controls.model import Attribute

REVIEWED, ON_HEAD = "AFF-CC8.1-03", "AFF-CC8.1-04"
_UNAPPROVED = f"unapproved, see {REVIEWED}"
_MAYBE = "whether it was an emergency declared by somebody entitled is unknown"


def reviewed(case: Case) -> Item:
    """The row under the test that asks who approved."""
    if case.review is None and not signing(case).told:
        return _unreviewed(case)
    found = reviewing(case)
    return _or_excused(
        case,
        REVIEWED,
        answered("persons", found.answer, found.words, case.source, lacks=found.lacks),
    )


def _unreviewed(case: Case) -> Item:
    """The row of a change without a request in the forge's records."""
    if case.lost is not None:
        lost = unknown("persons", case.lost, case.source, lacks=REQUESTS)
        return item(REVIEWED, case.subject, lost)
    asked = no("persons", "no request became it: nobody approved it on the forge", case.source)
    return item(REVIEWED, case.subject, asked)


def on_head(case: Case) -> Item:
    """The row under the test that asks what was approved, and when."""
    before = reviewed(case)
    if case.review is None and not signing(case).told:
        if case.lost is not None:
            return item(ON_HEAD, case.subject, *before.attributes)
        return not_applicable(ON_HEAD, case.subject, _UNAPPROVED)
    persons = reviewing(case)
    if persons.answer is Answer.NO:
        return not_applicable(ON_HEAD, case.subject, before.rule or _UNAPPROVED)
    found = covering(case)
    words = f"{found.words}{f'; {found.carried} carried over' if found.carried else ''}"
    return _or_excused(
        case, ON_HEAD, answered("merged head", found.answer, words, case.source, lacks=found.lacks)
    )


def _or_excused(case: Case, test: str, asked: Attribute) -> Item:
    """A row, but of an emergency, which another test judges."""
    if asked.answer is Answer.YES:
        return item(test, case.subject, asked)
    declared = excused(case)
    if declared is Answer.YES:
        return not_applicable(test, case.subject, EXCUSED, asked)
    if declared is Answer.UNKNOWN:
        why = f"{asked.why}; {_MAYBE}"
        return item(test, case.subject, unknown(asked.name, why, *asked.sources, lacks=IDENTITIES))
    return item(test, case.subject, asked)
