"""Which files of a released commit AI changes of the release touched."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.audit.release.model import Files
from affidavit.base.text import decode, shortened, visible
from affidavit.provenance.model import Authorship

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from affidavit.changes.model import Landing

    Changed = Sequence[tuple[bytes, str | None]]

ROOT = "."
"""What stands for the files in the root, as in a report."""
LONGEST = 200
"""Characters of a component's name that are told."""


class Touch(NamedTuple):
    """What one landing changed: paths, and the blob that stood there afterwards, None for none."""

    paths: Changed
    is_ai: bool
    is_silent: bool
    """Whether nothing is known of who made it."""


class File(NamedTuple):
    """A file as the landings of a release left it."""

    blob: str | None
    touched: bool
    last: bool
    silent: bool


_NEW = File(blob=None, touched=False, last=False, silent=False)


def touch(paths: Changed, landing: Landing, held: AbstractSet[str]) -> Touch:
    """What `landing` changed; `held` are the commits that the beginning of the release holds.

    Where all that shows an agent was there before, the landing is not the agent's in this release.
    """
    deciding = landing.deciding
    before = bool(deciding) and all(one.commit in held for one in deciding)
    is_ai = landing.ai and not before
    silent = landing.authorship is Authorship.NO_SIGNAL or (landing.ai and before)
    return Touch(paths, is_ai, silent)


def left(touches: Iterable[Touch]) -> dict[bytes, File]:
    """Each file that `touches`, the oldest first, changed, as they left it.

    A file that was removed and made anew begins anew: who touched it before counts no more.
    """
    found: dict[bytes, File] = {}
    for one in touches:
        for path, blob in one.paths:
            before = found.get(path)
            known = before if before is not None and before.blob is not None else _NEW
            found[path] = File(
                blob=blob,
                touched=one.is_ai or known.touched,
                last=one.is_ai,
                silent=one.is_silent or known.silent,
            )
    return found


def component(path: bytes) -> str:
    """The folder in the root that holds `path`, ``.`` for a file in the root itself."""
    folder, inside, _ = path.partition(b"/")
    return visible(shortened(decode(folder), LONGEST)) if inside else ROOT


class _Row:
    def __init__(self) -> None:
        self.counts = Counter[str]()

    def add(self, file: File) -> None:
        self.counts["changed"] += 1
        self.counts["ai_touched"] += file.touched
        self.counts["ai_last"] += file.last
        self.counts["no_signal"] += file.silent and not file.touched

    def files(self, name: str, present: int | None) -> Files:
        return Files(
            component=name,
            present=present,
            changed=self.counts["changed"],
            ai_touched=self.counts["ai_touched"],
            ai_last=self.counts["ai_last"],
            no_signal=self.counts["no_signal"],
        )


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of `Share`, and how many files could not be placed, or are as they were."""

    every: Files
    components: tuple[Files, ...]
    unsettled: int
    restored: int


class Stands(NamedTuple):
    """The blob of a file at both ends of a release: empty for none, None where it is not known."""

    before: str | None
    after: str | None

    @property
    def is_restored(self) -> bool:
        """Whether it is at the end as it was at the beginning."""
        return bool(self.after) and self.before == self.after


def counts(
    files: Mapping[bytes, File], stands: Mapping[bytes, Stands], present: Iterable[bytes] | None
) -> Counts:
    """`files` counted by component, as far as they stand at the end and are not as they were.

    `stands` tells of each of them; `present` are all files at the end, None where they are too
    many.
    """
    rows: dict[str, _Row] = defaultdict(_Row)
    whole, unsettled, restored = _Row(), 0, 0
    for path, file in files.items():
        found = stands[path]
        # Not as the last landing left it: that one was not compared whole.
        unsettled += found.after is None or (found.after or None) != file.blob
        restored += found.is_restored
        if found.after and not found.is_restored:
            rows[component(path)].add(file)
            whole.add(file)
    there = None if present is None else Counter(map(component, present))
    names = rows.keys() if there is None else rows.keys() | there.keys()
    return Counts(
        every=whole.files("", None if there is None else there.total()),
        components=tuple(_sorted(rows, names, there)),
        unsettled=unsettled,
        restored=restored,
    )


def _sorted(
    rows: Mapping[str, _Row], names: Iterable[str], there: Counter[str] | None
) -> Iterator[Files]:
    """The components, those with the most files that changed first."""
    found = [
        rows.get(name, _Row()).files(name, None if there is None else there[name]) for name in names
    ]
    return iter(sorted(found, key=lambda one: (-one.changed, one.component)))
