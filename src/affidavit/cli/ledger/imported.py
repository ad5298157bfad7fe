"""``affidavit ledger import``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, common, found, tell
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.importing import Imported
    from affidavit.ledger.bundle import Gap

HELP = """Take in fact bundles: facts that others signed elsewhere, a line each.

A statement is taken in once, however often it comes. --signers names whose statements are taken
in: a TOML file with a table [[signers]] for each, with vkey, name, kinds (a list; "*" is every
kind) and where wanted not_after; see docs/formats/facts.md. What a signer says is what the signer
asserts: the entry names the signer's key and keeps the signed statement.

Good lines are taken in although others are refused, all in one transaction.

\b
Exit codes: 0 done, 1 a line was refused or lines contradict each other, 3 a line is missing.
"""


@click.command("import", help=HELP)
@click.argument("files", nargs=-1, metavar="FILE...", type=FILE)
@click.option("--signers", metavar="FILE", type=FILE, required=True, help="Whom to believe.")
@click.option(
    "--notes", metavar="REPO", type=FILE, help="Take in refs/notes/affidavit of this repository."
)
@common
@click.pass_context
def imported(  # noqa: PLR0913 -- click gives every option
    context: click.Context,
    files: tuple[Path, ...],
    *,
    signers: Path,
    notes: Path | None,
    place: Path | None,
    as_json: bool,
) -> None:
    """Import fact bundles; HELP is what a user is told."""
    from affidavit.app.ledger.importing import imported as taken_in  # noqa: PLC0415

    if not files and notes is None:
        raise UsageError("there is nothing to import: give files, or --notes")
    with progress(quiet=as_json) as told:
        done = taken_in(found(place), files, signers, notes=notes, progress=told)
    if as_json:
        tell(_shown(done))
    else:
        for line in _lines(done):
            click.echo(visible(line))
    context.exit(done.exit_status)


def _shown(done: Imported) -> dict[str, object]:
    import msgspec  # noqa: PLC0415

    return {**msgspec.to_builtins(done), "exit_status": done.exit_status}


def _lines(done: Imported) -> Iterator[str]:
    yield f"imported       {done.new:,} new, {done.known:,} known, {len(done.refused):,} refused"
    for bad in done.refused:
        yield f"refused        {bad.file} line {bad.line}: {bad.reason}"
    for gap in done.gaps:
        yield f"missing        {_gap(gap)}"
    for one in done.contradictions:
        yield f"contradiction  bundle {one.bundle}: {one.reason}"
    for bundle in done.reordered:
        yield f"put in order   bundle {bundle}"
    for bundle in done.unfinished:
        yield f"unfinished     bundle {bundle}: whether lines follow the newest is not known"


def _gap(gap: Gap) -> str:
    text = f"bundle {gap.bundle}: line {gap.end - 1} came neither now nor earlier"
    if gap.start == gap.end - 1:
        return text
    return f"{text}, nor any from line {gap.start} on"
