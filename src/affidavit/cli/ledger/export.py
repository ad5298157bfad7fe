"""``affidavit ledger export``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, common, found, tell

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("folder", type=FILE)
@common
def export(folder: Path, *, place: Path | None, as_json: bool) -> None:
    """Write the whole log to FOLDER as plain files that others' programs can check.

    The layout is that of C2SP tlog-tiles. An older export of the same log is brought up to date.
    """
    from affidavit.app.ledger.export import export as written  # noqa: PLC0415
    from affidavit.app.ledger.view import viewing  # noqa: PLC0415
    from affidavit.cli.progress import progress  # noqa: PLC0415

    with viewing(found(place)) as view, progress(quiet=as_json) as told:
        size = written(view, folder, told)
    if as_json:
        tell({"folder": str(folder), "origin": view.origin, "size": size})
    else:
        click.echo(visible(f"{size:,} entries of {view.origin} are in {folder}"))
