"""Making a receipt: the statement, its signature, its entry, and the file that holds them all."""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit import __version__
from affidavit.app.clock import chance, now, written
from affidavit.app.ledger.blobs import LARGEST_BLOB
from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.signers import write_private
from affidavit.app.ledger.view import viewing
from affidavit.app.receipts.commits import resolved
from affidavit.app.receipts.files import prompt_at
from affidavit.app.receipts.logged import issued, logged
from affidavit.app.receipts.predicate import (
    AI_AUTHORSHIP,
    PROMPT,
    Asserted,
    Authorship,
    Evidence,
    Prompt,
    Reviewer,
)
from affidavit.app.receipts.signer import signer
from affidavit.base.errors import KeyFileError, OutputError, UnreadableError, UsageError
from affidavit.ledger.commitment import SALT_SIZE, Opening
from affidavit.ledger.dsse import signed_envelope
from affidavit.ledger.statement import Statement, of_commit
from affidavit.package.place import replacing

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home

_HASH = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
LONGEST = 1_024
"""Characters of what is typed."""
MOST = 100
"""Reviewers, and test files, of one receipt."""
_PIECE = 1 << 20


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as it was asked for. What is typed here is asserted, and checked by nobody."""

    revision: str
    repository: Path
    output: Path | None = None
    agent: str | None = None
    model: str | None = None
    session: str | None = None
    prompt: Path | None = None
    prompt_hash: str | None = None
    reviewers: tuple[str, ...] = ()
    tests: tuple[Path, ...] = ()
    signer: str | None = None


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """What was made. `opening` shows the prompt to whoever has it; `signer` is a verifier key."""

    commit: str
    tree: str
    index: int
    signer: str
    output: str
    opening: str | None


def created(place: Home, wanted: Wanted) -> Created:
    """Make the receipt that is `wanted`, and record it in the ledger at `place`.

    Raises:
        UsageError: What was typed cannot be used, or a file that would be written is there.
        AffidavitError: The repository, the ledger, the key or a file fails; see docs/errors/.
    """
    _check(wanted)
    prompt, opening = _prompt(wanted)
    tests = tuple(map(_evidence, wanted.tests))
    named = resolved(wanted.repository, wanted.revision)
    output, beside = _places(wanted, named.commit)
    key = signer(os.environ, wanted.signer, chance)
    asserted = Asserted(
        agent=wanted.agent,
        model=wanted.model,
        prompt=prompt,
        reviewers=_reviewers(place, wanted.reviewers),
        session=wanted.session,
        tests=tests,
    )
    said = Authorship(asserted=asserted, created=written(now()), tool=f"affidavit {__version__}")
    statement = Statement(of_commit(*named), AI_AUTHORSHIP, said.shown())
    envelope = signed_envelope(statement.encode(), [key])
    with replacing(output) as file, ExitStack() as undo:
        if opening is not None:
            _write_opening(beside, opening)
            undo.callback(beside.unlink)
        index, receipt = logged(place, issued(envelope, named, AI_AUTHORSHIP), envelope)
        # From here on the entry stands: what opens it must not be lost.
        undo.pop_all()
        file.write(receipt.encode())
    return Created(
        commit=named.commit,
        tree=named.tree,
        index=index,
        signer=key.key.encode(),
        output=str(output),
        opening=None if opening is None else str(beside),
    )


def _check(wanted: Wanted) -> None:
    typed = {"agent": wanted.agent, "model": wanted.model, "session": wanted.session}
    for name, value in (*typed.items(), *(("reviewer", one) for one in wanted.reviewers)):
        if value is not None and not _is_text(value):
            raise UsageError(f"--{name} is 1 to {LONGEST:,} characters of text on one line")
    if max(len(wanted.reviewers), len(wanted.tests)) > MOST:
        raise UsageError(f"a receipt names at most {MOST} reviewers and {MOST} test files")


def _is_text(value: str) -> bool:
    return 1 <= len(value) <= LONGEST and value.isprintable() and bool(value.strip())


def _places(wanted: Wanted, commit: str) -> tuple[Path, Path]:
    """Where the receipt goes, and the opening of its prompt; nothing is there yet."""
    output = wanted.output or Path(f"{commit[:12]}.receipt.json")
    beside = output.with_name(f"{output.name}.opening.json")
    for path in (output, beside) if wanted.prompt else (output,):
        if path.exists() or path.is_symlink():
            raise UsageError(f"{path} is there already", hint="give another --output")
    return output, beside


def _prompt(wanted: Wanted) -> tuple[Prompt | None, Opening | None]:
    if wanted.prompt is not None and wanted.prompt_hash is not None:
        raise UsageError("--prompt and --prompt-hash are two ways to name a prompt: give one")
    if wanted.prompt_hash is not None:
        found = _HASH.fullmatch(wanted.prompt_hash)
        if found is None:
            raise UsageError("--prompt-hash is a SHA-256 in 64 lower-case hex digits")
        return Prompt(unsalted=f"sha256:{found[1]}"), None
    if wanted.prompt is None:
        return None, None
    opening = Opening(field=PROMPT, value=prompt_at(wanted.prompt), salt=chance(SALT_SIZE))
    return Prompt(commitment=opening.commitment()), opening


def _evidence(path: Path) -> Evidence:
    size, digest = 0, hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                if size > LARGEST_BLOB:
                    raise UnreadableError(f"{path} has more than {LARGEST_BLOB:,} bytes")
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from error
    return Evidence(digest=f"sha256:{digest.hexdigest()}", size=size)


def _reviewers(place: Home, typed: tuple[str, ...]) -> tuple[Reviewer, ...]:
    """A pseudonym for each, and a commitment to what was typed; the ledger's vault knows both."""
    if not typed:
        return ()
    with viewing(place) as view:
        origin = view.origin
    with vault(place, origin) as kept, kept.batch():
        parties = [(kept.pseudonym("person", one), one) for one in typed]
        return tuple(
            Reviewer(name=kept.commit(party, "reviewer", one), party=party)
            for party, one in parties
        )


def _write_opening(path: Path, opening: Opening) -> None:
    try:
        write_private(path, opening.encode())
    except KeyFileError as error:
        raise OutputError(error.message) from error
