"""The files of a change, sorted into classes: a policy decides on classes, not on paths."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.critical import CriticalPaths
from affidavit.changes.record.flags import PATTERNS
from affidavit.policy.input import MOST_PATHS, PathClass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

SHOWN = 50
"""Paths that are named of one class; all are counted."""
SUBMODULE, SYMLINK = "160000", "120000"
WORKFLOWS = (".github/workflows/**", ".github/actions/**", ".gitlab-ci.yml", ".gitlab/**")
BUILT_IN = MappingProxyType(
    {**{name.replace("-", "_"): patterns for name, patterns in PATTERNS.items()},
     "workflow": WORKFLOWS}
)  # fmt: skip
"""Classes that there are where a policy does not say what it means by them."""
KINDS = ("binary", "lfs_pointer", "submodule", "symlink")
"""Classes of files by what they are; no policy can mean something else by them."""
CRITICAL = "critical"


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that differs. Modes are git's, ``000000`` where it is not there.

    `added` and `deleted` are lines, None of what git takes for no text: a byte in a source file
    suffices for that, so `bulk` is then how many lines it had and has. `blob` is what it is
    afterwards, None where it is gone; `pointer` whether that only names a file kept elsewhere.
    """

    path: str
    before: str
    after: str
    blob: str | None
    added: int | None = None
    deleted: int | None = None
    pointer: bool = False
    bulk: int = 0

    @property
    def lines(self) -> int:
        """How many lines changed; at most, of what is no text."""
        return (self.added or 0) + (self.deleted or 0) + self.bulk

    @property
    def kinds(self) -> Iterator[str]:
        """The classes that it is of by what it is, before or afterwards."""
        modes = (self.before, self.after)
        if SUBMODULE in modes:
            yield "submodule"
        elif SYMLINK in modes:
            yield "symlink"
        elif self.added is None:
            yield "binary"
        if self.pointer:
            yield "lfs_pointer"


class Files(msgspec.Struct, frozen=True, kw_only=True):
    """The files that differ between two trees; `whole` is whether these are all of them."""

    files: tuple[File, ...]
    whole: bool


def classes(
    files: Sequence[File],
    patterns: Mapping[str, Iterable[str]],
    critical: Sequence[str],
    *,
    owned: Callable[[str], bool | None] = lambda _path: None,
) -> dict[str, PathClass]:
    """The files of each class, also of those that have none; `patterns` are a policy's own.

    Case is passed over: there are file systems on which two spellings are one file. `owned` says
    of a path whether a code owner of it approved.
    """
    of = {**BUILT_IN, **patterns, CRITICAL: critical}
    matchers = {
        name: CriticalPaths(tuple(one.casefold() for one in several))
        for name, several in of.items() if name not in KINDS
    }  # fmt: skip
    found: dict[str, list[File]] = {name: [] for name in (*matchers, *KINDS)}
    for one in files:
        for name, matcher in matchers.items():
            if matcher.touched((one.path.casefold(),)):
                found[name].append(one)
        for kind in one.kinds:
            found[kind].append(one)
    return {name: _class(found[name], owned) for name in sorted(found)}


def _class(files: Sequence[File], owned: Callable[[str], bool | None]) -> PathClass:
    answers = {owned(one.path) for one in files}
    return PathClass(
        files=len(files),
        lines=sum(one.lines for one in files),
        paths=tuple(one.path for one in files[:SHOWN]),
        owned=False if False in answers else None if None in answers or not files else True,
    )


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where the base keeps what changes are judged by, by the class it is of.

    What else lies in `rest` is of the class ``configuration``.
    """

    of: dict[str, tuple[str, ...]]
    rest: tuple[str, ...] = ()

    def touched(self, files: Iterable[File]) -> tuple[str, ...]:
        """The classes of which a file differs."""
        return tuple(sorted({name for one in files for name in self._of(one.path)}))

    def _of(self, path: str) -> Iterator[str]:
        found = [name for name, several in self.of.items() if _is_in(path, several)]
        yield from found or (["configuration"] if _is_in(path, self.rest) else [])


def _is_in(path: str, places: Iterable[str]) -> bool:
    return any(_is_at(path, one) for one in places)


def _is_at(path: str, place: str) -> bool:
    """Whether `path` is `place`, in it, or above it: who replaces a folder replaces what is in it.

    ``/**`` at the end of a place stands for all in the folder. Case is passed over: there are file
    systems on which two spellings are one file.
    """
    own, other = path.casefold(), place.casefold().removesuffix("/**")
    return own == other or own.startswith(f"{other}/") or other.startswith(f"{own}/")


def listed(files: Sequence[File]) -> tuple[tuple[str, ...], bool]:
    """The paths, as many as are listed, and whether there are more."""
    return tuple(one.path for one in files[:MOST_PATHS]), len(files) > MOST_PATHS
