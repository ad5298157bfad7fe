"""Notes of git-ai read in full and written: which lines of which file each key attests.

`gitai.read` takes from a note what it claims and bears with much. What is carried to another commit
is read here instead, where a note that is not wholly in its form is refused: half of one carried
over would be a statement that nobody made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.base.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

SCHEMA = "authorship/3.0.0"
MOST_SPANS = 200_000
"""Ranges of lines that are read of one note."""
HIGHEST = 10_000_000
"""The highest number of a line."""
PERSON = "h_"
SESSION = "s_"
SAID_NOTHING = "human"
"""An old key for lines that no agent was seen to write: it attests nothing."""

_DIVIDER = b"---"
_COMMIT = re.compile(r"(?!0+\Z)(?:[0-9a-f]{40}|[0-9a-f]{64})")
_KEY = re.compile(
    r"s_[0-9a-f]{14}(?:::t_[0-9a-f]{14})?|h_[0-9a-f]{14}|[0-9a-f]{16}|[0-9a-f]{7}"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|ai_agent|human"
)
_ENTRY = re.compile(rb"  (\S{1,200}) ([0-9,-]+)")
_SPAN = re.compile(r"([1-9][0-9]{0,7})(?:-([1-9][0-9]{0,7}))?")
_ODD_PATH = re.compile(r'[\x00-\x08\n-\x1f"\x7f]')
_BLANK = re.compile(r"[ \t]")


class Span(NamedTuple):
    """Lines of a file, counted from 1, the last one with them."""

    first: int
    last: int


Spans = tuple[Span, ...]
"""Ranges in order that neither touch nor overlap."""
Keyed = dict[str, Spans]
"""By key the lines that it attests."""
Record = dict[str, object]


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """A note: by path and key the lines, and by key what the note says of sessions and people.

    `base` is the commit that its metadata names, where that is a whole id.
    """

    files: dict[str, Keyed]
    base: str = ""
    prompts: dict[str, Record] = {}
    sessions: dict[str, Record] = {}
    humans: dict[str, Record] = {}


class _Metadata(msgspec.Struct):
    schema_version: str
    base_commit_sha: msgspec.Raw = msgspec.Raw()
    prompts: dict[str, Record] | None = None
    sessions: dict[str, Record] | None = None
    humans: dict[str, Record] | None = None


def united(*each: Iterable[Span]) -> Spans:
    """All lines of these ranges, in order, the fewest ranges that hold them."""
    found: list[Span] = []
    for one in sorted(span for spans in each for span in spans):
        if found and one.first <= found[-1].last + 1:
            found[-1] = Span(found[-1].first, max(found[-1].last, one.last))
        else:
            found.append(one)
    return tuple(found)


def within(spans: Spans, bounds: Spans) -> Spans:
    """The lines that are in both."""
    found: list[Span] = []
    at = 0
    for first, last in spans:
        while at < len(bounds) and bounds[at].last < first:
            at += 1
        here = at
        while here < len(bounds) and bounds[here].first <= last:
            found.append(Span(max(first, bounds[here].first), min(last, bounds[here].last)))
            here += 1
    return united(found)


def count(spans: Spans) -> int:
    """How many lines they are."""
    return sum(one.last - one.first + 1 for one in spans)


def record_key(key: str) -> str:
    """The key of the record that `key` leads to: of a session without its trace."""
    return key.partition("::")[0]


def base_of(told: msgspec.Raw) -> str:
    """The id of the commit that metadata names; empty where it is no whole id of one."""
    try:
        named = msgspec.json.decode(told, type=str) if told else ""
    except (ValueError, RecursionError):
        return ""
    return named if _COMMIT.fullmatch(named) else ""


def names_another(base: str, of: Collection[str]) -> bool:
    """Whether a note whose metadata names `base` says that it is of a commit that is none of `of`.

    Where it names none it may be of any.
    """
    return bool(base) and base not in of


def parse(note: bytes) -> Log:
    """The whole of a note.

    Raises:
        FormatError: It is not in the form that is defined; the message says what is wrong.
    """
    lines = note.replace(b"\r\n", b"\n").split(b"\n")
    if _DIVIDER not in lines:
        raise FormatError("it has no line ---")
    at = lines.index(_DIVIDER)
    try:
        said = msgspec.json.decode(b"\n".join(lines[at + 1 :]), type=_Metadata)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError("its metadata is not JSON of the form") from error
    if said.schema_version != SCHEMA:
        raise FormatError(f"its schema is not {SCHEMA}")
    return Log(
        files=_files(lines[:at]),
        base=base_of(said.base_commit_sha),
        prompts=said.prompts or {},
        sessions=said.sessions or {},
        humans=said.humans or {},
    )


def _files(lines: Iterable[bytes]) -> dict[str, Keyed]:
    found: dict[str, dict[str, list[Span]]] = {}
    keyed: dict[str, list[Span]] | None = None
    left = MOST_SPANS
    for line in lines:
        if not line.strip():
            continue
        if not line.startswith(b" "):
            keyed = found.setdefault(_path(line), {})
            continue
        key, spans = _entry(line, keyed is not None)
        left -= len(spans)
        if left < 0:
            raise FormatError(f"it has more than {MOST_SPANS:,} ranges")
        if keyed is not None and key != SAID_NOTHING:
            keyed.setdefault(key, []).extend(spans)
    return {
        path: {key: united(spans) for key, spans in keyed.items()}
        for path, keyed in found.items()
        if keyed
    }


def _path(line: bytes) -> str:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise FormatError("a path in it is not UTF-8") from error
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if _ODD_PATH.search(text):
        raise FormatError("a path in it has a character that its form has no way to write")
    return text


def _entry(line: bytes, named: bool) -> tuple[str, tuple[Span, ...]]:  # noqa: FBT001 - a fact of its place
    entry = _ENTRY.fullmatch(line.rstrip())
    key = entry[1].decode("ascii", "replace") if entry else ""
    if entry is None or not named or not _KEY.fullmatch(key):
        raise FormatError("a line in it is no key with ranges of lines under a path")
    return key, tuple(map(_span, entry[2].decode("ascii").split(",")))


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    span = Span(int(found[1]), int(found[2] or found[1])) if found else Span(0, 0)
    if not 0 < span.first <= span.last <= HIGHEST:
        raise FormatError("a range of lines in it is none")
    return span


def text(log: Log, commit: str) -> bytes:
    """The note on `commit` that says what `log` says: the same bytes for the same log.

    Raises:
        FormatError: A path cannot be written in this form.
    """
    lines: list[str] = []
    for path, keyed in sorted(log.files.items()):
        lines.append(written(path))
        lines += [f"  {key} {_ranges(spans)}" for key, spans in sorted(keyed.items())]
    metadata = {
        "schema_version": SCHEMA,
        "base_commit_sha": commit,
        "prompts": _sorted(log.prompts),
        **({"humans": _sorted(log.humans)} if log.humans else {}),
        **({"sessions": _sorted(log.sessions)} if log.sessions else {}),
    }
    said = msgspec.json.format(msgspec.json.encode(metadata), indent=2)
    return "".join(f"{line}\n" for line in [*lines, "---"]).encode() + said + b"\n"


def written(path: str) -> str:
    """`path` as a note has it.

    Raises:
        FormatError: It cannot be written.
    """
    if not path or _ODD_PATH.search(path):
        raise FormatError("a path has a character that the form has no way to write")
    return f'"{path}"' if _BLANK.search(path) or path == "---" else path


def _ranges(spans: Spans) -> str:
    return ",".join(_told(spans))


def _told(spans: Spans) -> Iterator[str]:
    for first, last in spans:
        yield str(first) if first == last else f"{first}-{last}"


def _sorted(records: Mapping[str, Record]) -> Mapping[str, Record]:
    return dict(sorted(records.items()))
