"""Values of a change record: what is said, who says it, and how far that can be believed."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Strength(StrEnum):
    """What stands behind a value, in this order."""

    SIGNED = "signed"
    """A signature that verified is over it."""
    RECORDED = "recorded"
    """The forge's own record says it."""
    CONTENT = "content"
    """It follows from what a commit's id names: another content would have another id."""
    TYPED = "typed"
    """Somebody wrote it into a commit or a request; nobody checked it."""
    ASSERTED = "asserted"
    """Somebody recorded it in the ledger, which shows when; nobody checked it."""
    UNKNOWN = "unknown"
    """It is not known, and `why` says why not."""


class SourceKind(StrEnum):
    """What sort of thing a value was read from."""

    COMMIT = "commit"
    NOTE = "note"
    FORGE = "forge"
    LEDGER = "ledger"
    TAG = "tag"


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a value was read.

    `at` is a commit's id, a notes ref and a commit, the address of the forge's record, the number
    of a ledger's entry, or a tag. `digest` is that of the record or entry; a commit's id is one.
    `fetched_at` is when the forge answered.
    """

    kind: SourceKind
    at: str
    digest: str | None = None
    fetched_at: str | None = None


class Stated(msgspec.Struct, Generic[T_co], frozen=True, kw_only=True):
    """One value. None with another strength than unknown means that there is none.

    Raises:
        ValueError: A value that is unknown has no reason, or one that is known has no source.
    """

    value: T_co | None
    strength: Strength
    source: Source | None = None
    why: str | None = None

    def __post_init__(self) -> None:
        is_unknown = self.strength is Strength.UNKNOWN
        if is_unknown != (self.why is not None) or (is_unknown and self.value is not None):
            raise ValueError("a value is unknown, has no value and says why, or none of these")
        if not is_unknown and self.source is None:
            raise ValueError("a value that is known has a source")


class Listed(msgspec.Struct, Generic[T_co], frozen=True, kw_only=True):
    """Several values, each with its own source.

    `why` is None where there are no others, and else says why there may be: an empty list with a
    reason is unknown, one without is none, as `source` shows.

    Raises:
        ValueError: An empty list has neither a reason nor a source.
    """

    items: tuple[Stated[T_co], ...] = ()
    why: str | None = None
    source: Source | None = None

    def __post_init__(self) -> None:
        if not self.items and self.why is None and self.source is None:
            raise ValueError("that there is none has a source")

    @property
    def values(self) -> tuple[T_co, ...]:
        """The values alone."""
        return tuple(one.value for one in self.items if one.value is not None)


def unknown(why: str) -> Stated[T]:
    """A value that is not known."""
    return Stated(value=None, strength=Strength.UNKNOWN, why=why)


def recorded(value: T | None, source: Source) -> Stated[T]:
    """A value of the forge's record at `source`."""
    return Stated(value=value, strength=Strength.RECORDED, source=source)


def typed(value: T, source: Source) -> Stated[T]:
    """A value that somebody typed."""
    return Stated(value=value, strength=Strength.TYPED, source=source)


def content(value: T, commit: str) -> Stated[T]:
    """A value that follows from what `commit` names."""
    return Stated(value=value, strength=Strength.CONTENT, source=commit_source(commit))


def commit_source(commit: str) -> Source:
    """The commit of that id."""
    return Source(kind=SourceKind.COMMIT, at=commit)
