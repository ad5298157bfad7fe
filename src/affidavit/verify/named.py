"""What an answer names: who signed, who saw, what the log says of itself, what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Signer:
    """A key, as ``name+id``, and the sizes of the smallest and largest checkpoint it signed."""

    key: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A witness that counts: its name in the policy, its key as ``name+id``, what it saw last.

    `time` is in seconds since 1970 UTC, as the witness states it; 0 says that it states none.
    """

    name: str
    key: str
    size: int
    time: int


@dataclass(frozen=True, slots=True)
class Followed:
    """A change of key that was followed: the entry that says so, and both keys as ``name+id``.

    The new key counts for checkpoints of `from_size` entries and more, the old one up to
    `until_size`, or without end where that is None.
    """

    index: int
    old: str
    new: str
    from_size: int
    until_size: int | None


@dataclass(frozen=True, slots=True)
class Frozen:
    """The entry that ended the log, and what it says: why, and which log goes on from it."""

    index: int
    reason: str | None
    successor: str | None


class Known(NamedTuple):
    """A checkpoint by its log's name and its size."""

    origin: str
    size: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was there, and was checked.

    `checkpoints` are those that the log keeps, of a proof none. `blobs` is None where they were
    not looked at, and so is `stamps`, the time stamps; of these `stamps_checked` were held against
    an authority.
    """

    checkpoints: int = 0
    blobs: int | None = None
    stamps: int | None = None
    stamps_checked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What was learned of the log beside its status.

    `first_time` and `last_time` are those of the first and the last entry, by the keeper's clock.
    `predecessor` is the last checkpoint of the log that this one goes on from. `disposals` is how
    often personal data was destroyed, by the log's entries; None where they were not read.
    """

    signers: tuple[Signer, ...] = ()
    witnesses: tuple[Seen, ...] = ()
    rotations: tuple[Followed, ...] = ()
    first_time: str | None = None
    last_time: str | None = None
    frozen: Frozen | None = None
    predecessor: Known | None = None
    disposals: int | None = None
    counts: Counts = Counts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an answer is the answer to.

    `keys` are those given, as ``name+id``, with those of the policy; `policy` and `tsa_ca` are the
    SHA-256 of the files. Times are seconds since 1970 UTC; `at` is when it was verified, and `tool`
    by what.
    """

    keys: tuple[str, ...] = ()
    policy: str | None = None
    against: tuple[Known, ...] = ()
    as_of: int | None = None
    since: int | None = None
    until: int | None = None
    tsa_ca: str | None = None
    tree_only: bool = False
    at: int = 0
    tool: str = ""
