"""Whether somebody signed that they reject a change, and had not taken it back when it was merged.

A rejection is of its person, whatever key it was signed with: an approval by the same person, with
the same key or a proven one, takes it back if it is the later by their own word, as
docs/approvals.md says. While one stands no approval of the change counts, as at the gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.text import shortened, visible
from affidavit.changes.approval.model import Code, SignedApproval, Strength
from affidavit.changes.same_hand import same_hand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.changes.people import Who


class Said(NamedTuple):
    """A signed decision, and whom its key stands for, if it is one person's."""

    signed: SignedApproval
    who: Who | None


def standing_rejection(said: Iterable[Said], merged_at: str | None) -> str:
    """That a rejection stood at the merge, or may have, in words; empty where none did."""
    found = tuple(said)
    for one in found:
        if _rejects(one.signed, merged_at) and not any(_lifts(each, one) for each in found):
            signed = one.signed
            name = ", ".join(signed.principals) or signed.fingerprint or "an unknown key"
            return f"{visible(shortened(name, 200))} rejected it, and did not take it back"
    return ""


def _rejects(one: SignedApproval, merged_at: str | None) -> bool:
    """Whether it is a rejection by a key that the base knows, and not known to be of later.

    Of one whose time nobody else recorded it is unknown whether it stood.
    """
    late = one.time is not None and merged_at is not None and one.time > merged_at
    known = all(problem.code is Code.NO_TIME for problem in one.problems)
    return one.decision == "rejected" and known and not late and _holds(one)


def _holds(one: SignedApproval) -> bool:
    return one.strength is not Strength.UNCHECKED


def _lifts(approval: Said, rejection: Said) -> bool:
    """Whether `approval` is by the same person for sure, and the later one."""
    signed, against = approval.signed, rejection.signed
    if not signed.counts or signed.asserted_at <= against.asserted_at:
        return False
    if signed.fingerprint == against.fingerprint:
        return True
    both = approval.who is not None and rejection.who is not None
    # A program that holds another key of somebody takes nothing back for them.
    return signed.grade == "R4" and both and same_hand(approval.who, rejection.who) is True
