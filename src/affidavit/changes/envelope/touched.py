"""What a change does to each path, as two trees tell it: no diff of text, no settings."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import msgspec

ABSENT = "000000"
"""The mode of what is not there."""
SUBMODULE = "160000"


class Touched(NamedTuple):
    """A path that differs: modes as six octal digits, ids of git, empty where nothing is there."""

    path: bytes
    old_mode: str
    new_mode: str
    old: str
    new: str


class Change(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """From the tree `before` to the tree `after`.

    `touched` is ordered by the bytes of the paths; None where it cannot be told or is too much.
    `patch` is the patch digest where it is known already.
    """

    before: str
    after: str
    touched: tuple[Touched, ...] | None
    patch: str | None = None

    @cached_property
    def paths(self) -> frozenset[bytes]:
        """The paths that differ."""
        return frozenset(one.path for one in self.touched or ())

    @cached_property
    def by_path(self) -> dict[bytes, Touched]:
        """What differs, by path."""
        return {one.path: one for one in self.touched or ()}
