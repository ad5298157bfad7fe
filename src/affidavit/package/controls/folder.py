"""The files of control tests: the page, the worksheet, the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.package.controls.page import page
from affidavit.package.controls.table import table
from affidavit.package.place import made, replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from affidavit.package.controls.data import ControlTests

NAME = "control-tests"


def written(found: ControlTests, folder: Path) -> tuple[Path, ...]:
    """Write all three into `folder`, and say where they are.

    Raises:
        OutputError: One cannot be written.
    """
    data = msgspec.json.format(msgspec.json.encode(found)).decode()
    places = {
        made(folder) / f"{NAME}.html": page(found),
        folder / f"{NAME}.csv": table(found),
        folder / f"{NAME}.json": (data, "\n"),
    }
    for place, pieces in places.items():
        _write(place, pieces)
    return tuple(places)


def _write(place: Path, pieces: Iterable[str]) -> None:
    with replacing(place) as file:
        for piece in pieces:
            file.write(piece.encode())
