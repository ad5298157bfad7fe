"""What witnesses signed of a ledger's newest checkpoint, kept beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.clock import now
from affidavit.app.ledger.verifying import policy_at
from affidavit.app.ledger.view import viewing
from affidavit.app.witness.asking import Asked, asked
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.note import parse_note
from affidavit.store.beside import keep_cosignature

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What each witness answered for the checkpoint of `size`, and whether they are enough."""

    size: int
    quorum: bool
    witnesses: tuple[Asked, ...]


def collected(place: Home, policy: Path) -> Collected:
    """Ask the witnesses of `policy`, and keep what they sign.

    Raises:
        UsageError: No witness of the policy has an address.
        AffidavitError: The ledger or the policy cannot be read, or nothing be kept.
    """
    rules = policy_at(policy)
    with viewing(place) as view:
        size, answers = view.size, tuple(asked(view, rules, now))
    for one in answers:
        for line in one.lines:
            keep_cosignature(place.database, size, line)
    with viewing(place) as view:
        note = parse_note(view.checkpoint_of(size))
    judged = rules.judge(note, parse_checkpoint(note))
    return Collected(size=size, quorum=judged.quorum_met, witnesses=answers)
