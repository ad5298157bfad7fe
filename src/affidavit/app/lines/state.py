"""A branch that was followed, as bytes: to go on from it when it has grown."""

from __future__ import annotations

import hashlib
from array import array
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.lines.held import Followed, Inner, Lines, Table, Tally
from affidavit.app.lines.landed import History
from affidavit.app.lines.notes import Coverage, Notes
from affidavit.app.lines.reading import Behind, Branch
from affidavit.base.errors import FormatError
from affidavit.base.limit import Limit
from affidavit.changes.lines.model import Ground, LineClass, Made
from affidavit.changes.lines.segments import Segment
from affidavit.provenance.blame.replay import Binary, Replay
from affidavit.provenance.blame.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affidavit.sources.git.objects import Objects

FORMAT = b"affidavit/lines-state@4\n"
LARGEST = 2 << 30
"""Bytes of a state that are read."""
_CODE = "I"


class _Runs(msgspec.Struct, array_like=True, gc=False):
    """The runs of a file, and their tally if there is one: its counts, keys and numbers."""

    origins: bytes
    starts: bytes
    counts: bytes
    tally: tuple[list[int], bytes, bytes] | None = None


class _Binary(msgspec.Struct, array_like=True, gc=False):
    """A file that is binary: its lines before and after, and landings that changed it."""

    before: _Runs
    events: list[tuple[int, str, str, bytes]]
    text: _Runs | None


class _History(msgspec.Struct, array_like=True):
    """The same as `History`, when nothing is left to tell apart."""

    added: bytes
    gone: list[bytes]
    classes: bytes
    brought: dict[str, dict[bytes, list[tuple[int, int]]]]
    mixed: dict[int, list[int]]
    months: dict[str, list[int]]
    skipped: list[str]
    broken: list[str]


class _Origins(msgspec.Struct, array_like=True):
    """By number the landing and the path; and how many there were when all of them were in use."""

    landings: bytes
    places: bytes
    paths: list[bytes]
    used: int


class Known(msgspec.Struct, array_like=True):
    """What decides whether the state can be gone on from.

    `records` are the records of the commits that were read, by ids of theirs; `numbers` are the
    requests of squashes, and what their refs named.
    """

    reached: tuple[str, ...]
    """Every commit of the branch."""
    beside: tuple[str, ...]
    """Those of requests that were read beside them."""
    records: dict[str, tuple[str, ...]]
    numbers: dict[str, str]


_Row = tuple[int, int, str | None, bytes, int, Ground]
"""The fields of `Inner`."""


class _State(msgspec.Struct, array_like=True):
    known: Known
    head: str
    landings: tuple[str, ...]
    times: list[int | None]
    table: list[Made]
    made: dict[str, int]
    label: dict[str, LineClass]
    behind: dict[str, int | None]
    cut: tuple[str, ...]
    origins: _Origins
    late: list[int]
    lost: list[tuple[int, bytes]]
    files: dict[bytes, _Runs]
    binary: dict[bytes, _Binary]
    inner: dict[str, dict[bytes, list[_Row]]]
    attested: dict[str, dict[bytes, list[tuple[int, int, int]]]]
    rest: dict[str, dict[bytes, int | None]]
    refused: dict[str, str]
    told: dict[str, Coverage]
    history: _History
    limits: tuple[Limit, ...]


class Kept(NamedTuple):
    """Lines as they were kept, and what decides whether they can be gone on from."""

    lines: Lines
    known: Known


def packed(lines: Lines, known: Known) -> tuple[bytes, ...]:
    """`lines` as bytes, in parts; all of them are counted for it."""
    for path in lines.paths:
        lines.tally(path)
    if len(lines.replay.origins) > 2 * lines.replay.used:
        lines.replay.forget()
    body = msgspec.msgpack.encode(_state(lines, known))
    return FORMAT, _digest(body), b"\n", body


def _digest(body: bytes | memoryview) -> bytes:
    return hashlib.sha256(body).hexdigest().encode("ascii")


def unpacked(data: bytes, objects: Objects) -> Kept:
    """What `packed` made of lines.

    Raises:
        FormatError: It is not whole, or of another version.
    """
    if not data.startswith(FORMAT):
        raise FormatError("the stored lines are of another version")
    end = data.find(b"\n", len(FORMAT))
    # What is stored is large: no part of it is copied.
    body = memoryview(data)[end + 1 :]
    if end < 0 or data[len(FORMAT) : end] != _digest(body):
        raise FormatError("the stored lines are not whole")
    try:
        state = msgspec.msgpack.decode(body, type=_State)
    except msgspec.DecodeError as error:
        raise FormatError("the stored lines are not of the form") from error
    try:
        return Kept(_lines(state, objects), state.known)
    except (IndexError, ValueError, KeyError) as error:
        raise FormatError("the stored lines contradict themselves") from error


def _state(lines: Lines, known: Known) -> _State:
    number, branch, replay = lines.table.number, lines.branch, lines.replay
    return _State(
        known=known,
        head=branch.head,
        landings=branch.landings,
        times=[branch.times.get(one) for one in branch.landings],
        made={one: number(made) for one, made in _made(lines).items()},
        label=dict(branch.label),
        behind={
            one: None if each.unnamed is None else number(each.unnamed)
            for one, each in branch.behind.items()
        },
        cut=tuple(branch.cut),
        origins=_origins(replay),
        late=sorted(replay.late),
        lost=sorted(replay.lost),
        files={path: _runs(one) for path, one in replay.files.items() if isinstance(one, Runs)},
        binary={
            path: _Binary(
                _runs(one.runs), one.events, None if one.text is None else _runs(one.text)
            )
            for path, one in replay.files.items()
            if isinstance(one, Binary)
        },
        inner={
            landing: {path: [_row(one) for one in each] for path, each in files.items()}
            for landing, files in lines.behind.items()
        },
        attested=_attested(lines.notes, lines.table),
        rest=_rest(lines.notes, lines.table),
        refused=lines.notes.refused,
        told=lines.notes.coverage,
        history=_history(lines.history),
        limits=branch.limits,
        table=lines.table.rows,
    )


def _attested(notes: Notes, table: Table) -> dict[str, dict[bytes, list[tuple[int, int, int]]]]:
    return {
        commit: {
            path: [(one.start, one.end, table.number(one.made)) for one in each]
            for path, each in files.items()
        }
        for commit, files in notes.known.items()
    }


def _rest(notes: Notes, table: Table) -> dict[str, dict[bytes, int | None]]:
    return {
        commit: {path: None if made is None else table.number(made) for path, made in files.items()}
        for commit, files in notes.rest.items()
    }


def _made(lines: Lines) -> Mapping[str, Made]:
    """Of the commits that have lines: landings, and those behind them."""
    wanted = {
        one.commit
        for files in lines.behind.values()
        for each in files.values()
        for one in each
        if one.commit
    }
    wanted.update(lines.branch.landings)
    return {one: made for one, made in lines.branch.made.items() if one in wanted}


def _origins(replay: Replay) -> _Origins:
    landings, paths = zip(*replay.origins, strict=True) if replay.origins else ((), ())
    numbers = {path: number for number, path in enumerate(dict.fromkeys(paths))}
    places = array(_CODE, map(numbers.__getitem__, paths))
    return _Origins(_bytes(landings), places.tobytes(), list(numbers), replay.used)


def _runs(runs: Runs) -> _Runs:
    told, tally = runs.told, None
    if isinstance(told, Tally):
        tally = list(told.counts), told.keys.tobytes(), told.numbers.tobytes()
    return _Runs(runs.origins.tobytes(), runs.starts.tobytes(), runs.counts.tobytes(), tally)


def _binary(file: Binary) -> _Binary:
    text = None if file.text is None else _runs(file.text)
    return _Binary(_runs(file.runs), file.events, text)


def _history(history: History) -> _History:
    return _History(
        added=_bytes(history.added),
        gone=[_bytes(each) for each in history.gone],
        classes=bytes(history.classes),
        brought=history.brought,
        mixed=history.mixed,
        months=history.months,
        skipped=history.skipped,
        broken=history.broken,
    )


def _row(one: Inner) -> _Row:
    return (one.at, one.length, one.commit, one.path, one.start, one.ground)


def _bytes(numbers: Sequence[int]) -> bytes:
    return array(_CODE, numbers).tobytes()


def _numbers(data: bytes) -> list[int]:
    found = array(_CODE)
    found.frombytes(data)
    return found.tolist()


class _Nothing:
    """Compares nothing: what was stored is only gone on from."""

    def blocks(self, _old: str, _new: str) -> None:
        """Not known."""

    def lines(self, _blob: str) -> None:
        """Not known."""


def _lines(state: _State, objects: Objects) -> Lines:
    table = Table(state.table)
    notes = Notes(objects, {})
    notes.refused = state.refused
    notes.coverage = state.told
    notes.known = {
        commit: {
            path: [Segment(start, end, table.rows[made]) for start, end, made in each]
            for path, each in files.items()
        }
        for commit, files in state.attested.items()
    }
    notes.rest = {
        commit: {path: None if made is None else table.rows[made] for path, made in files.items()}
        for commit, files in state.rest.items()
    }
    behind = {
        landing: {path: [Inner(*one) for one in each] for path, each in files.items()}
        for landing, files in state.inner.items()
    }
    followed = Followed(_replay(state), _history_of(state.history), frozenset(), table)
    return Lines(_branch(state), followed, behind, notes)


def _replay(state: _State) -> Replay:
    replay = Replay(_Nothing())
    origins = state.origins
    paths = map(origins.paths.__getitem__, _numbers(origins.places))
    replay.origins = list(zip(_numbers(origins.landings), paths, strict=True))
    replay.used = origins.used
    replay.late, replay.lost = set(state.late), set(state.lost)
    replay.files = {path: _runs_of(one) for path, one in state.files.items()}
    for path, one in state.binary.items():
        file = replay.files[path] = Binary(_runs_of(one.before))
        file.events, file.text = one.events, None if one.text is None else _runs_of(one.text)
    return replay


def _runs_of(one: _Runs) -> Runs:
    runs = Runs(one.origins, one.starts, one.counts)
    if one.tally:
        counts, keys, numbers = one.tally
        runs.told = Tally(tuple(counts), array("Q", keys), array(_CODE, numbers))
    return runs


def _history_of(one: _History) -> History:
    history = History()
    history.added = _numbers(one.added)
    history.gone = [_numbers(each) for each in one.gone]
    history.classes = bytearray(one.classes)
    history.brought, history.mixed, history.months = one.brought, one.mixed, one.months
    history.skipped, history.broken = one.skipped, one.broken
    return history


def _branch(state: _State) -> Branch:
    return Branch(
        head=state.head,
        landings=state.landings,
        parents={},
        times=dict(zip(state.landings, state.times, strict=True)),
        made={one: state.table[number] for one, number in state.made.items()},
        label=state.label,
        behind={
            one: Behind((), None if number is None else state.table[number])
            for one, number in state.behind.items()
        },
        notes={},
        cut=frozenset(state.cut),
        limits=state.limits,
        reached=state.known.reached,
        beside=state.known.beside,
        numbers=state.known.numbers,
        records=state.known.records,
    )
