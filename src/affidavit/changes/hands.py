"""Everybody a landing names, with their roles, and whose hands it went through."""

from __future__ import annotations

from collections import Counter
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from affidavit.base.commit import Ident
from affidavit.base.text import shortened, visible
from affidavit.changes.model import Kind, Participant, PersonRole
from affidavit.changes.review import UNPROMPTED, Hands, shown_name
from affidavit.provenance.model import PartyKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.changes.observe import Observed
    from affidavit.changes.people import People, Who
    from affidavit.provenance.model import Claim

_BIT = {role: 1 << index for index, role in enumerate(PersonRole)}
_AUTHOR, _CO_AUTHOR = _BIT[PersonRole.AUTHOR], _BIT[PersonRole.CO_AUTHOR]
_COMMITTER, _MERGER = _BIT[PersonRole.COMMITTER], _BIT[PersonRole.MERGER]
_SIGNED_OFF = _BIT[PersonRole.SIGNED_OFF]
_OF_PEOPLE = (PartyKind.PERSON, PartyKind.BOT)
_SPELLINGS = 50
"""Spellings of one identity that are compared with others'."""


@cache
def _roles(bits: int) -> tuple[PersonRole, ...]:
    return tuple(role for role, bit in _BIT.items() if bits & bit)


@cache
def _participant(name: str, email: str, kind: PartyKind, bits: int) -> Participant:
    return Participant(
        name=visible(shortened(name, 200)),
        email=visible(shortened(email, 254)),
        kind=kind,
        roles=_roles(bits),
    )


class Known(Protocol):
    """What is known of identities, and what commits claim."""

    @property
    def people(self) -> People:
        """Who they are."""
        ...

    def claims(self, commit: Observed) -> tuple[Claim, ...]:
        """Every claim on `commit`."""
        ...


class Roll:
    """Names of a landing with their roles, joined by person, in the order they were first met.

    Of commits that name the same people one is enough in `brought`: see `Rolls`.
    """

    def __init__(self, known: Known, landing: Observed, brought: Sequence[Observed]) -> None:
        self._people = known.people
        self._claims = known.claims
        self._landing = landing
        self._brought = brought
        self._bits: dict[str, int] = {}
        self._who: dict[str, list[Who]] = {}
        self._merger: Who | None = None
        self._unanswered = ""
        self._plain: tuple[Participant, ...] | None = None
        """The participants, where each has but one spelling: it need not be chosen."""

    def _add(self, ident: Ident, bit: int) -> None:
        """Note a role of `ident`; a forge's own identity names nobody and is left out."""
        who = self._people.who(ident)
        key = who.key
        bits = self._bits.get(key)
        if bits is None:
            if who.kind is PartyKind.FORGE:
                return
            self._who[key] = [who]
            self._bits[key] = bit
            return
        self._bits[key] = bits | bit
        spelt = self._who[key]
        if spelt[0] is not who and who not in spelt and len(spelt) < _SPELLINGS:
            spelt.append(who)

    def add_landing(self, commit: Observed) -> None:
        """The people of a landing that is its own content: author, co-authors, committer."""
        self._unanswered = self._unknown_hand(commit)
        self._add(commit.author, _AUTHOR)
        for co_author in commit.co_authors:
            self._add(co_author, _CO_AUTHOR)

    def add_committer(self, commit: Observed) -> None:
        """Its committer, if that is not its author, and who signed it off."""
        if commit.committer != commit.author:
            self._add(commit.committer, _COMMITTER)
        self._add_sign_offs(commit)

    def add_brought(self, commit: Observed) -> None:
        """The people of a commit that was brought in.

        Who made a merge inside it pushed to the branch: a committer, not an author of content.
        """
        self._add(commit.author, _COMMITTER if commit.merges else _AUTHOR)
        if commit.contributes:
            self._unanswered = self._unanswered or self._unknown_hand(commit)
        for co_author in commit.co_authors:
            self._add(co_author, _CO_AUTHOR)
        self.add_committer(commit)

    def _unknown_hand(self, commit: Observed) -> str:
        """Why it cannot be told which person `commit` is of; empty where it can, or of a bot's."""
        author = self._people.who(commit.author)
        if commit.committer != commit.author:
            committer = self._people.who(commit.committer)
            if not committer.owned and committer.kind in _OF_PEOPLE:
                return _nobodys("committer", committer)
            if committer.nameable and committer.key == author.key:
                return ""
        if author.nameable or author.vouched:
            return ""
        # Whom a trailer alone names may be made up.
        named = map(self._people.who, commit.co_authors)
        if any(who.nameable and self._people.is_met(who) for who in named):
            return ""
        if author.kind is PartyKind.AGENT or any(one.decides for one in self._claims(commit)):
            return UNPROMPTED
        return _nobodys("author", author) if not author.owned else ""

    def add_merger(self, merge: Observed) -> None:
        """Who made a merge: its committer, or its author where a forge committed it."""
        for co_author in merge.co_authors:
            self._add(co_author, _CO_AUTHOR)
        committed_by_forge = self._people.who(merge.committer).kind is PartyKind.FORGE
        ident = merge.author if committed_by_forge else merge.committer
        merger = self._people.who(ident)
        if merger.kind is PartyKind.FORGE:
            return
        self._merger = merger
        if merger.key in self._bits:
            self._bits[merger.key] |= _MERGER
        else:
            self._add(ident, _MERGER)

    def _add_sign_offs(self, commit: Observed) -> None:
        """Sign-offs by somebody who is not the author; they do not make one an author."""
        for ident in commit.signed_off:
            if ident != commit.author and (
                self._people.who(ident).key != self._people.who(commit.author).key
            ):
                self._add(ident, _SIGNED_OFF)

    @property
    def merger(self) -> Who | None:
        """Who made the merge, as typed there, where one was added."""
        return self._merger

    @property
    def merging(self) -> list[Who]:
        """Whoever made the merge, in every spelling met."""
        merger = self._merger
        return [merger, *self._who.get(merger.key, ())] if merger else []

    def participants(self, brought: Sequence[Observed]) -> tuple[Participant, ...]:
        """Everybody, first met first; `brought` is all that the landing brought in."""
        if self._plain is not None:
            return self._plain
        spellings = {key: self._spellings(key) for key in self._who}
        shown = tuple(
            _participant(who.name, who.email, who.kind, self._bits[key])
            for key, spelt in spellings.items()
            for who in (spelt[0] if len(spelt) == 1 else self._shown(spelt, brought),)
        )
        if all(len(spelt) == 1 for spelt in spellings.values()):
            self._plain = shown
        return shown

    def _spellings(self, key: str) -> list[Who]:
        """In which spellings somebody was met, as the merger too."""
        spelt, merger = self._who[key], self._merger
        new = merger and merger.key == key and merger not in spelt
        return [*spelt, merger] if merger and new else spelt

    def _shown(self, spelt: Sequence[Who], brought: Sequence[Observed]) -> Who:
        """The spelling to show.

        No agent's name if possible; the landing's own; the commonest; a name of several words; the
        first of these.
        """
        typed = Counter(
            ident
            for commit in (self._landing, *brought)
            for ident in (commit.author, commit.committer, *commit.co_authors)
        )
        own = (self._landing.author, self._landing.committer)
        return min(
            spelt,
            key=lambda who: (
                bool(who.agent),
                who.raw not in own,
                -typed[who.raw],
                " " not in who.name.strip(),
            ),
        )

    @cached_property
    def hands(self) -> Hands:
        """The same people by what counts for a review."""
        return Hands(
            authors=self._with(_AUTHOR | _CO_AUTHOR),
            committers=self._with(_COMMITTER),
            owners=tuple(self._owners()),
            merger=self._merger,
            unanswered=self._unanswered,
            wrote=self._wrote() if self._people.joins else (),
        )

    def _wrote(self) -> tuple[Who, ...]:
        """The authors as they wrote, not as they merged."""
        wrote = (
            ident
            for commit in (*self._brought, self._landing)
            for ident in (
                *(() if commit.merges else (commit.author,)),
                *commit.co_authors,
            )
        )
        idents = islice(dict.fromkeys(wrote), _SPELLINGS)
        return tuple(map(self._people.who, idents))

    def _with(self, bits: int) -> tuple[Who, ...]:
        return tuple(
            one for key, spelt in self._who.items() if self._bits[key] & bits for one in spelt
        )

    def _owners(self) -> Iterator[Who]:
        for who in self._with(_AUTHOR | _CO_AUTHOR | _COMMITTER):
            if who.owner:
                yield self._people.who(Ident(who.owner, who.owner))


def _nobodys(role: str, who: Who) -> str:
    return f"a commit's {role}, {shown_name(who)}, has an address that is nobody's own"


class Rolls:
    """The rolls of landings. Those that name the same people share one: few make most of them."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._rolls: dict[tuple[object, ...], Roll] = {}

    def roll(self, landing: Observed, kind: Kind, brought: Sequence[Observed]) -> Roll:
        """Everybody of `landing`; `brought` are commits it brought in, or that were squashed."""
        named = {self._named(commit): commit for commit in brought}
        key = (kind is Kind.MERGE, self._named(landing), *named)
        found = self._rolls.get(key)
        if found is None:
            found = self._rolls[key] = _roll(self._known, landing, kind, list(named.values()))
        return found

    def _named(self, commit: Observed) -> tuple[object, ...]:
        """All by which a roll tells one commit from another."""
        merges = len(commit.parents) > 1 and commit.merges
        claims = self._known.claims(commit)
        return (
            commit.author,
            commit.committer,
            commit.co_authors,
            commit.signed_off,
            merges,
            merges and commit.contributes,
            bool(claims) and any(one.decides for one in claims),
        )


def _roll(known: Known, landing: Observed, kind: Kind, brought: Sequence[Observed]) -> Roll:
    named = Roll(known, landing, brought)
    if kind is not Kind.MERGE:
        named.add_landing(landing)
    for commit in brought:
        named.add_brought(commit)
    if kind is Kind.MERGE:
        named.add_merger(landing)
    else:
        named.add_committer(landing)
    return named
