"""What a recorded decision was asked, where that stands in it: held against what it says itself.

Nothing is evaluated here; what the policy says of the input is told by making the decision again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.policy.contradicting import contradiction, score_differs, unfounded
from affidavit.app.policy.evaluating import input_in
from affidavit.base.errors import AffidavitError
from affidavit.policy.deciding import input_digest

if TYPE_CHECKING:
    from affidavit.ledger.decided import PolicyDecided
    from affidavit.ledger.entry import Subject
    from affidavit.policy.input import PolicyInput

_UNREADABLE = "the recorded input is none that is known here"


class Meant(NamedTuple):
    """The request and branch that a decision was for; None where nothing says so.

    `contradicts` is why an allowance cannot be one; empty where nothing speaks against it.
    """

    request: int | None
    branch: str | None
    contradicts: str


def meant(body: PolicyDecided, subject: Subject) -> Meant:
    """What the decision in `body` about `subject` was for, by its fields or else by its input."""
    own = contradiction(body)
    told = body.verdict != "allowed" and None not in (body.change, body.branch)
    if body.input_text is None or told:
        return Meant(body.change, body.branch, own)
    try:
        asked = input_in(body.input_text.encode(), "the recorded input")
        digest = input_digest(asked)
    except AffidavitError:
        return Meant(body.change, body.branch, own or _UNREADABLE)
    other = "" if digest == body.input else _UNREADABLE
    return Meant(
        asked.change.request if body.change is None else body.change,
        asked.branch if body.branch is None else body.branch,
        own or other or _differing(body, subject, asked),
    )


def _differing(body: PolicyDecided, subject: Subject, asked: PolicyInput) -> str:
    """What the input is of that the decision is not."""
    change = asked.change
    pairs = (
        ("commit", (subject.commit, subject.tree), (change.head, change.tree)),
        ("time or purpose", (body.at, body.purpose), (asked.at, asked.purpose)),
        ("base", body.base, change.base),
        ("request", body.change or change.request, change.request),
        ("branch", body.branch or asked.branch, asked.branch),
    )
    other = next((name for name, said, was in pairs if said != was), "")
    if other:
        return f"the recorded input is of another {other}"
    return score_differs(body, asked) or unfounded(body, asked)
