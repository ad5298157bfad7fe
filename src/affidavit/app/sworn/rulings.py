"""Decisions of the gate where they lie, each with who recorded it; what nobody believes is left."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from affidavit.app.ledger.checked import checked
from affidavit.app.ledger.importing import lines_at, signer_of
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.policy.contradicting import contradiction
from affidavit.base.errors import AffidavitError, FormatError
from affidavit.changes.gated import Ruling
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.decided import CHANNELS, KIND, PolicyDecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.importing import Allowed
    from affidavit.ledger.bundle import Line
    from affidavit.ledger.entry import Subject
    from affidavit.ledger.key import VerifierKey


class Noted(NamedTuple):
    """A decision in a line of a bundle, which counts by its signature alone."""

    line: Line
    ruling: Ruling


class Rulings:
    """Decisions by the commit and by the tree that they are about.

    Those of a ledger that verifies count; those of notes and files where the base of the landing
    names who signed them.
    """

    def __init__(self) -> None:
        self.unread: list[str] = []
        self._recorded: defaultdict[str, list[Ruling]] = defaultdict(list)
        self._noted: defaultdict[str, list[Noted]] = defaultdict(list)

    def __bool__(self) -> bool:
        return bool(self._recorded or self._noted)

    def of(
        self, ids: Iterable[str], allowed: Mapping[VerifierKey, Allowed], moment: datetime
    ) -> tuple[Ruling, ...]:
        """The decisions about a commit or tree of `ids`, each once."""
        found: dict[str, Ruling] = {}
        for one in ids:
            found.update((each.digest, each) for each in self._recorded.get(one, ()))
            for noted in self._noted.get(one, ()):
                if noted.ruling.digest in found:
                    continue
                signer = _signer(noted.line, allowed, moment)
                if signer is not None:
                    found[noted.ruling.digest] = replace(noted.ruling, by=signer)
        return tuple(found[digest] for digest in sorted(found))

    def take_lines(self, lines: Iterable[bytes], source: str) -> None:
        """Take in the decisions among the lines of a bundle."""
        for number, data in enumerate(lines, 1):
            try:
                line = parse_line(data)
            except FormatError:
                continue
            if line.fact.kind == KIND and line.fact.subject is not None:
                self._note(line, f"{source}, line {number}")

    def take_file(self, path: Path) -> None:
        """Take in those of a file of facts; that it cannot be read is told."""
        try:
            self.take_lines(lines_at(path), path.name)
        except AffidavitError as error:
            self.unread.append(error.message)

    def take_ledger(self, home: Home) -> None:
        """Take in those of a ledger, where it verifies; that it does not is told."""
        try:
            unsure = checked(home)
            if unsure is not None:
                self.unread.append(f"the ledger: {unsure.reason}")
                return
            for ruling in _entries(home):
                self._add(ruling)
        except AffidavitError as error:
            self.unread.append(f"the ledger: {error.message}")

    def _note(self, line: Line, source: str) -> None:
        subject = line.fact.subject
        try:
            body = msgspec.convert(line.fact.body, PolicyDecided)
        except msgspec.ValidationError:
            body = None
        ruling = _ruling(body, subject, Told(source, line.digest, ""))
        if ruling is not None:
            for one in {ruling.commit, ruling.tree}:
                self._noted[one].append(Noted(line, ruling))

    def _add(self, ruling: Ruling) -> None:
        for one in (ruling.commit, ruling.tree):
            self._recorded[one].append(ruling)


class Told(NamedTuple):
    """Where a decision was found, its digest, and who recorded it."""

    source: str
    digest: str
    by: str


def _ruling(body: PolicyDecided | None, subject: Subject | None, told: Told) -> Ruling | None:
    """The decision; what is not understood is kept as one that nobody can read."""
    if subject is None or subject.commit is None or subject.tree is None:
        return None
    if body is not None and body.purpose != "merge":
        return None
    return Ruling(
        commit=subject.commit,
        tree=subject.tree,
        verdict=body.verdict if body else "",
        at=body.at if body else "",
        source=told.source,
        digest=told.digest,
        by=told.by,
        bundle=body.bundle if body else "",
        base=body.base if body else None,
        readable=body is not None,
        contradicts=contradiction(body) if body else "",
    )


def _signer(line: Line, allowed: Mapping[VerifierKey, Allowed], moment: datetime) -> str | None:
    """Who signed it and may say so then; None where nobody did who may."""
    try:
        return str(signer_of(line, allowed, moment))
    except FormatError:
        return None


def _entries(home: Home) -> Iterator[Ruling]:
    with viewing(home) as view:
        for row in view.chosen(Choice(kind=KIND)):
            if row.entry.recorded_by.channel not in CHANNELS:
                continue
            try:
                body = msgspec.json.decode(row.entry.body, type=PolicyDecided)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                body = None
            by = row.entry.recorded_by
            told = Told(f"ledger entry {row.index}", row.digest, f"{by.channel}: {by.credential}")
            ruling = _ruling(body, row.entry.subject, told)
            if ruling is not None:
                yield ruling
