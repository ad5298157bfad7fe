"""``affidavit controls test``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from affidavit.base.errors import UsageError
from affidavit.cli.changes.options import about, split, wanted
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from affidavit.package.controls.data import ControlTests

HELP = """Run the control tests of CC8.1 over every change of a period.

REPO is a repository (default: here). What an engagement asks for stands in [controls] of
the file given with --criteria, else of affidavit.toml. Exit code 1: something deviates; 3: nothing
does, but something is unknown or there is nothing to test; 0: neither.

\b
Examples:
  affidavit controls test --forge service.jsonl --ledger . --criteria engagement.toml
  affidavit controls test --forge service.jsonl --output controls
  affidavit controls test ../service --forge service.jsonl --test AFF-CC8.1-03 --csv
"""
DEVIATES, UNKNOWN = 1, 3


class Own(NamedTuple):
    """The options that this command alone has, as click gives them."""

    tests: tuple[str, ...]
    criteria: Path | None
    output: Path | None
    as_json: bool
    as_csv: bool


def _completed(_context: click.Context, _option: click.Parameter, typed: str) -> list[str]:
    """The tests whose id begins with what was `typed`."""
    from affidavit.controls.catalogue import IDS  # noqa: PLC0415 -- help stays quick without it

    return sorted(one for one in IDS if one.startswith(typed.upper()))


@click.command(help=HELP)
@click.argument("repo", default=Path(), type=FILE)
@about
@click.option("--criteria", metavar="FILE", type=FILE, help="What is agreed: [controls], in TOML.")
@click.option(
    "--test",
    "tests",
    multiple=True,
    metavar="ID",
    shell_complete=_completed,
    help="This test; repeatable.",
)
@click.option("--output", metavar="DIR", type=FILE, help="Write control-tests.html, .csv, .json.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--csv", "as_csv", is_flag=True, help="Answer with the worksheet in CSV.")
@click.pass_context
def test(context: click.Context, /, **options: object) -> None:
    """Run the tests; HELP is what a user is told."""
    from affidavit.app.controls.telling import tested  # noqa: PLC0415 -- help stays quick
    from affidavit.cli.progress import progress  # noqa: PLC0415

    own = Own(**{one: options.pop(one) for one in Own._fields})  # type: ignore[arg-type]
    if own.as_json and own.as_csv:
        raise UsageError("--json and --csv are two answers: ask for one")
    given, _ = split(options)
    with progress(quiet=given.quiet) as told:
        found = tested(wanted(given), own.criteria, own.tests, told)
    if own.output is not None:
        _write(found, own.output)
    _show(found, as_json=own.as_json, as_csv=own.as_csv)
    context.exit(_status(found))


def _show(found: ControlTests, *, as_json: bool, as_csv: bool) -> None:
    from affidavit.package.controls.table import table  # noqa: PLC0415
    from affidavit.package.controls.text import text  # noqa: PLC0415

    if as_json:
        tell(found)
        return
    for line in table(found) if as_csv else text(found):
        click.echo(line, nl=not as_csv)


def _write(found: ControlTests, folder: Path) -> None:
    from affidavit.package.controls.folder import written  # noqa: PLC0415 -- help stays quick

    names = ", ".join(map(str, written(found, folder)))
    click.echo(f"affidavit: wrote {names}", err=True)


def _status(found: ControlTests) -> int:
    if any(one.deviations for one in found.tests):
        return DEVIATES
    done = any(one.items for one in found.tests)
    return 0 if done and not any(one.unknown for one in found.tests) else UNKNOWN
