"""Notes of git-ai on the commits behind a squash, carried to the squash line by line.

Each note's lines are carried through every later commit to the head, and from there to the landing.
What a commit touches is dropped on the way; nothing is inferred, and a gap is told rather than
closed. A note is good for the lines that its commit brought and for no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.envelope.behind import behind
from affidavit.app.envelope.texts import Texts
from affidavit.base.errors import DamagedError, FormatError, UsageError
from affidavit.base.text import shortened, visible
from affidavit.changes.envelope.ladder import CARRYING, Rung
from affidavit.changes.envelope.lifting import added, both, clashing, fitted, through
from affidavit.provenance.gitai_log import count, text
from affidavit.provenance.gitai_records import of_lines
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.raw import raw_changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.app.envelope.behind import Behind
    from affidavit.base.errors import AffidavitError
    from affidavit.changes.envelope.lifting import State
    from affidavit.changes.envelope.touched import Touched
    from affidavit.provenance.gitai_log import Keyed, Log
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

MOST_TOLD = 100
"""Notes that are named as refused."""
LONGEST = 200
"""Characters of why a note is refused, or there is none, that are told."""

_Pair = tuple[str, str]


class Landing(msgspec.Struct, frozen=True, kw_only=True):
    """A landing and the head that it was found to be, by which rung, as how many landings."""

    commit: str
    head: str
    rung: Rung
    span: int = 1


class RefusedNote(msgspec.Struct, frozen=True):
    """A note that is not carried, and why."""

    commit: str
    why: str


class Lifted(msgspec.Struct, frozen=True, kw_only=True):
    """The note that the landing may have, or why it has none.

    `commits` are behind the landing; `notes` on them attest `attested` lines, of which their
    commits brought `brought`; `lines` arrived. `more_refused` notes are refused beside those that
    are named.
    """

    note: str | None = None
    why: str | None = None
    commits: int = 0
    notes: int = 0
    attested: int = 0
    brought: int = 0
    lines: int = 0
    refused: tuple[RefusedNote, ...] = ()
    more_refused: int = 0
    written: bool = False


class Attempt(NamedTuple):
    """A note, or why there is none, and the error that was in the way of one."""

    lifted: Lifted
    error: AffidavitError | None = None


def lifted(git: PrivateGit, refs: Refs, landing: Landing) -> Lifted:
    """The note of git-ai that `landing` may have, from those on the commits behind it.

    Raises:
        GitFailedError: git does not answer.
    """
    return attempted(git, refs, landing).lifted


def attempted(git: PrivateGit, refs: Refs, landing: Landing) -> Attempt:
    """The same, and the error that was in the way.

    Raises:
        GitFailedError: git does not answer.
    """
    if landing.rung not in CARRYING or landing.span != 1:
        many = "it landed as several commits" if landing.span != 1 else "its rung does not carry"
        return Attempt(Lifted(why=many))
    try:
        found = behind(git, refs, landing.commit, landing.head)
    except (UsageError, FormatError, DamagedError) as error:
        return Attempt(Lifted(why=said(error.message)), error)
    with Objects(git) as objects:
        work = _Lifting(objects, landing, found)
        try:
            return Attempt(work.told(work.note()))
        except (UsageError, FormatError, DamagedError) as error:
            return Attempt(msgspec.structs.replace(work.told(""), why=said(error.message)), error)


class _Lifting:
    """One landing under way."""

    def __init__(self, objects: Objects, landing: Landing, found: Behind) -> None:
        self._objects = objects
        self._landing = landing
        self._found = found
        self._inner = frozenset(found.order)
        self._texts = Texts(objects)
        self._refused = dict(found.refused)
        self._used: list[Log] = []
        self._attested = 0
        self._brought = 0
        self._lines = 0

    def note(self) -> str:
        """The note; empty where there is none to carry."""
        if not self._found.notes:
            return ""
        log = of_lines(
            {path.decode(): keyed for path, keyed in self._arrived().items()}, self._used
        )
        self._lines = _lines(log.files)
        return text(log, self._landing.commit).decode() if self._lines else ""

    def told(self, note: str) -> Lifted:
        """What came of it."""
        refused = [RefusedNote(one, said(why)) for one, why in self._refused.items()]
        none = "no note on the commits behind it has lines" if not self._used else "no line arrived"
        return Lifted(
            note=note or None,
            why=None if note else none,
            commits=len(self._found.order),
            notes=len(self._used),
            attested=self._attested,
            brought=self._brought,
            lines=self._lines if note else 0,
            refused=tuple(refused[:MOST_TOLD]),
            more_refused=max(len(refused) - MOST_TOLD, 0),
        )

    def _arrived(self) -> State:
        """What is attested of the lines that the landing brought."""
        at_head = self._at_head()
        own, head = self._landing.commit, self._landing.head
        parent = self._found.headers[own].parents[0]
        apart, landed = self._differing([(head, own), (parent, own)])
        if self._landing.rung is not Rung.REPLAY:
            # Only a file that landed as the head has it is known to be the same lines.
            at_head = {path: keyed for path, keyed in at_head.items() if path not in apart}
        state = added(through(at_head, apart, self._texts.changes), landed, self._texts.changes)
        if clash := clashing(state):
            raise FormatError(f"two notes say different things of one line of {clash}")
        return state

    def _at_head(self) -> State:
        """What the notes attest of the lines that are left at the head."""
        states: dict[str, State] = {}
        differing = self._differing(list(self._pairs()))
        for commit in self._found.order:
            states[commit] = {}
            own: State = {}
            for number, parent in self._above(commit):
                touched = next(differing)
                before = through(states.get(parent, {}), touched, self._texts.changes)
                states[commit] = both(states[commit], before)
                own = self._own(commit, touched) if number == 0 else own
            states[commit] = both(states[commit], own)
        return states[self._landing.head]

    def _above(self, commit: str) -> Iterator[tuple[int, str]]:
        """The parents whose lines may be attested, and always the first, by their number."""
        parents = self._found.headers[commit].parents or ("",)
        for number, parent in enumerate(parents):
            if number == 0 or parent in self._inner:
                yield number, parent

    def _pairs(self) -> Iterator[_Pair]:
        for commit in self._found.order:
            for _, parent in self._above(commit):
                yield parent, commit

    def _differing(self, pairs: Sequence[_Pair]) -> Iterator[Mapping[bytes, Touched]]:
        """What differs between the trees of two commits; an empty id is no commit."""
        trees = [(self._tree(before), self._tree(after)) for before, after in pairs]
        for (_, after), touched in zip(pairs, raw_changes(self._objects, trees), strict=True):
            if touched is None:
                raise UsageError(f"what {after[:12]} changes cannot be read, or is too much")
            yield {one.path: one for one in touched}

    def _tree(self, commit: str) -> str:
        if commit and commit not in self._found.headers:
            raise DamagedError(f"the commit {commit[:12]} cannot be read")
        return self._found.headers[commit].tree if commit else ""

    def _own(self, commit: str, touched: Mapping[bytes, Touched]) -> State:
        """What the note on `commit` says of the lines that it brought."""
        log = self._found.notes.get(commit)
        if log is None:
            return {}
        try:
            state, attested = fitted(log.files, touched, self._texts.after, self._texts.changes)
        except FormatError as error:
            self._refused[commit] = error.message
            return {}
        self._used.append(log)
        self._attested += attested
        self._brought += _lines(state)
        return state


def _lines(files: Mapping[bytes, Keyed] | Mapping[str, Keyed]) -> int:
    return sum(count(spans) for keyed in files.values() for spans in keyed.values())


def said(why: str) -> str:
    """`why` as it is told."""
    return visible(shortened(why, LONGEST))
