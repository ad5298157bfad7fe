"""The keeper of a log: takes facts in, gives them their envelope, and answers receipts."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.clock import new_id, written
from affidavit.app.ledger.given import Given
from affidavit.app.ledger.streams import Streams
from affidavit.base.errors import DamagedError, EntryError, FrozenError
from affidavit.ledger.checkpoint import Checkpoint, signed_checkpoint
from affidavit.ledger.entry import (
    START,
    Entry,
    Link,
    RecordedBy,
    Stamp,
    entry_digest,
    next_link,
    read_entry,
    sealed,
)
from affidavit.ledger.kinds import KEEPERS_STREAM, LogFrozen, check_body, refused
from affidavit.ledger.note import Outcome, check, parse_note
from affidavit.store.log import Batch, Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.app.clock import Chance, Clock
    from affidavit.app.ledger.custody import Custody
    from affidavit.app.ledger.signed import LastSigned
    from affidavit.ledger.entry import Fact
    from affidavit.store.log import Log

FROZEN = "log.frozen.v1"
LOG_STREAM = KEEPERS_STREAM
TENANT = "default"


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where a fact lies: entry `index` of the log, number `sequence` of its stream.

    `digest` is the entry's (`entry_digest`). `new` is False where the given id was known already.
    """

    index: int
    id: str
    stream: str
    sequence: int
    digest: str
    new: bool = True


class Acknowledged(msgspec.Struct, frozen=True, kw_only=True):
    """Receipts in the order of the facts, and the signed checkpoint that covers them all."""

    receipts: tuple[Receipt, ...]
    checkpoint: str


class Moment(NamedTuple):
    """Microseconds since 1970 UTC, and the same as RFC 3339."""

    number: int
    text: str


class Keeper:
    """Appends facts to one log. Only one process may hold it: see `home.writing`."""

    def __init__(
        self, log: Log, custody: Custody, clock: Clock, chance: Chance, last: LastSigned
    ) -> None:
        self._log = log
        self._last = last
        self.custody = custody
        self._clock = clock
        self._chance = chance
        self._links: dict[str, Link] = {}
        self._streams = Streams(log.rows, log.size)
        self.given = Given(log.rows)
        self._signing = custody.signing()
        self._frozen = self._is_frozen()
        self._check_newest()
        self.check_signed()

    @property
    def log(self) -> Log:
        """The log that is kept."""
        return self._log

    def append(
        self, facts: Iterable[Fact], by: RecordedBy, blobs: Mapping[bytes, Kept] | None = None
    ) -> Acknowledged:
        """Append `facts`, all or none, with the content they name; durable when this returns.

        Raises:
            EntryError: One cannot be recorded; the message counts its line from 1.
            AffidavitError: See `Gathering.commit`.
        """
        gathering = self.gathering()
        receipts = gathering.add(facts, by, blobs=blobs)
        return Acknowledged(receipts=receipts, checkpoint=gathering.commit().decode())

    def record(
        self, fact: Fact, by: RecordedBy, blobs: Mapping[bytes, Kept] | None = None
    ) -> Acknowledged:
        """Append a fact of the keeper's own, of any kind, with the blobs it names."""
        gathering = self.gathering()
        receipts = gathering.add([fact], by, own=True, blobs=blobs)
        return Acknowledged(receipts=receipts, checkpoint=gathering.commit().decode())

    def gathering(self) -> Gathering:
        """Begin a batch.

        Raises:
            FrozenError: The log was ended.
        """
        if self._frozen:
            raise self.ended()
        return Gathering(self, self._log)

    def ended(self) -> FrozenError:
        """What is said to those who come after the last entry."""
        successor = self._successor()
        more = f": {successor} goes on" if successor else ""
        return FrozenError(
            f"the log {self._log.origin} is frozen", hint=f"see its last entry{more}"
        )

    def link(self, stream: str) -> Link:
        """Where `stream` stands in the log.

        Raises:
            DamagedError: The index of the ledger leads to another entry than the stream's newest.
        """
        found = self._links.get(stream)
        if found is None:
            index = self._streams.newest(stream)
            if index is None:
                found = START
            else:
                data = self._log.rows.entry(index)
                found = next_link(data, read_entry(data, index).sequence)
            self._links[stream] = found
        return found

    def stamp(self, given: str | None, by: RecordedBy, moment: Moment) -> Stamp:
        """What the keeper says of an entry made at `moment`."""
        return Stamp(
            id=given or new_id(moment.number, self._chance(10)),
            time=moment.text,
            tenant=TENANT,
            recorded_by=by,
        )

    def now(self) -> Moment:
        """The moment, by the keeper's clock."""
        number = self._clock()
        return Moment(number, written(number))

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """The note of `checkpoint`, signed by every key that signs at its size."""
        return signed_checkpoint(checkpoint, self._signing.at(checkpoint.size)).encode()

    def check_signed(self) -> None:
        """See that nothing else was signed meanwhile with the keys of this log.

        Raises:
            DamagedError: A log was signed that this one does not go on from.
        """
        self._last.check(self._log.size, self._log.root_at)

    def committed(
        self, links: Mapping[str, Link], newest: Mapping[str, int], *, frozen: bool
    ) -> None:
        """Take note of where streams stand after a commit, and of their newest entries."""
        self._streams.appended(newest)
        if len(self._links) > 100_000:
            self._links.clear()
        self._links.update(links)
        self._frozen = self._frozen or frozen
        self._last.remember(self._log.size, self._log.root_at(self._log.size))

    def rekeyed(self) -> None:
        """Read anew what signs."""
        self._signing = self.custody.signing()

    def _is_frozen(self) -> bool:
        """Whether the newest entry ended the log: after such a one there is none."""
        newest = self._newest()
        return newest is not None and newest.kind == FROZEN

    def _successor(self) -> str | None:
        """The log that the newest entry says goes on, where it ended this one and names it."""
        newest = self._newest()
        with suppress(msgspec.DecodeError):
            if newest is not None and newest.kind == FROZEN:
                return msgspec.json.decode(newest.body, type=LogFrozen).successor
        return None

    def _newest(self) -> Entry | None:
        newest = self._log.size - 1
        return read_entry(self._log.rows.entry(newest), newest) if newest >= 0 else None

    def _check_newest(self) -> None:
        """See that a key of this log signed what is stored.

        Whoever can write to the database could otherwise add entries under a checkpoint that nobody
        signed, and have them signed with the next ones.
        """
        newest = self._log.rows.newest_checkpoint()
        if newest is None:
            return
        size, data = newest
        note = parse_note(data, place=f"checkpoint {size}")
        outcomes = [check(note, one.key) for one in self._signing.at(size)]
        if Outcome.GOOD not in outcomes or Outcome.BAD in outcomes:
            raise DamagedError(
                f"no key of this log signed its newest checkpoint, of {size:,} entries",
                hint="affidavit ledger verify lists what was changed",
            )


class Gathering:
    """Facts on their way into one transaction: what cannot be recorded is refused at once."""

    def __init__(self, keeper: Keeper, log: Log) -> None:
        self._keeper = keeper
        self._log = log
        self._start = log.size
        self._moment = keeper.now()
        self._entries: list[bytes] = []
        self._links: dict[str, Link] = {}
        self._streams: dict[str, int] = {}
        self._given: dict[str, int] = {}
        self._blobs: dict[bytes, Kept] = {}
        self._frozen = False

    @property
    def entries(self) -> int:
        """How many are on their way."""
        return len(self._entries)

    @property
    def blobs(self) -> Mapping[bytes, Kept]:
        """The content on its way, by its SHA-256."""
        return self._blobs

    def add(
        self,
        facts: Iterable[Fact],
        by: RecordedBy,
        *,
        own: bool = False,
        blobs: Mapping[bytes, Kept] | None = None,
    ) -> tuple[Receipt, ...]:
        """Take `facts` in, all or none, and tell where they will lie.

        Raises:
            EntryError: One cannot be recorded; its line is counted from 1.
            FrozenError: The log ends with what is on its way already.
        """
        if self._frozen:
            raise self._keeper.ended()
        before, frozen = len(self._entries), False
        links: dict[str, Link] = {}
        given: dict[str, int] = {}
        found: list[Receipt] = []
        try:
            for fact in facts:
                _check(fact, None if own else by.channel)
                known = self._known(fact, given)
                found.append(known or self._add(fact, by, links, given))
                frozen = frozen or fact.kind == FROZEN
        except BaseException as error:
            del self._entries[before:]
            if not isinstance(error, EntryError):
                raise
            line = len(found) + 1
            raise EntryError(f"line {line}: {error.message}", hint=error.hint) from error
        self._links.update(links)
        self._given.update(given)
        self._streams.update({one.stream: one.index - self._start for one in found if one.new})
        self._blobs.update(blobs or {})
        self._frozen = frozen
        return tuple(found)

    def commit(self) -> bytes:
        """Make all of it durable; the signed checkpoint over it.

        Raises:
            StoreError: The disk does not let us; nothing was appended.
            KeyFileError: It could not be signed; nothing was appended.
        """
        if not self._entries:
            newest = self._log.rows.newest_checkpoint()
            return newest[1] if newest else b""
        batch = Batch(
            entries=self._entries,
            streams=self._streams,
            given=self._given,
            blobs=tuple(self._blobs.values()),
        )
        self._keeper.check_signed()
        done = self._log.append(batch, self._keeper.sign)
        streams = {stream: self._start + place for stream, place in self._streams.items()}
        self._keeper.committed(self._links, streams, frozen=self._frozen)
        return done.note

    def _add(
        self, fact: Fact, by: RecordedBy, links: dict[str, Link], given: dict[str, int]
    ) -> Receipt:
        stream = fact.stream
        link = links.get(stream) or self._links.get(stream) or self._keeper.link(stream)
        stamp = self._keeper.stamp(fact.id, by, self._moment)
        data = sealed(fact, stamp, link)
        place = len(self._entries)
        self._entries.append(data)
        after = links[stream] = next_link(data, link.sequence + 1)
        if fact.id is not None:
            given[fact.id] = place
        return Receipt(
            index=self._start + place,
            id=stamp.id,
            stream=stream,
            sequence=after.sequence,
            digest=after.digest,
        )

    def _known(self, fact: Fact, given: Mapping[str, int]) -> Receipt | None:
        """The receipt of the entry with the same given id.

        Raises:
            EntryError: It records something else.
        """
        if fact.id is None:
            return None
        place = given.get(fact.id, self._given.get(fact.id))
        if place is not None:
            index, data = self._start + place, self._entries[place]
        else:
            found = self._keeper.given.entry(fact.id)
            if found is None:
                return None
            index, data = found[0], self._log.rows.entry(found[0])
        entry = read_entry(data, index)
        if _sealed_like(entry, fact) != data:
            raise EntryError(f"id: {fact.id} was given to another fact, entry {index}")
        return Receipt(
            index=index,
            id=entry.id,
            stream=entry.stream,
            sequence=entry.sequence,
            digest=entry_digest(data),
            new=False,
        )


def _check(fact: Fact, channel: str | None) -> None:
    """Refuse what may not come through `channel`, which is None for the keeper itself."""
    if channel is not None and (why := refused(fact, channel)):
        raise EntryError(why)
    check_body(fact)


def _sealed_like(entry: Entry, fact: Fact) -> bytes:
    """`fact` in the envelope of `entry`."""
    stamp = Stamp(id=entry.id, time=entry.time, tenant=entry.tenant, recorded_by=entry.recorded_by)
    return sealed(fact, stamp, Link(entry.sequence - 1, entry.previous or ""))
