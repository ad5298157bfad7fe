"""Objects by id, each hashed against the id asked for: git does not check names on read."""

from __future__ import annotations

import re
from contextlib import suppress
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Self

from affidavit.base.limit import Limit, limit
from affidavit.sources.git.framing import Frame, Frames
from affidavit.sources.git.header import header
from affidavit.sources.git.program import feed, stop
from affidavit.sources.git.silence import Patience
from affidavit.sources.git.streamed import MOST, streamed
from affidavit.sources.git.tree import FILES, FOLDER, entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from types import TracebackType

    from affidavit.sources.git.private import PrivateGit

LARGEST = 64 << 20
"""The most bytes of one object that are held unless a caller says otherwise."""
TOGETHER = 128
"""How many ids are asked for at once: the question fits any pipe, so neither side waits."""
HELD = 8 << 20
"""How many bytes of objects are held at once, unless one alone is larger."""
HOLDABLE = 512 << 20
"""The most bytes of one object that git is asked for: it holds it whole."""
LARGE_BYTES = 16 << 30
"""How many bytes of larger objects are hashed in all; the rest of them counts as damaged."""
MAX_SILENCES = 100
"""How often git may say nothing for too long; then it is asked for nothing more."""
MAX_TAGS = 16
"""How many tags of tags are followed."""

_BEGINNING = 1 << 20
_TAG_BYTES = 1024
_TAG = re.compile(rb"object ([0-9a-f]{40}(?:[0-9a-f]{24})?)\ntype ([a-z]+)\n")


class State(StrEnum):
    """What became of reading one object."""

    OK = "ok"
    MISSING = "missing"
    DAMAGED = "damaged"
    """Its bytes do not hash to its id, or git could not unpack it."""
    TOO_LARGE = "too-large"


_LIMITS = {
    State.MISSING: (
        "missing-objects",
        "Objects that the history names are not in the repository.",
    ),
    State.DAMAGED: (
        "damaged-objects",
        "Objects could not be unpacked, or their bytes are not those their names stand for.",
    ),
}


class Found(NamedTuple):
    """What was found for `id`; `body` is whole and verified where `state` is ok.

    Of an object that is too large, `body` holds the first bytes where they were asked for (and then
    all of it was hashed), else ``None``. Of a missing or damaged one it is ``None``, and `kind` is
    empty where it is not known.
    """

    id: str
    kind: str
    body: bytes | None
    state: State
    size: int


class _Child:
    """One ``cat-file`` and the reader of its answers."""

    def __init__(self, git: PrivateGit, option: str, patience: Patience) -> None:
        self.process = git.spawn("cat-file", option)
        assert self.process.stdout is not None
        assert self.process.stdin is not None
        self._in = self.process.stdin
        self._frames = Frames(
            self.process.stdout.fileno(),
            git.object_format,
            bodies=option == "--batch",
            patience=patience,
        )
        self._answers = iter(self._frames)
        self.fresh = True
        self.sound = True

    def ask(self, ids: Sequence[str], whole: int, head: int) -> list[Frame]:
        """The answers to `ids`, fewer where the child ended before all were given.

        The first whose bytes do not fit its id is the last: of an object that is longer than it
        says, the rest would pass for the next answer. Then, too, the child is not `sound`.
        """
        self._frames.whole, self._frames.head = whole, head
        answers: list[Frame] = []
        with suppress(BrokenPipeError):
            feed(self._in, "".join(f"{id_}\n" for id_ in ids).encode("ascii"))
            for id_, frame in zip(ids, islice(self._answers, len(ids)), strict=False):
                if frame.name.decode("ascii", "replace") != id_:
                    break
                answers.append(frame)
                if frame.body is not None and frame.digest != id_:
                    self.sound = False
                    break
        self.fresh = False
        self.sound &= len(answers) == len(ids)
        return answers


class Objects:
    """A reader of objects, over children of git that are replaced when one dies.

    A context manager. `limits` names what was missing or damaged of all that was asked for.
    """

    def __init__(self, git: PrivateGit) -> None:
        self._git = git
        self._raw_length = git.id_length // 2
        self._id = re.compile(rf"[0-9a-f]{{{git.id_length}}}\Z")
        self._children: dict[str, _Child] = {}
        self._patience = Patience()
        self._large_left = LARGE_BYTES
        self._troubles: dict[State, set[str]] = {State.MISSING: set(), State.DAMAGED: set()}
        self._notices: list[Limit] = []
        self._lost: set[str] = set()
        self.recovered = False
        """Whether something that was missing or damaged before `renew` has since been read."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for option in tuple(self._children):
            self._end(option)

    def renew(self) -> None:
        """Forget what was missing or damaged, and ask git anew."""
        for option in tuple(self._children):
            self._end(option)
        for ids in self._troubles.values():
            self._lost |= ids
            ids.clear()

    @property
    def raw_length(self) -> int:
        """Bytes of an id inside a tree."""
        return self._raw_length

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What could not be read so far, and what readers above this one noticed."""
        troubles = [
            limit(*_LIMITS[state], sorted(ids), gap=True)
            for state, ids in self._troubles.items()
            if ids
        ]
        return (*troubles, *self._notices)

    @property
    def missing(self) -> AbstractSet[str]:
        """The ids that were asked for and are not there."""
        return self._troubles[State.MISSING]

    @property
    def damaged(self) -> AbstractSet[str]:
        """The ids whose objects were asked for and cannot be relied on."""
        return self._troubles[State.DAMAGED]

    def notice(self, found: Limit) -> None:
        """Add `found` to `limits`."""
        self._notices.append(found)

    def read(
        self, ids: Iterable[str], *, max_size: int = LARGEST, head: int = 0
    ) -> Iterator[Found]:
        """What each of `ids` holds, in their order.

        An object of more than `max_size` bytes is not read, unless `head` says how many of its
        first bytes to keep while all of it is hashed.
        """
        most = HOLDABLE if head else max_size
        pending = iter(ids)
        while chunk := list(islice(pending, TOGETHER)):
            if head and len(chunk) == 1:
                # A line of single commits, one after the other: half the waiting.
                yield self._counted(self._lone(chunk[0], max_size, head))
                continue
            sizes = self._ask("--batch-check", chunk)
            for batch in _batches(chunk, sizes, max_size):
                small = [id_ for id_ in batch if id_ in sizes and 0 <= sizes[id_].size <= most]
                answers = self._ask("--batch", small, whole=max_size, head=head)
                for id_ in batch:
                    check, answer = sizes.get(id_), answers.get(id_)
                    if head and answer is None and check and check.size > most:
                        answer = self._large(id_, head)
                    found = _found(id_, check, answer, most=most, whole=max_size)
                    yield self._counted(found)

    def _lone(self, id_: str, max_size: int, head: int) -> Found:
        """One object whose size nothing was asked about before."""
        answer = self._ask("--batch", [id_], whole=max_size, head=head).get(id_)
        answer = answer or self._large(id_, head)
        return _found(id_, answer, answer, most=HOLDABLE, whole=max_size)

    def _large(self, id_: str, head: int) -> Frame | None:
        """What git could not hold; without a digest where that is too large to be hashed here."""
        if not self._id.match(id_):
            return None
        most = min(MOST, self._large_left)
        found = streamed(self._git, id_, head, most=most, patience=self._patience)
        if found and found.digest:
            self._large_left -= found.size
        return found

    def unverified(self, id_: str) -> Frame | None:
        """What git gives for `id_`, whether or not it is what the id stands for.

        Of more than `LARGEST` bytes the beginning.
        """
        found = self._ask("--batch", [id_], whole=LARGEST, head=_BEGINNING).get(id_)
        return found or self._large(id_, _BEGINNING)

    def have(self, ids: Iterable[str]) -> set[str]:
        """Those of `ids` that git can find; their bytes are not read."""
        pending = iter(ids)
        known: set[str] = set()
        while chunk := list(islice(pending, TOGETHER)):
            answers = self._ask("--batch-check", chunk)
            known.update(id_ for id_, frame in answers.items() if frame.size >= 0)
        return known

    def one(self, id_: str, *, kind: str, max_size: int = LARGEST) -> bytes | None:
        """The whole verified body of `id_` where it is of `kind`, else ``None``."""
        found = next(self.read([id_], max_size=max_size))
        return found.body if found.state is State.OK and found.kind == kind else None

    def peeled(self, ids: Iterable[str]) -> dict[str, str]:
        """Each of `ids` that is a commit, or a tag that leads to one, with that commit's id."""
        leads = {id_: id_ for id_ in ids}
        commits: dict[str, str] = {}
        for _ in range(MAX_TAGS):
            heads = self.read(dict.fromkeys(leads.values()), max_size=_TAG_BYTES, head=_TAG_BYTES)
            kinds = {
                found.id: (found.kind if found.body else "", _tagged(found)) for found in heads
            }
            commits |= {id_: at for id_, at in leads.items() if kinds[at][0] == "commit"}
            leads = {id_: to for id_, at in leads.items() if (to := kinds[at][1]) is not None}
            if not leads:
                break
        return commits

    def tree_of(self, commit: str) -> str:
        """The id of the root tree that the commit states; empty where it cannot be read."""
        found = next(self.read([commit], max_size=_TAG_BYTES, head=_TAG_BYTES))
        body = found.body if found.kind == "commit" else None
        return header(body, 2 * self._raw_length).tree if body else ""

    def blob_at(self, commit: str, path: str, max_size: int) -> bytes | None:
        """The regular file at `path` in `commit`, read through verified trees; ``None`` if none.

        A file of more than `max_size` bytes is not read, and a limit says so.
        """
        at = self.tree_of(commit)
        *folders, name = path.encode().split(b"/")
        for folder in folders:
            at = self._inside(at, folder, frozenset({FOLDER}))
        at = self._inside(at, name, FILES)
        if not at:
            return None
        found = next(self.read([at], max_size=max_size))
        if found.state is State.TOO_LARGE:
            text = f"A file of more than {max_size:,} bytes was not read."
            self.notice(limit("file-too-large", text, [path], gap=True))
        return found.body if found.state is State.OK and found.kind == "blob" else None

    def _inside(self, tree: str, name: bytes, modes: frozenset[bytes]) -> str:
        body = self.one(tree, kind="tree") if tree else None
        found = entry(body, name, self._raw_length) if body else None
        return found.id if found and found.mode in modes else ""

    def _ask(
        self, option: str, ids: Sequence[str], *, whole: int = 0, head: int = 0
    ) -> dict[str, Frame]:
        """Answers by id, by as many children as it takes; what a new child dies of has none."""
        answers: dict[str, Frame] = {}
        left = [id_ for id_ in ids if self._id.match(id_)]
        while left and self._patience.silences < MAX_SILENCES:
            child = self._children.get(option) or _Child(self._git, option, self._patience)
            self._children[option] = child
            fresh = child.fresh
            got = child.ask(left, whole, head)
            answers.update(zip(left, got, strict=False))
            if not child.sound:
                self._end(option)
            left = left[max(len(got), int(fresh)) :]
        return answers

    def _end(self, option: str) -> None:
        stop(self._children.pop(option).process)

    def _counted(self, found: Found) -> Found:
        if found.state in self._troubles:
            self._troubles[found.state].add(found.id)
        elif found.id in self._lost:
            self.recovered = True
        return found


def _batches(ids: Sequence[str], sizes: dict[str, Frame], whole: int) -> Iterator[list[str]]:
    """`ids` in runs whose objects, as far as they are kept whole, are at most `HELD` bytes."""
    batch: list[str] = []
    held = 0
    for id_ in ids:
        size = sizes[id_].size if id_ in sizes else 0
        weight = max(size, 0) if size <= whole else 0
        if batch and held + weight > HELD:
            yield batch
            batch, held = [], 0
        batch.append(id_)
        held += weight
    yield batch


def _found(id_: str, check: Frame | None, answer: Frame | None, *, most: int, whole: int) -> Found:
    if check is None or (answer is None and 0 <= check.size <= most):
        return Found(id_, "", None, State.DAMAGED, 0)
    kind = check.kind.decode("ascii", "replace")
    if check.size < 0:
        return Found(id_, "", None, State.MISSING, 0)
    if answer is None:
        return Found(id_, kind, None, State.TOO_LARGE, check.size)
    if answer.body is None or answer.digest != id_:
        return Found(id_, kind, None, State.DAMAGED, answer.size)
    state = State.OK if answer.size <= whole else State.TOO_LARGE
    return Found(id_, answer.kind.decode("ascii", "replace"), answer.body, state, answer.size)


def _tagged(found: Found) -> str | None:
    """The id that a tag names."""
    if found.kind != "tag" or found.body is None:
        return None
    named = _TAG.match(found.body)
    return named[1].decode("ascii") if named else None
