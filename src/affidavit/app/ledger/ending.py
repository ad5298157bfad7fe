"""Changing a log's key, and ending a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.custody import verifier
from affidavit.app.ledger.keeper import FROZEN, LOG_STREAM
from affidavit.app.ledger.kept import KEEPER, account, by
from affidavit.base.errors import UsageError
from affidavit.ledger.checkpoint import is_origin
from affidavit.ledger.entry import Fact

if TYPE_CHECKING:
    from collections.abc import Callable

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
    sign: the old key stops only when the entry is durable.

    Raises:
        KeyFileError: A key cannot be used or kept; nothing was appended.
    """
    keeper.gathering()  # a frozen log has no further keys
    custody = keeper.custody
    olds = custody.held()
    new = key(custody)
    if any(one.vkey == new.vkey for one in olds):
        raise UsageError(f"{verifier(new)} signs this log already")
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
            "old": olds[-1].vkey,
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
