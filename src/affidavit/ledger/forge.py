"""Schemas of facts about what a forge knows: its records without anybody's name, and their marks.

What each field means is in docs/formats/forge.md.
"""

from __future__ import annotations

import msgspec

from affidavit.ledger.fields import Commitment, Size, Text


class SealedValues(msgspec.Struct, frozen=True, kw_only=True):
    """What a record says of one subject: a JSON list, whose text is cut into the values.

    `met` is what the pseudonym of an account stands for, where it is new.
    """

    subject: Text
    values: tuple[Commitment, ...]
    met: Commitment | None = None


class SealedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record of an export whose texts were taken out of it."""

    url: object
    fetched_at: Text
    data: dict[str, object]
    sealed: tuple[SealedValues, ...]


class ForgeRecorded(msgspec.Struct, frozen=True, kw_only=True):
    """A record of a forge. Where it is too large for an entry, `content` is the only blob."""

    repository: Text
    record: Text
    content: SealedRecord | None = None


class CollectedSection(msgspec.Struct, frozen=True, kw_only=True):
    """How whole a section is: as of `at`, null where it never was; from `since` on, if that is."""

    section: Text
    at: Text | None = None
    since: Text | None = None
    count: Size = 0
    requests: Size = 0


class ForgeCollected(msgspec.Struct, frozen=True, kw_only=True):
    """What was collected from a forge, all of whose records stand before this fact.

    `head` commits to the first line of the export. `unavailable` are the sections that could not be
    had last.
    """

    repository: Text
    head: Commitment
    sections: tuple[CollectedSection, ...] = ()
    unavailable: tuple[Text, ...] = ()


RECORDED = "forge.recorded.v1"
COLLECTED = "forge.collected.v1"
FORGE: dict[str, type[msgspec.Struct]] = {RECORDED: ForgeRecorded, COLLECTED: ForgeCollected}
CHANNEL = "collect"
"""How these facts reach the keeper."""
OWN = "forge:"
"""How the streams of these facts begin."""
