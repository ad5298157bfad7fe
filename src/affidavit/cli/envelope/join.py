"""``affidavit envelope join``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.envelope.asking import Answer, Answers

HELP = """Tell which change each LANDING is, and by what that is known.

The rungs, the strongest first: merge-sha (the forge's record names it), tree, replay (merging the
head gives the landing's tree), blobs, head, patch (the same lines, position unproven), number (only
typed). Several that are as good are ambiguous, and none is chosen. The first four carry: what was
said of the head holds of the landing.

\b
Exit codes: 0 every landing is joined by a rung that carries, 3 one is not.
"""


@click.command(help=HELP)
@click.argument("landings", nargs=-1, metavar="[LANDING]...")
@click.option("--since", metavar="D", help="Instead of landings: all since this UTC day.")
@click.option("--branch", metavar="REV", default="HEAD", help="The branch that they are on.")
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="Its repository.")
@click.option(
    "--envelopes", multiple=True, metavar="FILE", type=FILE, help="An envelope; repeatable."
)
@click.option("--pulls", is_flag=True, help="Join to the requests under refs/pull, too.")
@click.option("--forge", metavar="EXPORT", type=FILE, help="Records of the forge on these.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--quiet", is_flag=True, help="Do not tell how far the work is.")
@click.pass_context
def join(context: click.Context, /, **options: object) -> None:
    """Join landings; HELP is what a user is told."""
    from affidavit.app.envelope.asking import Asked, answered  # noqa: PLC0415

    as_json, quiet = options.pop("as_json"), options.pop("quiet")
    asked = Asked(repository=options.pop("repo"), **options)  # type: ignore[arg-type]  # by click
    with progress(quiet=bool(quiet or as_json)) as told:
        found = answered(asked, told)
    if as_json:
        tell(found)
    else:
        for line in _lines(found):
            click.echo(visible(line))
    context.exit(found.exit_status)


def _lines(found: Answers) -> Iterator[str]:
    for one in found.landings:
        yield f"{one.landing[:12]}   {one.rung:<10} {_told(one)}"
    for refused in found.refused:
        yield f"refused        {refused.digest}: {refused.why}"
    if found.git is None:
        yield "replay         left out: git 2.38 or newer is needed"
    counts = ", ".join(f"{rung} {count:,}" for rung, count in found.counts.items() if count)
    yield f"total          {len(found.landings):,} landings: {counts}"


def _told(one: Answer) -> str:
    if one.change is None:
        listed = ", ".join(one.among)
        return f"{listed}{' and perhaps others' * one.cut}" if one.among else "no change is it"
    carried = "" if one.carries else "; position unproven" if one.rung == "patch" else "; asserted"
    if one.rung == "head":
        carried = "; what the merge added is unknown"
    span = f", {one.span} landings together" if one.span > 1 else ""
    return f"{one.change} head {(one.head or '')[:12]}{span}{carried}"
