"""Signing facts into a bundle: checked as the keeper will check them, all of them or none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.clock import chance, written
from affidavit.app.facts.file import appended
from affidavit.app.ledger.importing import CHANNEL
from affidavit.app.ledger.keeper import TENANT
from affidavit.app.ledger.lines import facts_of
from affidavit.app.ledger.noting import Shared
from affidavit.app.receipts.commits import resolved
from affidavit.app.receipts.signer import signer, signing_key
from affidavit.base.canonical import LARGEST
from affidavit.base.errors import EntryError, FormatError, UsageError
from affidavit.ledger.bundle import Place, line_of, parse_line
from affidavit.ledger.dsse import LARGEST_ENVELOPE, MEDIA_TYPE
from affidavit.ledger.entry import Blob, Link, RecordedBy, Stamp, sealed
from affidavit.ledger.kinds import check_body, refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from affidavit.ledger.entry import Fact
    from affidavit.ledger.key import SigningKey

_DIGEST = "0" * 64
_FARTHEST = Link(LARGEST - 1, f"rfc6962:{_DIGEST}")
_ENVELOPE = Blob(digest=f"sha256:{_DIGEST}", media_type=MEDIA_TYPE, size=LARGEST_ENVELOPE)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How facts are to be signed, and where their lines go.

    `key` is the file of a key; without it this account's own is taken, and made under `name` or a
    name of chance where there is none. `revision` is a commit of `repository` whose notes take the
    lines, `remote` where the notes are then pushed.
    """

    repository: Path
    key: Path | None = None
    name: str | None = None
    output: Path | None = None
    revision: str | None = None
    remote: str | None = None


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What was signed: `signer` is a verifier key, `commit` the one whose notes have the lines.

    Where there was no fact, nobody signed and there is no bundle.
    """

    facts: int
    bundle: str | None
    signer: str | None
    output: str | None
    commit: str | None
    pushed: str | None


class Done(NamedTuple):
    """What was signed, and the lines themselves."""

    signed: Signed
    lines: tuple[bytes, ...]


def signed(file: BinaryIO, wanted: Wanted) -> Done:
    """Sign the facts of `file`, JSON lines, into a bundle of their own, and put it where it goes.

    Raises:
        EntryError: A line cannot be recorded; nothing of the file was signed.
        UsageError: The options do not go together, or name no commit.
        AffidavitError: The key, the repository or a file fails; see docs/errors/.
    """
    if wanted.remote is not None and wanted.revision is None:
        raise UsageError("--push shares the notes: give --notes with it")
    commit = None if wanted.revision is None else _commit(wanted.repository, wanted.revision)
    facts = facts_of(file)
    key = _key(wanted) if facts else None
    place = Place(chance(16).hex())
    lines = bundle_of(facts, place, key) if key else ()
    if wanted.output is not None:
        appended(wanted.output, lines)
    if commit is not None:
        _note(wanted, commit, lines)
    done = Signed(
        facts=len(lines),
        bundle=place.bundle if key else None,
        signer=key.key.encode() if key else None,
        output=None if wanted.output is None else str(wanted.output),
        commit=commit,
        pushed=wanted.remote,
    )
    return Done(done, lines)


def bundle_of(facts: Sequence[Fact], place: Place, key: SigningKey) -> tuple[bytes, ...]:
    """The lines that hold `facts` from `place` on, with their line feeds; the last one says so.

    Raises:
        EntryError: One cannot be recorded; its line is counted from 1.
    """
    found = list[bytes]()
    for number, fact in enumerate(facts, 1):
        try:
            _check(fact, key)
            line, place = line_of(fact, place, [key], last=number == len(facts))
            # What a reader bounds, such as the subjects, is looked at by reading it.
            parse_line(line, place="it")
        except EntryError as error:
            raise EntryError(f"line {number}: {error.message}", hint=error.hint) from error
        except FormatError as error:
            raise EntryError(f"line {number}: {error.message}") from error
        found.append(line)
    return tuple(found)


def _check(fact: Fact, key: SigningKey) -> None:
    """Refuse what an import would refuse, whoever imports it and wherever it will lie."""
    if why := refused(fact, CHANNEL):
        raise EntryError(why)
    check_body(fact)
    stamp = Stamp(
        id=f"bundle:{_DIGEST}",
        time=written(0),
        tenant=TENANT,
        recorded_by=RecordedBy(channel=CHANNEL, credential=str(key.key)),
    )
    sealed(msgspec.structs.replace(fact, blobs=(_ENVELOPE,)), stamp, _FARTHEST)


def _key(wanted: Wanted) -> SigningKey:
    if wanted.key is None:
        return signer(os.environ, wanted.name, chance)
    if wanted.name is not None:
        raise UsageError("--signer names a new key, --key-file is one: give one of them")
    return signing_key(wanted.key)


def _commit(repository: Path, revision: str) -> str:
    return resolved(repository, revision).commit


def _note(wanted: Wanted, commit: str, lines: Sequence[bytes]) -> None:
    notes = Shared(wanted.repository)
    notes.add({commit: [line.removesuffix(b"\n") for line in lines]})
    if wanted.remote is not None:
        notes.share(wanted.remote)
