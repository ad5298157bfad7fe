"""Bundles of entries, taken apart (C2SP tlog-tiles): each entry after its length in two bytes."""

from __future__ import annotations

from affidavit.base.errors import FormatError


def entries_in(bundle: bytes, place: str, *, width: int) -> list[bytes]:
    """The `width` entries that `bundle` holds; `place` names it in errors.

    Raises:
        FormatError: It ends within an entry, or holds more or fewer.
    """
    entries, start = list[bytes](), 2
    try:
        for _ in range(width):
            end = start + bundle[start - 2] * 256 + bundle[start - 1]
            entries.append(bundle[start:end])
            start = end + 2
    except IndexError:
        start = -1
    if start - 2 != len(bundle):
        raise FormatError(f"{place}: {len(bundle)} bytes are not {width} entries")
    return entries
