"""What is known of the lines of a landing, as claims that a record can attest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from affidavit.changes.lines.model import Ground, Hand, LineClass
from affidavit.provenance.catalogue import UNSPECIFIED
from affidavit.provenance.gitai_log import Span
from affidavit.provenance.records.model import Attests, LineClaim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from affidavit.app.claims_written.brought import Placed
    from affidavit.app.claims_written.persons import Persons

LEFT = {
    LineClass.UNDETERMINED: "lines of which it is undetermined whose they are, not written",
    LineClass.NO_SIGNAL: "lines of which nothing is said, not written",
    LineClass.AUTOMATION: "lines of automation that is no agent, not written",
}
BY_COMMIT = (
    "lines of an agent by what is claimed of their commit or file alone, not written without"
    " --from-commits"
)
PERSONS = "lines of a person by what is said of their file alone, not written"
SEVERAL = "lines of a commit that names several agents, not written: whose each is, is not told"


class Gathered(NamedTuple):
    """Claims that a record states of lines, those of commits widened to their lines, the rest."""

    attested: tuple[LineClaim, ...]
    by_commit: tuple[LineClaim, ...]
    left: Mapping[str, int]

    def sentences(self) -> tuple[str, ...]:
        """What is left out, in sentences with its number."""
        return tuple(f"{what}: {count:,}" for what, count in sorted(self.left.items()))


def gathered(lines: Iterable[Placed], *, persons: Persons | None, from_commits: bool) -> Gathered:
    """What can be written of the lines of a landing; `persons` where the form names them."""
    gathering = _Gathering(persons, from_commits=from_commits)
    for one in lines:
        gathering.take(one)
    return Gathered(tuple(gathering.attested), tuple(gathering.by_commit), gathering.left)


class _Gathering:
    """One landing under way."""

    def __init__(self, persons: Persons | None, *, from_commits: bool) -> None:
        self._persons = persons
        self._from_commits = from_commits
        self.attested: list[LineClaim] = []
        self.by_commit: list[LineClaim] = []
        self.left: Counter[str] = Counter()

    def take(self, one: Placed) -> None:
        """Lines of the landing."""
        made = one.piece.made
        by_note = made.ground is Ground.NOTE
        if why := LEFT.get(made.line_class):
            self.left[why] += one.piece.length
        elif made.line_class is LineClass.HUMAN and by_note:
            self.attested += self._typed(one)
        elif made.line_class is LineClass.HUMAN:
            self.left[PERSONS] += one.piece.length
        elif by_note:
            self.attested += _of_agents(one)
        elif not self._from_commits:
            self.left[BY_COMMIT] += one.piece.length
        elif len(made.hands) > 1:
            self.left[SEVERAL] += one.piece.length
        else:
            self.by_commit += _of_agents(one)

    def _typed(self, one: Placed) -> Iterator[LineClaim]:
        if self._persons is None:
            yield _claim(one, 0, one.piece.length)
            return
        for start, length, key in self._persons.of(one.piece):
            yield _claim(one, start, length, session=key)


def _of_agents(one: Placed) -> Iterator[LineClaim]:
    """The lines as those of each agent that is named; of one without a name where none is."""
    for hand in one.piece.made.hands or (Hand(UNSPECIFIED),):
        yield LineClaim(
            path=_path(one),
            attests=Attests.AI,
            spans=(Span(one.at + 1, one.at + one.piece.length),),
            agent="" if hand.agent == UNSPECIFIED else hand.agent,
            model=hand.model or None,
            session=hand.session or None,
        )


def _claim(one: Placed, start: int, length: int, session: str | None = None) -> LineClaim:
    """Some of the lines as those of a person."""
    first = one.at + start + 1
    spans = (Span(first, first + length - 1),)
    return LineClaim(path=_path(one), attests=Attests.HUMAN, spans=spans, session=session)


def _path(one: Placed) -> str:
    return one.path.decode("utf-8", "surrogateescape")
