"""``affidavit record test``, ``coverage``, ``scan`` and ``build``: what a file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.cli.ledger.answers import FILE
from affidavit.cli.record.options import FILES, recording, run

if TYPE_CHECKING:
    from pathlib import Path

TEST = """Record the results of tests in JUnit XML, of all FILEs together.

Cases are counted; where a file's own totals differ, the fact says so. It passed if a case passed,
none failed, and none is missing.
"""
COVERAGE = """Record the coverage in FILE: Cobertura's XML, or a tracefile of LCOV.

Lines and branches are counted, each once; where the file's own totals differ, the fact says so.
"""
SCAN = """Record the findings in SARIF 2.1.0, of all FILEs together.

A scan is clean if every run says it was successful and nothing is open.
"""
BUILD = """Record statements of in-toto about a build: SLSA provenance and others.

Bare, in DSSE envelopes or Sigstore bundles, one a file or one a line. No signature is checked.
"""


@click.command(help=TEST)
@FILES
@recording
def test(**given: object) -> None:
    """Record results of tests; TEST is what a user is told."""
    from affidavit.app.results.reports import read_tests  # noqa: PLC0415 -- help stays quick

    run(given, lambda options, _: read_tests(options.files))


@click.command(help=COVERAGE)
@click.argument("file", type=FILE)
@recording
def coverage(*, file: Path, **given: object) -> None:
    """Record coverage; COVERAGE is what a user is told."""
    from affidavit.app.results.reports import read_coverage  # noqa: PLC0415

    run({**given, "files": (file,)}, lambda *_: read_coverage(file))


@click.command(help=SCAN)
@FILES
@recording
def scan(**given: object) -> None:
    """Record findings; SCAN is what a user is told."""
    from affidavit.app.results.reports import read_scans  # noqa: PLC0415

    run(given, lambda options, _: read_scans(options.files))


@click.command(help=BUILD)
@FILES
@recording
def build(**given: object) -> None:
    """Record attestations; BUILD is what a user is told."""
    from affidavit.app.results.typed import read_builds  # noqa: PLC0415

    run(given, lambda options, about: read_builds(options.files, about))
