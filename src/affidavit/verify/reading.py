"""Reading the entries of a range: each is held against its format and joined to its stream."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from affidavit.ledger.tile import WIDTH, entries_path
from affidavit.verify.accounts import Term, account, recorder
from affidavit.verify.entries import EntryFault, blobs_of, envelope
from affidavit.verify.report import KEEPERS_OWN, First, Statement
from affidavit.verify.result import Code, Findings, Problem
from affidavit.verify.shapes import text_of

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

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
        if None not in found:
            self._join_all(found, bundle.leaves, first)
        else:
            for index, (one, leaf, (start, end)) in enumerate(
                zip(found, bundle.leaves, spans, strict=True), first
            ):
                self._take(one, text[start:end].encode(), (leaf, index))
        self._count()

    def read(self, entries: Sequence[bytes | None], leaves: Sequence[bytes], first: int) -> None:
        """The same of entries that were taken apart; None is one that cannot be read."""
        for index, (entry, leaf) in enumerate(zip(entries, leaves, strict=True), first):
            if entry is not None:
                text = text_of(entry)
                self._take(self._shapes.match(text, 0, len(text)), entry, (leaf, index))
        self._count()

    def _take(self, found: re.Match[str] | None, entry: bytes, at: tuple[bytes, int]) -> None:
        if found is None:
            self._read_in_full(entry, at[0].hex(), at[1])
        else:
            self._join_all([found], [at[0]], at[1])

    def _join_all(
        self, found: Sequence[re.Match[str] | None], leaves: Sequence[bytes], first: int
    ) -> None:
        """Join entries that are of learned shapes, one after the other, to their streams."""
        last, groups, accounts = self._report.last, self._shapes.groups, self._accounts
        for index, (match, leaf) in enumerate(zip(found, leaves, strict=True), first):
            if match is None:
                continue
            blobs, ties = groups[match.lastindex or 0]
            previous, by, number, stream = match.group(*ties)
            sequence, before = int(number), last.get(stream)
            if before is None or before[1] != previous or before[0] + 1 != sequence:
                self._join(stream, First(index, sequence, previous or ""))
            last[stream] = sequence, leaf.hex(), index
            accounts.append(by)
            if blobs:
                self._check_blobs(blobs_of(match[blobs]), index)

    def _read_in_full(self, entry: bytes, digest: str, index: int) -> None:
        try:
            found = envelope(entry)
        except EntryFault as fault:
            self._add(Code.ENTRY_MALFORMED, f"{fault}", (entries_path(index // WIDTH), index))
            return
        if found.kind in KEEPERS_OWN:
            self._count()
            self._report.statements.append(Statement(index, found.kind, found.body))
            self._report.terms.append(Term(index))
        else:
            self._accounts.append(recorder(entry))
            self._shapes.learn(text_of(entry))
        before = self._report.last.get(found.stream)
        if before is None or before[:2] != (found.sequence - 1, found.previous):
            self._join(found.stream, First(index, found.sequence, found.previous))
        self._report.last[found.stream] = found.sequence, digest, index
        self._check_blobs(found.blobs, index)

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
                text = "a blob that the entry names holds other bytes"
                self._add(Code.BLOB_DIFFERS, text, (place, index))
            elif found.size != blob.size:
                text = f"the blob has {found.size} bytes, the entry says {blob.size}"
                self._add(Code.BLOB_SIZE, text, (place, index))

    def _add(self, code: Code, text: str, at: tuple[str, int]) -> None:
        self._report.findings.add(Problem(code, text, at[0], at[1]))


def check_join(stream: str, before: Last | None, first: First, findings: Findings) -> None:
    """Say it where `first` does not follow `before`, which is None where the stream begins."""
    place = f"stream {stream[:100]!a}"
    expected, digest = (before[0] + 1, before[1]) if before else (0, "")
    if first.sequence != expected:
        text = f"the entry has the number {first.sequence}, where {expected} comes next"
        findings.add(Problem(Code.STREAM_SEQUENCE, text, place, first.index))
    if first.previous != digest:
        text = "the entry does not name the digest of the one before it in its stream"
        findings.add(Problem(Code.STREAM_PREVIOUS, text, place, first.index))
