"""A branch that was followed, as bytes: to go on from it when it has grown."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.lines.held import Followed, History, Inner, Lines
from affidavit.app.lines.notes import Coverage, Notes
from affidavit.app.lines.reading import Behind, Branch
from affidavit.base.digest import sha256
from affidavit.base.errors import FormatError
from affidavit.base.limit import Limit
from affidavit.changes.lines.model import Ground, LineClass, Made
from affidavit.changes.lines.segments import Segment
from affidavit.provenance.blame.replay import Binary, Replay
from affidavit.provenance.blame.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.sources.git.objects import Objects

FORMAT = b"affidavit/lines-state@2\n"
LARGEST = 2 << 30
"""Bytes of a state that are read."""
_CODE = "I"


class _Text(msgspec.Struct, array_like=True):
    """The runs of a file; `binary` are landings that changed it while it was binary."""

    origins: bytes
    starts: bytes
    counts: bytes
    binary: list[tuple[int, str, str, bytes]] | None = None


class Known(msgspec.Struct, array_like=True):
    """What decides whether the state can be gone on from.

    `records` are the line-level records of the branch's commits, by ids of theirs; `numbers` are
    requests of squashes whose commits were not here, and what their refs named.
    """

    reached: tuple[str, ...]
    """Every commit of the branch."""
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
    origins: tuple[bytes, list[int], list[bytes]]
    files: dict[bytes, _Text]
    inner: dict[str, dict[bytes, list[_Row]]]
    attested: dict[str, dict[bytes, list[tuple[int, int, int]]]]
    rest: dict[str, dict[bytes, int | None]]
    refused: dict[str, str]
    told: dict[str, Coverage]
    added: bytes
    gone: list[bytes]
    brought: dict[str, dict[bytes, list[tuple[int, int]]]]
    skipped: list[str]
    broken: list[str]
    lost: list[tuple[int, bytes]]
    limits: tuple[Limit, ...]


class Kept(NamedTuple):
    """Lines as they were kept, and what decides whether they can be gone on from."""

    lines: Lines
    known: Known


def packed(lines: Lines, known: Known) -> bytes:
    """`lines` as bytes."""
    body = msgspec.msgpack.encode(_state(lines, known))
    return FORMAT + sha256(body).encode("ascii") + b"\n" + body


def unpacked(data: bytes, objects: Objects) -> Kept:
    """What `packed` made of lines.

    Raises:
        FormatError: It is not whole, or of another version.
    """
    if not data.startswith(FORMAT):
        raise FormatError("the stored lines are of another version")
    digest, _, body = data[len(FORMAT) :].partition(b"\n")
    if digest != sha256(body).encode("ascii"):
        raise FormatError("the stored lines are not whole")
    try:
        state = msgspec.msgpack.decode(body, type=_State)
    except msgspec.DecodeError as error:
        raise FormatError("the stored lines are not of the form") from error
    return Kept(_lines(state, objects), state.known)


class _Table:
    """Answers that many lines share, each written once."""

    def __init__(self) -> None:
        self.rows: list[Made] = []
        self._numbers: dict[Made, int] = {}

    def number(self, made: Made) -> int:
        """The row of `made`."""
        found = self._numbers.get(made)
        if found is None:
            found = self._numbers[made] = len(self.rows)
            self.rows.append(made)
        return found


def _state(lines: Lines, known: Known) -> _State:
    table, branch, history = _Table(), lines.branch, lines.history
    origins, used = _origins(lines.replay)
    return _State(
        known=known,
        head=branch.head,
        landings=branch.landings,
        times=[branch.times.get(one) for one in branch.landings],
        made={one: table.number(made) for one, made in _made(lines).items()},
        label=dict(branch.label),
        behind={
            one: None if each.unnamed is None else table.number(each.unnamed)
            for one, each in branch.behind.items()
        },
        cut=tuple(branch.cut),
        origins=origins,
        files={path: _text(file, used) for path, file in lines.replay.files.items()},
        inner={
            landing: {path: [_row(one) for one in each] for path, each in files.items()}
            for landing, files in lines.behind.items()
        },
        attested=_attested(lines.notes, table),
        rest=_rest(lines.notes, table),
        refused=lines.notes.refused,
        told=lines.notes.coverage,
        added=_bytes(history.added),
        gone=[_bytes(each) for each in history.gone],
        brought=history.brought,
        skipped=history.skipped,
        broken=history.broken,
        lost=sorted(lines.replay.lost),
        limits=branch.limits,
        table=table.rows,
    )


def _attested(notes: Notes, table: _Table) -> dict[str, dict[bytes, list[tuple[int, int, int]]]]:
    return {
        commit: {
            path: [(one.start, one.end, table.number(one.made)) for one in each]
            for path, each in files.items()
        }
        for commit, files in notes.known.items()
    }


def _rest(notes: Notes, table: _Table) -> dict[str, dict[bytes, int | None]]:
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


def _origins(replay: Replay) -> tuple[tuple[bytes, list[int], list[bytes]], dict[int, int]]:
    """The origins that are left, numbered anew; and the new number of each."""
    left: set[int] = set()
    for file in replay.files.values():
        left.update((file.runs if isinstance(file, Binary) else file).origins)
    used = {number: at for at, number in enumerate(sorted(left))}
    paths: dict[bytes, int] = {}
    landings = array(_CODE)
    places: list[int] = []
    for number in used:
        landing, path = replay.origins[number]
        landings.append(landing)
        places.append(paths.setdefault(path, len(paths)))
    return (landings.tobytes(), places, list(paths)), used


def _text(file: Runs | Binary, used: Mapping[int, int]) -> _Text:
    runs = file.runs if isinstance(file, Binary) else file
    return _Text(
        array(_CODE, map(used.__getitem__, runs.origins)).tobytes(),
        runs.starts.tobytes(),
        runs.counts.tobytes(),
        file.events if isinstance(file, Binary) else None,
    )


def _row(one: Inner) -> _Row:
    return (one.at, one.length, one.commit, one.path, one.start, one.ground)


def _bytes(numbers: list[int]) -> bytes:
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
    table = state.table
    replay = Replay(_Nothing())
    replay.lost = set(state.lost)
    landings, places, paths = state.origins
    replay.origins = [
        (landing, paths[place]) for landing, place in zip(_numbers(landings), places, strict=True)
    ]
    replay.files = {path: _file(one) for path, one in state.files.items()}
    notes = Notes(objects, {})
    notes.refused = state.refused
    notes.coverage = state.told
    notes.known = {
        commit: {
            path: [Segment(start, end, table[made]) for start, end, made in each]
            for path, each in files.items()
        }
        for commit, files in state.attested.items()
    }
    notes.rest = {
        commit: {path: None if made is None else table[made] for path, made in files.items()}
        for commit, files in state.rest.items()
    }
    history = History(
        _numbers(state.added),
        [_numbers(each) for each in state.gone],
        state.brought,
        state.skipped,
        state.broken,
    )
    behind = {
        landing: {path: [Inner(*one) for one in each] for path, each in files.items()}
        for landing, files in state.inner.items()
    }
    return Lines(_branch(state), Followed(replay, history, frozenset()), behind, notes)


def _file(one: _Text) -> Runs | Binary:
    runs = Runs()
    runs.origins.frombytes(one.origins)
    runs.starts.frombytes(one.starts)
    runs.counts.frombytes(one.counts)
    if one.binary is None:
        return runs
    found = Binary(runs)
    found.events = one.binary
    return found


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
        numbers=state.known.numbers,
        records=state.known.records,
    )
