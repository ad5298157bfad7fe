"""Claims: what a commit's identities, trailers and lines state about agents that took part in it.

Every commit is first asked one question by one linear pattern: could anything in its message be a
signal? Only the few that could are looked at closely.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.digest import sha256
from affidavit.base.text import decode, shortened
from affidavit.provenance.catalogue import ANY, Kind, Rule, expression, part
from affidavit.provenance.identities import PERSON, Identities
from affidavit.provenance.lines import Lines, squeezed
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.naming import Names, plain_model, slug
from affidavit.provenance.trailers import MOST as MOST_TRAILERS
from affidavit.provenance.trailers import MOST_PEOPLE, people

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from affidavit.base.commit import Commit, Ident
    from affidavit.provenance.catalogue import Catalogue, Found
    from affidavit.provenance.identities import Reading
    from affidavit.provenance.model import Party, Trailer

MOST = 100
"""How many claims of one commit are kept; those that decide its authorship go first."""

_EVIDENCE = 300
"""How much of the evidence a claim shows, in characters; its digest is of all of it."""

_LONGEST = 2_000
"""How much of a trailer's value is matched, in characters; people are looked for in all of it."""

_ASSISTING = ("assist", "suggest", "complet", "review")
_CO_AUTHOR = "co-authored-by"


class _Sighting(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What a rule saw, before it becomes a claim of one commit."""

    rule: Rule
    id: str
    source: str
    evidence: str
    agent: str
    role: Role
    tier: Tier
    model: str | None = None
    session: str | None = None


class Signals:
    """Reads commits by a catalogue of rules. Keeps what it learned of identities; not shared."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._names = Names(catalogue)
        self._identities = Identities(catalogue, self._names)
        self._lines = Lines(catalogue)
        self._trailers: dict[str, list[Rule]] = {}
        for rule in catalogue.of(Kind.TRAILER):
            for key in rule.keys:
                self._trailers.setdefault(key, []).append(rule)
        squash = catalogue.of(Kind.SQUASH_TRAILER)
        self._squash_co_author = next(rule for rule in squash if _CO_AUTHOR in rule.keys)
        self._squash = {tier: rule for rule in squash for tier in rule.inherits}
        self._expressions = {
            rule.id: expression(rule.pattern) for rule in catalogue.of(Kind.TRAILER)
        }
        keys = "|".join(sorted({_CO_AUTHOR, *self._trailers}))
        self._any = expression(rf"^(?:{keys})[ \t]*:|{self._lines.pattern}")
        self._capped: dict[str, None] = {}

    @property
    def capped(self) -> Collection[str]:
        """The commits read so far of which not everything was read or kept, in that order.

        More lines that may be signals than are tried, more trailers, people of one trailer or
        claims than are kept: what was left out may have been a signal.
        """
        return self._capped.keys()

    def party(self, ident: Ident) -> Party:
        """What stands behind `ident`, as far as its name and address tell."""
        return self._identities.reading(ident).party

    def agent(self, ident: Ident) -> str:
        """The agent that `ident` names, also where a person may stand behind it; else empty.

        Empty, too, where it names a person and an agent: then it tells who the person is.
        """
        reading = self._identities.reading(ident)
        beside = reading.rule is not None and reading.rule.role is Role.CO_AUTHOR
        return "" if beside else reading.agent

    def silent(self, messages: Iterable[bytes]) -> bool:
        """Whether nothing in any of `messages` could be a signal.

        One search through a few together takes a third of the time of one for each.
        """
        return self._any.search(b"\n".join(messages)) is None

    def claims(
        self,
        commit: Commit,
        trailers: tuple[Trailer, ...],
        *,
        forge_signed: bool,
        silent: bool = False,
    ) -> tuple[Claim, ...]:
        """The claims that `commit` makes, in order, at most `MOST`.

        `trailers` are those of its message; `forge_signed` tells whether the signature of a forge
        over it verified, `silent` that its message is known to hold no signal. The same statement
        made twice is one claim.
        """
        author = self._identities.reading(commit.author)
        committer = self._identities.reading(commit.committer)
        spoken = not silent and self._any.search(commit.message) is not None
        if not (spoken or author.agent or committer.agent):
            return ()
        seen = [*_authored(author, forge_signed=forge_signed, ident=commit.author)]
        seen += _committed(committer, author, ident=commit.committer)
        if spoken:
            if len(trailers) >= MOST_TRAILERS:
                self._capped[commit.id] = None
            seen += self._said(commit, trailers, forge_signed=forge_signed)
        return self._kept(commit.id, _claims(commit.id, _lowered(seen)))

    def _kept(self, commit: str, claims: list[Claim]) -> tuple[Claim, ...]:
        if len(claims) > MOST:
            self._capped[commit] = None
            claims = sorted(claims, key=_weight)[:MOST]
        return tuple(sorted(claims, key=_place))

    def _said(
        self, commit: Commit, trailers: tuple[Trailer, ...], *, forge_signed: bool
    ) -> Iterator[_Sighting]:
        """What the message states: in its trailers, and on lines that are none of them."""
        read: set[str] = set()
        for trailer in trailers:
            if trailer.key.lower() in self._trailers:
                read.add(squeezed(_stated(trailer)))
                yield from self._trailer(commit.id, trailer, forge_signed=forge_signed)
        for line in self._lines.of(commit.message, read):
            if line is None:
                self._capped[commit.id] = None
            else:
                said = part(line.found, "said") or decode(line.text)
                yield from self._line(line.rule, line.found, said)

    def _line(self, rule: Rule, found: Found, text: str) -> Iterator[_Sighting]:
        """What one line states; a trailer out of its place is less sure to be the tool's."""
        if rule.kind is not Kind.TRAILER:
            yield from self._sighting(rule, found, source=str(rule.kind), evidence=text)
            return
        for seen in self._sighting(rule, found, source=str(Kind.TEXT), evidence=text):
            yield msgspec.structs.replace(seen, tier=max(seen.tier, Tier.C))

    def _trailer(self, commit: str, trailer: Trailer, *, forge_signed: bool) -> Iterator[_Sighting]:
        """What one trailer states: by the first rule for its key that it satisfies."""
        key = trailer.key.lower()
        if key == _CO_AUTHOR and (named := people(trailer.value)):
            if len(named) >= MOST_PEOPLE:
                self._capped[commit] = None
            for ident in named:
                stated = _stated(trailer) if len(named) == 1 else f"{trailer.key}: {ident}"
                yield from self._co_author(trailer, self._identities.reading(ident), stated)
            return
        source = "squash-trailer" if trailer.inner else "trailer"
        value = _bytes(trailer.value[:_LONGEST])
        for rule in self._trailers[key]:
            found = self._expressions[rule.id].fullmatch(value)
            for seen in self._sighting(rule, found, source=source, evidence=_stated(trailer)):
                if trailer.inner:
                    yield from self._inherited(seen)
                elif rule.bound and forge_signed:
                    yield msgspec.structs.replace(seen, tier=Tier.A)
                else:
                    yield seen
                return

    def _co_author(self, trailer: Trailer, reading: Reading, stated: str) -> Iterator[_Sighting]:
        rule = reading.rule
        if rule is None or not reading.agent:
            return
        inner = trailer.inner
        yield _Sighting(
            rule=rule,
            id=self._squash_co_author.id if inner else rule.id,
            source="squash-trailer" if inner else "co-author",
            evidence=stated,
            agent=reading.agent,
            role=Role.CO_AUTHOR if rule.role is Role.AUTHOR else rule.role,
            tier=self._squash_co_author.tier if inner else rule.tier,
            model=reading.model,
        )

    def _inherited(self, seen: _Sighting) -> Iterator[_Sighting]:
        """The same under the rule for squashed trailers, where there is one for its tier."""
        if rule := self._squash.get(seen.tier):
            yield msgspec.structs.replace(seen, id=rule.id, tier=rule.tier)

    def _sighting(
        self, rule: Rule, found: Found | None, *, source: str, evidence: str
    ) -> Iterator[_Sighting]:
        """What `rule` saw where it matched, unless it had to name an agent and names none."""
        stated = part(found, "agent")
        agent = self._agent(rule, stated or "")
        if found is None or agent is None:
            return
        yield _Sighting(
            rule=rule,
            id=rule.id,
            source=source,
            evidence=evidence,
            agent=agent,
            role=self._role(rule, found, stated or ""),
            tier=rule.tier,
            model=plain_model(part(found, "model"))
            or self._names.model(part(found, "version") or stated or decode(found.group() or b"")),
            session=part(found, "session"),
        )

    def _agent(self, rule: Rule, stated: str) -> str | None:
        """The agent of a claim by `rule`, or ``None`` where the text names none and had to."""
        if rule.agent != ANY:
            return rule.agent
        if "@" in stated:
            return self._named(stated).agent or None
        if rule.kind is Kind.TRAILER and rule.names_agent:
            return self._names.agent(stated)
        return self._names.product(stated) or (None if rule.names_agent else slug(stated))

    def _role(self, rule: Rule, found: Found, stated: str) -> Role:
        """The role of a claim by `rule`: what is accepted or assists is so wherever it is named."""
        if (part(found, "mode") or "").lower().startswith(_ASSISTING):
            return Role.ASSIST
        named = self._named(stated).role
        return named if named in (Role.SUGGESTION, Role.ASSIST) else rule.role

    def _named(self, stated: str) -> Party:
        """Whom a value with an address names: the first agent of several, else a person."""
        named = people(stated) if "@" in stated else ()
        parties = (self._identities.reading(ident).party for ident in named)
        return next((party for party in parties if party.agent), PERSON)


def _authored(author: Reading, *, forge_signed: bool, ident: Ident) -> Iterator[_Sighting]:
    """What the author field states: whoever stands in it wrote the commit, alone or not."""
    if author.rule is None or not author.agent:
        return
    sure = forge_signed and author.bound and author.rule.tier is Tier.B
    yield _Sighting(
        rule=author.rule,
        id=author.rule.id,
        source="author",
        evidence=str(ident),
        agent=author.agent,
        role=Role.CO_AUTHOR if author.rule.role is Role.CO_AUTHOR else Role.AUTHOR,
        tier=Tier.A if sure else author.rule.tier,
        model=author.model,
    )


def _committed(committer: Reading, author: Reading, *, ident: Ident) -> Iterator[_Sighting]:
    """What the committer field states where the author is not the same agent."""
    if committer.rule is None or committer.agent in ("", author.agent):
        return
    yield _Sighting(
        rule=committer.rule,
        id=committer.rule.id,
        source="committer",
        evidence=str(ident),
        agent=committer.agent,
        role=Role.COMMITTER_ONLY,
        tier=committer.rule.tier,
        model=committer.model,
    )


def _lowered(seen: list[_Sighting]) -> Iterator[_Sighting]:
    """`seen`, with what one of them takes the weight from as assistance only."""
    lowered = {name for sighting in seen for name in sighting.rule.lowers}
    for sighting in seen:
        if sighting.rule.id in lowered:
            yield msgspec.structs.replace(sighting, role=Role.ASSIST)
        else:
            yield sighting


def _claims(commit: str, seen: Iterable[_Sighting]) -> list[Claim]:
    unique = {(sighting.id, sighting.source, sighting.evidence): sighting for sighting in seen}
    return [_claim(commit, sighting) for sighting in unique.values()]


def _weight(claim: Claim) -> tuple[bool, Tier, str, str]:
    return (not claim.decides, claim.tier, *_place(claim)[:2])


def _place(claim: Claim) -> tuple[str, str, str, str]:
    return (claim.rule, claim.source, claim.evidence, claim.digest)


def _claim(commit: str, seen: _Sighting) -> Claim:
    return Claim(
        commit=commit,
        rule=seen.id,
        tier=seen.tier,
        agent=seen.agent,
        role=seen.role,
        source=seen.source,
        evidence=shortened(seen.evidence, _EVIDENCE),
        digest=sha256(_bytes(seen.evidence)),
        model=seen.model,
        session=seen.session,
    )


def _stated(trailer: Trailer) -> str:
    return f"{trailer.key}: {trailer.value}"


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
