"""What a report says of a forge's records: how whole they are, and both sides of the count."""

from __future__ import annotations

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


class ForgeSource(msgspec.Struct, frozen=True, kw_only=True):
    """An export that was read beside the history, and how the two agree in the period.

    `digest` is that of the file. `merged` are requests that the forge says were merged into the
    audited branches, `landed` those whose commit is a landing, `unlanded` the numbers of the
    others. `outside` are landings that no merged request became, null where the requests of the
    whole period are not known.
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
    outside: int | None
