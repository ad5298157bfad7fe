"""Fact bundles, `affidavit/facts@1`: facts that somebody signs where no keeper is at hand.

A bundle is lines of JSON, each an envelope over a statement that holds one fact. The lines of a
bundle are numbered from 0, each names the digest of the one before it, and the last one says so:
what was lost, swapped or cut off shows. The format is docs/formats/facts.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple, Protocol, cast

import msgspec

from affidavit.base.canonical import canonical
from affidavit.base.digest import sha256
from affidavit.base.errors import EntryError, FormatError
from affidavit.ledger.dsse import Envelope, parse_envelope, signed_envelope
from affidavit.ledger.entry import Fact, Subject
from affidavit.ledger.kinds import Digest, Size, check_body, named
from affidavit.ledger.statement import (
    COMMIT,
    TREE,
    Artifact,
    Statement,
    commit_and_tree,
    of_commit,
    statement_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from affidavit.ledger.dsse import Json
    from affidavit.ledger.key import SigningKey

FACTS = "https://affidavit.invalid/facts/v1"
"""The type of the predicate: a name, and no address."""
BUNDLE = re.compile(r"[0-9a-f]{32}")
"""A bundle's id."""

_FACT = "fact"
_HEX = re.compile(r"[a-z0-9_]{1,32}:[0-9a-f]{1,128}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bundle stands: the number of its next line, and the digest of the one before."""

    bundle: str
    """32 hex digits of chance."""
    sequence: int = 0
    previous: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as read: its fact, where it stands in its bundle, and the envelope it came in."""

    place: Place
    last: bool
    fact: Fact
    envelope: Envelope
    digest: str
    """Of the statement: the line's identity, whoever signed it."""


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fact without its subject: what the statement is about stands there once."""

    kind: str
    stream: str
    actor: str
    body: dict[str, object]


class _Predicate(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    bundle: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}\Z")]
    fact: _Said
    last: bool = False
    previous: Digest | None = None
    sequence: Size


def line_of(
    fact: Fact, place: Place, signers: Sequence[SigningKey], *, last: bool = False
) -> tuple[bytes, Place]:
    """The line that records `fact` at `place`, with its line feed, and the place after it.

    Raises:
        EntryError: The fact cannot be recorded, or not in a bundle; the message names the field.
    """
    if fact.id is not None or fact.blobs:
        raise EntryError("a fact in a bundle has no id of its own and names no content")
    check_body(fact)
    if not BUNDLE.fullmatch(place.bundle):
        raise EntryError("bundle: not 32 lower-case hex digits")
    said = _Said(kind=fact.kind, stream=fact.stream, actor=fact.actor, body=fact.body)
    shown = cast("dict[str, Json]", msgspec.to_builtins(said))
    data = canonical(shown)
    predicate = _Predicate(
        bundle=place.bundle,
        fact=said,
        last=last,
        previous=place.previous,
        sequence=place.sequence,
    )
    statement = Statement(
        (Artifact(_FACT, "sha256", _hex(data)), *_subjects(fact.subject)),
        FACTS,
        cast("dict[str, Json]", msgspec.to_builtins(predicate)),
    )
    envelope = signed_envelope(statement.encode(), signers)
    return envelope.encode() + b"\n", Place(place.bundle, place.sequence + 1, envelope.digest())


def _hex(data: bytes) -> str:
    return sha256(data).removeprefix("sha256:")


def _subjects(subject: Subject | None) -> tuple[Artifact, ...]:
    if subject is None:
        return ()
    if (subject.commit is None) != (subject.tree is None):
        raise EntryError("subject: a fact in a bundle names a commit and its tree, or neither")
    if not all(map(_HEX.fullmatch, subject.digests)):
        raise EntryError("subject.digests: each is an algorithm, a colon and lower-case hex")
    digests = (one.split(":", 1) for one in subject.digests)
    named_ = tuple(Artifact(f"digest-{number}", *one) for number, one in enumerate(digests))
    if subject.commit is None or subject.tree is None:
        return named_
    return (*of_commit(subject.commit, subject.tree), *named_)


def parse_line(data: bytes, *, place: str = "line") -> Line:
    """The line that `data` holds. No signature is checked.

    Raises:
        FormatError: It is none; the message begins with `place`.
    """
    envelope = parse_envelope(data, place=place)
    statement = statement_of(envelope, place=place)
    if statement.predicate_type != FACTS:
        raise FormatError(f"{place}: the predicate is not of the type {FACTS}")
    try:
        said = msgspec.convert(statement.predicate, _Predicate)
        data = canonical(statement.predicate[_FACT])
    except msgspec.ValidationError as error:
        raise FormatError(f"{place}: {named(error, 'predicate')}") from error
    except EntryError as error:
        raise FormatError(f"{place}: predicate.fact: {error.message}") from error
    if (said.previous is None) != (said.sequence == 0):
        raise FormatError(f"{place}: every line but that of number 0 names the one before it")
    fact = said.fact
    return Line(
        place=Place(said.bundle, said.sequence, said.previous),
        last=said.last,
        fact=Fact(
            kind=fact.kind,
            stream=fact.stream,
            actor=fact.actor,
            body=fact.body,
            subject=_subject(statement, data, place),
        ),
        envelope=envelope,
        digest=envelope.digest(),
    )


def _subject(statement: Statement, fact: bytes, place: str) -> Subject | None:
    """What the fact is about, from the subjects of the statement."""
    own, *rest = statement.subjects
    if own != Artifact(_FACT, "sha256", _hex(fact)):
        raise FormatError(f"{place}: its first subject is not the digest of the fact")
    git = [one for one in rest if one.algorithm in (COMMIT, TREE)]
    commit, tree = commit_and_tree(statement, place) if git else (None, None)
    digests = tuple(f"{one.algorithm}:{one.digest}" for one in rest if one not in git)
    if not rest:
        return None
    return Subject(commit=commit, digests=digests, tree=tree)


class Stood(NamedTuple):
    """Where a line stands in its bundle: its number, its digest, the one before it."""

    sequence: int
    digest: str
    previous: str | None
    last: bool


class _Standing(msgspec.Struct, frozen=True, kw_only=True):
    bundle: str
    last: bool = False
    previous: str | None = None
    sequence: int


class _Placed(msgspec.Struct, frozen=True):
    predicate: _Standing


class _Sealed(msgspec.Struct, frozen=True):
    payload: bytes
    payloadType: str  # noqa: N815 -- the envelope's own name


_placed = msgspec.json.Decoder(_Placed)
_sealed = msgspec.json.Decoder(_Sealed)


def stood(data: bytes) -> tuple[str, Stood]:
    """The bundle of a line that was taken in earlier, and where it stands there.

    `data` is its envelope as `Envelope.encode` writes it. Of a line that `parse_line` took only
    this is read again.

    Raises:
        FormatError: It is no line of a bundle.
    """
    try:
        found = _sealed.decode(data)
        place = _placed.decode(found.payload).predicate
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"it is no line of a bundle: {error}") from error
    digest = Envelope(found.payloadType, found.payload, ()).digest()
    return place.bundle, Stood(place.sequence, digest, place.previous, place.last)


@dataclass(frozen=True, slots=True)
class Gap:
    """Line `end` - 1 of a bundle is nowhere, and none from `start` on is there either."""

    bundle: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What lines of a bundle say of it that cannot all be so; `line` is the number of one."""

    bundle: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    """Lines in the order of their numbers, and what is wrong with the bundles that they are of.

    `reordered` are bundles whose lines came in another order, `unfinished` those whose newest line
    is not their last. Of a bundle each kind of contradiction is told once, by its first line.
    """

    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    reordered: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    unfinished: tuple[str, ...]


class Earlier(Protocol):
    """What came earlier."""

    def of(self, bundle: str) -> Sequence[Stood]:
        """The lines of that bundle."""
        ...

    def has(self, digest: str) -> bool:
        """Whether a line of that digest came, of any bundle."""
        ...


def arranged(lines: Sequence[Line], earlier: Earlier) -> Arranged:
    """`lines`, each of another digest, with those of each bundle in order.

    What is wrong is looked for among them and those that came `earlier`. Bundles share out among
    themselves the places that their lines had.
    """
    bundles: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        bundles[line.place.bundle].append(at)
    here = {line.digest for line in lines}
    found, gaps, wrong = list(lines), list[Gap](), list[Contradiction]()
    reordered, unfinished = list[str](), list[str]()
    for bundle, places in bundles.items():
        came = [lines[at] for at in places]
        ordered = sorted(came, key=lambda line: line.place.sequence)
        for at, line in zip(places, ordered, strict=True):
            found[at] = line
        if ordered != came:
            reordered.append(bundle)
        whole = _Whole(bundle, {*map(_stood, came), *earlier.of(bundle)})
        gaps += whole.gaps()
        wrong += whole.contradictions(lambda digest: digest in here or earlier.has(digest))
        if not whole.is_finished():
            unfinished.append(bundle)
    return Arranged(
        lines=tuple(found),
        gaps=tuple(gaps),
        reordered=tuple(reordered),
        contradictions=tuple(wrong),
        unfinished=tuple(unfinished),
    )


def _stood(line: Line) -> Stood:
    return Stood(line.place.sequence, line.digest, line.place.previous, line.last)


class _Whole:
    """All lines of a bundle that ever came."""

    def __init__(self, bundle: str, lines: Iterable[Stood]) -> None:
        self._bundle = bundle
        self._numbers: dict[int, list[Stood]] = defaultdict(list)
        for line in sorted(lines, key=lambda line: (line.sequence, line.digest)):
            self._numbers[line.sequence].append(line)

    def is_finished(self) -> bool:
        """Whether the newest line is the last."""
        return any(line.last for line in self._numbers[max(self._numbers)])

    def gaps(self) -> list[Gap]:
        """Where numbers are missing."""
        gaps, end = list[Gap](), 0
        for number in self._numbers:
            if number > end:
                gaps.append(Gap(self._bundle, end, number))
            end = number + 1
        return gaps

    def contradictions(self, stands: Callable[[str], bool]) -> Iterator[Contradiction]:
        """What cannot be so; `stands` tells whether a line of a digest came, of any bundle."""
        for found in (self._twice(), self._after_last(), self._misnamed(stands)):
            first = next(found, None)
            if first is not None:
                yield Contradiction(self._bundle, *first)

    def _twice(self) -> Iterator[tuple[int, str]]:
        for number, lines in self._numbers.items():
            if len(lines) > 1:
                yield number, f"two lines have the number {number}"

    def _after_last(self) -> Iterator[tuple[int, str]]:
        last = None
        for number, lines in self._numbers.items():
            if last is not None:
                yield number, f"line {number} stands after line {last}, which says it is the last"
            elif any(line.last for line in lines):
                last = number

    def _misnamed(self, stands: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
        for number, lines in self._numbers.items():
            before = {one.digest for one in self._numbers.get(number - 1, ())}
            for line in lines:
                if line.previous is None or line.previous in before:
                    continue
                if before:
                    yield number, f"line {number} names another line {number - 1} than came"
                elif stands(line.previous):
                    yield number, f"line {number} names a line that is not line {number - 1}"
