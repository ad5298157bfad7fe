"""Candidates by what they can be found by: exact look-ups, and a cut list that says it is cut."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from affidavit.changes.envelope.fitting import had

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from affidavit.changes.envelope.ladder import Candidate, Landed
    from affidavit.changes.envelope.touched import Touched

RARER = 100
"""Paths of a landing, shared by any, by which candidates are looked for where its rarest fails."""


class Index:
    """Looks candidates up."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self._heads: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._numbers: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._landed: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._said: defaultdict[str, list[Candidate]] = defaultdict(list)
        self._paths: defaultdict[bytes, list[Candidate]] = defaultdict(list)
        self._sets: defaultdict[Hashable, list[Candidate]] = defaultdict(list)
        for one in candidates:
            self._heads[one.head].append(one)
            if one.number is not None:
                self._numbers[one.number].append(one)
            for commit in one.landed_as:
                self._landed[commit].append(one)
            for commit in one.said_as:
                self._said[commit].append(one)
            for touched in one.change.touched or ():
                self._paths[touched.path].append(one)
            if one.change.touched:
                self._sets[hash(one.change.paths)].append(one)

    def landed_as(self, commit: str) -> Sequence[Candidate]:
        """Candidates that the forge's record says landed as `commit`."""
        return self._landed.get(commit, ())

    def said_as(self, commit: str) -> Sequence[Candidate]:
        """Candidates that say of themselves that they landed as `commit`."""
        return self._said.get(commit, ())

    def numbered(self, number: str) -> Sequence[Candidate]:
        """Candidates of that number."""
        return self._numbers.get(number, ())

    def with_head(self, commits: Iterable[str]) -> Sequence[Candidate]:
        """Candidates whose head is one of `commits`."""
        return [one for commit in commits for one in self._heads.get(commit, ())]

    def with_paths(self, paths: frozenset[bytes]) -> Sequence[Candidate]:
        """Candidates that touch just these paths."""
        return [one for one in self._sets.get(hash(paths), ()) if one.change.paths == paths]

    def whole(self, landed: Landed) -> list[Candidate]:
        """Candidates that touch just the landing's paths, the most alike first: all there are.

        Left out are those that began on what the branch had only later: beside that, they brought
        other commits then.
        """
        same = self.with_paths(landed.change.paths)
        return _ranked(landed, [one for one in same if had(landed, one)])

    def sharing(self, landed: Landed) -> list[Candidate]:
        """Candidates that share the rarest of the landing's paths, the most alike first: all.

        Whatever became the landing touches each of its paths, and so the rarest, unless the branch
        renamed it: such are `near`.
        """
        touched = landed.change.touched or ()
        listed = sorted((self._at(one) for one in touched), key=len)
        return _ranked(landed, listed[0] if listed else ())

    def near(self, landed: Landed) -> tuple[list[Candidate], bool]:
        """Candidates that share any of its rarer paths, the most alike first.

        With that whether this is not all: others share only paths that were not looked at.
        """
        shared = (self._at(one) for one in landed.change.touched or ())
        paths = sorted(filter(None, shared), key=len)
        each = {id(one): one for listed in paths[:RARER] for one in listed}
        cut = any(id(one) not in each for listed in paths[RARER:] for one in listed)
        return _ranked(landed, each.values()), cut

    def _at(self, one: Touched) -> Sequence[Candidate]:
        return self._paths.get(one.path, ())


def _ranked(landed: Landed, candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=lambda one: (-_alike(landed, one), one.key))


def _alike(landed: Landed, one: Candidate) -> float:
    """How much of all paths of both is in both; more than 1 where all is the same."""
    if one.change.touched == landed.change.touched:
        return 2.0
    own, others = landed.change.paths, one.change.paths
    return len(own & others) / len(own | others)
