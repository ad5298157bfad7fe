"""Importing fact bundles: each statement is taken in once, if its signer may say such things.

An entry made here shows who signed the fact: its credential is the signer's key, its blob the
signed envelope. That the fact is so is what the signer asserts.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import msgspec

from affidavit.app.clock import written
from affidavit.app.ledger.blobs import kept
from affidavit.app.ledger.bundled import CHANNEL, Brought, given_id
from affidavit.app.ledger.given import Given
from affidavit.app.ledger.keeper import LOG_STREAM, TENANT
from affidavit.app.ledger.kept import keeping
from affidavit.app.ledger.noting import noted_lines
from affidavit.app.progress import QUIET, STEP
from affidavit.base.canonical import LARGEST, canonical
from affidavit.base.digest import sha256
from affidavit.base.errors import ConfigError, EntryError, FormatError, UnreadableError
from affidavit.ledger.algorithm import ED25519
from affidavit.ledger.bundle import Contradiction, Gap, Line, arranged, parse_line
from affidavit.ledger.dsse import LARGEST_ENVELOPE, MEDIA_TYPE, check
from affidavit.ledger.entry import Blob, Link, RecordedBy, Stamp, sealed
from affidavit.ledger.key import parse_vkey
from affidavit.ledger.kinds import Text, VerifierKey, check_body, named, refused
from affidavit.ledger.note import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.keeper import Gathering, Keeper
    from affidavit.app.reading import Progress
    from affidavit.ledger.entry import Entry, Fact
    from affidavit.ledger.key import VerifierKey as Key

MOST_LINES = 100_000
"""Lines of one import: they are kept in memory until all are in the ledger."""
LARGEST_IMPORT = 256 << 20
"""Bytes of one import."""
LARGEST_SIGNERS = 1 << 20
"""Bytes of a file of signers."""
ANY = "*"
"""Among a signer's kinds: every kind."""
_DIGEST = f"sha256:{'0' * 64}"
_FARTHEST = Link(LARGEST - 1, f"rfc6962:{'0' * 64}")
_ENVELOPE = Blob(digest=_DIGEST, media_type=MEDIA_TYPE, size=LARGEST_ENVELOPE)


class Allowed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signer whose facts are taken in: of these kinds, up to a moment by the keeper's clock."""

    vkey: VerifierKey
    name: Text
    kinds: tuple[Text, ...]
    not_after: Annotated[datetime, msgspec.Meta(tz=True)] | None = None

    def takes(self, kind: str) -> bool:
        """Whether the signer may say a fact of `kind`; a kind can be given without its version."""
        return bool({ANY, kind, kind.rpartition(".")[0]} & set(self.kinds))

    def lasts(self, now: datetime) -> bool:
        """Whether the signer is still believed `now`."""
        return self.not_after is None or now <= self.not_after


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    signers: tuple[Allowed, ...]


class Refused(msgspec.Struct, frozen=True, order=True):
    """A line that was not taken in, and why; `line` counts from 1."""

    file: str
    line: int
    reason: str


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import came to.

    `new` and `known` count statements: taken in now, and earlier or twice in the same files.
    Bundles are named by their ids; what is wrong with them is told in `ledger.bundle`.
    """

    new: int
    known: int
    refused: tuple[Refused, ...]
    gaps: tuple[Gap, ...]
    reordered: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    unfinished: tuple[str, ...]
    checkpoint: str

    @property
    def exit_status(self) -> int:
        """1 where something was refused or contradicts itself, 3 where something is missing."""
        if self.refused or self.contradictions:
            return 1
        return 3 if self.gaps else 0


class _Taken(NamedTuple):
    """A line that its signer may say, and where it stood."""

    line: Line
    signer: Key
    file: str
    number: int


def imported(
    place: Home,
    files: Sequence[Path],
    signers: Path,
    *,
    notes: Path | None = None,
    progress: Progress = QUIET,
) -> Imported:
    """Take the bundles in `files` into the ledger at `place`, in one transaction.

    `notes` is a repository whose notes are taken in as well; see `noting`.

    Raises:
        ConfigError: The file of signers is none.
        EntryError: The files are too large for one import.
        AffidavitError: A file cannot be read, or the ledger cannot be written to; nothing was.
    """
    allowed = signers_at(signers)
    noted = noted_lines(notes) if notes is not None else {}
    sources = [
        *((str(file), lines_at(file)) for file in files),
        *((f"notes of {commit}", iter(lines)) for commit, lines in noted.items()),
    ]
    with keeping(place, progress=progress) as keeper:
        return _Importing(keeper, allowed, progress).run(sources)


def signers_at(path: Path) -> dict[Key, Allowed]:
    """The signers that the file at `path` allows, by their keys.

    Raises:
        ConfigError: It holds something else; the message names the field.
        UnreadableError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_SIGNERS + 1)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    return signers_in(data, str(path))


def signers_in(data: bytes, name: str) -> dict[Key, Allowed]:
    """The signers that `data` allows, a file called `name`, by their keys.

    Raises:
        ConfigError: It holds something else; the message names the field.
    """
    try:
        if len(data) > LARGEST_SIGNERS:
            raise ConfigError(f"{name} has more than {LARGEST_SIGNERS:,} bytes")
        found = msgspec.convert(tomllib.loads(data.decode()), _File).signers
        keys = [parse_vkey(one.vkey, place=f"{name}: {one.name}: vkey") for one in found]
    except msgspec.ValidationError as error:
        raise ConfigError(f"{name}: {named(error)}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name} is no TOML: {error}") from error
    except FormatError as error:
        raise ConfigError(error.message) from error
    if any(key.algorithm != ED25519 for key in keys):
        raise ConfigError(f"{name}: statements are signed by Ed25519 keys of type 0x01")
    if len(set(map(str, keys))) < len(keys):
        raise ConfigError(f"{name}: a signer stands twice")
    return dict(zip(keys, found, strict=True))


def signer_of(line: Line, allowed: Mapping[Key, Allowed], moment: datetime) -> Key:
    """Who of `allowed` signed the line and may say at `moment` what it says.

    Raises:
        FormatError: Nobody did who may.
    """
    outcomes = {key: check(line.envelope, key) for key in allowed}
    if bad := next((key for key, one in outcomes.items() if one is Outcome.BAD), None):
        raise FormatError(f"the signature under {bad} does not hold")
    good = [key for key, one in outcomes.items() if one is Outcome.GOOD]
    if not good:
        says = ", ".join(one.keyid or "nobody" for one in line.envelope.signatures)[:200]
        raise FormatError(f"no known signer signed it; it says to be by {says!a}")
    current = [key for key in good if allowed[key].lasts(moment)]
    if not current:
        raise FormatError(f"the time of its signer {good[0]} is over")
    kind = line.fact.kind
    may = next((key for key in current if allowed[key].takes(kind)), None)
    if may is None:
        raise FormatError(f"{current[0]} may not say facts of the kind {kind[:80]!a}")
    return may


class _Importing:
    """One import into the ledger of `keeper`."""

    def __init__(self, keeper: Keeper, allowed: dict[Key, Allowed], progress: Progress) -> None:
        self._progress = progress
        self._keeper = keeper
        self._given = Given(keeper.log.rows)
        self._allowed = allowed
        self._refused: list[Refused] = []
        self._known = self._new = 0

    def run(self, sources: Iterable[tuple[str, Iterator[bytes]]]) -> Imported:
        """Take in what can be of the lines of named `sources`, and tell of the rest."""
        taken = dict[str, _Taken]()
        for name, lines in sources:
            for number, data in enumerate(lines, 1):
                self._read(data, name, number, taken)
                if number % STEP == 0:
                    self._progress.step("reading signed facts", number)
        bundles = {one.line.place.bundle for one in taken.values()}
        earlier = Brought(self._keeper.log.rows, self._given, bundles)
        order = arranged([one.line for one in taken.values()], earlier)
        gathering = self._keeper.gathering()
        for number, line in enumerate(order.lines, 1):
            self._take(taken[line.digest], gathering)
            if number % STEP == 0:
                self._progress.step("taking facts in", number, len(order.lines))
        self._progress.step("recording them")
        return Imported(
            new=self._new,
            known=self._known,
            refused=tuple(sorted(self._refused)),
            gaps=order.gaps,
            reordered=order.reordered,
            contradictions=order.contradictions,
            unfinished=order.unfinished,
            checkpoint=gathering.commit().decode(),
        )

    def _read(self, data: bytes, file: str, number: int, taken: dict[str, _Taken]) -> None:
        try:
            line = parse_line(data, place="it")
            moment = datetime.fromtimestamp(self._keeper.now().number // 1_000_000, UTC)
            signer = signer_of(line, self._allowed, moment)
        except FormatError as error:
            self._refused.append(Refused(file, number, error.message))
            return
        if line.digest in taken:
            self._known += 1
        else:
            taken[line.digest] = _Taken(line, signer, file, number)

    def _take(self, one: _Taken, gathering: Gathering) -> None:
        data = one.line.envelope.encode()
        blob = Blob(digest=sha256(data), media_type=MEDIA_TYPE, size=len(data))
        fact = msgspec.structs.replace(one.line.fact, id=given_id(one.line.digest), blobs=(blob,))
        by = RecordedBy(channel=CHANNEL, credential=str(one.signer))
        try:
            if self._is_recorded(fact):
                self._known += 1
            else:
                gathering.add([fact], by, blobs=kept([data]))
                self._new += 1
        except EntryError as error:
            reason = error.message.removeprefix("line 1: ")
            self._refused.append(Refused(one.file, one.number, reason))

    def _is_recorded(self, fact: Fact) -> bool:
        """Whether the same statement was taken in earlier, under whatever signatures.

        Raises:
            EntryError: The fact is the keeper's own, or its id is another fact's.
        """
        if fact.stream == LOG_STREAM:
            raise EntryError(f"stream: {LOG_STREAM} is the keeper's own")
        found = self._given.entry(fact.id or "")
        if found is None:
            return False
        index, entry = found
        if not records(entry, fact):
            raise EntryError(f"id: {fact.id} was given to another fact, entry {index}")
        return True


def records(entry: Entry, fact: Fact) -> bool:
    """Whether `entry` came through an import and says what `fact` says."""
    said = entry.kind, entry.stream, entry.actor, entry.subject, bytes(entry.body)
    return entry.recorded_by.channel == CHANNEL and said == (
        fact.kind, fact.stream, fact.actor, fact.subject, canonical(fact.body),
    )  # fmt: skip


def check_importable(fact: Fact, credential: str) -> None:
    """Refuse what an import would refuse, whoever imports it and wherever it will lie.

    `credential` is whose key signed it. The entry is measured as far along in its stream as any.

    Raises:
        EntryError: The keeper would not record it; the message names the field.
    """
    if why := refused(fact, CHANNEL):
        raise EntryError(why)
    check_body(fact)
    stamp = Stamp(
        id=given_id(_DIGEST),
        time=written(0),
        tenant=TENANT,
        recorded_by=RecordedBy(channel=CHANNEL, credential=credential),
    )
    sealed(msgspec.structs.replace(fact, blobs=(_ENVELOPE,)), stamp, _FARTHEST)


def lines_at(path: Path) -> Iterator[bytes]:
    """Each line of the file at `path`, or the beginning of one that is too long.

    Raises:
        EntryError: There are more than one import takes.
        UnreadableError: It cannot be read.
    """
    left, count = LARGEST_IMPORT, 0
    try:
        with path.open("rb") as file:
            while line := file.readline(LARGEST_ENVELOPE + 2):
                left, count = left - len(line), count + 1
                if left < 0 or count > MOST_LINES:
                    raise EntryError(
                        f"{path}: more than {MOST_LINES:,} lines or {LARGEST_IMPORT:,} bytes",
                        hint="import them in several files",
                    )
                yield line
                while not line.endswith(b"\n") and (line := file.readline(LARGEST_ENVELOPE)):
                    left -= len(line)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
