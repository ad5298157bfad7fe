"""Signing facts into a bundle: checked as the keeper will check them, all of them or none."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.clock import chance
from affidavit.app.facts.file import appended, check_bundle
from affidavit.app.ledger.importing import check_importable
from affidavit.app.ledger.lines import facts_of
from affidavit.app.ledger.noting import Shared, check_remote
from affidavit.app.progress import QUIET, STEP
from affidavit.app.receipts.commits import resolved
from affidavit.app.receipts.signer import signer, signing_key
from affidavit.base.errors import EntryError, FormatError, GitFailedError, UsageError
from affidavit.ledger.bundle import Place, line_of, parse_line
from affidavit.sources.git.locate import locate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from affidavit.app.reading import Progress
    from affidavit.ledger.entry import Fact
    from affidavit.ledger.key import SigningKey


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


def signed(file: BinaryIO, wanted: Wanted, progress: Progress = QUIET) -> Done:
    """Sign the facts of `file`, JSON lines, into a bundle of their own, and put it where it goes.

    What fails when some of that is done says where the signed lines are: signed anew, they would be
    other statements, and recorded twice.

    Raises:
        EntryError: A line cannot be recorded; nothing of the file was signed.
        UsageError: The options do not go together, or name no commit.
        AffidavitError: The key, the repository or a file fails; see docs/errors/.
    """
    if wanted.remote is not None and wanted.revision is None:
        raise UsageError("--push shares the notes: give --notes with it")
    if wanted.remote is not None:
        check_remote(wanted.remote)
    commit = None if wanted.revision is None else _commit(wanted.repository, wanted.revision)
    facts = facts_of(file)
    key = _key(wanted) if facts else None
    place = Place(chance(16).hex())
    lines = bundle_of(facts, place, key, progress) if key else ()
    _put(wanted, commit, lines)
    done = Signed(
        facts=len(lines),
        bundle=place.bundle if key else None,
        signer=key.key.encode() if key else None,
        output=None if wanted.output is None else str(wanted.output),
        commit=commit,
        pushed=wanted.remote,
    )
    return Done(done, lines)


def pushed(repository: Path, remote: str) -> None:
    """Bring the notes of `repository` together with those of `remote`; nothing is signed.

    Raises:
        AffidavitError: It is no repository, or the remote cannot be reached or takes no push.
    """
    locate(repository)
    Shared(repository).share(remote)


def bundle_of(
    facts: Sequence[Fact], place: Place, key: SigningKey, progress: Progress = QUIET
) -> tuple[bytes, ...]:
    """The lines that hold `facts` from `place` on, with their line feeds; the last one says so.

    Raises:
        EntryError: One cannot be recorded; its line is counted from 1.
    """
    found = list[bytes]()
    for number, fact in enumerate(facts, 1):
        try:
            check_importable(fact, str(key.key))
            line, place = line_of(fact, place, [key], last=number == len(facts))
            # What a reader bounds, such as the subjects, is looked at by reading it.
            parse_line(line, place="it")
        except EntryError as error:
            raise EntryError(f"line {number}: {error.message}", hint=error.hint) from error
        except FormatError as error:
            raise EntryError(f"line {number}: {error.message}") from error
        found.append(line)
        if number % STEP == 0:
            progress.step("signing facts", number, len(facts))
    return tuple(found)


def _key(wanted: Wanted) -> SigningKey:
    if wanted.key is None:
        return signer(os.environ, wanted.name, chance)
    if wanted.name is not None:
        raise UsageError("--signer names a new key, --key-file is one: give one of them")
    return signing_key(wanted.key)


def _commit(repository: Path, revision: str) -> str:
    return resolved(repository, revision).commit


def _put(wanted: Wanted, commit: str | None, lines: Sequence[bytes]) -> None:
    """Put signed `lines` where they go; what fails then says where they are already."""
    notes = None if commit is None else Shared(wanted.repository)
    places = list[str]()
    if wanted.output is not None:
        check_bundle(wanted.output)
        appended(wanted.output, lines)
        places.append(str(wanted.output))
    if commit is None or notes is None:
        return
    hint = "import what is there; facts that are signed anew are recorded twice"
    try:
        notes.add({commit: [line.removesuffix(b"\n") for line in lines]})
        places.append(f"the notes of {commit}")
        if wanted.remote is not None:
            hint = f"{_push(wanted.repository)} shares them; signed anew they are recorded twice"
            notes.share(wanted.remote)
    except GitFailedError as error:
        if not (lines and places):
            raise
        count = len(lines)
        lie = "1 fact was signed and lies" if count == 1 else f"{count:,} facts were signed and lie"
        told = f"{error.message}; {lie} in {' and '.join(places)}"
        raise GitFailedError(told, hint=hint) from error


def _push(repository: Path) -> str:
    """The command that shares what is in the notes of `repository`."""
    where = "" if repository == Path() else f" --repo {shlex.quote(str(repository))}"
    return f"affidavit facts push REMOTE{where}"
