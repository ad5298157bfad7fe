"""The lines at an audited head, written beside the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.lines.landings import landings_of
from affidavit.app.lines.opening import opened
from affidavit.app.lines.report import report_of
from affidavit.app.lines.stored import followed
from affidavit.cli.pages import Again, again
from affidavit.package.html.words import at_least
from affidavit.package.lines import data, page
from affidavit.package.lines import landings as by_landing
from affidavit.package.place import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from affidavit.app.lines.opening import Asked
    from affidavit.app.reading import Progress
    from affidavit.cli.pages import Value


class Counted(NamedTuple):
    """The lines in one line, and whether something that belongs to them is missing."""

    told: str
    incomplete: bool


def counted(asked: Asked, folder: Path, formats: Collection[str], progress: Progress) -> Counted:
    """Count the lines that are `asked` for, and write them into `folder` in these formats.

    Raises:
        AffidavitError: The history cannot be read, or a file not be written.
    """
    with opened(asked) as place:
        lines = followed(place, progress, fresh=False)
        found = report_of(place, lines, progress)
        landings = landings_of(place, lines)
    progress.step("writing lines")
    named: dict[str, Value] = {
        "--name": asked.name,
        "--config": asked.config,
        "--identities": asked.identities,
    }
    command = again(Again("lines", found.commit, "lines.html", named), "")
    bodies: dict[str, Callable[[], bytes]] = {
        "html": lambda: page.page(found, command).encode(),
        "json": lambda: data.json(found),
        "csv": lambda: "".join(data.csv(found)).encode(),
    }
    if "csv" in formats:
        with replacing(folder / "lines-landings.csv") as file:
            file.write("".join(by_landing.csv(landings)).encode())
    for form, body in bodies.items():
        if form in formats:
            with replacing(folder / f"lines.{form}") as file:
                file.write(body())
    total = found.total
    share = at_least(total.ai, total.lines) if total.lines else "-"
    told = f"lines          at least {total.ai:,} of {total.lines:,} ({share}) at the head are AI"
    return Counted(told, any(one.gap for one in found.limits))
