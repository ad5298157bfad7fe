"""Every commit reachable from some heads, read once, its parents taken from its verified body."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack
from types import MappingProxyType
from typing import TYPE_CHECKING

from affidavit.base.limit import Limit, limit
from affidavit.sources.git.graph import Graph
from affidavit.sources.git.header import Walked, header, header_time, walked
from affidavit.sources.git.objects import Objects, State
from affidavit.sources.git.printed import ARGUMENTS, Printed
from affidavit.sources.git.program import stop
from affidavit.sources.git.silence import Patience

if TYPE_CHECKING:
    from affidavit.sources.git.objects import Found
    from affidavit.sources.git.printed import Record
    from affidavit.sources.git.private import PrivateGit

See = Callable[[str, bytes, Walked], None]
"""Takes a commit's id, its verified body, and what the walk read of it."""

WHOLE = 16 << 20
"""The most bytes of a commit that are kept whole."""
KEPT = 1 << 20
"""How many first bytes are kept of a larger one, before its last; it is hashed in full."""


def walk(
    git: PrivateGit,
    heads: Sequence[str],
    see: See,
    *,
    without: Sequence[str] = (),
    known: Container[str] | None = None,
) -> Graph:
    """The commits reachable from `heads` and not from `without`, each handed to `see` once.

    `heads` and `without` are ids of commits or of tags of commits; other objects are passed over.
    `known` are all commits reachable from `without` where an earlier walk has found them; else that
    walk is done here. Each commit comes to `see` after one of its children, or as a head.
    """
    with Objects(git) as objects:
        commits = _commits(git, objects, (*heads, *without))
        # A damaged head is still one: the walk names it, and goes on below it if it can.
        lost = objects.missing | objects.damaged
        tips = _each_once(commits.get(id_, id_) for id_ in heads if id_ in commits or id_ in lost)
        left_out = _each_once(commits[id_] for id_ in without if id_ in commits)
        if left_out and known is None:
            known = walk(git, left_out, _unseen).parents
        reading = _Walk(git, objects, see, known or frozenset())
        reading.expect(tips)
        asked = [id_ for id_ in tips if id_ not in lost]
        reading.stream([*asked, *(f"^{id_}" for id_ in left_out)], lost)
        reading.follow()
        reading.mend()
        return reading.graph(tips)


def _unseen(_id: str, _body: bytes, _read: Walked) -> None:
    """Take no notice of a commit."""


def _commits(git: PrivateGit, objects: Objects, ids: Sequence[str]) -> dict[str, str]:
    """Those of `ids` that are or lead to commits, with the commits."""
    commits = objects.peeled(ids)
    if (objects.missing or objects.damaged) and git.mend():
        objects.renew()
        commits = objects.peeled(ids)
    return commits


def _each_once(ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(ids))


class _Walk:
    """One walk under way.

    `expected` holds the ids that a verified body (or a head) named and that were not read yet. A
    commit that git lists without being expected shows that git's walk followed something other than
    the commits themselves, and so does one that is expected and that git did not list.
    """

    def __init__(self, git: PrivateGit, objects: Objects, see: See, known: Container[str]) -> None:
        self._git = git
        self._objects = objects
        self._see = see
        self._known = known
        self._expected: dict[bytes, str] = {}
        self._found = Graph()
        self._id_length = git.id_length
        # Looked up for every commit.
        self._parents, self._times = self._found.parents, self._found.times
        self._missing = objects.missing
        self._not_commits: set[str] = set()
        self._misled = False
        self._odd: dict[str, list[str]] = {id_: [] for id_ in _ODD}

    def expect(self, ids: Sequence[str]) -> None:
        """Wait for `ids`."""
        for id_ in ids:
            if id_ not in self._known:
                self._expected[id_.encode("ascii")] = id_

    def stream(self, asked: Sequence[str], lost: AbstractSet[str]) -> None:
        """Read what git's own walk lists, for as long as it agrees with the bodies.

        It lists newest first as it goes: an order by children would cost a walk before the first
        commit. `misled` tells afterwards whether that was not all but `lost`.
        """
        if not self._expected:
            return
        with ExitStack() as stack:
            lines = stack.enter_context(self._git.lines(asked))
            listing = self._git.spawn("rev-list", "--stdin", *ARGUMENTS, stdin=lines)
            stack.callback(stop, listing)
            assert listing.stdout is not None
            printed = Printed(
                listing.stdout.fileno(),
                self._git.object_format,
                whole=WHOLE,
                patience=Patience(),
            )
            agreed = all(map(self._agree, printed))
            # Only a child whose pipe has ended is waited for: another may never end.
            ended = agreed and printed.ended and not listing.wait()
        self._misled = not ended or not set(self._expected.values()) <= lost

    def follow(self) -> None:
        """Read what is still expected, wave by wave, without git's walk."""
        while self._expected:
            wave = list(self._expected.values())
            for found in self._objects.read(wave, max_size=WHOLE, head=KEPT):
                del self._expected[found.id.encode("ascii")]
                if found.body is not None and found.kind == "commit":
                    self._take(found.id, found.body, found.size)
                elif found.state in (State.OK, State.TOO_LARGE):
                    self._not_commits.add(found.id)

    def mend(self) -> None:
        """Read what was absent or damaged once more, by indexes of our own; then pass it by."""
        lost = self._objects.missing | self._objects.damaged
        if lost and self._git.mend():
            self._objects.renew()
            self.expect(sorted(lost))
            self.follow()
        passed: set[str] = set()
        while broken := sorted(self._objects.damaged - passed):
            passed.update(broken)
            for id_ in broken:
                self._pass_by(id_)
            self.follow()

    def _pass_by(self, id_: str) -> None:
        """Follow the parents that a damaged commit states, as long as they are not another's."""
        frame = self._objects.unverified(id_)
        if frame is None or frame.body is None or frame.kind != b"commit":
            return
        if frame.digest == id_ or self._objects.have([frame.digest]):
            return
        parents = header(frame.body, self._git.id_length).parents
        self._found.bridges[id_] = parents
        for parent in parents:
            if parent not in self._parents:
                self._await(id_, parent.encode("ascii"), parent)

    def graph(self, tips: Sequence[str]) -> Graph:
        """What was found."""
        found = self._found
        found.missing = set(self._objects.missing)
        found.damaged = set(self._objects.damaged) | self._not_commits
        found.tips = tuple(tips)
        found.limits = tuple(self._limits())
        return found

    def _agree(self, records: Sequence[Record]) -> bool:
        """Take the commits of `records`; whether all were expected and are what their ids name."""
        unlike = [name.decode("ascii", "replace") for name, body in records if body is None]
        # Git is asked for what it printed otherwise than it is; most often that is nothing.
        stored = self._objects.read(unlike, max_size=WHOLE, head=KEPT)
        for name, body in records:
            id_ = self._expected.get(name)
            if id_ is None:
                if name.decode("ascii", "replace") not in self._known:
                    return False
            elif body is not None:
                del self._expected[name]
                self._take(id_, body, len(body))
            elif not self._agrees(id_, next(one for one in stored if one.id == id_)):
                return False
        return True

    def _agrees(self, id_: str, stored: Found) -> bool:
        """Whether the commit `id_` is what its id names, which it did not look like as printed."""
        if stored.body is None or stored.kind != "commit":
            return False
        del self._expected[id_.encode("ascii")]
        self._take(id_, stored.body, stored.size)
        return True

    def _take(self, id_: str, body: bytes, size: int) -> None:
        """Note a verified commit, and wait for those of its parents that were not read yet."""
        read = walked(body, self._id_length) or self._examined(id_, body)
        if size > len(body):
            self._odd["large-commits"].append(id_)
        parents = []
        for name in read.parents:
            parent = self._expected.get(name)
            if parent is None:
                parent = name.decode("ascii")
                if parent not in self._parents:
                    self._await(id_, name, parent)
            parents.append(parent)
        self._parents[id_] = tuple(parents)
        self._times[id_] = read.time
        self._see(id_, body, read)

    def _await(self, child: str, name: bytes, parent: str) -> None:
        """Expect `parent`, which has not come yet, unless it is not to come."""
        if child in self._git.shallow and parent in self._git.absent:
            self._found.boundary.add(child)
        elif parent not in self._known and parent not in self._missing:
            self._expected[name] = parent

    def _examined(self, id_: str, body: bytes) -> Walked:
        """Parents and time of a commit that is not in git's usual form."""
        found = header(body, self._git.id_length)
        if not found.sound:
            self._odd["odd-commit-headers"].append(id_)
        if found.hidden:
            self._odd["hidden-parents"].append(id_)
        return Walked([parent.encode("ascii") for parent in found.parents], header_time(body))

    def _limits(self) -> Iterator[Limit]:
        if self._misled:
            yield Limit("history-read-directly", _DIRECT)
        if self._objects.recovered:
            yield Limit("pack-index-wrong", _MENDED)
        for id_, ids in (
            ("missing-commits", self._found.missing),
            ("damaged-commits", self._found.damaged),
        ):
            if ids:
                yield limit(id_, _TEXTS[id_], sorted(ids), gap=True)
        for id_, odd in self._odd.items():
            if odd:
                yield limit(id_, _TEXTS[id_], odd, gap=_ODD[id_])


_DIRECT = (
    "git's own list of the history was wrong or broke off; every commit was followed through the"
    " parents that its verified contents name."
)
_MENDED = (
    "A pack's index named the wrong objects or hid some; it was set aside for one made anew from"
    " the pack."
)
_ODD = MappingProxyType(
    {"large-commits": True, "odd-commit-headers": False, "hidden-parents": True}
)
"""What may be odd about a commit, and whether something may be missing by it."""
_TEXTS = {
    "missing-commits": (
        "Commits that the history names are not in the repository; what lies before them may be"
        " absent as well."
    ),
    "damaged-commits": (
        "Commits could not be read, or their contents are not those their names stand for; what"
        " lies before them may be absent as well."
    ),
    "large-commits": f"Of commits larger than {WHOLE:,} bytes, only the beginning and the end"
    " were read.",
    "odd-commit-headers": "Commits have headers that git does not write.",
    "hidden-parents": (
        "Commits have parent lines where git does not look for them; what these lines name was not"
        " followed."
    ),
}
