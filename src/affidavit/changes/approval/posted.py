"""The line by which a forge dates an approval: posted as the whole text of a review."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from affidavit.changes.approval.model import Seen, TimeBy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.changes.forge.model import Review
    from affidavit.ledger.dsse import Envelope

_ENDS = ("", "\n", "\r\n")
"""What a client may put after the line."""


def posted(envelope: Envelope) -> str:
    """The line for `envelope` with its one signature.

    It names the signature with the statement: who signs the same statement later gets no older
    time by it.
    """
    return f"affidavit-approval: sha256:{hashlib.sha256(envelope.encode()).hexdigest()}"


def forge_time(envelope: Envelope, reviews: Iterable[Review]) -> Seen | None:
    """When a review that consists of the line came to be so, by the forge's record; the first.

    Who wrote the review does not matter: it shows that the approval was there.
    """
    line = posted(envelope)
    digests = {f"sha256:{hashlib.sha256((line + end).encode()).hexdigest()}" for end in _ENDS}
    times = [
        time
        for one in reviews
        # A text that was edited was in place when it was, and not before.
        if one.body_digest in digests and (time := one.edited_at or one.submitted_at)
    ]
    return Seen(min(times), TimeBy.FORGE) if times else None
