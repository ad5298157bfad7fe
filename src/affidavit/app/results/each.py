"""Files of one fact, read one after the other and each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from affidavit.app.results.said import FileRead
from affidavit.base.errors import InputError, UsageError
from affidavit.sources.results.reading import LARGEST, source_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from affidavit.sources.results.reading import Source

LARGEST_TOGETHER = 1 << 30
"""Bytes of all files of one fact."""
_Found = TypeVar("_Found")


def read_each(
    paths: Iterable[Path],
    form: str,
    reader: Callable[[Source], _Found],
    *,
    largest: int = LARGEST,
) -> tuple[list[FileRead], list[_Found]]:
    """The files at `paths`, and what `reader` found in each.

    Raises:
        UsageError: Two of the files are the same.
        AffidavitError: A file cannot be read, or is something else.
    """
    files, found, left = list[FileRead](), list[_Found](), LARGEST_TOGETHER
    seen: dict[str, Path] = {}
    for path in paths:
        source = source_at(path, largest)
        one = FileRead(source.digest, form, len(source.data))
        left -= one.size
        if left < 0:
            raise InputError(
                f"{path}: the files have more than {LARGEST_TOGETHER:,} bytes together"
            )
        if one.digest in seen:
            raise UsageError(f"{path} is the same as {seen[one.digest]}: nothing counts twice")
        seen[one.digest] = path
        found.append(reader(source))
        files.append(one)
    return files, found
