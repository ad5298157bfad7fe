"""Facts about the head: tests and scans, by signers that the base believes, or from a ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.home import Home
from affidavit.app.ledger.importing import lines_at, signer_of, signers_in
from affidavit.app.ledger.noting import REF, lines_in
from affidavit.base.errors import AffidavitError, FormatError
from affidavit.base.text import shortened, visible
from affidavit.changes.gate.case import Reports, counted
from affidavit.changes.gate.severities import UNRATED
from affidavit.ledger.bundle import parse_line
from affidavit.ledger.results import ScanReported, TestReported
from affidavit.policy.input import Scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from affidavit.app.gate.base import Base
    from affidavit.app.gate.hands import Opened
    from affidavit.app.gate.span import Span
    from affidavit.app.ledger.importing import Allowed
    from affidavit.ledger.entry import Subject
    from affidavit.ledger.key import VerifierKey

LARGEST = 1 << 20
MOST_TOLD = 10
"""Lines that are told of that were not used; of more it is told how many they are."""
_TESTS, _SCAN = "test.reported.v1", "scan.reported.v1"
_LEVELS = {"none": "low", "note": "low", "warning": "medium", "error": "high"}
"""What a finding without a severity counts as, by its level."""
_ENDED = ("clean", "findings")
_IN_SOURCE, _OUTSIDE = "inSource", "external"
"""Where a finding was silenced: by a remark in the source, which its author writes, or outside."""
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Where facts are looked for: files of bundles, the notes of the repository, a ledger."""

    repository: Path
    files: tuple[Path, ...] = ()
    ledger: Home | None = None


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """Reports on the head or its tree. `whole` is whether all that was given could be read."""

    tests: tuple[TestReported, ...]
    scans: tuple[ScanReported, ...]
    whole: bool
    noticed: tuple[str, ...]
    where: str


class _Reading:
    """Reports that are found one after the other."""

    def __init__(self, span: Span) -> None:
        self._span = span
        self.tests = list[TestReported]()
        self.scans = list[ScanReported]()
        self.noticed = list[str]()
        self.passed = list[str]()
        self.whole = True

    def take(self, kind: str, subject: Subject | None, body: bytes) -> None:
        """Keep a report, if it is one and about the head or its tree."""
        if subject is None or kind not in (_TESTS, _SCAN):
            return
        if subject.commit != self._span.head and subject.tree != self._span.tree:
            return
        if kind == _TESTS:
            self.tests.append(msgspec.json.decode(body, type=TestReported))
        else:
            self.scans.append(msgspec.json.decode(body, type=ScanReported))

    @property
    def told(self) -> tuple[str, ...]:
        """What could not be read, and lines that were not used: the first, and how many more."""
        passed = tuple(dict.fromkeys(self.passed))
        more = len(passed) - MOST_TOLD
        rest = [f"not used: {counted(more, 'more line')}"] if more > 0 else []
        return (*dict.fromkeys(self.noticed), *passed[:MOST_TOLD], *rest)

    def lost(self, why: str) -> None:
        """Note that something could not be read."""
        self.whole = False
        self.noticed.append(visible(shortened(why, 300)))


def results(opened: Opened, base: Base, span: Span, given: Given, moment: int) -> Results:
    """What the facts that are `given` say of the head of `span` at `moment`, in seconds."""
    reading = _Reading(span)
    path = base.table.signers
    data = opened.objects.blob_at(base.commit, path, LARGEST)
    allowed: Mapping[VerifierKey, Allowed] = {}
    try:
        allowed = signers_in(data, path) if data else {}
    except AffidavitError as error:
        reading.lost(error.message)
    at = datetime.fromtimestamp(moment, UTC)
    for name, lines in _sources(opened, given, span, reading):
        _lines(reading, name, lines, allowed, at)
    if given.ledger is not None:
        _ledger(reading, given.ledger)
    ledger = ", the ledger" if given.ledger else ""
    return Results(
        tests=tuple(reading.tests),
        scans=tuple(reading.scans),
        whole=reading.whole,
        noticed=reading.told,
        where=f"facts by signers of {visible(path)}: notes, {len(given.files)} files{ledger}",
    )


def _sources(
    opened: Opened, given: Given, span: Span, reading: _Reading
) -> Iterator[tuple[str, Iterable[bytes]]]:
    try:
        tip = opened.refs.get(REF)
        found = lines_in(opened.git, tip, span.head) if tip else {}
        yield from ((f"the notes of {on[:12]}", lines) for on, lines in found.items())
    except AffidavitError as error:
        reading.lost(error.message)
    for file in given.files:
        yield file.name, lines_at(file)


def _lines(
    reading: _Reading,
    name: str,
    lines: Iterable[bytes],
    allowed: Mapping[VerifierKey, Allowed],
    at: datetime,
) -> None:
    """Take what a known signer says; a line of anybody else is passed over, and told."""
    for number, data in enumerate(lines, 1):
        place = f"{visible(name)} line {number}"
        try:
            line = parse_line(data, place=place)
            if line.fact.kind not in (_TESTS, _SCAN):
                continue
            signer_of(line, allowed, at)
            reading.take(line.fact.kind, line.fact.subject, msgspec.json.encode(line.fact.body))
        except (FormatError, *_BROKEN) as error:
            text = error.message if isinstance(error, FormatError) else "it makes no sense"
            told = text if text.startswith(place) else f"{place}: {text}"
            reading.passed.append(visible(shortened(f"not used: {told}", 300)))


def _ledger(reading: _Reading, place: Home) -> None:
    """Take what a ledger holds, if it verifies."""
    # Most changes are judged without one, and verifying takes long to load.
    from affidavit.app.ledger.checked import checked  # noqa: PLC0415
    from affidavit.app.ledger.view import Choice, viewing  # noqa: PLC0415

    try:
        unsure = checked(place)
        if unsure is not None:
            reading.lost(f"the ledger was not verified: {unsure.reason}")
        with viewing(place) as view:
            for row in view.chosen(Choice()):
                reading.take(row.entry.kind, row.entry.subject, row.entry.body)
    except _BROKEN:
        reading.lost("a fact of the ledger makes no sense")
    except AffidavitError as error:
        reading.lost(error.message)


def tests_of(found: Results) -> Reports:
    """Whether tests are reported, and all passed. One that failed and then passed has failed."""
    if any(one.result != "passed" for one in found.tests):
        return Reports(state="failed", reports=len(found.tests))
    if not found.whole:
        return Reports(state=None, reports=len(found.tests))
    return Reports(state="passed" if found.tests else "none", reports=len(found.tests))


def scan_of(found: Results) -> Scan:
    """What scanners found that ended well; of several the most of each severity."""
    ended = [one for one in found.scans if one.result in _ENDED]
    failed = len(ended) < len(found.scans)
    if not found.scans or failed or not found.whole:
        unknown = not found.whole
        return Scan(
            state=None if unknown else "none", open=None, waived=0, tool=None, independent=None
        )
    open_: dict[str, int] = {}
    for one in ended:
        for severity, count in _severities(one).items():
            open_[severity] = max(count, open_.get(severity, 0))
    apart = {one.independent for one in ended}
    tools = sorted({tool.name for one in ended for tool in one.tools if tool.name})
    return Scan(
        state="findings" if any(open_.values()) else "clean",
        open={name: count for name, count in sorted(open_.items()) if count},
        waived=sum(one.suppressed.get(_OUTSIDE, 0) for one in ended),
        tool=visible(shortened(", ".join(tools), 200)) or None,
        independent=False if False in apart else None if None in apart else True,
    )


def _severities(scan: ScanReported) -> dict[str, int]:
    """Open findings by severity, those that the source itself silences among the unrated ones."""
    found = _open(scan)
    silenced = scan.suppressed.get(_IN_SOURCE, 0)
    return {**found, UNRATED: found.get(UNRATED, 0) + silenced} if silenced else found


def _open(scan: ScanReported) -> dict[str, int]:
    """Open findings by severity; those without one count by their level, where all are such."""
    found = {str(name): count for name, count in scan.severities.items()}
    if found.get(UNRATED, 0) and found[UNRATED] == scan.open == sum(scan.levels.values()):
        by_level: dict[str, int] = {}
        for level, count in scan.levels.items():
            severity = _LEVELS.get(level, "high")
            by_level[severity] = by_level.get(severity, 0) + count
        return by_level
    return found
