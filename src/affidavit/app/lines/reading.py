"""A branch read for its lines: the landings, whose each commit is, and what is behind squashes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.noted import GIT_AI, LEGACY
from affidavit.app.observing import Observing
from affidavit.app.reading import Reader
from affidavit.app.squashes import inner_commits, pull_heads, squashes
from affidavit.base.digest import sha256
from affidavit.base.limit import Limit
from affidavit.base.period import EARLIEST
from affidavit.changes.chain import brought_in, first_parents
from affidavit.changes.lines.model import SILENT, Ground, LineClass, Made, unknown
from affidavit.changes.lines.stated import Noted, by_commit, noted, of_records
from affidavit.changes.observe import Observer
from affidavit.changes.pull_request import SQUASH_FORMS
from affidavit.provenance.catalogue import load
from affidavit.provenance.records.agent_trace import SOURCE as AGENT_TRACE
from affidavit.provenance.signals import Signals
from affidavit.sources.git.notes import note_bodies, notes
from affidavit.sources.records import agent_trace

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from affidavit.app.gather import Source
    from affidavit.app.lines.opening import Opened
    from affidavit.app.reading import Progress
    from affidavit.changes.model import Inner
    from affidavit.provenance.records.model import Record
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
    numbers: Mapping[str, str]
    """The requests of squashes that name an agent and whose commits are not here, and what their
    refs named instead; empty where they have none."""
    records: Mapping[str, tuple[str, ...]]
    """The line-level records of its commits, by ids that change where they change."""


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
    reading = _Reading(opened, graph, first_parents(graph.parents, head), known)
    progress.step("looking at commits")
    reading.observe(reader)
    progress.step("reading notes")
    found = reading.told(listed or line_records(opened.source, head))
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
        numbers={**before.numbers, **after.numbers},
        records={**before.records, **after.records},
    )


class LineRecords(NamedTuple):
    """The line-level records of a repository by commit: git-ai's notes by blob, and others."""

    blobs: Mapping[str, tuple[str, ...]]
    traces: Mapping[str, Noted]

    def of(self, commits: Container[str]) -> dict[str, tuple[str, ...]]:
        """What there is of each of these commits, as ids that change where it changes."""
        both = self.blobs.keys() | self.traces.keys()
        return {one: self._known(one) for one in both if one in commits}

    def _known(self, commit: str) -> tuple[str, ...]:
        trace = self.traces.get(commit)
        told = (sha256(msgspec.msgpack.encode(trace)),) if trace else ()
        return (*self.blobs.get(commit, ()), *told)


def line_records(source: Source, head: str) -> LineRecords:
    """All line-level records that the repository has at `head`."""
    refs = source.refs
    blobs: dict[str, tuple[str, ...]] = {
        name[len(LEGACY) :]: (id_,) for name, id_ in refs.ids.items() if name.startswith(LEGACY)
    }
    if current := refs.get(GIT_AI):
        for commit, ids in notes(source.git, source.objects, current).items():
            blobs[commit] = (*blobs.get(commit, ()), *ids)
    traces: dict[str, list[Record]] = {}
    for record in agent_trace.records(source.git, source.objects, refs, at=head):
        if record.commit:
            traces.setdefault(record.commit, []).append(record)
    return LineRecords(
        blobs, {commit: of_records(AGENT_TRACE, each) for commit, each in traces.items()}
    )


class _Reading:
    """One branch under way."""

    def __init__(
        self, opened: Opened, graph: Graph, chain: Sequence[str], known: frozenset[str]
    ) -> None:
        settings = opened.settings
        self._source = opened.source
        self._graph = graph
        self._chain = chain
        self._pulls = pull_heads(opened.source.refs)
        self._known: dict[str, tuple[str, ...]] = {}
        observer = Observer(Signals(load()), settings.declared, settings.inside_identities)
        self._seen = Observing(observer, settings.keyring, graph, known)
        self._shares = brought_in(graph.parents, chain[0])

    def observe(self, reader: Reader) -> None:
        """Observe every commit of the branch."""
        before = self._graph.parents[self._chain[-1]][:1]
        # What the first landing landed on, for what it changed.
        wanted = dict.fromkeys((*(c for share in self._shares.values() for c in share), *before))
        self._seen.observe(wanted, frozenset(self._chain), reader.kept, self._source.objects)

    def told(self, listed: LineRecords) -> Branch:
        """What is known of the branch, with what is `listed` of records."""
        inner = self._inner()
        said = self._notes(listed)
        made = self._made()
        every = {**made, **_attested(said)}
        label = {one: self._label(one, every, inner.get(one)) for one in self._chain}
        behind = {
            one: found
            for one in self._chain
            if (found := self._behind(one, inner.get(one), made, said))
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
            numbers=dict(self._numbers(made)),
            records=self._known,
        )

    def _numbers(self, made: Mapping[str, Made]) -> Iterator[tuple[str, str]]:
        pulls = self._pulls
        for one in self._chain:
            own = self._seen.observed.get(one)
            if one in made and made[one].ground is Ground.UNSPLIT and own and own.stated:
                yield own.stated.number, pulls.get(own.stated.number, "")

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
        wanted = self._seen.observed.keys()
        blobs = {one: ids for one, ids in listed.blobs.items() if one in wanted}
        bodies: dict[str, list[bytes]] = {}
        for commit, body in note_bodies(self._source.objects, blobs):
            bodies.setdefault(commit, []).append(body)
        found: dict[str, tuple[Noted, ...]] = {one: (noted(each),) for one, each in bodies.items()}
        for commit, trace in listed.traces.items():
            if commit in wanted and trace.files:
                found[commit] = (*found.get(commit, ()), trace)
        self._known = listed.of(wanted)
        return found

    def _made(self) -> dict[str, Made]:
        each = (
            (id_, by_commit(one.claims, automation=one.automation))
            for id_, one in self._seen.observed.items()
        )
        return {id_: made for id_, made in each if made is not SILENT}

    def _behind(
        self,
        landing: str,
        inner: Inner | None,
        made: Mapping[str, Made],
        said: Mapping[str, tuple[Noted, ...]],
    ) -> Behind | None:
        """What is behind a landing, where it matters which of it brought a line."""
        share = self._shares[landing]
        if inner:
            commits = inner.commits
        elif len(share) > 1:
            commits = tuple(share)
        else:
            return None
        if not any(one in made or one in said for one in (landing, *commits)):
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
        found = by_commit(own.claims, automation=own.automation)
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
        made = (one.made for note in each for files in note.files.values() for one in files)
        ai = next((one for one in made if one.line_class is LineClass.AI), None)
        if ai is not None:
            found[commit] = ai
    return found
