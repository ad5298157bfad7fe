"""Decisions of the gate where they lie, each with who recorded it; what nobody believes is left."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from affidavit.app.ledger.checked import checked
from affidavit.app.ledger.importing import lines_at, signer_of
from affidavit.app.ledger.view import Choice, viewing
from affidavit.app.sworn.inputs import meant
from affidavit.base.errors import AffidavitError, FormatError
from affidavit.base.text import shortened, visible
from affidavit.changes.gated import Ruling
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.decided import CHANNELS, KIND, PolicyDecided
from affidavit.ledger.dsse import check
from affidavit.ledger.note import Outcome

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.importing import Allowed
    from affidavit.ledger.bundle import Line
    from affidavit.ledger.entry import Subject
    from affidavit.ledger.key import VerifierKey


MOST_TOLD = 10
"""Lines of one place that are told of one by one."""
_SHOWN = 200


class Noted(NamedTuple):
    """A decision in a line of a bundle, which counts by its signature alone."""

    line: Line
    ruling: Ruling


class About(NamedTuple):
    """The decisions about something, and in words what of them could not be read."""

    rulings: tuple[Ruling, ...]
    unread: tuple[str, ...]


class Rulings:
    """Decisions by the commit and by the tree that they are about.

    Those of a ledger that verifies count; those of notes and files where the base of the landing
    names who signed them. `unread` is what of places that were named could not be read.
    """

    def __init__(self) -> None:
        self.unread: list[str] = []
        self._recorded: defaultdict[str, list[Ruling]] = defaultdict(list)
        self._noted: defaultdict[str, list[Noted]] = defaultdict(list)
        self._garbled: dict[str, list[str]] = {}
        self._passed: dict[str, str] = {}
        self._used: set[str] = set()
        self._files: list[Noted] = []
        self._known_broken: dict[frozenset[str], dict[str, str]] = {}

    def __bool__(self) -> bool:
        return bool(self._recorded or self._noted)

    @property
    def passed(self) -> tuple[str, ...]:
        """The lines with a decision about a landing that counted for none, each with the reason."""
        return tuple(f"{at}: {why}" for at, why in self._passed.items() if at not in self._used)

    def of(
        self, ids: Collection[str], allowed: Mapping[VerifierKey, Allowed], moment: datetime
    ) -> About:
        """The decisions about a commit or tree of `ids`, each once."""
        found: dict[str, Ruling] = {}
        broken: list[str] = []
        for one in ids:
            found.update((each.digest, each) for each in self._recorded.get(one, ()))
            for noted in self._noted.get(one, ()):
                if noted.ruling.digest in found:
                    continue
                try:
                    signer = signer_of(noted.line, allowed, moment)
                except FormatError as error:
                    why = self._pass(noted, error.message)
                    broken += [why] if _is_broken(noted.line, allowed) else []
                else:
                    found[noted.ruling.digest] = replace(noted.ruling, by=str(signer))
                    self._used.add(noted.ruling.source)
        rulings = tuple(found[digest] for digest in sorted(found))
        lost = (*self.unread, *self.garbled(ids), *self._broken(allowed).values(), *broken)
        return About(rulings, tuple(dict.fromkeys(lost)))

    def garbled(self, commits: Iterable[str]) -> tuple[str, ...]:
        """The lines in the notes of `commits` that are none of a bundle."""
        return tuple(told for one in commits for told in self._garbled.get(one, ()))

    def take_notes(self, commit: str, lines: Iterable[bytes]) -> None:
        """Take in the decisions in the notes of a commit.

        Anybody may write there: a line that cannot be read keeps the word on that commit alone.
        """
        if garbled := self._take(lines, f"the notes of {commit[:12]}", []):
            self._garbled.setdefault(commit, []).extend(garbled)

    def lose_notes(self, commit: str, why: str) -> None:
        """Take in that there are notes on a commit which cannot be read."""
        self._garbled.setdefault(commit, []).append(why)

    def take_file(self, path: Path) -> None:
        """Take in those of a file of facts; what of it cannot be read is told."""
        try:
            self.unread += self._take(lines_at(path), path.name, self._files)
        except AffidavitError as error:
            self.unread.append(_shown(f"{path.name}: {error.message}"))

    def take_ledger(self, home: Home) -> None:
        """Take in those of a ledger, where it verifies; that it does not is told."""
        try:
            unsure = checked(home)
            if unsure is not None:
                self.unread.append(_shown(f"the ledger: {unsure.reason}"))
                return
            for ruling in _entries(home):
                self._add(ruling)
        except AffidavitError as error:
            self.unread.append(_shown(f"the ledger: {error.message}"))

    def _take(self, lines: Iterable[bytes], source: str, kept: list[Noted]) -> list[str]:
        """Take in the decisions among lines, and into `kept`; in words what is none of a bundle."""
        garbled: list[str] = []
        more = 0
        for number, data in enumerate(lines, 1):
            place = f"{source}, line {number}"
            try:
                line = parse_line(data, place=place)
            except FormatError as error:
                if not data.strip():
                    continue
                more += len(garbled) == MOST_TOLD
                garbled += [_shown(error.message)] if len(garbled) < MOST_TOLD else []
                continue
            if line.fact.kind == KIND and line.fact.subject is not None:
                kept += self._note(line, place)
        return [*garbled, *([f"{source}: {more:,} more lines"] if more else [])]

    def _broken(self, allowed: Mapping[VerifierKey, Allowed]) -> dict[str, str]:
        """By its place each line of a file that is not what its signer signed: told in words.

        What it was about is not known any more, so it may have been about anything.
        """
        keys = frozenset(map(str, allowed))
        if keys not in self._known_broken:
            broken = [one for one in self._files if _is_broken(one.line, allowed)]
            self._known_broken[keys] = {
                one.ruling.source: f"{one.ruling.source}: its signature does not hold"
                for one in broken
            }
        return self._known_broken[keys]

    def _pass(self, noted: Noted, why: str) -> str:
        """Note that a line counts for nothing; in words."""
        at = noted.ruling.source
        self._passed.setdefault(at, _shown(why))
        return f"{at}: its signature does not hold"

    def _note(self, line: Line, source: str) -> list[Noted]:
        """Take in the decision in a line, if it is one about a merge."""
        subject = line.fact.subject
        try:
            body = msgspec.convert(line.fact.body, PolicyDecided)
        except msgspec.ValidationError:
            body = None
        ruling = _ruling(body, subject, Told(source, line.digest, ""))
        if ruling is None:
            return []
        noted = Noted(line, ruling)
        for one in {ruling.commit, ruling.tree}:
            self._noted[one].append(noted)
        return [noted]

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
    unreadable = Ruling(
        commit=subject.commit,
        tree=subject.tree,
        verdict="",
        at="",
        source=told.source,
        digest=told.digest,
        by=told.by,
        bundle="",
        base=None,
        readable=False,
    )
    return unreadable if body is None else _read(unreadable, body, subject)


def _read(ruling: Ruling, body: PolicyDecided, subject: Subject) -> Ruling:
    """`ruling` with what `body` says."""
    what = meant(body, subject)
    return replace(
        ruling,
        verdict=body.verdict,
        at=body.at,
        bundle=body.bundle,
        base=body.base,
        request=what.request,
        branch=what.branch,
        met=frozenset(id_ for id_, state in body.requirements.items() if state == "met"),
        score=body.score,
        readable=True,
        contradicts=what.contradicts,
        waived=body.waived or (),
    )


def _is_broken(line: Line, allowed: Mapping[VerifierKey, Allowed]) -> bool:
    """Whether it names a signer who is believed, and is not what they signed."""
    return any(check(line.envelope, key) is Outcome.BAD for key in allowed)


def _shown(text: str) -> str:
    return shortened(visible(text), _SHOWN)


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
