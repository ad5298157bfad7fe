"""What an audit has to say of signed statements as a whole: its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.limit import limit
from affidavit.base.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.sworn.statements import Found
    from affidavit.base.limit import Limit

_UNREAD = "Signed statements could not be read; what they say is unknown, and counts for nothing."
_PASSED = (
    "Decisions of the gate, or what is no approval, were passed over: nobody signed them whom the"
    " commit that the landing was merged into believes."
)


def limits_of(found: Found, landings: int) -> Iterator[Limit]:
    """What could not be read or was passed over, and where in the period there was no gate."""
    sworn = found.by_landing.values()
    lost = {each for one in sworn for each in (*one.unread, *one.gate.unread)} | {*found.unread}
    if lost:
        yield limit("statements-unread", _UNREAD, list(map(visible, lost)), gap=True)
    if found.passed:
        yield limit("statements-passed-over", _PASSED, list(map(visible, found.passed)))
    gated = any(one.gate.is_gated is not False for one in sworn)
    if found.changes or (found.unasked and gated):
        text = (
            f"There was no gate all the time: {found.unasked:,} of {landings:,} landings were"
            " merged into a commit that asks for none, and nothing was asked of them. Named are"
            " the landings that added or removed it."
        )
        gap = any(not one.startswith("added") for one in found.changes)
        yield limit("gate-not-asked", text, found.changes, gap=gap)
