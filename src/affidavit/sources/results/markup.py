"""XML that a stranger wrote, told element by element.

Nothing that a document type declares is obeyed: one that declares anything is refused, and one that
only names a file, as reports of Cobertura do, leads nowhere, for nothing outside is ever read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

    from affidavit.sources.results.reading import Source

DEEPEST = 100
"""Elements inside each other."""
MOST_ELEMENTS = 5_000_000
"""Elements of a file."""
MOST_NAMES = 10_000
"""Different names of elements and attributes."""
LARGEST_TAG = 4 << 20
"""Bytes of a tag with its attributes, about: it is in memory as a whole."""
_PIECE = 1 << 16
_SHOWN = 40
"""Characters of an element's name in an error."""


class Elements(Protocol):
    """Is told of each element; names are without the prefix of a namespace."""

    def start(self, name: str, attributes: Mapping[str, str], line: int) -> None:
        """An element begins."""
        ...

    def end(self, name: str) -> None:
        """The newest element that is open ends."""
        ...


def walk(source: Source, elements: Elements) -> None:
    """Tell `elements` of the elements of the XML in `source`, in their order.

    Raises:
        InputError: It is not XML, declares something, or is too deep or too large; the message
            names the line.
    """
    parser = expat.ParserCreate()
    walked = _Walk(source, elements, parser)
    parser.StartElementHandler = walked.start
    parser.EndElementHandler = walked.end
    parser.StartDoctypeDeclHandler = walked.doctype
    parser.SkippedEntityHandler = walked.skipped
    try:
        for at in range(0, len(source.data), _PIECE):
            parser.Parse(source.data[at : at + _PIECE])
            walked.fed(at + _PIECE)
        parser.Parse(b"", True)  # noqa: FBT003 -- expat takes it by position
    except expat.ExpatError as error:
        raise source.broken(error.lineno, f"not XML: {expat.ErrorString(error.code)}") from error
    except (LookupError, TypeError, ValueError) as error:
        # What Python says of a character set that it does not have, or not for expat.
        line = max(parser.CurrentLineNumber, 1)
        raise source.broken(line, "not XML: its character set cannot be read") from error


class _Walk:
    """Holds the bounds while a file is parsed."""

    def __init__(self, source: Source, elements: Elements, parser: expat.XMLParserType) -> None:
        self._source = source
        self._elements = elements
        self._parser = parser
        self._depth = 0
        self._count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Check the bounds, then tell."""
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST:
            self._refuse(f"more than {DEEPEST} elements inside each other")
        if self._count > MOST_ELEMENTS:
            self._refuse(f"more than {MOST_ELEMENTS:,} elements")
        if len(self._parser.intern) > MOST_NAMES:
            self._refuse(f"more than {MOST_NAMES:,} names of elements and attributes")
        line = self._parser.CurrentLineNumber
        self._elements.start(name.rpartition(":")[2], attributes, line)

    def end(self, name: str) -> None:
        """Tell."""
        self._depth -= 1
        self._elements.end(name.rpartition(":")[2])

    def fed(self, size: int) -> None:
        """Refuse a tag that goes on for too long."""
        if size - max(self._parser.CurrentByteIndex, 0) > LARGEST_TAG:
            self._refuse(f"a tag of more than {LARGEST_TAG:,} bytes")

    def doctype(
        self,
        _name: str,
        _system: str | None,
        _public: str | None,
        has_subset: bool,  # noqa: FBT001 -- as expat gives it
    ) -> None:
        """Refuse a document type that could declare something."""
        if has_subset:
            self._refuse("a document type with declarations is not read")

    def skipped(self, name: str, _parameter: object) -> None:
        """Refuse an entity that something outside would have to declare."""
        self._refuse(f"the entity {name[:_SHOWN]!a} is not declared here")

    def _refuse(self, what: str) -> NoReturn:
        raise self._source.broken(self._parser.CurrentLineNumber, what)
