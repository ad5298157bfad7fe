"""Whether a forge recorded that another person approved the change that enrolled a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.commit import Ident
from affidavit.changes.forge.approvals import who_of
from affidavit.changes.model import Kind
from affidavit.changes.review import NOBODY
from affidavit.changes.same_hand import same_hand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from affidavit.changes.forge.recorded import Recorded
    from affidavit.changes.people import People, Who


def _is_own_merge(recorded: Recorded, commit: str) -> bool:
    """Whether the merge is the request's own head: what it has beside the base nobody was shown."""
    return recorded.landed.kind is Kind.MERGE and recorded.request.head_oid == commit


class Enrolling:
    """Answers from what a forge `recorded` of landings; `people` joins identities."""

    def __init__(self, recorded: Mapping[str, Recorded], people: People) -> None:
        self._recorded = recorded
        self._people = people

    def by_forge(self, commit: str, principals: tuple[str, ...]) -> bool | None:
        """Whether somebody else than `principals` approved `commit`, outside its authors.

        None where no record of the forge is of it, or nobody can be told apart from them.
        """
        recorded = self._recorded.get(commit)
        if recorded is None or _is_own_merge(recorded, commit):
            return None
        owners = [self._people.who(Ident(one.partition("@")[0], one)) for one in principals]
        approving = list(self._approving(recorded))
        others = [who for who in approving if all(same_hand(who, one) is False for one in owners)]
        return True if others else (None if approving else False)

    def _approving(self, recorded: Recorded) -> Iterator[Who]:
        """Persons whose approval counts by the forge's record."""
        review = recorded.review(NOBODY, self._people)
        by_id = {one.id: one.author for one in recorded.request.reviews}
        for one in review.approvals:
            account = by_id.get(one.review) if one.review is not None else None
            if one.counts and account is not None and review.reviewed:
                yield who_of(account, self._people.who, recorded.host)
