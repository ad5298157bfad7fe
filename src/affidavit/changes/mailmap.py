"""``.mailmap``: which names and addresses git takes for one person.

The four forms and their precedence are git's (``mailmap.c``), as it reads a blob:
``Name <address>``, ``<address> <old address>``, ``Name <address> <old address>`` and
``Name <address> Old Name <old address>``. Addresses and names are compared without regard to the
case of ASCII letters. What a later line says replaces what an earlier one said of the same.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Self

import msgspec

from affidavit.base.commit import Ident
from affidavit.base.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 1_000_000
"""How much of a mailmap is read; what lies beyond its last whole line within that is not."""

MOST_LINES = 50_000
"""How many lines of a mailmap are read."""

_LINE = re.compile(rb"[^\n]*+\n?")
_PERSON = re.compile(rb"([^<]*+)<([^>]*+)>")
_BLANKS = b" \t\r\n"


class _Join(NamedTuple):
    """What replaces a name and an address (``None``: it stays), and the line that said so last."""

    name: str | None
    email: str | None
    line: int


class _Said(NamedTuple):
    """One line, and whom it is about: an old name of ``None`` means any name."""

    join: _Join
    old_name: str | None
    old_email: str


class Mailmap(msgspec.Struct, frozen=True):
    """A parsed mailmap; `problems` are sentences about what of it was not read."""

    by_address: dict[bytes, _Join] = {}
    by_name: dict[tuple[bytes, bytes], _Join] = {}
    problems: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """The mailmap that `text` is; lines that are no mapping are passed over, as git does."""
        by_address: dict[bytes, _Join] = {}
        by_name: dict[tuple[bytes, bytes], _Join] = {}
        lines, problems = _lines(text)
        for said in _mappings(lines):
            address = _folded(said.old_email)
            if said.old_name is not None:
                by_name[address, _folded(said.old_name)] = said.join
            else:
                by_address[address] = _over(by_address.get(address), said.join)
        return cls(by_address, by_name, problems)

    def resolve(self, ident: Ident) -> tuple[Ident, int | None]:
        """Who `ident` is, and the line (from 1) that says so; ``None`` where nothing changes.

        Where two lines each changed a part, it is the later of them.
        """
        address = _folded(ident.email)
        join = self.by_name.get((address, _folded(ident.name))) or self.by_address.get(address)
        if join is None:
            return ident, None
        joined = Ident(
            ident.name if join.name is None else join.name,
            ident.email if join.email is None else join.email,
        )
        return joined, join.line if joined != ident else None


def _lines(text: bytes) -> tuple[list[bytes], tuple[str, ...]]:
    """The lines that are read, and sentences about those that are not."""
    problems = []
    if b"\0" in text:
        text = text[: text.index(b"\0")]
        problems.append("what follows a NUL was not read")
    if len(text) > MOST_BYTES:
        text = text[: text.rfind(b"\n", 0, MOST_BYTES) + 1]
        problems.append(f"only its first {MOST_BYTES:,} bytes were read")
    lines = _LINE.findall(text)[:-1]
    if len(lines) > MOST_LINES:
        problems.append(f"only its first {MOST_LINES:,} lines were read")
    return lines[:MOST_LINES], tuple(problems)


def _mappings(lines: list[bytes]) -> Iterator[_Said]:
    for number, line in enumerate(lines, 1):
        people = list(islice(_people(line), 2))
        if not people or not people[0][1]:
            continue
        (name, email), *rest = people
        if rest:
            yield _Said(_Join(name, email, number), *rest[0])
        else:
            yield _Said(_Join(name, None, number), None, email)


def _people(line: bytes) -> Iterator[tuple[str | None, str]]:
    """Each name (``None`` where it is empty) and address of a line that is no comment."""
    if line[:1] == b"#":
        return
    position = 0
    while found := _PERSON.match(line, position):
        name = found[1].strip(_BLANKS)
        yield decode(name) if name else None, decode(found[2])
        position = found.end()


def _over(earlier: _Join | None, later: _Join) -> _Join:
    """Both lines about one address together: of each part, the later that says something."""
    if earlier is None:
        return later
    return _Join(
        earlier.name if later.name is None else later.name,
        earlier.email if later.email is None else later.email,
        later.line,
    )


def _folded(text: str) -> bytes:
    """`text` for comparison: only ASCII letters have their case folded, as in git."""
    return text.encode("utf-8", "surrogatepass").lower()
