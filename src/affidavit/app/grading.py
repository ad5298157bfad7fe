"""Landings observed and graded, in as many processes as the machine has processors for.

The landings are dealt out in blocks. Nothing that is said of one depends on what else its process
had to grade, so the report is the same however many there were.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.beside import meanwhile, processes
from affidavit.app.observing import Observing
from affidavit.app.squashes import inner_commits, squashes
from affidavit.app.touched import NEWEST, with_critical_paths
from affidavit.audit.tables import sources
from affidavit.base.commit import Ident
from affidavit.base.limit import Finding
from affidavit.changes.critical import CriticalPaths
from affidavit.changes.hands import Rolls
from affidavit.changes.landing import Facts, Share, landing
from affidavit.changes.model import Landing
from affidavit.changes.observe import Observer
from affidavit.changes.people import Used
from affidavit.sources.git.commit import Read
from affidavit.sources.git.header import header
from affidavit.sources.git.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator, Mapping

    from affidavit.app.gather import Gathered, Source
    from affidavit.app.reading import Progress
    from affidavit.app.settings import Settings
    from affidavit.app.touched import Tops
    from affidavit.audit.selection import Selected
    from affidavit.changes.model import Inner
    from affidavit.changes.observe import Observed

BLOCK = 256
"""Landings that stay together. What bounds the comparing of trees is counted for each block anew,
so that it does not matter which process has it."""
WORTH = 2_000
"""Commits below which a second process takes longer to start than it saves."""


Block = Sequence["Selected"]
"""Landings that follow each other."""


class Part(msgspec.Struct, kw_only=True):
    """What one process found. Commits are named by id."""

    landings: dict[str, Landing] = {}
    sources: dict[str, tuple[str, ...]] = {}
    """Of every commit that makes a claim, the sources that decide."""
    automated: set[str] = set()
    """Commits by automation that make no claim."""
    findings: list[Finding] = []
    met: set[Ident] = set()
    """Authors and committers of what was looked at, behind squashes too."""
    used: Used = msgspec.field(default_factory=Used)

    def add(self, other: Part) -> None:
        """Take in what another process found of other landings."""
        self.landings.update(other.landings)
        self.sources.update(other.sources)
        self.automated.update(other.automated)
        self.findings.extend(other.findings)
        self.met.update(other.met)
        self.used.add(other.used)


class Grader:
    """Grades the landings of a selection."""

    def __init__(
        self, source: Source, gathered: Gathered, settings: Settings, progress: Progress
    ) -> None:
        self._source = source
        self._gathered = gathered
        self._settings = settings
        self._progress = progress

    def grade(self, tops: Tops) -> Part:
        """What is found of all landings; `tops` is told which directories to compare."""
        self._source.git.settle()
        first, *others = self._dealt()
        tops.expect(self._trees())
        waiting = [meanwhile(partial(self._graded, chosen), Part) for chosen in others]
        self._progress.step("looking at commits")
        self._forget(others)
        seen = self._observed(first)
        if self._gathered.facts.notes or any(one.claims for one in seen.observed.values()):
            tops.begin()
        self._progress.step("grading landings")
        found = self._part(first, seen)
        del seen
        for result in waiting:
            found.add(result())
        self._gathered.facts.people.learn(sorted(found.met))
        return found

    def alone(self, noted: Callable[[Gathered, Container[str]], Gathered]) -> Mapping[str, Landing]:
        """The landings by commit, graded in this process; nothing is compared beside it.

        `noted` adds what notes say of the commits that were looked at: more may have one.
        """
        self._source.git.settle()
        landings = self._gathered.selection.landings
        blocks = [landings[at : at + BLOCK] for at in range(0, len(landings), BLOCK)]
        seen = self._observed(blocks)
        inner = self._behind_squashes(blocks, seen)
        self._gathered = noted(self._gathered, seen.observed.keys())
        return self._judged(blocks, seen, inner).landings

    def _dealt(self) -> list[list[Block]]:
        """The landings, dealt out to processes by blocks."""
        landings = self._gathered.selection.landings
        commits = sum(len(one.commits) for one in landings)
        count = processes() if commits >= WORTH else 1
        dealt: list[list[Block]] = [[] for _ in range(count)]
        for start in range(0, len(landings), BLOCK):
            dealt[start // BLOCK % count].append(landings[start : start + BLOCK])
        return dealt

    def _forget(self, others: Sequence[Sequence[Block]]) -> None:
        """Let go of what other processes look at; it can be read again."""
        kept = self._gathered.kept
        for commit in (one for part in others for each in _all(part) for one in each.commits):
            kept.pop(commit, None)

    def _trees(self) -> list[tuple[str, str]]:
        """The trees before and after each of the newest landings."""
        parents = self._gathered.graph.parents
        newest = [one.commits[0] for one in self._gathered.selection.landings[:NEWEST]]
        pairs = [("".join(parents.get(commit, ())[:1]), commit) for commit in newest]
        # What is before one landing is mostly after another.
        commits = dict.fromkeys(chain.from_iterable(pairs))
        trees = {one: self._tree(one) if one else "" for one in commits}
        return [(trees[before], trees[after]) for before, after in pairs]

    def _tree(self, commit: str) -> str:
        """Its tree's id, or where it is not known its own, which is no tree's."""
        kept = self._gathered.kept.get(commit)
        body = kept.body if isinstance(kept, Read) else kept
        tree = header(body, len(commit)).tree if body else self._source.objects.tree_of(commit)
        return tree or commit

    def _graded(self, blocks: Sequence[Block]) -> Part:
        return self._part(blocks, self._observed(blocks))

    def _observed(self, blocks: Sequence[Block]) -> Observing:
        """The commits of the landings in `blocks`, and those that they are compared with."""
        chosen = _all(blocks)
        gathered, settings = self._gathered, self._settings
        observer = Observer(gathered.signals, settings.declared, settings.inside_identities)
        seen = Observing(observer, settings.keyring, gathered.graph)
        parents = gathered.graph.parents
        beside = (one for each in chosen for one in parents.get(each.commits[0], ())[:2])
        within = (commit for one in chosen for commit in one.commits)
        wanted = dict.fromkeys(one for one in chain(within, beside) if one in parents)
        landings = {one.commits[0] for one in chosen}
        # The other processes must not share what git's children have to say to this one.
        with Objects(self._source.git) as objects:
            seen.observe(wanted, landings, gathered.kept, objects)
        return seen

    def _part(self, blocks: Sequence[Block], seen: Observing) -> Part:
        return self._judged(blocks, seen, self._behind_squashes(blocks, seen))

    def _judged(self, blocks: Sequence[Block], seen: Observing, inner: Mapping[str, Inner]) -> Part:
        gathered, observed, chosen = self._gathered, seen.observed, _all(blocks)
        facts = msgspec.structs.replace(gathered.facts, observed=observed)
        rolls = Rolls(facts)
        graded: list[Landing] = []
        findings: list[Finding] = []
        for block in blocks:
            known = [one for one in block if one.commits[0] in observed]
            landings = [landing(_share(one, inner), facts, rolls) for one in known]
            done, noticed = self._with_critical_paths(landings, observed)
            graded += done
            findings += noticed
        found = Part(
            landings={one.commit: one for one in graded},
            findings=[
                *findings,
                *seen.oddities.findings,
                *_unverified(graded, observed),
                *_unread(chosen, gathered, observed),
                *_cut(gathered.signals.capped),
            ],
            met=set(seen.met),
            used=facts.people.used,
        )
        _add_sources(found, graded, facts)
        return found

    def _with_critical_paths(
        self, landings: Sequence[Landing], observed: Mapping[str, Observed]
    ) -> tuple[list[Landing], list[Finding]]:
        patterns = CriticalPaths(self._settings.critical)
        return with_critical_paths(self._source.git, landings, observed, patterns)

    def _behind_squashes(self, blocks: Sequence[Block], seen: Observing) -> dict[str, Inner]:
        graph, pulls = self._gathered.graph, self._gathered.facts.pulls
        wanted = []
        for block in blocks:
            known = [one.commits[0] for one in block if one.commits[0] in seen.observed]
            wanted.append(squashes(known, seen.observed, pulls))
        chains = list(self._gathered.selection.chains.values())
        return inner_commits(self._source.git, seen, wanted, graph, chains)


def _all(blocks: Sequence[Block]) -> list[Selected]:
    return list(chain.from_iterable(blocks))


def _share(one: Selected, inner: Mapping[str, Inner]) -> Share:
    return Share(
        commits=one.commits,
        place=one.place,
        branches=one.branches,
        inner=inner.get(one.commits[0]),
        dated=one.dated,
    )


def _add_sources(found: Part, graded: Sequence[Landing], facts: Facts) -> None:
    """Note what each commit of the population claims."""
    for commit in (commit for one in graded for commit in one.commits):
        claims = facts.said(commit)
        observed = facts.observed.get(commit)
        if claims:
            found.sources[commit] = tuple(sources(claims))
        elif observed and observed.automation:
            found.automated.add(commit)


def _unverified(graded: Sequence[Landing], observed: Mapping[str, Observed]) -> Iterator[Finding]:
    commits = (commit for one in graded for commit in one.commits)
    seen = (one for commit in commits if (one := observed.get(commit)))
    found = tuple(one.id for one in seen if one.forge_committer and not one.forge_signed)
    if found:
        text = (
            "These commits are typed as made by a forge, without a signature of it that verifies."
        )
        yield Finding("forge-signature-unverified", text, found)


def _unread(
    chosen: Sequence[Selected], gathered: Gathered, observed: Mapping[str, Observed]
) -> Iterator[Finding]:
    """Commits that were there when the history was walked, and could not be read again."""
    known = gathered.graph.parents
    commits = (commit for one in chosen for commit in one.commits if commit in known)
    gone = tuple(commit for commit in commits if commit not in observed)
    if gone:
        text = "These commits could not be read a second time; the repository changed meanwhile."
        yield Finding("unread-commits", text, gone, gap=True)


def _cut(commits: Collection[str]) -> Iterator[Finding]:
    if commits:
        text = (
            "These commits say more than is read of one; an agent named only in the rest is missed."
        )
        yield Finding("signals-cut", text, tuple(commits), gap=True)
