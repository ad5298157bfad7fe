"""What witnesses signed of a ledger's newest checkpoint, kept beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.clock import now
from affidavit.app.ledger.verifying import policy_at
from affidavit.app.ledger.view import viewing
from affidavit.app.progress import QUIET
from affidavit.app.witness.asking import Asked, asked
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.note import parse_note
from affidavit.store.beside import keep_cosignature

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.reading import Progress


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    """What each witness answered for the checkpoint of `size`, and whether they are enough.

    `quorum` is of those that signed now; `kept` counts what was kept of the others as well.
    """

    size: int
    quorum: bool
    kept: bool
    witnesses: tuple[Asked, ...]


def collected(place: Home, policy: Path, progress: Progress = QUIET) -> Collected:
    """Ask the witnesses of `policy`, and keep what they sign.

    Raises:
        UsageError: No witness of the policy has an address.
        AffidavitError: The ledger or the policy cannot be read, or nothing be kept.
    """
    rules = policy_at(policy)
    with viewing(place) as view:
        size, answers = view.size, tuple(asked(view, rules, now, progress))
    for one in answers:
        for line in one.lines:
            keep_cosignature(place.database, size, line)
    with viewing(place) as view:
        note = parse_note(view.checkpoint_of(size))
    judged = rules.judge(note, parse_checkpoint(note))
    signed = {one.witness: one.time or 0 for one in answers if one.lines}
    return Collected(
        size=size,
        quorum=rules.is_quorum(signed),
        kept=judged.quorum_met,
        witnesses=tuple(_with_kept(one, judged.witnesses) for one in answers),
    )


def _with_kept(one: Asked, times: Mapping[str, int]) -> Asked:
    return one if one.lines else msgspec.structs.replace(one, kept=times.get(one.witness))
