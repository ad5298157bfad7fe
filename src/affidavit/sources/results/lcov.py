"""Coverage in the tracefiles of LCOV (geninfo(1), "FILES"), which many other tools write, too."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from affidavit.sources.results.coverage import Lines
from affidavit.sources.results.reading import Stated

if TYPE_CHECKING:
    from affidavit.sources.results.coverage import Coverage
    from affidavit.sources.results.reading import Source

LONGEST_LINE = 1 << 16
"""Bytes of a line."""
_LINE = re.compile(rb"([0-9]{1,9}),(-?[0-9]{1,20})(?:,[^,]*)?")
_BRANCH = re.compile(rb"([0-9]{1,9},[^,]{1,64},.{1,512}),(-|[0-9]{1,20})")
_TOTAL = re.compile(rb"[0-9]{1,15}")
_STATED = {
    b"LF": "lines",
    b"LH": "lines_covered",
    b"BRF": "branches",
    b"BRH": "branches_covered",
}
_OTHER = frozenset(
    (b"TN", b"VER", b"FN", b"FNDA", b"FNF", b"FNH", b"FNL", b"FNA", b"MCDC", b"MCF", b"MCH")
)
"""What stands in a tracefile and is not counted here."""


def read_lcov(source: Source) -> Coverage:
    """The coverage in `source`.

    Raises:
        InputError: It is no tracefile; the message names file and line.
    """
    reader = _Reader(source)
    for number, line in enumerate(io.BytesIO(source.data), 1):
        reader.add(line.rstrip(b"\r\n"), number)
    return reader.read()


class _Reader:
    """Counts what each record says; records of one file add up, and each line counts once."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._all = Lines(source)
        self._record: Lines | None = None
        self._file = ""
        self._stated: dict[bytes, tuple[int, int]] = {}
        self._compared = Stated()
        self._records = 0
        self._number = 1

    def add(self, line: bytes, number: int) -> None:
        """A line of the file."""
        if len(line) > LONGEST_LINE:
            raise self._source.broken(number, f"longer than {LONGEST_LINE:,} bytes")
        if not line.strip() or line.startswith(b"#"):
            return
        self._number = number
        if line == b"end_of_record":
            self._end(number)
            return
        name, colon, value = line.partition(b":")
        if not colon or not self._is_known(name, value):
            raise self._source.broken(number, "no line of a tracefile")

    def read(self) -> Coverage:
        """All that was counted."""
        if self._record is not None:
            raise self._source.broken(self._number, "the file ends inside a record")
        if not self._records:
            raise self._source.broken(1, "no tracefile: it has no record")
        return self._all.read(self._compared)

    def _is_known(self, name: bytes, value: bytes) -> bool:
        if name == b"SF":
            self._begin(value)
        elif name in {b"DA", b"BRDA"} or name in _STATED:
            self._count(name, value)
        else:
            return name in _OTHER
        return True

    def _begin(self, value: bytes) -> None:
        if self._record is not None:
            raise self._source.broken(self._number, "a record begins inside another")
        self._file = value.decode("utf-8", "backslashreplace")
        self._record = Lines(self._source)
        self._all.add_file(self._file, line=self._number)
        self._stated = {}

    def _count(self, name: bytes, value: bytes) -> None:
        if self._record is None:
            raise self._source.broken(self._number, f"{name.decode()} outside a record")
        if name in _STATED:
            if not _TOTAL.fullmatch(value):
                raise self._source.broken(self._number, f"{name.decode()} is not a number")
            self._stated[name] = (self._number, int(value))
            return
        found = (_LINE if name == b"DA" else _BRANCH).fullmatch(value)
        if found is None:
            raise self._source.broken(self._number, f"{name.decode()} is not such as it has to be")
        for lines in (self._record, self._all):
            if name == b"DA":
                ran = int(found[2]) > 0
                lines.add_line(self._file, int(found[1]), ran=ran, line=self._number)
            else:
                ran = found[2] not in {b"-", b"0"}
                lines.add_branches(self._file, found[1], (int(ran), 1), line=self._number)

    def _end(self, number: int) -> None:
        if self._record is None:
            raise self._source.broken(number, "a record ends that did not begin")
        counts = self._record.counts()
        for name, (line, claimed) in self._stated.items():
            self._compared.compare(line, name.decode(), claimed, counts[_STATED[name]])
        self._record = None
        self._records += 1
