"""Looking at fact bundles: whose each statement is, and whether a ledger has it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.clock import now
from affidavit.app.ledger.bundled import given_id
from affidavit.app.ledger.checked import checked
from affidavit.app.ledger.given import Given
from affidavit.app.ledger.importing import (
    ANY,
    Allowed,
    check_importable,
    lines_at,
    records,
    signer_of,
    signers_at,
)
from affidavit.app.ledger.noting import noted_lines
from affidavit.app.ledger.verifying import keys_of
from affidavit.app.ledger.view import viewing
from affidavit.app.receipts.commits import resolved
from affidavit.base.errors import EntryError, FormatError
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.dsse import check
from affidavit.ledger.entry import Subject
from affidavit.ledger.note import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.ledger.bundle import Line
    from affidavit.ledger.key import VerifierKey

LONGEST_SIGNER = 200
"""Characters that are shown of who a line says to be signed by."""


class Signature(StrEnum):
    """What became of the signatures of a line."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown key"
    NONE = "no statement"


class State(StrEnum):
    """Whether the ledger that was asked has a statement."""

    PENDING = "pending"
    IMPORTED = "imported"


class Where(msgspec.Struct, frozen=True):
    """An entry that took a statement in, and when that was by its keeper's clock."""

    index: int
    time: str


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a bundle as it was found.

    `signer` is whose signature is good; else who the line says it is by, which proves nothing.
    `refusal` says why an import would not take it in, though somebody who is known signed it. Of a
    line that is no statement there is nothing else. `state` and `imported` are of the ledger that
    was asked, if one was.
    """

    source: str
    line: int
    signature: Signature
    refusal: str | None = None
    kind: str | None = None
    stream: str | None = None
    actor: str | None = None
    body: dict[str, object] | None = None
    subject: Subject | None = None
    bundle: str | None = None
    sequence: int | None = None
    last: bool = False
    digest: str | None = None
    signer: str | None = None
    state: State | None = None
    imported: Where | None = None

    @property
    def exit_status(self) -> int:
        """1 where an import would refuse it, 3 where nobody who is known signed it."""
        if self.refusal is not None:
            return 1
        return 3 if self.signature is Signature.UNKNOWN else 0


class Believed(NamedTuple):
    """Whom to believe: a file of signers, and verifier keys that may say anything."""

    signers: Path | None = None
    keys: Sequence[str] = ()

    def read(self) -> dict[VerifierKey, Allowed]:
        """The signers by their keys.

        Raises:
            AffidavitError: The file or a key cannot be read or understood.
        """
        found = {} if self.signers is None else signers_at(self.signers)
        for key in (key for one in self.keys for key in keys_of(one, "--signer")):
            found[key] = Allowed(vkey=key.encode(), name=key.name[:1_024], kinds=(ANY,))
        return found


def in_file(path: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The lines of the file at `path`, under its name."""
    yield str(path), lines_at(path)


def in_notes(repository: Path, revision: str | None) -> Iterator[tuple[str, Sequence[bytes]]]:
    """The lines of the notes on each commit, or on the one that `revision` names.

    Raises:
        AffidavitError: The repository cannot be read, or the revision names no commit.
    """
    commit = None if revision is None else resolved(repository, revision).commit
    for on, lines in noted_lines(repository, commit).items():
        yield f"notes of {on}", lines


@contextmanager
def looking(believed: Believed, ledger: Home | None) -> Iterator[Looking]:
    """Look at lines with those who are `believed`, and in `ledger` if there is one.

    Raises:
        DamagedError: The ledger does not verify.
        AffidavitError: The ledger or the signers cannot be read.
    """
    allowed, moment = believed.read(), datetime.fromtimestamp(now() // 1_000_000, UTC)
    if ledger is None:
        yield Looking(allowed, moment, None)
        return
    unsure = checked(ledger)
    with viewing(ledger) as view:
        reason = None if unsure is None else unsure.reason
        yield Looking(allowed, moment, Given(view.rows), unsure=reason)


class Looking:
    """Tells of lines what is known of them.

    `unsure` says why the ledger that was asked does not count as verified, if one was and it does
    not: what was imported is then what it says of itself.
    """

    def __init__(
        self,
        allowed: Mapping[VerifierKey, Allowed],
        moment: datetime,
        given: Given | None,
        *,
        unsure: str | None = None,
    ) -> None:
        self.unsure = unsure
        self._allowed = allowed
        self._moment = moment
        self._given = given

    def seen(self, source: str, lines: Iterable[bytes]) -> Iterator[Seen]:
        """Each of `lines`, which count from 1, as they come."""
        for number, data in enumerate(lines, 1):
            try:
                line = parse_line(data, place="it")
            except FormatError as error:
                yield Seen(
                    source=source, line=number, signature=Signature.NONE, refusal=error.message
                )
            else:
                yield self._seen(source, number, line)

    def _seen(self, source: str, number: int, line: Line) -> Seen:
        signature, signer = self._signature(line)
        fact, place = line.fact, line.place
        imported, other = self._imported(line)
        refusal = None
        if signature is not Signature.UNKNOWN:
            refusal = self._refusal(line, is_imported=imported is not None)
        return Seen(
            source=source,
            line=number,
            signature=signature,
            refusal=refusal or other,
            kind=fact.kind,
            stream=fact.stream,
            actor=fact.actor,
            body=fact.body,
            subject=fact.subject,
            bundle=place.bundle,
            sequence=place.sequence,
            last=line.last,
            digest=line.digest,
            signer=signer,
            state=self._state(imported),
            imported=imported,
        )

    def _signature(self, line: Line) -> tuple[Signature, str]:
        """What became of the signatures, and by whom they are or say to be."""
        outcomes = {key: check(line.envelope, key) for key in self._allowed}
        for outcome, told in ((Outcome.BAD, Signature.BAD), (Outcome.GOOD, Signature.GOOD)):
            keys = [str(key) for key, one in outcomes.items() if one is outcome]
            if keys:
                return told, ", ".join(keys)[:LONGEST_SIGNER]
        says = ", ".join(one.keyid or "nobody" for one in line.envelope.signatures)
        return Signature.UNKNOWN, says[:LONGEST_SIGNER]

    def _refusal(self, line: Line, *, is_imported: bool) -> str | None:
        """Why an import would not take the line in; what it took in already it would take."""
        try:
            signer = signer_of(line, self._allowed, self._moment)
            if not is_imported:
                check_importable(line.fact, str(signer))
        except (FormatError, EntryError) as error:
            return error.message
        return None

    def _state(self, imported: Where | None) -> State | None:
        if self._given is None:
            return None
        return State.PENDING if imported is None else State.IMPORTED

    def _imported(self, line: Line) -> tuple[Where | None, str | None]:
        """Where the ledger has the statement, or why it never will."""
        found = None if self._given is None else self._given.entry(given_id(line.digest))
        if found is None:
            return None, None
        index, entry = found
        if records(entry, line.fact):
            return Where(index, entry.time), None
        return None, f"its id was given to another fact, entry {index}"
