"""What a report says of a forge's records: how whole they are, and both sides of the count."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class ForgeSection(msgspec.Struct, frozen=True, kw_only=True):
    """A sort of records. `at` is when all of them were there, null where they never were.

    `since` is the time that they reach back to, null where that is the beginning.
    """

    name: str
    at: str | None
    since: str | None


class ForgeUnknown(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is missing from `records` records: unknown, not absent.

    `needs` is the permission that the forge named for it.
    """

    record: str
    what: str
    reason: str
    needs: str | None
    records: int


class ForgeLedger(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger that an export was rebuilt from: its name, and what its checkpoint states."""

    origin: str
    size: int
    root: str


class Held(StrEnum):
    """Whether an audited branch holds a commit."""

    NO = "no"
    UNKNOWN = "unknown"
    """It is not in the repository, or the history cannot be followed to its beginning."""


class ForgeDeployment(msgspec.Struct, frozen=True, kw_only=True):
    """A deployment that no change on an audited branch is known to belong to.

    `held` is whether an audited branch holds its commit, `state` what was last said of the
    deployment, `at` when it was made.
    """

    id: int
    environment: str | None
    production: bool | None
    ref: str | None
    commit: str
    at: str
    state: str | None
    held: Held


class ForgeDeployments(msgspec.Struct, frozen=True, kw_only=True):
    """The deployments of the period, and whether each is of a change on an audited branch.

    `made` are all of them, `held` those whose commit an audited branch holds, `unmerged` those
    whose commit none does, `unknown` the others; all null where the deployments of the period are
    not known. `rows` are those that are not held, as far as they are known, the first first.
    """

    made: int | None
    held: int | None
    unmerged: int | None
    unknown: int | None
    rows: tuple[ForgeDeployment, ...]


class ForgeSource(msgspec.Struct, frozen=True, kw_only=True):
    """An export that was read beside the history, and how the two agree in the period.

    `digest` is that of the file, or of what `ledger` was read as. `merged` are requests that the
    forge says were merged into the audited branches, `landed` those whose commit is a landing,
    `unlanded` the numbers of the others. `requested` are landings that a merged request became,
    `outside` those that none did, null where the requests of the whole period are not known.
    """

    forge: str
    host: str
    repository: str
    digest: str
    sections: tuple[ForgeSection, ...]
    unknowns: tuple[ForgeUnknown, ...]
    merged: int
    landed: int
    unlanded: tuple[int, ...]
    requested: int
    outside: int | None
    deployments: ForgeDeployments
    ledger: ForgeLedger | msgspec.UnsetType = msgspec.UNSET
