"""Changing a log's key, and ending a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.custody import verifier
from affidavit.app.ledger.keeper import FROZEN, LOG_STREAM
from affidavit.app.ledger.kept import KEEPER, account, by
from affidavit.app.ledger.view import View
from affidavit.base.errors import DamagedError, UsageError
from affidavit.ledger.checkpoint import is_origin
from affidavit.ledger.entry import Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from affidavit.app.ledger.custody import Custody, Held
    from affidavit.app.ledger.keeper import Acknowledged, Keeper

ROTATED = "key.rotated.v1"
OVERLAP = 1_000
"""Entries for which the old key signs beside the new one."""


def rotated(
    keeper: Keeper, key: Callable[[Custody], Held], *, overlap: int = OVERLAP
) -> tuple[str, Acknowledged]:
    """Sign with another key from now on; its verifier key, and the entry that says so.

    The entry lies under a checkpoint of both keys. Whatever fails on the way leaves a log that both
    sign: the old key stops only when the entry is durable. A key that no entry names for that
    reason is never an old one, for nobody could follow from it; it can be given again.

    Raises:
        KeyFileError: A key cannot be used or kept; nothing was appended.
        DamagedError: The log names none of the keys of this account.
    """
    keeper.gathering()  # a frozen log has no further keys
    custody = keeper.custody
    named = frozenset(View(keeper.log.rows).claimed_keys())
    new = key(custody)
    if new.vkey in named:
        raise UsageError(f"{verifier(new)} signs this log already")
    olds = [one for one in custody.held() if one.vkey != new.vkey]
    old = _newest(olds, named)
    custody.replace([*olds, new])
    keeper.rekeyed()
    size = keeper.log.size + 1
    until = size + overlap
    fact = Fact(
        kind=ROTATED,
        stream=LOG_STREAM,
        actor=KEEPER,
        body={
            "from_size": size,
            "keeper": account(),
            "new": new.vkey,
            "old": old.vkey,
            "until_size": until,
        },
    )
    done = keeper.record(fact, by("rotate-key"))
    ended = [
        msgspec.structs.replace(one, until_size=until)
        if one.until_size is None or one.until_size > until
        else one
        for one in olds
    ]
    custody.replace([*ended, new])
    keeper.rekeyed()
    return new.vkey, done


def _newest(held: Sequence[Held], named: Collection[str]) -> Held:
    """The newest of the keys `held` that the log has `named`."""
    found = next((one for one in reversed(held) if one.vkey in named), None)
    if found is None:
        raise DamagedError(
            "the log names none of the keys that sign it",
            hint="affidavit ledger verify lists what was changed",
        )
    return found


def frozen(keeper: Keeper, reason: str, successor: str | None) -> Acknowledged:
    """End the log: nothing can be appended after this entry.

    Raises:
        UsageError: `successor` cannot be the name of a log.
    """
    if successor is not None and not is_origin(successor):
        raise UsageError(f"{successor!a} cannot name a log", hint="such as example.com/team-2027")
    body: dict[str, object] = {"reason": reason}
    if successor is not None:
        body["successor"] = successor
    fact = Fact(kind=FROZEN, stream=LOG_STREAM, actor=KEEPER, body=body)
    return keeper.record(fact, by("freeze"))
