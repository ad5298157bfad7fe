"""What one commit says, kept small: everything a landing needs of it but its bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

import msgspec

from affidavit.base.commit import Commit, Ident
from affidavit.base.digest import sha256
from affidavit.base.text import decode, shortened, visible
from affidavit.changes.pull_request import Stated, stated
from affidavit.provenance.model import Claim, Party, PartyKind, Role, Tier, Trailer
from affidavit.provenance.trailers import people as named_people
from affidavit.provenance.trailers import person, trailers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from affidavit.changes.identities import Declared, Identities

TITLE = 200
"""Characters of a subject that are kept."""
PEOPLE = 1_000
"""People of each role that are kept of one commit."""
ASSERTED = 20
"""Asserted reviews that are kept of one commit."""
_REMEMBERED = 50_000
_SERIES = 8
"""Trailers of one message up to which they are remembered together."""
_STATING_KEYS = frozenset({"change-id", "reviewed-on"})
_CO_AUTHOR = re.compile(rb"^co-authored-by:([^\n]*)", re.MULTILINE | re.IGNORECASE)
_LINE = 1_000
_REVERT = re.compile(rb"^This reverts commit [0-9a-f]{7,64}", re.MULTILINE)
_IDENTITY_SOURCES = frozenset({"author", "committer", "co-author", "squash-trailer"})
_ASSERTED = frozenset({"reviewed-by", "acked-by", "approved-by", "approver", "review-date"})


class ClaimReader(Protocol):
    """Recognises agents in identities and messages."""

    def party(self, ident: Ident) -> Party:
        """What stands behind `ident`."""
        ...

    def silent(self, messages: Iterable[bytes]) -> bool:
        """Whether nothing in any of `messages` could be a claim."""
        ...

    def claims(
        self, commit: Commit, trailers: tuple[Trailer, ...], *, forge_signed: bool, silent: bool
    ) -> tuple[Claim, ...]:
        """Every claim that `commit` makes; `silent` says that its message makes none."""
        ...

    @property
    def capped(self) -> Collection[str]:
        """Commits that said more than is read of one."""
        ...


class Observed(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The facts of one commit; `asserted` are review trailers as typed, which prove nothing.

    Of a commit that is no landing `title` is empty and `revert` false, and `stated` is only what
    its trailers may say: a merge can take its number from there. `automation` says that its author
    is a bot and no person is named as co-author.
    """

    id: str
    tree: str
    parents: tuple[str, ...]
    author: Ident
    committer: Ident
    time: int | None
    title: str
    stated: Stated | None
    forge_committer: bool
    forge_signed: bool
    automation: bool
    revert: bool
    claims: tuple[Claim, ...] = ()
    co_authors: tuple[Ident, ...] = ()
    signed_off: tuple[Ident, ...] = ()
    asserted: tuple[str, ...] = ()

    @property
    def merges(self) -> bool:
        """Whether it joins two lines of history: it has two different parents or more."""
        return len(self.parents) > 1 and len(set(self.parents)) > 1

    @property
    def contributes(self) -> bool:
        """Whether it can hold content: no merge, one in form only, or one an agent claims."""
        return not self.merges or any(claim.decides for claim in self.claims)


class _Face(msgspec.Struct, frozen=True, gc=False):
    """What an identity is, looked up once; `ident` is the one copy of it that is kept."""

    ident: Ident
    forge: bool
    bot: bool
    person: bool
    """Whether it is a person, but for what a file may declare."""
    writer: bool
    """Whether it is that, or an agent."""


_Named = tuple[tuple[Ident, ...], tuple[Ident, ...], tuple[str, ...], bool]
"""Co-authors, signers-off, the reviews that trailers assert, and whether any may state a number."""
_NOBODY: _Named = ((), (), (), False)


class Observer:
    """Turns commits into `Observed`; identities that repeat are looked at and kept once."""

    def __init__(
        self, signals: ClaimReader, declared: Identities | None, inside: Identities | None
    ) -> None:
        self._signals = signals
        self._declared = declared
        self._inside = inside
        self._faces: dict[Ident, _Face] = {}
        self._committed: dict[Ident, None] = {}
        self._series: dict[tuple[Trailer, ...], _Named] = {}

    @property
    def met(self) -> Iterable[Ident]:
        """Every author and committer met so far, each once, in the order they were met.

        Not those of trailers: anybody can type somebody else's name there.
        """
        return self._committed.keys()

    def forge_committer(self, commit: Commit) -> bool:
        """Whether the committer is typed as a forge's own."""
        return self._face(commit.committer).forge

    def silent(self, commits: Iterable[Commit]) -> bool:
        """Whether no message of `commits` makes a claim."""
        return self._signals.silent(commit.message for commit in commits)

    def observe(
        self, commit: Commit, *, forge_signed: bool, landing: bool = True, silent: bool = False
    ) -> Observed:
        """The facts of `commit`; `forge_signed` says that a forge's signature on it verified.

        What only a `landing` is asked for is left out of any other commit: most are no landings.
        `silent` says that the message is known to make no claim.
        """
        message = commit.message
        found = trailers(message)
        claims = self._signals.claims(commit, found, forge_signed=forge_signed, silent=silent)
        co_authors, signed_off, asserted, states = self._named(found) if found else _NOBODY
        if b"uthored-" in message:
            co_authors = self._with_lines(message, co_authors)
        subject = _subject(message) if landing else b""
        author = self._face(commit.author)
        committer = self._face(commit.committer)
        self._committed[author.ident] = self._committed[committer.ident] = None
        if self._declared or self._inside:
            claims = self._with_declared(commit.id, claims, author.ident, co_authors)
        return Observed(
            id=commit.id,
            tree=commit.tree,
            parents=commit.parents,
            author=author.ident,
            committer=committer.ident,
            time=commit.committer_time,
            title=shortened(visible(decode(subject)), TITLE) if landing else "",
            stated=stated(commit, found) if states or (landing and _may_state(message)) else None,
            forge_committer=committer.forge,
            forge_signed=forge_signed,
            automation=author.bot and not any(map(self._by_person, co_authors)),
            revert=message.startswith(b'Revert "') or _reverts(message),
            claims=claims,
            co_authors=co_authors,
            signed_off=signed_off,
            asserted=asserted,
        )

    def _with_lines(self, message: bytes, co_authors: tuple[Ident, ...]) -> tuple[Ident, ...]:
        """The co-authors with those named on lines where git sees no trailer: they wrote, too."""
        named = (
            ident
            for found in _CO_AUTHOR.finditer(message)
            for ident in named_people(decode(found[1][:_LINE]))
        )
        faces = map(self._face, named)
        every = (*co_authors, *(face.ident for face in faces if face.writer))
        return tuple(dict.fromkeys(every))[:PEOPLE]

    def _face(self, ident: Ident) -> _Face:
        face = self._faces.get(ident)
        if face is None:
            kind = self._signals.party(ident).kind
            declared = self._declaration(ident)
            face = self._faces[ident] = _Face(
                ident,
                forge=kind is PartyKind.FORGE,
                bot=(declared.kind if declared else kind) is PartyKind.BOT,
                person=kind is PartyKind.PERSON,
                writer=kind in (PartyKind.PERSON, PartyKind.AGENT),
            )
        return face

    def _by_person(self, ident: Ident) -> bool:
        face = self._face(ident)
        return face.person and not face.bot

    def _named(self, found: tuple[Trailer, ...]) -> _Named:
        """What the trailers say of people; the commits of a series often say the same."""
        if len(found) > _SERIES:
            return self._read(found)
        named = self._series.get(found)
        if named is None:
            if len(self._series) >= _REMEMBERED:
                self._series.clear()
            named = self._series[found] = self._read(found)
        return named

    def _read(self, found: tuple[Trailer, ...]) -> _Named:
        people: dict[str, dict[Ident, None]] = {"co-authored-by": {}, "signed-off-by": {}}
        asserted: list[str] = []
        states = False
        for trailer in found:
            key = trailer.key.lower()
            states |= key in _STATING_KEYS
            group = people.get(key)
            if group is not None:
                for ident in named_people(trailer.value)[: PEOPLE - len(group)]:
                    group[self._face(ident).ident] = None
            elif key in _ASSERTED and len(asserted) < ASSERTED:
                asserted.append(_shown(trailer))
        co_authors, signed_off = people["co-authored-by"], people["signed-off-by"]
        return tuple(co_authors), tuple(signed_off), tuple(asserted), states

    def _declaration(self, ident: Ident) -> Declared | None:
        """What a configuration says: the caller's file first, one inside the repository last."""
        outside = self._declared.get(ident) if self._declared else None
        if outside or not self._inside or self._signals.party(ident).kind is not PartyKind.PERSON:
            return outside
        return self._inside.get(ident)

    def _with_declared(
        self, commit: str, claims: tuple[Claim, ...], author: Ident, co_authors: tuple[Ident, ...]
    ) -> tuple[Claim, ...]:
        if not self._declared and not self._inside:
            return claims
        kept = [claim for claim in claims if not self._is_declared_person(claim)]
        for role, idents in ((Role.AUTHOR, (author,)), (Role.CO_AUTHOR, co_authors)):
            kept.extend(
                _declared_claim(commit, ident, role, declared.name)
                for ident in idents
                if (declared := self._declaration(ident)) and declared.kind is PartyKind.AGENT
            )
        return tuple(sorted(kept))

    def _is_declared_person(self, claim: Claim) -> bool:
        """Whether the caller's own file says that the identity behind `claim` is a person."""
        ident = person(claim.evidence) if claim.source in _IDENTITY_SOURCES else None
        declared = self._declared.get(ident) if ident and self._declared else None
        return declared is not None and declared.kind is PartyKind.PERSON


def _declared_claim(commit: str, ident: Ident, role: Role, agent: str) -> Claim:
    return Claim(
        commit=commit,
        rule="PRV-DECLARED-001",
        tier=Tier.C,
        agent=agent,
        role=role,
        source=str(role),
        evidence=shortened(visible(str(ident)), 300),
        digest=sha256(str(ident).encode("utf-8", "surrogatepass")),
    )


def _subject(message: bytes) -> bytes:
    """The first line that is not blank, and no more of it than a title can show."""
    return message[: 8 * TITLE].lstrip().partition(b"\n")[0][: 4 * TITLE].rstrip()


def _may_state(message: bytes) -> bool:
    """Whether a form of docs/pull-request-forms.md that is no trailer can be there."""
    return (
        b"#" in message
        or b"!" in message
        or b"Merged PR" in message[:TITLE]
        or b"Differential Revision" in message
    )


def _reverts(message: bytes) -> bool:
    """Whether git's sentence of a revert is there, and not as one of many in a squash's list."""
    return (
        b"This reverts commit " in message
        and b"\n* " not in message
        and _REVERT.search(message) is not None
    )


def _shown(trailer: Trailer) -> str:
    return f"{visible(shortened(trailer.key, 40))}: {visible(shortened(trailer.value, TITLE))}"
