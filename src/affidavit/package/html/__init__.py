"""The report as one HTML file that needs no network: `write`."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from affidavit.base.errors import OutputError
from affidavit.package.html.page import compiled, pieces, render

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report

__all__ = ["compiled", "render", "write"]


def write(report: Report, place: Path, template: bytes | None = None) -> None:
    """Write `report` as an HTML page at `place`, whole or not at all; the same bytes each time.

    `template` is what `compiled` made, where it was called ahead.

    Raises:
        OutputError: The file could not be written; what stood at `place` is still there.
    """
    beside = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        # Exclusive: a link that somebody put there is not followed.
        with beside.open("xb") as file:
            file.writelines(pieces(report, template or compiled()))
        beside.replace(place)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise OutputError(f"cannot write {place}: {error.strerror}") from error
