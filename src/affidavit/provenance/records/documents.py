"""JSON as records of tools are kept: one document, one to a line, or one after the other.

All that is read here was written by somebody else: how much of it is looked at is bounded, and what
is not as its form has it is counted and told in a sentence that repeats nothing of it.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.provenance.gitai_log import HIGHEST, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 16 << 20
"""Bytes of one file or note that are read."""
MOST_DOCUMENTS = 100_000
"""Documents of one file or note that are read."""
MOST_PROBLEMS = 10
"""Sentences about one record."""
MOST_LINKS = 20
LONGEST_NAME = 200
"""Characters of a name, of a session or of a model that are kept."""
LONGEST_PATH = 4_096

TOO_LARGE = f"it has more than {MOST_BYTES:,} bytes, and was not read"
UNREAD = f"documents after the first {MOST_DOCUMENTS:,}, not read"
NO_JSON = "pieces that are no JSON"
BACKSLASHED = "paths written with \\ between their parts, read as if with /"
ODD_PATH = "paths that lead out of the repository or cannot be paths in one, left out"
NO_RANGE = "ranges of lines that are none"
NO_TIME = "its time is not one of RFC 3339"

_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_BETWEEN = re.compile(rb"(?m)(?<=^[}\]])\s+(?=[{\[])")
_ODD = re.compile("[\x00-\x1f\x7f]")
_DRIVE = re.compile(r"[A-Za-z]:")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LINK = re.compile(r"https?://[!-~]{1,1900}", re.IGNORECASE)

T = TypeVar("T")

NOTHING = msgspec.Raw()
"""What a field holds that is not there: where its type may be any, it is looked at later."""


class Counts:
    """What is wrong with a record: told once, or as often as it was met."""

    def __init__(self) -> None:
        self._told: dict[str, None] = {}
        self._counts: Counter[str] = Counter()

    def tell(self, sentence: str) -> None:
        """Say `sentence` of the whole record."""
        self._told[sentence] = None

    def count(self, what: str, often: int = 1) -> None:
        """Count `what` so many times more."""
        self._counts[what] += often

    def sentences(self) -> tuple[str, ...]:
        """All of them, at most `MOST_PROBLEMS`."""
        counted = (f"{what}: {often:,}" for what, often in self._counts.items() if often)
        return tuple(islice((*self._told, *counted), MOST_PROBLEMS))


def documents(data: bytes, counts: Counts) -> Iterator[bytes]:
    """Each JSON object or array in `data`; what is none is counted."""
    if len(data) > MOST_BYTES:
        counts.tell(TOO_LARGE)
        return
    found = _pieces(data.removeprefix(b"\xef\xbb\xbf"))
    for piece in islice(found, MOST_DOCUMENTS):
        if not piece.strip():
            continue
        if is_json(piece):
            yield piece
        else:
            counts.count(NO_JSON)
    counts.count(UNREAD, sum(1 for _ in found))


def _pieces(data: bytes) -> Iterator[bytes]:
    """What may be a document: all of it, its lines, or what stands between closed ones."""
    if is_json(data):
        return iter([data])
    first = data.lstrip().partition(b"\n")[0]
    return iter(data.splitlines()) if is_json(first) else iter(_BETWEEN.split(data))


def is_json(data: bytes) -> bool:
    """Whether `data` is one JSON document, of a depth that can be read."""
    return of(data, msgspec.Raw) is not None


def of(data: bytes | msgspec.Raw | None, form: type[T]) -> T | None:
    """`data` as a value of `form`, or ``None`` where it is none."""
    if data is None:
        return None
    try:
        return msgspec.json.decode(data, type=form)
    except (ValueError, RecursionError):
        return None


def is_told(data: msgspec.Raw) -> bool:
    """Whether a field is there, and not ``null``."""
    return bytes(data) not in (b"", b"null")


def parts(data: msgspec.Raw, counts: Counts, what: str) -> list[msgspec.Raw]:
    """The values of a JSON array; what is there and no array is counted as `what`."""
    found = of(data, list[msgspec.Raw])
    if found is None and is_told(data):
        counts.count(what)
    return found or []


def path_of(text: str, counts: Counts) -> str | None:
    """`text` as a path from the root of a repository with ``/`` between, or ``None``."""
    if "\\" in text and "/" not in text and not _DRIVE.match(text):
        counts.count(BACKSLASHED)
        text = text.replace("\\", "/")
    text = text.removeprefix("./")
    names = text.split("/")
    odd = _ODD.search(text) or _DRIVE.match(text) or len(text) > LONGEST_PATH
    if odd or not {"", ".", ".."}.isdisjoint(names):
        counts.count(ODD_PATH)
        return None
    return text


def span_of(first: object, last: object, counts: Counts) -> Span | None:
    """The lines from `first` to `last`, or ``None`` where they are none."""
    if type(first) is int and type(last) is int and 0 < first <= last <= HIGHEST:
        return Span(first, last)
    counts.count(NO_RANGE)
    return None


def time_of(text: str | None, counts: Counts) -> str | None:
    """`text` where it is a time of RFC 3339."""
    if text is None or _TIME.fullmatch(text):
        return text
    counts.tell(NO_TIME)
    return None


def commit_of(text: str) -> str | None:
    """`text` in lower case where it is the whole id of a commit."""
    text = text.lower()
    return text if _COMMIT.fullmatch(text) else None


def link_of(text: str) -> str | None:
    """An address of the web without what follows ``?`` or ``#``, or names a user before ``@``."""
    if not _LINK.fullmatch(text):
        return None
    scheme, _, rest = re.split("[?#]", text, maxsplit=1)[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.rpartition('@')[2]}{slash}{path}"


def name_of(text: str | None) -> str | None:
    """`text` as a name that can be shown, or ``None`` where there is none."""
    return shortened(visible(text.strip()), LONGEST_NAME) or None if text else None


def evidence_of(text: str) -> tuple[str, bytes]:
    """What of `text` is shown as evidence, and all of it as bytes."""
    return shortened(text, 300), text.encode("utf-8", "replace")
