"""Files of results: read with a bound, and named with their line where they are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.digest import sha256
from affidavit.base.errors import InputError, UnreadableError
from affidavit.base.text import shortened

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 64 << 20
"""Bytes of a file of results."""
MOST_DIFFERENCES = 20
"""Differences of a file that are told one by one; all are counted."""
_LONGEST_TOLD = 200
"""Characters of what is said about a file: parts of it are a stranger's."""


class Source(NamedTuple):
    """A file as it was read: what it is called in an error, and its bytes."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """``sha256:`` and the digest of its bytes."""
        return sha256(self.data)

    def broken(self, line: int, what: str) -> InputError:
        """That the file is not what it has to be, by its line, counted from 1."""
        return InputError(f"{self.name}:{line}: {shortened(what, _LONGEST_TOLD)}")

    def line_at(self, offset: int) -> int:
        """The line that the byte of that number stands on."""
        return self.data.count(b"\n", 0, offset) + 1


class Difference(NamedTuple):
    """A total that a file states, and what was counted; `line` is where it states it."""

    line: int
    attribute: str
    claimed: int
    counted: int


class Stated:
    """Totals that a file states, held against what was counted; the first that differ are kept."""

    def __init__(self) -> None:
        self.differences: list[Difference] = []
        self.differing = 0

    def compare(self, line: int, attribute: str, claimed: int, counted: int) -> None:
        """Note a total that is not the one counted."""
        if claimed != counted:
            self.differing += 1
            if self.differing <= MOST_DIFFERENCES:
                self.differences.append(Difference(line, attribute, claimed, counted))


def source_at(path: Path, largest: int = LARGEST) -> Source:
    """The file at `path`.

    Raises:
        InputError: It has more than `largest` bytes.
        UnreadableError: The system does not let it be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "no name of a file"
        raise UnreadableError(f"{path}: {why}") from error
    if len(data) > largest:
        raise InputError(f"{path}: more than {largest:,} bytes")
    return Source(str(path), data)
