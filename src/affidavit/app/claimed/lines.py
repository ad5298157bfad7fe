"""The records of a repository that bear on whose lines are, and files of records given beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.claimed.commits import ODD, told
from affidavit.app.claimed.forms import CLAIMING, FORMS, Place
from affidavit.base.digest import sha256
from affidavit.base.limit import limit
from affidavit.changes.lines.recorded import TRANSCRIPT, of_records
from affidavit.provenance.records import checkpoints
from affidavit.provenance.records.entire import CHECKPOINT
from affidavit.provenance.records.entire import SOURCE as ENTIRE
from affidavit.sources.records.gitai import placed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from affidavit.app.gather import Source
    from affidavit.base.limit import Limit
    from affidavit.changes.lines.stated import Noted
    from affidavit.changes.observe import Observed
    from affidavit.provenance.model import Claim
    from affidavit.provenance.records.model import Record

_FORMS = (*CLAIMING, ENTIRE, TRANSCRIPT)
_NAMED = "checkpoint "
_WRITES = "transcripts"


class Written(NamedTuple):
    """Transcripts, and the commits whose lines they may tell of, each with its time."""

    records: tuple[Record, ...]
    commits: Mapping[str, int | None]


class LineRecords:
    """The records of a repository that bear on whose lines are, by commit.

    `blobs` are git-ai's notes, `traces` records that speak of lines, `others` of forms that claim
    something of whole commits; `sessions` are records of Entire by the checkpoint that a commit's
    message may name, and `writes` what transcripts say was written.
    """

    def __init__(self, blobs: Mapping[str, tuple[str, ...]], records: Iterable[Record]) -> None:
        self.blobs = blobs
        self.writes: tuple[Record, ...] = ()
        self._traces: dict[str, list[Record]] = {}
        self._others: dict[str, list[Record]] = {}
        self._sessions: dict[str, list[Record]] = {}
        writes = []
        self._problems: list[str] = []
        for one in records:
            self._problems += told(one)
            if any(each.texts for each in one.lines):
                writes.append(one)
            elif checkpoint := dict(one.stated).get(CHECKPOINT):
                self._sessions.setdefault(checkpoint, []).append(one)
            elif one.commit and one.lines:
                self._traces.setdefault(one.commit, []).append(one)
            elif one.commit and one.claims:
                self._others.setdefault(one.commit, []).append(one)
        self.writes = tuple(writes)
        self._claims = {one: _claims(each) for one, each in self._sessions.items()}

    def claims(self, commit: Observed) -> tuple[Claim, ...]:
        """What the commit, and the records of it as a whole, claim of it."""
        linked = checkpoints.claimed(commit.id, commit.claims, self._claims)
        return (*commit.claims, *linked, *_claims(self._others.get(commit.id, ())))

    def noted(
        self, commits: Collection[str], linked: Mapping[str, Sequence[str]]
    ) -> dict[str, tuple[Noted, ...]]:
        """What is said of lines and files of these commits; `linked` has checkpoints by commit."""
        found: dict[str, list[Noted]] = {}
        for commit in self._traces.keys() & commits:
            by_source: dict[str, list[Record]] = {}
            for one in self._traces[commit]:
                by_source.setdefault(one.source, []).append(one)
            found[commit] = [of_records(*each) for each in by_source.items()]
        for commit, named in linked.items():
            records = [one for each in named for one in self._sessions.get(each, ()) if one.claims]
            if records:
                found.setdefault(commit, []).append(of_records(ENTIRE, records))
        said = {
            commit: tuple(one for one in each if one.files or one.whole)
            for commit, each in found.items()
        }
        return {commit: each for commit, each in said.items() if each}

    def of(self, commits: Collection[str], named: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The ids of what there is of commits, of the checkpoints `named`, and of transcripts.

        They change where it changes. Of a checkpoint that is not there the ids are none.
        """
        every = self.blobs.keys() | self._traces.keys() | self._others.keys()
        found = {one: self._known(one) for one in every if one in commits}
        for name in named:
            sessions = self._sessions.get(name)
            found[_NAMED + name] = (_digest(sessions),) if sessions else ()
        return found | ({_WRITES: (_digest(self.writes),)} if self.writes else {})

    def still(self, commits: Collection[str], known: Mapping[str, tuple[str, ...]]) -> bool:
        """Whether `of` would tell what is `known` of these commits."""
        named = [one.removeprefix(_NAMED) for one in known if one.startswith(_NAMED)]
        return self.of(commits, named) == known

    def limits(self, commits: Collection[str]) -> Iterator[Limit]:
        """What could not be read, and the records of commits that are not among these."""
        if self._problems:
            yield limit("odd-records", ODD, self._problems)
        every = self.blobs.keys() | self._traces.keys() | self._others.keys()
        if elsewhere := [one for one in every if one not in commits]:
            yield limit("records-beside-the-branch", _BESIDE, sorted(elsewhere))

    def _known(self, commit: str) -> tuple[str, ...]:
        records = (*self._traces.get(commit, ()), *self._others.get(commit, ()))
        return (*self.blobs.get(commit, ()), *([_digest(records)] if records else []))


_BESIDE = "Commits that records of other tools are about are not on this branch; not used."


def _claims(records: Iterable[Record]) -> tuple[Claim, ...]:
    return tuple(claim for one in records for claim in one.claims)


def _digest(records: Sequence[Record]) -> str:
    return sha256(msgspec.msgpack.encode(records))


def line_records(source: Source, head: str, given: Sequence[Record] = ()) -> LineRecords:
    """All that the repository has at `head`, and what was `given` beside."""
    place = Place(source.git, source.objects, source.refs, head)
    blobs: dict[str, tuple[str, ...]] = {}
    for listed in placed(source.git, source.objects, source.refs).values():
        for commit, ids in listed.items():
            blobs[commit] = (*blobs.get(commit, ()), *ids)
    found = [one for form in _FORMS for one in FORMS[form](place)]
    return LineRecords(blobs, (*found, *given))
