"""By what a landing is found to be one of the changes that are known: the strongest rung first.

Two candidates that are as good are ambiguous and never chosen from; so is a single one where not
all candidates were looked at. One that is the landing as a whole comes before those that hold more,
of which the branch had a part already, such as a port to another branch. Only the rungs of
`CARRYING` prove that what landed is the change and nothing beside it, so that what was said of the
change holds of the landing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import msgspec

from affidavit.changes.envelope.fitting import Fitting, had
from affidavit.changes.envelope.touched import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.changes.envelope.index import Index

MOST_REPLAYS = 48
"""Candidates of one landing that are replayed; where there are more the list is cut."""
MOST_TOLD = 20
"""Candidates that an ambiguous join names."""


class Rung(StrEnum):
    """By what a landing is joined, the strongest first."""

    MERGE_SHA = "merge-sha"
    """The forge's record of the request names the landing."""
    TREE = "tree"
    """The landing's tree is the head's."""
    REPLAY = "replay"
    """Merging the head into the landing's first parent gives the landing's tree."""
    BLOBS = "blobs"
    """The same paths go from the same contents to the same contents."""
    HEAD = "head"
    """The head is a parent of the landing, whose tree is another than their merge."""
    PATCH = "patch"
    """The same lines change; where in the files, and to what whole, is not proven."""
    NUMBER = "number"
    """The landing's text, or what the change says of itself, names it: anybody can type that."""
    AMBIGUOUS = "ambiguous"
    """Several hold as well as each other."""
    NONE = "none"
    """None holds."""


CARRYING = frozenset({Rung.MERGE_SHA, Rung.TREE, Rung.REPLAY, Rung.BLOBS})
"""Rungs by which approvals of the head hold of the landing."""
_PROVEN = (Rung.TREE, Rung.REPLAY, Rung.BLOBS)


class Landed(msgspec.Struct, frozen=True, kw_only=True):
    """A landing: its commit, its parents, and its change against the first of them.

    `number` is the request that its text names, if any. `place` is its place among the landings of
    its branch, the oldest at 0.
    """

    commit: str
    parents: tuple[str, ...]
    change: Change
    number: str | None = None
    place: int | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A change that may have landed. `key` names it: an envelope's digest, or a ref.

    `landed_as` are the commits that the forge's record names as its merge, `said_as` those that
    it names itself, which anybody can write. `base` is where it
    left the branch, `since` the place of the landing that brought this there, and `commits` how
    many it has, where these are known. It is not `known` where its commits are not there to see:
    then what it changes is its own word, which proves nothing.
    """

    key: str
    head: str
    change: Change
    number: str | None = None
    landed_as: tuple[str, ...] = ()
    said_as: tuple[str, ...] = ()
    base: str | None = None
    since: int | None = None
    commits: int | None = None
    known: bool = True


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """What a landing was found to be: by which rung, and of which candidate the head and tree.

    `among` are the candidates that hold, at most `MOST_TOLD`: several where it is ambiguous, or
    where several have that head. `cut` says that not all candidates were looked at. `span` is how
    many landings in a row are the change together.
    """

    rung: Rung
    key: str | None = None
    head: str | None = None
    tree: str | None = None
    among: tuple[str, ...] = ()
    cut: bool = False
    span: int = 1

    @property
    def carries(self) -> bool:
        """Whether what was said of the head holds of the landing."""
        return self.rung in CARRYING


class Replays(Protocol):
    """Merges commits."""

    @property
    def able(self) -> bool:
        """Whether it can."""
        ...

    def merged(self, ours: str, theirs: str) -> str | None:
        """The tree of the merge; None where there is none."""
        ...


class Contents(Protocol):
    """Looks into files."""

    def patch(self, change: Change) -> str | None:
        """The patch digest of `change`; None where it cannot be told."""
        ...

    def lines(self, id_: str) -> frozenset[bytes] | None:
        """The lines of a blob, none of none; None where it is no text or cannot be read."""
        ...


class Ladder:
    """Joins landings to the candidates of an index, one at a time."""

    def __init__(self, index: Index, replays: Replays, contents: Contents) -> None:
        self._index = index
        self._replays = replays
        self._contents = contents

    def joined(self, landed: Landed) -> Joined:
        """What `landed` is found to be."""
        recorded = self._index.landed_as(landed.commit)
        if recorded:
            return _one_of(Rung.MERGE_SHA, recorded)
        if landed.change.touched:
            found = self._by_content(landed)
            if found is not None:
                return found
        return self._by_number(landed)

    def _by_content(self, landed: Landed) -> Joined | None:
        merged = self._index.with_head(landed.parents[1:])
        if merged:
            return self._of(landed, merged) or _one_of(Rung.HEAD, merged)
        whole = self._fitting(landed, self._index.whole(landed))
        found = self._of(landed, whole) or self._beside(landed)
        if found is not None:
            return found
        own = self._own(landed)
        if own:
            return _one_of(Rung.TREE, own)
        alike = list(self._alike(landed))
        return _one_of(Rung.PATCH, alike) if alike else None

    def _beside(self, landed: Landed) -> Joined | None:
        """The join to a candidate whose rest, beside what the branch had, could be what landed."""
        likely = self._fitting(landed, self._index.sharing(landed))
        if likely:
            return self._of(landed, likely)
        near, cut = self._index.near(landed)
        return self._of(landed, near, cut=cut)

    def _of(
        self, landed: Landed, listed: Sequence[Candidate], *, cut: bool = False
    ) -> Joined | None:
        """The join to what is proven of `listed`; the first `MOST_REPLAYS` are looked at.

        `cut` says that `listed` was cut already.
        """
        looked = listed[:MOST_REPLAYS]
        held = [(one, rung) for one in looked if (rung := self._proven(landed, one))]
        if not held:
            return None
        best = min((rung for _, rung in held), key=_PROVEN.index)
        return _one_of(best, [one for one, _ in held], cut=cut or len(listed) > len(looked))

    def _own(self, landed: Landed) -> list[Candidate]:
        """Candidates that landed as they were: the landing is their head, and all of them.

        A request to bring this branch into another has the landing for a head, too. So these come
        after all that became the landing, and count only where they began just before it.
        """
        return [
            one
            for one in self._index.with_head((landed.commit,))
            if one.known
            and one.change.touched == landed.change.touched
            and one.base in landed.parents
        ]

    def _fitting(self, landed: Landed, listed: Sequence[Candidate]) -> list[Candidate]:
        fitting = Fitting(landed.change, self._contents.lines)
        return [one for one in listed if one.head != landed.commit and fitting.fits(one.change)]

    def _proven(self, landed: Landed, one: Candidate) -> Rung | None:
        """The rung by which what landed is surely `one` and nothing beside it.

        A tree can be the head's by chance, as that of a revert is: what led there must agree.
        """
        if not one.known:
            return None
        blobs = landed.change.touched == one.change.touched and had(landed, one)
        before = landed.parents[0] if landed.parents else None
        replayed = self._replays.merged(before, one.head) if before else None
        if replayed is None:
            proven = Rung.BLOBS if blobs else None
        else:
            proven = Rung.REPLAY if replayed == landed.change.after else None
        return Rung.TREE if proven and one.change.after == landed.change.after else proven

    def _alike(self, landed: Landed) -> Iterator[Candidate]:
        """Candidates with the same patch digest: all that there are, by the paths they share."""
        same = self._index.whole(landed)
        own = self._contents.patch(landed.change) if same else None
        if own is not None:
            yield from (one for one in same if self._contents.patch(one.change) == own)

    def _by_number(self, landed: Landed) -> Joined:
        typed = self._index.numbered(landed.number) if landed.number else ()
        said = self._index.said_as(landed.commit)
        named = list({id(one): one for one in (*typed, *said)}.values())
        return _one_of(Rung.NUMBER, named) if named else Joined(rung=Rung.NONE)


def _one_of(rung: Rung, held: Sequence[Candidate], *, cut: bool = False) -> Joined:
    """The join to the only head of `held`; ambiguous where there may be others."""
    keys = tuple(sorted(one.key for one in held)[:MOST_TOLD])
    if len({one.head for one in held}) > 1 or cut:
        return Joined(rung=Rung.AMBIGUOUS, among=keys, cut=cut)
    one = min(held, key=lambda one: one.key)
    return Joined(rung=rung, key=one.key, head=one.head, tree=one.change.after, among=keys)


def contested(joins: dict[str, Joined]) -> dict[str, Joined]:
    """`joins` by landing, those made ambiguous that two landings claim: a change lands once.

    What the forge recorded stands, and so does what several landings are together.
    """
    claims: dict[str, list[str]] = {}
    for commit, one in joins.items():
        if one.head is not None and one.rung in _PROVEN and one.span == 1:
            claims.setdefault(one.head, []).append(commit)
    recorded = {one.head for one in joins.values() if one.rung is Rung.MERGE_SHA}
    wrong = _several(claims, recorded)
    return {
        commit: Joined(rung=Rung.AMBIGUOUS, among=one.among) if commit in wrong else one
        for commit, one in joins.items()
    }


def _several(claims: dict[str, list[str]], recorded: Iterable[str | None]) -> set[str]:
    taken = set(recorded)
    return {
        commit
        for head, commits in claims.items()
        if len(commits) > 1 or head in taken
        for commit in commits
    }
