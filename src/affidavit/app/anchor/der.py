"""Reading DER (ITU-T X.690): definite lengths in their shortest form, tags of one byte."""

from __future__ import annotations

from typing import NamedTuple

from affidavit.base.errors import FormatError

INTEGER, OCTETS, OID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
FIRST, SECOND = 0xA0, 0xA1
"""Tagged [0] and [1] of their context, constructed."""
MOST = 1_000
"""Elements of one level that are read."""
_LONG = 0x80
_SEVERAL = 0x1F


class Element(NamedTuple):
    """One element of `data`: its header begins at `start`, its content is ``[content, end)``."""

    data: bytes
    tag: int
    start: int
    content: int
    end: int

    @property
    def value(self) -> bytes:
        """The content."""
        return self.data[self.content : self.end]

    @property
    def whole(self) -> bytes:
        """The content after its header."""
        return self.data[self.start : self.end]

    def below(self) -> list[Element]:
        """What the content is made of.

        Raises:
            FormatError: It is no sequence of elements, or of more than `MOST`.
        """
        found, at = list[Element](), self.content
        while at < self.end:
            if len(found) == MOST:
                raise FormatError(f"byte {at}: more than {MOST:,} elements")
            found.append(_element(self.data, at, self.end))
            at = found[-1].end
        return found

    def is_a(self, tag: int) -> Element:
        """Itself, which has to have that tag.

        Raises:
            FormatError: It has another.
        """
        if self.tag != tag:
            raise FormatError(f"byte {self.start}: tag {self.tag:#04x} instead of {tag:#04x}")
        return self


def whole(data: bytes) -> Element:
    """The one element that all of `data` is.

    Raises:
        FormatError: It is not DER, or more follows.
    """
    found = _element(data, 0, len(data))
    if found.end != len(data):
        raise FormatError(f"byte {found.end}: more follows the end")
    return found


def tags(elements: list[Element], *expected: int) -> list[Element]:
    """The first of `elements`, which have to have these tags in this order.

    Raises:
        FormatError: There are fewer, or one has another tag.
    """
    if len(elements) < len(expected):
        raise FormatError(f"{len(elements)} elements where there have to be {len(expected)}")
    return [each.is_a(tag) for each, tag in zip(elements, expected, strict=False)]


def _element(data: bytes, start: int, stop: int) -> Element:
    if stop - start < 2 or data[start] & _SEVERAL == _SEVERAL:
        raise FormatError(f"byte {start}: this is not DER")
    content, length = start + 2, data[start + 1]
    if length & _LONG:
        count = length - _LONG
        content += count
        length = int.from_bytes(data[start + 2 : content])
        shortest = (length.bit_length() + 7) // 8
        if not 1 <= count <= 4 or content > stop or length < _LONG or count != shortest:
            raise FormatError(f"byte {start}: its length is not as DER writes it")
    if content + length > stop:
        raise FormatError(f"byte {start}: it is longer than what it is in")
    return Element(data, data[start], start, content, content + length)
