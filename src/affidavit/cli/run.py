"""Running an audit for the command line: options in, files and lines out, an exit code back."""

from __future__ import annotations

import gc
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from affidavit.app.audit import Request, audit
from affidavit.app.beside import Beside, beside
from affidavit.app.gather import Bounds
from affidavit.app.lines.opening import Asked as LinesAsked
from affidavit.app.sworn.asked import Asked
from affidavit.audit.rewritten import Earlier, earlier_report
from affidavit.audit.verdict import exit_code
from affidavit.base.errors import (
    AffidavitError,
    InputError,
    OutputError,
    UnreadableError,
    UsageError,
)
from affidavit.base.period import since, until
from affidavit.cli.options import DEFAULT_OUTPUT, DEPLOYMENTS, FILES, FORMATS
from affidavit.cli.progress import progress
from affidavit.package import csv_report, html, json_report
from affidavit.package.place import made, replacing
from affidavit.package.summary import summary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from affidavit.app.ledger.home import Home
    from affidavit.app.reading import Progress
    from affidavit.audit.model import Report
    from affidavit.cli.audited_lines import Counted

_UNKNOWN = "no exception, but a review is unknown or something could not be read"
UNDECIDED = 3
LARGEST_REPORT = 1 << 30
"""Bytes of an earlier report that are read."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The command's options as click gives them."""

    repo: Path
    branch: tuple[str, ...]
    since: str | None
    until: str | None
    output: Path
    formats: tuple[str, ...]
    identities: Path | None
    forge: Path | None
    statements: tuple[Path, ...]
    witness: tuple[str, ...]
    tsa_ca: Path | None
    config: Path | None
    name: str | None
    since_report: Path | None
    since_ledger: bool
    lines: bool
    record: bool
    ledger: Path | None
    fail_on: str
    quiet: bool


def run(given: Mapping[str, object]) -> int:
    """Audit as `given` says, write the report, print the summary; the exit code.

    Raises:
        AffidavitError: See docs/errors/.
    """
    options = Options(**given)  # type: ignore[arg-type]  # click has checked them
    _check_output(options)
    if options.record:
        # Before the work, not after it: there must be a ledger to record in.
        _ledger(options)
    # One job and then the end: what it makes holds no cycles, and looking for them takes time.
    gc.disable()
    with (
        progress(quiet=options.quiet) as told,
        closing(_template(options)) as template,
    ):
        report = audit(_request(options, told), told)
        told.step("writing the report")
        _write(report, options, template)
        found = _lines(report, options, told) if options.lines else None
        recorded, failed = _record(report, options, told) if options.record else ("", None)
    status = exit_code(report, options.fail_on)
    if found and not status and options.fail_on == "unknown" and found.incomplete:
        status = UNDECIDED
    _tell(report, options, status, (found.told if found else "", recorded))
    if failed is not None:
        raise failed
    # Python looks for cycles once more as it ends; all that there is ends with it.
    gc.freeze()
    return status


def _lines(report: Report, options: Options, told: Progress) -> Counted:
    """Count the lines at the head that was audited, and write what is told of them."""
    from affidavit.cli.audited_lines import counted  # noqa: PLC0415 -- only this needs it

    asked = LinesAsked(
        repository=options.repo,
        revision=report.repository.head,
        config=options.config,
        identities=options.identities,
        name=options.name,
    )
    return counted(asked, options.output, _formats(options), told)


def _tell(report: Report, options: Options, status: int, further: Sequence[str]) -> None:
    """Print the summary, and why the status is not 0."""
    try:
        if not options.quiet:
            for line in summary(report):
                click.echo(line)
            click.echo(f"report         {_entry(options)}")
            for line in filter(None, further):
                click.echo(line)
        if others := _others(options):
            listed = ", ".join(others)
            told = f"affidavit: of an earlier run, not this one: {listed} (in {options.output})"
            click.echo(told, err=True)
        if status:
            why = _why(report)
            click.echo(f"affidavit: status {status}: {why} (--fail-on {options.fail_on})", err=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"the summary cannot be printed: {error.strerror}") from error


def _why(report: Report) -> str:
    """Why the status is not 0."""
    number = len(report.exceptions)
    if number:
        return f"{number:,} exception" + "s" * (number != 1)
    return _UNKNOWN if report.population.landings else "nothing landed in the period"


def _others(options: Options) -> list[str]:
    """Files of an earlier run in the output directory that this one did not write."""
    formats = _formats(options)
    names = [name for one in FORMATS if one not in formats for name in FILES[one]]
    names += [] if "csv" in formats and options.forge else [DEPLOYMENTS]
    return [name for name in names if (options.output / name).exists()]


def _request(options: Options, told: Progress) -> Request:
    return Request(
        repository=options.repo,
        branches=options.branch,
        bounds=Bounds(
            None if options.since is None else since(options.since),
            None if options.until is None else until(options.until),
        ),
        name=options.name,
        config=options.config,
        identities=options.identities,
        forge=options.forge,
        sworn=Asked(
            repository=options.repo,
            places=options.statements,
            witnesses=options.witness,
            authorities=options.tsa_ca,
        ),
        earlier=_asked(options, told),
    )


def _asked(options: Options, told: Progress) -> Callable[[str], Earlier | None] | None:
    """What history is compared with, once it is seen that what is found can be recorded."""
    before = _compared(options)
    if not options.record:
        return before
    place = _ledger(options)

    def checked(name: str) -> Earlier | None:
        from affidavit.app.ledger.audits import check_recordable  # noqa: PLC0415

        check_recordable(place, name, told)
        return before(name) if before else None

    return checked


def _compared(options: Options) -> Callable[[str], Earlier] | None:
    """What history is compared with."""
    if options.since_ledger:
        from affidavit.app.ledger.audits import earlier  # noqa: PLC0415 -- only this needs it

        return partial(earlier, _ledger(options))
    if options.since_report is None:
        return None
    before = _earlier(options.since_report)
    return lambda _name: before


def _ledger(options: Options) -> Home:
    """The ledger that the options mean: the audited repository's own, unless one is named."""
    from affidavit.app.ledger.home import home  # noqa: PLC0415 -- only this needs it

    return home(options.ledger, options.repo.resolve())


def _record(report: Report, options: Options, told: Progress) -> tuple[str, AffidavitError | None]:
    """Record the report in the ledger; a line that says so, or why it was not recorded."""
    from affidavit.app.ledger.audits import recorded  # noqa: PLC0415 -- only this needs it

    try:
        done = recorded(_ledger(options), report, told, named=options.name is not None)
    except AffidavitError as error:
        # The report is written: whoever is told why must be told where that is, too.
        return "", error
    return f"recorded       {done.new:,} landings, {done.known:,} known, entry {done.index}", None


def _check_output(options: Options) -> None:
    """Refuse an output that would replace the report to compare with, and two comparisons."""
    if options.since_ledger and options.since_report:
        raise UsageError("--since-report and --since-ledger are two comparisons: give one")
    baseline = options.since_report
    if baseline and (options.output / "report.json").resolve() == baseline.resolve():
        raise UsageError(
            "--since-report and --output are the same place: the earlier report would be replaced",
            hint="keep the earlier report elsewhere, or write this one to another directory",
        )


def _earlier(place: Path) -> Earlier:
    try:
        if place.stat().st_size > LARGEST_REPORT:
            raise InputError(f"{place} is larger than {LARGEST_REPORT:,} bytes")
        data = place.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{place}: {error.strerror}") from error
    return earlier_report(data, str(place))


def _template(options: Options) -> Beside:
    """The page's template: while the history is read there is a processor to spare for it."""
    return beside(html.compiled) if "html" in _formats(options) else Beside(bytes)


def _write(report: Report, options: Options, template: Beside) -> None:
    formats = _formats(options)
    folder = made(options.output)
    if options.output == Path(DEFAULT_OUTPUT):
        # The default folder lies where the user stands, often in a work tree.
        with replacing(folder / ".gitignore") as file:
            file.write(b"*\n")
    with ExitStack() as stack:
        if "html" in formats:
            # Also where another file cannot be written: the page is not to be left half done.
            stack.callback(beside(partial(_page, report, folder, template())))
        if "json" in formats:
            json_report.write(report, folder / "report.json")
        if "csv" in formats:
            csv_report.write_landings(report, folder / "landings.csv")
            csv_report.write_exceptions(report, folder / "exceptions.csv")
            if not isinstance(report.forge, msgspec.UnsetType):
                csv_report.write_deployments(report.forge, folder / DEPLOYMENTS)


def _page(report: Report, folder: Path, template: bytes) -> bytes:
    """Write the page; there is nothing to hand back."""
    html.write(report, folder / "report.html", template)
    return b""


def _formats(options: Options) -> Sequence[str]:
    """What is to be written."""
    return options.formats or FORMATS


def _entry(options: Options) -> str:
    """The file to open first."""
    formats = _formats(options)
    first = next(FILES[one][0] for one in FORMATS if one in formats)
    return str(options.output / first)
