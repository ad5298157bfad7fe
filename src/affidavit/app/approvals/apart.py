"""Whether who signs is surely none of those who wrote a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.commit import Ident
from affidavit.changes.people import People
from affidavit.changes.same_hand import same_hand
from affidavit.provenance.model import Party, PartyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.changes.people import Who


class Apart:
    """Tells by `people`, who join identities; without them by names and addresses as typed."""

    def __init__(self, people: People | None = None) -> None:
        self._people = people or People(lambda _: Party(PartyKind.PERSON))

    def __call__(self, principals: Sequence[str], hands: Sequence[Ident]) -> bool | None:
        """Whether the person of `principals` is another than everybody in `hands`.

        None where that cannot be told, as where only programs wrote.
        """
        addresses = {one.email.casefold() for one in hands}
        if addresses & {one.casefold() for one in principals}:
            return False
        wrote = [who for who in map(self._people.who, hands) if who.personal]
        same = [same_hand(one, who) for one in self._owners(principals) for who in wrote]
        if True in same:
            return False
        return None if not same or None in same else True

    def _owners(self, principals: Sequence[str]) -> Iterator[Who]:
        for one in principals:
            yield self._people.who(Ident(one.partition("@")[0], one))
