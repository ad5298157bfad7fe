"""Reading the entries of a range: each is held against its format and joined to its stream."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from affidavit.ledger.tile import WIDTH, entries_path
from affidavit.verify.accounts import LONGEST_BY, Term, account
from affidavit.verify.entries import EntryFault, blobs_of, envelope
from affidavit.verify.report import DISPOSED, KEEPERS_OWN, First, Statement
from affidavit.verify.result import Code, Findings, Problem
from affidavit.verify.shapes import text_of

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence

    from affidavit.verify.bundles import Hashed
    from affidavit.verify.entries import BlobName
    from affidavit.verify.report import BlobFound, Report
    from affidavit.verify.shapes import Shapes
    from affidavit.verify.source import Last


class Reader:
    """Reads the entries of one range, a bundle at a time, and notes in `report` what they say."""

    def __init__(self, report: Report, blobs: Mapping[str, BlobFound], shapes: Shapes) -> None:
        self._report = report
        self._blobs = blobs
        self._shapes = shapes
        self._accounts = list[str]()

    def read_hashed(self, bundle: Hashed, first: int) -> None:
        """Check the entries of `bundle`, of which the first has the index `first`."""
        text = bundle.text()
        if text is None:
            self.read(bundle.entries(), bundle.leaves, first)
            return
        # One pass for each kind of work is a third faster than all of it for each entry.
        match, spans = self._shapes.match, list(bundle.spans())
        found = [match(text, start, end) for start, end in spans]
        self._take(found, bundle.leaves, first, lambda at: text[slice(*spans[at])].encode())
        self._count()

    def read(self, entries: Sequence[bytes | None], leaves: Sequence[bytes], first: int) -> None:
        """The same of entries that were taken apart; None is one that cannot be read."""
        for index, (entry, leaf) in enumerate(zip(entries, leaves, strict=True), first):
            if entry is not None:
                text = text_of(entry)
                found = self._shapes.match(text, 0, len(text))
                self._take([found], [leaf], index, [entry].__getitem__)
        self._count()

    def _take(
        self,
        found: Sequence[re.Match[str] | None],
        leaves: Sequence[bytes],
        first: int,
        entry: Callable[[int], bytes],
    ) -> None:
        """Join entries to their streams by how they match; read in full what matches nothing."""
        last, groups, accounts = self._report.last, self._shapes.groups, self._accounts
        for at, (match, leaf) in enumerate(zip(found, leaves, strict=True)):
            if match is None:
                self._read_in_full(entry(at), leaf.hex(), first + at)
                continue
            blobs, ties = groups[match.lastindex or 0]
            previous, by, number, stream = match.group(*ties)
            named = _blobs(match[blobs]) if blobs else ()
            if named is None or len(by) > LONGEST_BY:
                self._read_in_full(entry(at), leaf.hex(), first + at)
                continue
            sequence, before = int(number), last.get(stream)
            if before is None or before[1] != previous or before[0] + 1 != sequence:
                self._join(stream, First(first + at, sequence, previous or ""))
            last[stream] = sequence, leaf.hex(), first + at
            accounts.append(by)
            if named:
                self._check_blobs(named, first + at)

    def _read_in_full(self, entry: bytes, digest: str, index: int) -> None:
        try:
            found = envelope(entry)
        except EntryFault as fault:
            self._add(Code.ENTRY_MALFORMED, f"{fault}", (entries_path(index // WIDTH), index))
            return
        if found.kind in KEEPERS_OWN:
            self._take_statement(Statement(index, found.kind, found.body), found.recorded_by)
        else:
            self._accounts.append(found.recorded_by)
            self._shapes.learn(text_of(entry))
        before = self._report.last.get(found.stream)
        if before is None or before[:2] != (found.sequence - 1, found.previous):
            self._join(found.stream, First(index, found.sequence, found.previous))
        self._report.last[found.stream] = found.sequence, digest, index
        self._check_blobs(found.blobs, index)

    def _take_statement(self, said: Statement, by: str) -> None:
        """Take in what only who keeps the log can write."""
        report = self._report
        if said.kind == DISPOSED:
            report.disposals += 1
        else:
            self._count()
            report.statements.append(said)
            report.terms.append(Term(said.index))
        report.terms[-1].own[account(by)] += 1

    def _count(self) -> None:
        """Count the entries read so far by who recorded them."""
        entries = self._report.terms[-1].entries
        for by, count in Counter(self._accounts).items():
            entries[account(by)] += count
        self._accounts.clear()

    def _join(self, stream: str, first: First) -> None:
        """Take a stream into the range, or say how an entry does not follow the one before it."""
        before = self._report.last.get(stream)
        if before is None:
            self._report.first[stream] = first
        else:
            check_join(stream, before, first, self._report.findings)

    def _check_blobs(self, named: Sequence[BlobName], index: int) -> None:
        for blob in named:
            found, place = self._blobs.get(blob.digest), f"blobs/{blob.digest}"
            if found is None:
                self._add(
                    Code.BLOB_MISSING, "a blob that the entry names is absent", (place, index)
                )
            elif not found.good:
                self._report.altered.add(blob.digest)
                text = "a blob that the entry names holds other bytes"
                self._add(Code.BLOB_DIFFERS, text, (place, index))
            elif found.size != blob.size:
                text = f"the blob has {found.size:,} bytes, the entry says {blob.size:,}"
                self._add(Code.BLOB_SIZE, text, (place, index))

    def _add(self, code: Code, text: str, at: tuple[str, int]) -> None:
        self._report.findings.add(Problem(code, text, at[0], at[1]))


def _blobs(text: str) -> Sequence[BlobName] | None:
    """The blobs that an entry names, or None where its field for them is none."""
    try:
        return blobs_of(text)
    except EntryFault:
        return None


def check_join(stream: str, before: Last | None, first: First, findings: Findings) -> None:
    """Say it where `first` does not follow `before`, which is None where the stream begins."""
    place = f"stream {stream[:100]!a}"
    expected, digest = (before[0] + 1, before[1]) if before else (0, "")
    if first.sequence != expected:
        text = f"the entry has the number {first.sequence:,}, where {expected:,} comes next"
        findings.add(Problem(Code.STREAM_SEQUENCE, text, place, first.index))
    if first.previous != digest:
        text = "the entry does not name the digest of the one before it in its stream"
        findings.add(Problem(Code.STREAM_PREVIOUS, text, place, first.index))
