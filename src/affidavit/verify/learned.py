"""What the entries of a log say of it: since when it is, how it ended, what it goes on from."""

from __future__ import annotations

import json
from calendar import timegm
from dataclasses import dataclass
from time import strptime
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import FormatError
from affidavit.ledger.tile import WIDTH
from affidavit.verify.checkpoints import stated
from affidavit.verify.entries import TIME
from affidavit.verify.named import About, Counts, Followed, Frozen, Known, Seen
from affidavit.verify.report import FROZEN, OPENED
from affidavit.verify.result import Findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.ledger.policy import Policy
    from affidavit.verify.checkpoints import Checkpoints
    from affidavit.verify.entries import Json
    from affidavit.verify.gap import Sighting
    from affidavit.verify.report import Statement
    from affidavit.verify.source import Source

_LONGEST = 300
"""Characters of a text of the log that are told."""


class Times(NamedTuple):
    """When the first and the last entry were recorded, as they say; None for one that is unread."""

    first: str | None = None
    last: str | None = None


@dataclass(frozen=True, slots=True)
class Learned:
    """What was read of the entries that is not about one of them.

    `disposals` and `blobs`, how many are stored, are None where they were not looked at.
    """

    statements: Sequence[Statement]
    times: Times
    disposals: int | None
    blobs: int | None

    def about(self, checkpoints: Checkpoints, policy: Policy | None) -> About:
        """All of it, with who signed and who saw the `checkpoints`."""
        signers = sorted(checkpoints.signers.values(), key=lambda one: (one.first, one.key))
        return About(
            signers=tuple(signers),
            witnesses=tuple(newest(checkpoints.sightings, policy)),
            rotations=tuple(_followed(checkpoints)),
            first_time=self.times.first,
            last_time=self.times.last,
            frozen=self._frozen(),
            predecessor=self._predecessor(),
            disposals=self.disposals,
            counts=Counts(checkpoints.kept, self.blobs),
        )

    def opened(self) -> int | None:
        """When the first entry was recorded, as it says, in seconds since 1970 UTC."""
        try:
            return timegm(strptime((self.times.first or "")[:19], "%Y-%m-%dT%H:%M:%S"))
        except ValueError:  # none, or a day that no month has
            return None

    def _frozen(self) -> Frozen | None:
        for each in self.statements:
            if each.kind == FROZEN:
                said = each.body
                return Frozen(each.index, _text(said.get("reason")), _text(said.get("successor")))
        return None

    def _predecessor(self) -> Known | None:
        for each in self.statements[:1]:
            note = each.body.get("predecessor")
            if each.kind == OPENED and each.index == 0 and isinstance(note, str):
                try:
                    found = stated(note.encode(), "predecessor").checkpoint
                except (FormatError, UnicodeEncodeError):
                    return None
                return Known(found.origin[:_LONGEST], found.size)
        return None


def newest(sightings: Sequence[Sighting], policy: Policy | None) -> Iterator[Seen]:
    """The largest checkpoint that each witness of the policy saw, and when it last did."""
    found = dict[str, tuple[int, int]]()
    for each in sightings:
        seen = each.size, each.time
        found[each.witness] = max(seen, found.get(each.witness, seen))
    for name, key in policy.witnesses.items() if policy else ():
        if name in found:
            yield Seen(f"{name[:_LONGEST]!a}"[1:-1], str(key), *found[name])


def times(source: Source, end: int) -> Times:
    """The times of the first and the last of the entries ``[0, end)``."""
    return Times(_time(source, 0, end), _time(source, end - 1, end)) if end else Times()


def _time(source: Source, index: int, end: int) -> str | None:
    first = index // WIDTH * WIDTH
    entry = source.bundle(index // WIDTH, min(WIDTH, end - first), Findings())[index - first]
    try:
        found = json.loads(entry or b"null")
    except (ValueError, RecursionError):
        return None
    value = found.get("time") if isinstance(found, dict) else None
    return value if isinstance(value, str) and TIME.fullmatch(value) else None


def _followed(checkpoints: Checkpoints) -> Iterator[Followed]:
    for each in checkpoints.followed:
        yield Followed(each.index, str(each.old), str(each.new), each.from_size, each.until_size)


def _text(value: Json) -> str | None:
    return value[:_LONGEST] if isinstance(value, str) else None
