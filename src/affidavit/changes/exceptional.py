"""What of a landing a person has to explain: docs/exceptions.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.period import rfc3339
from affidavit.changes.chain import out_of_order
from affidavit.changes.gated import GateState
from affidavit.changes.model import Grade

if TYPE_CHECKING:
    from affidavit.changes.forge.judged import ForgeReview
    from affidavit.changes.model import Review
    from affidavit.changes.observe import Observed
    from affidavit.changes.sworn import Sworn

OUTSIDE = "outside-requests"
UNAPPROVED = "unapproved"
UNGATED = "ungated"
SELF_MERGED = "self-merged"
NO_REVIEW = "no-review-evidence"
OUT_OF_ORDER = "date-out-of-order"


class Known(NamedTuple):
    """What a forge's records tell of a landing's review, if it is of a request.

    Of the time `covered`, from and up to RFC 3339 times, every merged request is known. `sworn` is
    what signed statements tell.
    """

    review: ForgeReview | None
    covered: tuple[str, str] | None
    sworn: Sworn | None = None


def is_covered(covered: tuple[str, str] | None, time: int) -> bool:
    """Whether every merged request of `time`, in seconds since 1970 UTC, is known."""
    return covered is not None and covered[0] <= rfc3339(time) <= covered[1]


def exceptions_of(judged: Review, own: Observed, time: int, *, forge: Known) -> tuple[str, ...]:
    """The exceptions of a landing whose review is `judged`, and which landed at `time`."""
    found: list[str] = []
    if forge.review is None and is_covered(forge.covered, time):
        found.append(OUTSIDE)
    if judged.grade is not Grade.R4 and forge.review is not None and forge.review.unapproved:
        found.append(UNAPPROVED)
    gate = forge.sworn.gate if forge.sworn else None
    if gate is not None and gate.state is not GateState.ALLOWED:
        found.append(UNGATED)
    if judged.grade is Grade.R0:
        found.append(NO_REVIEW)
    approved = judged.grade is Grade.R4 or (forge.review is not None and forge.review.reviewed)
    if judged.self_merged and not approved:
        found.append(SELF_MERGED)
    if out_of_order(own.time, time):
        found.append(OUT_OF_ORDER)
    return tuple(found)
