"""Which of the lines that commits add are those that transcripts say were written.

A transcript tells what was written, not where it stands in a commit. A line is attested only where
path and text agree and the edit came before the commit; nothing is inferred from being near.
docs/formats/records/fitting.md gives the rules with their reasons.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.digest import sha256
from affidavit.base.text import shortened, visible
from affidavit.provenance.gitai_log import Span, united
from affidavit.provenance.model import Claim, Role, Tier
from affidavit.provenance.records.model import Attests
from affidavit.provenance.records.written import digest, is_trivial
from affidavit.provenance.records.written_index import ROW, Hand, Moment, Writes, indexed, second

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.provenance.records.model import Record

RULE = "PRV-TRANSCRIPT-001"
SOURCE = "transcript"
_MOST_EVIDENCE = 300


class Added(NamedTuple):
    """A line that a commit adds, with or without what ends it; `number` is counted from 1."""

    path: str
    number: int
    text: str


class Landed(msgspec.Struct, frozen=True, kw_only=True):
    """A commit: its id, the time when it was made (RFC 3339), and the lines that it adds."""

    id: str
    time: str
    lines: tuple[Added, ...]


class Writer(msgspec.Struct, frozen=True, order=True, kw_only=True):
    """Who wrote a line; `model` is ``None`` where several of the session did."""

    source: str
    agent: str
    session: str | None = None
    model: str | None = None
    attests: Attests = Attests.AI


class Attested(msgspec.Struct, frozen=True, kw_only=True):
    """A line that transcripts attest, and everybody who wrote it."""

    path: str
    number: int
    by: tuple[Writer, ...]

    @property
    def is_contradicted(self) -> bool:
        """Whether the transcripts name different agents, or a person and an agent."""
        return len({(one.agent, one.attests is Attests.HUMAN) for one in self.by}) > 1


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """What transcripts attest of one commit, by path and number."""

    commit: str
    lines: tuple[Attested, ...]

    @property
    def contradicted(self) -> tuple[Attested, ...]:
        """The lines for which they name different agents."""
        return tuple(line for line in self.lines if line.is_contradicted)


def fitted(commits: Iterable[Landed], records: Iterable[Record]) -> tuple[Fitted, ...]:
    """What `records` attest of each of `commits`.

    What a session wrote once is attested once: an earlier commit takes it first. So the commits of
    a history are given together; in which order they or the records come makes no difference.
    """
    fit = _Fit(indexed(records))
    given = list(commits)
    by_time = sorted(given, key=lambda each: (second(each.time) or 0, each.id))
    found = {commit.id: fit.commit(commit) for commit in by_time}
    return tuple(found[commit.id] for commit in given)


class _Fit:
    """The writes of all transcripts, and how often each is used up."""

    def __init__(self, writes: Writes) -> None:
        self._writes = writes
        self._used: Counter[tuple[Hand, str, str]] = Counter()

    def commit(self, commit: Landed) -> Fitted:
        """What is attested of the next commit by time."""
        moment = Moment(commit.id, second(commit.time))
        paths: dict[str, dict[int, Added]] = defaultdict(dict)
        for line in sorted(commit.lines):
            paths[line.path][line.number] = line
        lines = (
            attested
            for path, each in paths.items()
            for attested in self._file(moment, path, [*each.values()])
        )
        return Fitted(commit=commit.id, lines=tuple(lines))

    def _file(self, moment: Moment, path: str, lines: list[Added]) -> Iterator[Attested]:
        texts = [digest(line.text) for line in lines]
        short = {text for line, text in zip(lines, texts, strict=True) if is_trivial(line.text)}
        had = {text: self._had(moment, path, text, often) for text, often in Counter(texts).items()}
        sure: list[set[Hand]] = [
            {hand for hand, enough in had[text].items() if enough and text not in short}
            for text in texts
        ]
        hands = [set(each) for each in sure]
        for at in _rows(lines):
            row = slice(at, at + ROW)
            written = self._writes.rows.get((path, *texts[row]), {})
            for hand in set[Hand]().union(*sure[row]) & written.keys():
                for near in range(at, at + ROW) if written[hand].reach(moment) else ():
                    if texts[near] in short or hand in had[texts[near]]:
                        hands[near].add(hand)
        for line, text, by in zip(lines, texts, hands, strict=True):
            if by:
                writers = (self._writer(hand, path, text, moment) for hand in by)
                yield Attested(path=path, number=line.number, by=tuple(sorted(writers, key=_key)))

    def _had(self, moment: Moment, path: str, text: str, often: int) -> dict[Hand, bool]:
        """Who has written the text and it is not used up; whether for all `often` lines of it."""
        found: dict[Hand, bool] = {}
        for hand, kinds in self._writes.lines.get((path, text), {}).items():
            told = sum(times.told(moment) for times in kinds.values())
            before = sum(times.before(moment) for times in kinds.values())
            left = max(before - self._used[hand, path, text], 0)
            self._used[hand, path, text] += min(max(often - told, 0), left)
            if told + left:
                found[hand] = told + left >= often
        return found

    def _writer(self, hand: Hand, path: str, text: str, moment: Moment) -> Writer:
        kinds = self._writes.lines[path, text][hand]
        reached = [kind for kind, times in kinds.items() if times.reach(moment)]
        models = {model for model, _ in reached}
        attests = {whom for _, whom in reached}
        return Writer(
            source=hand.source,
            agent=hand.agent,
            session=hand.session,
            model=models.pop() if len(models) == 1 else None,
            attests=attests.pop() if len(attests) == 1 else Attests.MIXED,
        )


def _rows(lines: Sequence[Added]) -> Iterator[int]:
    """Where `ROW` lines follow each other in the file."""
    for at in range(len(lines) - ROW + 1):
        if lines[at + ROW - 1].number - lines[at].number == ROW - 1:
            yield at


def _key(writer: Writer) -> tuple[str, ...]:
    return (writer.source, writer.agent, writer.session or "", writer.model or "")


def claims(fitting: Fitted) -> tuple[Claim, ...]:
    """What is attested of a commit as claims: one for each writer with lines in it."""
    found: dict[Writer, dict[str, list[Span]]] = {}
    for line in fitting.lines:
        for writer in line.by:
            spans = found.setdefault(writer, {}).setdefault(line.path, [])
            spans.append(Span(line.number, line.number))
    return tuple(
        _claim(fitting.commit, writer, found[writer]) for writer in sorted(found, key=_key)
    )


def _claim(commit: str, writer: Writer, files: dict[str, list[Span]]) -> Claim:
    evidence = "\n".join(f"{path} {_told(spans)}" for path, spans in files.items())
    return Claim(
        commit=commit,
        rule=RULE,
        tier=Tier.B,
        agent=writer.agent,
        role=Role.CO_AUTHOR,
        source=SOURCE,
        evidence=shortened(visible(evidence), _MOST_EVIDENCE),
        digest=sha256(evidence.encode("utf-8", "surrogatepass")),
        model=writer.model,
        session=writer.session,
    )


def _told(spans: Iterable[Span]) -> str:
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in united(spans)
    )
