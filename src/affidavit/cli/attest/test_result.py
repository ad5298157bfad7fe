"""``affidavit attest test-result``."""

from __future__ import annotations

import click

from affidavit.cli.attest.options import about, given

HELP = """State the result of the tests of what landed: in-toto's test-result v0.1.

It is made of the checks in the forge's records and of the reports of tests in a ledger: FAILED
where one failed, WARNED where one was skipped, PASSED where all passed. It is about the landing
where that or the very files of it were tested, else about the head that was merged.

\b
Exit codes: 0 stated, 3 nothing ran, how something ended is not known, or a ledger does not verify:
nothing is written.
"""


@click.command(name="test-result", help=HELP)
@about
@click.option(
    "--check", "checks", multiple=True, metavar="NAME", help="These checks alone; repeatable."
)
def test_result(*, checks: tuple[str, ...], **options: object) -> None:
    """State a result; HELP is what a user is told."""
    from affidavit.app.attests.tested import result  # noqa: PLC0415 -- help stays quick

    asked = given(options)
    asked.end(result(asked.judged(), checks))
