"""Trailers of a commit message: git's own reading of it, and what a squash carried along.

Which paragraph holds the trailers and what a trailer line is follows git's ``trailer.c`` as
``git log --format='%(trailers:only,unfold)'`` applies it to a commit, where a ``---`` line is
text. Git's blanks are space, tab, CR and LF; VT and FF are not. See docs/trailers.md.

Every function here is linear in the length of the message.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from affidavit.base.commit import Ident
from affidavit.provenance.model import Trailer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 10_000
"""How many trailers of one message are kept; a result of this length may have been cut."""

MOST_PEOPLE = 20
"""How many people one value names; a result of this length may have been cut."""

_MOST_FOLDED = 100_000
"""How much of a value of several lines is kept, in bytes."""

_BLANKS = b" \t\r\n"
_SCISSORS = b"# ------------------------ >8 ------------------------\n"
_CONFLICTS = b"Conflicts:\n"
_IGNORABLE = (b"#", b"\t", b"Conflicts:")

_LEADING_BLANK_LINES = re.compile(rb"(?:[ \t\r]*+\n)*+")
_WHITE_LINE = re.compile(rb"\n[ \t\r]++(?=\n)")
_IGNORED_START = re.compile(rb"\n(?=#|\n|Conflicts:\n)")
_CONFLICT_RUN = re.compile(rb"(?:[#\t][^\n]*+(?:\n|\Z)|\n|Conflicts:\n)*+")
_IGNORED_RUN = re.compile(
    rb"(?:#[^\n]*+(?:\n|\Z)|\n)*+"
    rb"(?:Conflicts:\n(?:[#\t][^\n]*+(?:\n|\Z)|\n|Conflicts:\n)*+)?+"
)
_ITEM = re.compile(
    rb"(?!\Z)(?:([A-Za-z0-9-]++)[ \t]*+:|(\(cherry picked from commit )|(#))?+"
    rb"([^\n]*+(?:\n[ \t\r][^\n]*+)*+)(?:\n|\Z)"
)
_GENERATED = re.compile(rb"^(?:Signed-off-by: |\(cherry picked from commit )", re.MULTILINE)
_FOLD = re.compile(rb"\n[ \t\r\n]*+")

_NUMBERED = re.compile(rb"\([#!][0-9]++\)[ \t\r]*+\Z")
_FENCE = re.compile(rb"^ {0,3}(?:(`)`{2,}[^`\n]*+|~~~[^\n]*+)$", re.MULTILINE)
_INNER_LINE = (
    rb"(?:[A-Za-z][A-Za-z0-9-]*+:[ \t]++[^ \t\r\n][^\n]*+|\(cherry picked from commit [^\n]*+)"
)
_INNER_PARAGRAPH = re.compile(
    rb"\n[ \t\r]*+\n(%b(?:\n%b)*+)(?=\n[ \t\r]*+\n)" % (_INNER_LINE, _INNER_LINE)
)
_WORD_WORD = re.compile(rb"^[A-Za-z][A-Za-z0-9]*+-[A-Za-z0-9-]++:", re.MULTILINE)

_PLAIN_BLOCK = re.compile(rb"(?:[A-Za-z0-9-]++:[^\n]*+(?:\n(?=.)|\Z))++")
_PLAIN_BYTES = 4_096
_PROSE_START = re.compile(rb"(?![A-Za-z0-9-]++[ \t]*+:|\(cherry picked from commit )[^# \t\r]")
_INNER_KEY = re.compile(rb"\n[A-Za-z][A-Za-z0-9]*+-[A-Za-z0-9-]++:")

_ADDRESS = re.compile(r"<([^<>]*+)>")
_BETWEEN = " \t\r\n,;&"


def trailers(message: bytes) -> tuple[Trailer, ...]:
    """The trailers of `message` in its order, at most `MOST`; its own are kept before inner ones.

    Inner ones are looked for only where the message looks like a squash. A message that holds a
    NUL is read twice, whole and as git does (up to the NUL), so that the NUL hides nothing.
    """
    if b"\0" in message:
        return _around_nul(message)
    plain = _plain(message)
    return _read(message) if plain is None else plain


def person(value: str) -> Ident | None:
    """Whom a trailer value names first; ``None`` where it names nobody. See `people`."""
    return next(_people(value), None)


def people(value: str) -> tuple[Ident, ...]:
    """Everybody a trailer value names, in order: at most `MOST_PEOPLE`, so that many may be more.

    That is each ``Name <address>`` in it, or a bare address that is all of it. A name may be
    missing. Without an address nobody is named (a web address is none).
    """
    return tuple(islice(_people(value), MOST_PEOPLE))


def _people(value: str) -> Iterator[Ident]:
    end = 0
    for found in _ADDRESS.finditer(value):
        address = found[1].strip()
        if address and "://" not in address:
            name = value[end : found.start()].strip()
            yield Ident(name.lstrip(_BETWEEN).removeprefix("and ") if end else name, address)
        end = found.end()
    bare = value.strip()
    if not end and "@" in bare and not bare.split(maxsplit=1)[1:]:
        yield Ident("", bare)


def _plain(message: bytes) -> tuple[Trailer, ...] | None:
    """The trailers of a message that ends in nothing but unfolded ones; ``None`` for any other.

    A message that ends in prose and has no line like a squashed trailer has none. Most messages are
    of these two kinds, and need none of the cases that `_read` knows.
    """
    title, _, block = message.rstrip(b"\n").rpartition(b"\n\n")
    if len(block) > _PLAIN_BYTES or _SCISSORS in message or not title or title.isspace():
        return None
    if _PROSE_START.match(block):
        return () if _is_prose(block) and not _INNER_KEY.search(title) else None
    return None if _may_be_squash(title) else _plain_block(block)


def _is_prose(block: bytes) -> bool:
    """Whether a paragraph whose first line is no trailer is the last one, and holds none.

    Git takes trailers among other lines for such only beside a line that it wrote itself, and looks
    above a last line that it ignores.
    """
    last = block.rfind(b"\n") + 1
    return (
        block[-1:] not in _BLANKS
        and not block.startswith(_IGNORABLE, last)
        and b"Signed-off-by: " not in block
        and b"(cherry picked from commit " not in block
        and not _WHITE_LINE.search(block)
    )


@lru_cache(maxsize=8_192)
def _plain_block(block: bytes) -> tuple[Trailer, ...] | None:
    """The trailers of a paragraph where every line is one; series of commits repeat theirs."""
    if not _PLAIN_BLOCK.fullmatch(block) or b"Conflicts:" in block:
        return None
    lines = (line.partition(b":") for line in block.split(b"\n"))
    return tuple(
        Trailer(key.decode(), value.strip(_BLANKS).decode("utf-8", "replace"))
        for key, _, value in lines
    )


def _may_be_squash(title: bytes) -> bool:
    # A single byte is looked for first: it is found or missed several times as fast.
    return (
        (b"#" in title and b"(#" in title)
        or (b"!" in title and b"(!" in title)
        or (b"*" in title and b"\n* " in title)
        or b"Squashed commit" in title[:64]
    )


def _around_nul(message: bytes) -> tuple[Trailer, ...]:
    whole = _read(message)
    git_sees = _read(message.partition(b"\0")[0])
    return tuple(dict.fromkeys(git_sees + whole))[:MOST]


def _read(message: bytes) -> tuple[Trailer, ...]:
    text = _content(message)
    start = _last_paragraph(text)
    if not start:
        return ()
    own = _own(text[start:])
    if not _is_squash(text):
        return own
    return (*islice(_inner(text, start), MOST - len(own)), *own)


def _content(message: bytes) -> bytes:
    """The message without blank lines around it and without what git ignores at its end."""
    text = message
    if text[:1] in _BLANKS:
        text = text[_LEADING_BLANK_LINES.match(text).end() :]  # type: ignore[union-attr]
    stripped = text.rstrip(_BLANKS)
    if stripped[stripped.rfind(b"\n") + 1 :].startswith(_IGNORABLE) or _SCISSORS in text:
        return text[: _end(text)]
    return stripped


def _end(text: bytes) -> int:
    """Where trailers can end: before scissors and the comments and conflicts at the end."""
    limit = _ignored_from(text, _scissors(text))
    end = len(text[:limit].rstrip(_BLANKS))
    while end > 0:
        start = text.rfind(b"\n", 0, end) + 1
        if text[start : start + 1] != b"#" and text[start:end].strip(_BLANKS):
            return end
        end = start - 1
    return 0


def _scissors(text: bytes) -> int:
    if text.startswith(_SCISSORS):
        return 0
    return (text.find(b"\n" + _SCISSORS) + 1) or len(text)


def _ignored_from(text: bytes, limit: int) -> int:
    """Where the last run of comments, empty lines and conflicts begins, if it reaches `limit`.

    Git takes a run that begins at offset 0 for none, and goes on within its conflicts.
    """
    run, position = _IGNORED_RUN, 0
    if text.startswith(_CONFLICTS):
        run = _CONFLICT_RUN
    while found := _IGNORED_START.search(text, position, limit):
        end = run.match(text, found.end(), limit).end()  # type: ignore[union-attr]
        if end >= limit:
            return found.end()
        run, position = _IGNORED_RUN, end
    return limit


def _last_paragraph(text: bytes) -> int:
    """Where the last paragraph begins; 0 where it is the first, which is the title."""
    start = text.rfind(b"\n\n") + 2
    if start == 1:
        start = 0
    while blank := _WHITE_LINE.search(text, max(start - 1, 0)):
        start = blank.end() + 1
    return start


def _own(block: bytes) -> tuple[Trailer, ...]:
    """The trailers of a last paragraph, or none where git takes it for prose.

    Git asks that all lines are trailers, or that one was written by git and a quarter are trailers.
    """
    found: list[Trailer] = []
    trailer_lines = other_lines = 0
    for key, picked, comment, value in _items(block):
        if key:
            trailer_lines += 1
            if trailer_lines <= MOST:
                found.append(_trailer(key, value))
        elif picked:
            trailer_lines += 1
        elif others := value.count(b"\n") + (not comment):
            if not other_lines and not _GENERATED.search(block):
                return ()
            other_lines += others
    return tuple(found) if trailer_lines * 3 >= other_lines else ()


def _items(block: bytes) -> Iterable[tuple[bytes, ...]]:
    """Key, "(cherry picked", "#" (empty or ``None`` where it is not that) and rest, folded."""
    if len(block) <= 65_536:
        return _ITEM.findall(block)
    return (item.groups() for item in _ITEM.finditer(block))


def _trailer(key: bytes, value: bytes, *, inner: bool = False) -> Trailer:
    if b"\n" in value:
        value = _FOLD.sub(b" ", value[:_MOST_FOLDED])
    return Trailer(key.decode(), value.strip(_BLANKS).decode("utf-8", "replace"), inner)


def _is_squash(text: bytes) -> bool:
    end = text.find(b"\n")
    return (
        b"\n* " in text
        or (text[end - 1] in b") \t\r" and _NUMBERED.search(text, 0, end) is not None)
        or text.startswith(b"Squashed commit of the following")
    )


def _inner(text: bytes, end: int) -> Iterator[Trailer]:
    """The trailers of paragraphs between the title and `end`, where all lines are trailers."""
    fences = _fences(text)
    fence = (0, 0)
    for paragraph in _INNER_PARAGRAPH.finditer(text, 0, end):
        if not _WORD_WORD.search(paragraph[1]):
            continue
        while fence[1] <= paragraph.start():
            fence = next(fences, (end, end))
        if fence[0] > paragraph.start():
            for key, _, _, value in _items(paragraph[1]):
                if key:
                    yield _trailer(key, value, inner=True)


def _fences(text: bytes) -> Iterator[tuple[int, int]]:
    """From the opening to the closing line of each fenced part; an unclosed fence is none."""
    marks = _FENCE.finditer(text)
    for opening in marks:
        for closing in marks:
            if closing[1] == opening[1]:
                yield opening.start(), closing.end()
                break
