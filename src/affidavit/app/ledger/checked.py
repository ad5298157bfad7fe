"""A ledger verified before what it says is believed: whoever can write to it can write anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.clock import now
from affidavit.app.ledger.custody import verifier
from affidavit.app.ledger.own import own_custody
from affidavit.app.ledger.signed import last_signed
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import DamagedError, FormatError
from affidavit.verify.log import verify
from affidavit.verify.result import Status
from affidavit.verify.trust import Trust

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home
    from affidavit.verify.result import Result

SHOWN = 300
"""Characters of a problem that are shown."""


class Unsure(NamedTuple):
    """Why a ledger in which nothing is wrong does not count as verified."""

    status: Status
    reason: str


def checked(place: Home) -> Unsure | None:
    """None where the ledger at `place` verifies with this account's own keys of its log.

    The log has to go on from what they signed last. Where the account has none, the log is held
    against the key that it brings itself.

    Raises:
        DamagedError: The ledger does not verify; the first problem is named.
        AffidavitError: It cannot be verified.
    """
    with viewing(place) as view:
        custody = own_custody(view.origin)
    keys = () if custody is None else tuple(map(verifier, custody.held()))
    # It is read first: a server that keeps the log meanwhile only makes the log longer.
    last = None if custody is None else last_signed(custody.last_signed)
    with viewing(place) as view:
        kept = None if last is None else view.rows.checkpoint(last.size)
    trust = Trust(keys=keys, remembered=(kept,) if kept else (), now=now() // 1_000_000)
    result = _verified(place, trust)
    if last is not None:
        with viewing(place) as view:
            last.check(view.size, view.root)
    if result.status is Status.VERIFIED:
        return None
    if result.status is Status.SELF_ASSERTED:
        return Unsure(result.status, "this account has no key of the log: only its own was used")
    return Unsure(result.status, "; ".join(result.reasons)[:SHOWN] or str(result.status))


def _verified(place: Home, trust: Trust) -> Result:
    try:
        result = verify(place.database, trust)
    except FormatError as error:  # the checkpoint that the ledger has of what was signed last
        raise DamagedError(f"the ledger does not verify: {error.message}"[:SHOWN]) from error
    if result.status is Status.FAILED:
        first = result.problems[0]
        entry = "" if first.index is None else f"entry {first.index:,}: "
        at = "" if entry == f"{first.place}: " else f"{first.place}: "
        raise DamagedError(
            f"the ledger does not verify: {entry}{at}{first.text}"[:SHOWN],
            hint="affidavit ledger verify lists what was changed",
        )
    return result
