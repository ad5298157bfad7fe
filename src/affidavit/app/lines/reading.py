"""A branch read for its lines: the landings, whose each commit is, and what is behind squashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.claimed.lines import Written, line_records
from affidavit.app.observing import Observing
from affidavit.app.reading import Reader
from affidavit.app.squashes import inner_commits, pull_heads, squashes
from affidavit.base.limit import Limit
from affidavit.base.period import EARLIEST
from affidavit.changes.chain import brought_in, first_parents
from affidavit.changes.lines.model import SILENT, Ground, LineClass, Made, unknown
from affidavit.changes.lines.stated import Noted, by_commit, noted
from affidavit.changes.observe import Observer
from affidavit.changes.pull_request import SQUASH_FORMS
from affidavit.provenance.catalogue import load
from affidavit.provenance.records.checkpoints import named
from affidavit.provenance.signals import Signals
from affidavit.sources.git.notes import note_bodies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.claimed.lines import LineRecords
    from affidavit.app.lines.opening import Opened
    from affidavit.app.reading import Progress
    from affidavit.changes.model import Inner
    from affidavit.sources.git.graph import Graph


BLOCK = 256
"""Squashes that are compared with their requests together."""


class Behind(msgspec.Struct, frozen=True):
    """The commits behind a landing, parents before children: of a merge itself is the last."""

    commits: tuple[str, ...]
    unnamed: Made | None = None
    """Whose lines are of commits that claim nothing, where the squash names an agent that none of
    its commits names."""


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the landings of a branch, the oldest first.

    `made` says whose the lines of a commit are as far as its own claims tell; of a commit that is
    not named nothing is claimed. `label` is the same of a landing as a whole, as a commit's label
    has it. `behind` are landings whose lines are of more commits than one, or of another one.
    """

    head: str
    landings: tuple[str, ...]
    parents: Mapping[str, tuple[str, ...]]
    times: Mapping[str, int | None]
    made: Mapping[str, Made]
    label: Mapping[str, LineClass]
    behind: Mapping[str, Behind]
    notes: Mapping[str, tuple[Noted, ...]]
    cut: frozenset[str]
    """Landings before which history is cut off."""
    limits: tuple[Limit, ...]
    reached: tuple[str, ...]
    """Every commit of the branch that was read."""
    beside: tuple[str, ...]
    """The commits of requests that were read beside them."""
    numbers: Mapping[str, str]
    """The requests of squashes, and what their refs named; empty where they have none."""
    records: Mapping[str, tuple[str, ...]]
    """The records of its commits, by ids that change where they change."""
    written: Written | None = None
    """Transcripts, where there are any, and the commits whose lines they may tell of."""


def branch(
    opened: Opened,
    progress: Progress,
    before: Branch | None = None,
    listed: LineRecords | None = None,
) -> Branch:
    """The branch that ends in the head of `opened`; `before` is what is known of its beginning.

    `listed` are the line-level records of the repository, where they were looked for already.

    Raises:
        GitFailedError: git does not answer.
    """
    head = opened.head
    if before and before.head == head:
        return before
    known = frozenset(before.reached) if before else frozenset[str]()
    reader = Reader(progress, since=EARLIEST, known=known)
    graph = reader.history(opened.source.git, [head], [before.head] if before else [])
    listed = listed or line_records(opened.source, head)
    reading = _Reading(opened, graph, known, listed)
    progress.step("looking at commits")
    reading.observe(reader)
    progress.step("reading notes")
    found = reading.told()
    return joined(before, found) if before else found


def joined(before: Branch, after: Branch) -> Branch:
    """A branch and what landed on it since."""
    return Branch(
        head=after.head,
        landings=(*before.landings, *after.landings),
        parents=after.parents,
        times={**before.times, **after.times},
        made={**before.made, **after.made},
        label={**before.label, **after.label},
        behind={**before.behind, **after.behind},
        notes=after.notes,
        cut=before.cut | after.cut,
        limits=tuple(dict.fromkeys((*before.limits, *after.limits))),
        reached=(*before.reached, *after.reached),
        beside=(*before.beside, *after.beside),
        numbers={**before.numbers, **after.numbers},
        records={**before.records, **after.records},
        written=after.written,
    )


class _Reading:
    """One branch under way."""

    def __init__(
        self, opened: Opened, graph: Graph, known: frozenset[str], listed: LineRecords
    ) -> None:
        settings = opened.settings
        self._source = opened.source
        self._graph = graph
        self._chain = chain = first_parents(graph.parents, opened.head)
        self._pulls = pull_heads(opened.source.refs)
        self._listed = listed
        self._known: dict[str, tuple[str, ...]] = {}
        observer = Observer(Signals(load()), settings.declared, settings.inside_identities)
        self._seen = Observing(observer, settings.keyring, graph, known)
        self._shares = brought_in(graph.parents, chain[0])
        # What the first landing landed on is read for what it changed, and told of by itself.
        self._before = frozenset(graph.parents[chain[-1]][:1])

    def observe(self, reader: Reader) -> None:
        """Observe every commit of the branch."""
        wanted = dict.fromkeys(commit for share in self._shares.values() for commit in share)
        wanted |= dict.fromkeys(self._before)
        self._seen.observe(wanted, frozenset(self._chain), reader.kept, self._source.objects)

    def told(self) -> Branch:
        """What is known of the branch."""
        inner, listed = self._inner(), self._listed
        said = self._notes(listed)
        made = self._made(listed)
        every = {**made, **_attested(said)}
        label = {one: self._label(one, every, inner.get(one)) for one in self._chain}
        # Transcripts may tell of the lines of any commit.
        nowhere = None if listed.writes else said
        behind = {
            one: found
            for one in self._chain
            if (found := self._behind(one, inner.get(one), made, nowhere))
        }
        for one in self._chain:
            if one not in behind and (whole := self._whole(one, inner.get(one))):
                made[one] = whole
        return Branch(
            head=self._chain[0],
            landings=tuple(reversed(self._chain)),
            parents=self._parents(behind),
            times=self._graph.times,
            made=made,
            label={one: each for one, each in label.items() if each is not LineClass.NO_SIGNAL},
            behind=behind,
            notes=said,
            cut=frozenset(one for one in self._chain if self._is_cut(one)),
            limits=(*self._graph.limits, *self._source.objects.limits),
            reached=tuple(self._graph.parents),
            beside=tuple(self._seen.observed.keys() - self._graph.parents.keys() - self._before),
            numbers=dict(self._numbers()),
            records=self._known,
            written=self._written(listed, behind),
        )

    def _numbers(self) -> Iterator[tuple[str, str]]:
        for one in self._chain:
            own = self._seen.observed.get(one)
            if own and own.stated and own.stated.form in SQUASH_FORMS:
                yield own.stated.number, self._pulls.get(own.stated.number, "")

    def _parents(self, behind: Mapping[str, Behind]) -> dict[str, tuple[str, ...]]:
        """The parents of landings, and of what is behind them."""
        seen, graph = self._seen.observed, self._graph.parents
        commits = (one for each in behind.values() for one in each.commits)
        found = {one: seen[one].parents for one in commits if one in seen}
        return found | {one: graph[one] for one in self._chain}

    def _inner(self) -> Mapping[str, Inner]:
        pulls, seen = self._pulls, self._seen
        known = [one for one in self._chain if one in seen.observed]
        wanted = squashes(known, seen.observed, pulls) if pulls else []
        if not wanted:
            return {}
        blocks = [wanted[at : at + BLOCK] for at in range(0, len(wanted), BLOCK)]
        return inner_commits(self._source.git, seen, blocks, self._graph, [self._chain])

    def _notes(self, listed: LineRecords) -> dict[str, tuple[Noted, ...]]:
        """What records say of lines and files, by commit."""
        seen = self._seen.observed
        blobs = {one: ids for one, ids in listed.blobs.items() if one in seen}
        bodies: dict[str, list[bytes]] = {}
        for commit, body in note_bodies(self._source.objects, blobs):
            bodies.setdefault(commit, []).append(body)
        found: dict[str, tuple[Noted, ...]] = {
            one: noted(each, (one, *seen[one].parents[:1])) for one, each in bodies.items()
        }
        linked = {
            id_: tuple(dict.fromkeys(named(one.claims))) for id_, one in seen.items() if one.claims
        }
        for commit, others in listed.noted(seen, linked).items():
            found[commit] = (*found.get(commit, ()), *others)
        self._known = listed.of(seen, {each for ids in linked.values() for each in ids})
        return found

    def _written(self, listed: LineRecords, behind: Mapping[str, Behind]) -> Written | None:
        """The transcripts, and the commits whose lines they may tell of: no merges."""
        if not listed.writes:
            return None
        seen = self._seen.observed
        inside = (one for each in behind.values() for one in each.commits)
        alone = (one for one in self._chain if one not in behind)
        return Written(
            listed.writes,
            {
                one: seen[one].time
                for one in (*inside, *alone)
                if one in seen and len(seen[one].parents) < 2
            },
        )

    def _made(self, listed: LineRecords) -> dict[str, Made]:
        each = (
            (id_, by_commit(listed.claims(one), automation=one.automation))
            for id_, one in self._seen.observed.items()
            if id_ not in self._before
        )
        return {id_: made for id_, made in each if made is not SILENT}

    def _behind(
        self,
        landing: str,
        inner: Inner | None,
        made: Mapping[str, Made],
        said: Mapping[str, tuple[Noted, ...]] | None,
    ) -> Behind | None:
        """What is behind a landing, where it matters which of it brought a line.

        Without `said` something may be said of any commit.
        """
        share = self._shares[landing]
        if inner:
            commits = inner.commits
        elif len(share) > 1:
            commits = tuple(share)
        else:
            return None
        of = (landing, *commits)
        if said is not None and not any(one in made or one in said for one in of):
            return None
        named = {hand.agent for one in commits if one in made for hand in made[one].hands}
        own = made.get(landing, SILENT)
        more = tuple(hand for hand in own.hands if hand.agent not in named)
        unnamed = unknown(Ground.UNSPLIT, more) if inner and more else None
        return Behind(tuple(reversed(commits)), unnamed)

    def _whole(self, landing: str, inner: Inner | None) -> Made | None:
        """Whose all lines of a landing are that is not looked behind, where not its own claims."""
        own = self._seen.observed.get(landing)
        if own is None:
            return unknown(Ground.CUT)
        if inner is not None or own.stated is None or own.stated.form not in SQUASH_FORMS:
            return None
        found = by_commit(self._listed.claims(own), automation=own.automation)
        named = found.line_class is LineClass.AI
        return unknown(Ground.UNSPLIT, found.hands) if named and len(own.parents) == 1 else None

    def _label(self, landing: str, made: Mapping[str, Made], inner: Inner | None) -> LineClass:
        """What a label of the whole landing says: of an agent if any of its commits is."""
        commits = inner.commits if inner else self._shares[landing]
        each = {made.get(one, SILENT).line_class for one in (landing, *commits)}
        for one in (LineClass.AI, LineClass.UNDETERMINED):
            if one in each:
                return one
        return LineClass.AUTOMATION if each == {LineClass.AUTOMATION} else LineClass.NO_SIGNAL

    def _is_cut(self, landing: str) -> bool:
        graph = self._graph
        before = graph.parents[landing][:1]
        return landing in graph.boundary or any(
            one in graph.missing or one in graph.damaged for one in before
        )


def _attested(said: Mapping[str, tuple[Noted, ...]]) -> dict[str, Made]:
    """What a label says of commits of which a record attests lines as an agent's."""
    found: dict[str, Made] = {}
    for commit, each in said.items():
        lines = (one.made for note in each for files in note.files.values() for one in files)
        made = (*lines, *(one for note in each for one in note.whole.values()))
        ai = next((one for one in made if one.line_class is LineClass.AI), None)
        if ai is not None:
            found[commit] = ai
    return found
