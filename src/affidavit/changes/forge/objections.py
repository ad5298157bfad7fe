"""Who asked for changes on a request, and had not taken it back when it was merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.forge.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.forge.model import Account, PullRequest

_OPINIONS = (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED)


def objecting(request: PullRequest) -> Iterator[Account]:
    """The accounts whose last opinion before the merge asks for changes.

    One of which the forge does not tell the time counts.
    """
    last: dict[Account, bool] = {}
    for review in sorted(request.reviews, key=lambda one: (one.submitted_at or "", one.id or 0)):
        late = review.submitted_at and request.merged_at and review.submitted_at > request.merged_at
        if review.author is not None and review.state in _OPINIONS and not late:
            last[review.author] = review.state is ReviewState.CHANGES_REQUESTED
    return (account for account, objects in last.items() if objects)
