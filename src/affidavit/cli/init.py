"""``affidavit init``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import DECLINED, FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from affidavit.app.setup.applying import Undone
    from affidavit.app.setup.model import Ci, Plan, Wanted

HELP = """Set a repository up for the gate: show every file first, then ask, then write.

Configuration, policy, lists of signers, review policy, checklist and exception log; with --ci the
workflows, a template for requests and owners of these files. What is there stays as it is.

Without --ci github the policy says that there is no forge: signed approvals alone let a change in.

Without a terminal nothing is written or removed unless --yes is given.

\b
Examples:
  affidavit init --ci github --source https://example.com/affidavit-0.1.0-py3-none-any.whl \\
      --digest sha256:… --owner @example/security
  affidavit init --dry-run
  affidavit init --undo

\b
Exit codes: 0 written (or taken back), 1 something was left as it is, or the answer was no,
3 nobody could be asked.
"""
UNASKED = 3


@click.command(help=HELP)
@click.option(
    "--repo", metavar="DIR", type=FILE, default=".", help="The repository (default: here)."
)
@click.option("--ci", type=click.Choice(["github", "gitlab"]), help="Whose pipelines run the gate.")
@click.option("--hooks", is_flag=True, help="Also a hook before pushes, which only advises.")
@click.option("--source", metavar="URL|WHEEL", help="Where pipelines get Affidavit from.")
@click.option("--digest", metavar="sha256:…", help="The digest of what --source names.")
@click.option("--owner", metavar="NAME", help="Who owns the documents, such as @org/team.")
@click.option("--undo", is_flag=True, help="Remove what init wrote and nobody changed since.")
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def init(context: click.Context, /, **options: object) -> None:
    """Set up; HELP is what a user is told."""
    given = Options(**options)  # type: ignore[arg-type]  # click has checked them
    context.exit(_undo(given) if given.undo else _set_up(given))


class Options(NamedTuple):
    """The command's options as click gives them."""

    repo: Path
    ci: Ci | None
    hooks: bool
    source: str | None
    digest: str | None
    owner: str | None
    undo: bool
    dry_run: bool
    yes: bool
    as_json: bool


def _set_up(given: Options) -> int:
    """Show the plan, write it if that is wanted; the exit code."""
    from affidavit.app.setup.planning import planned  # noqa: PLC0415
    from affidavit.app.setup.showing import shown  # noqa: PLC0415

    plan = planned(_wanted(given), _today())
    if not given.as_json:
        for line in shown(plan):
            click.echo(line)
    write = _may_write(plan, given)
    paths = _written(plan) if write else ()
    if given.as_json:
        _tell(plan, given, paths)
    elif write:
        _closing(given, plan, paths)
    if not write and not plan.empty and not given.dry_run:
        return UNASKED
    return 1 if plan.left else 0


def _wanted(given: Options) -> Wanted:
    from affidavit.app.setup.model import Wanted  # noqa: PLC0415

    return Wanted(
        repository=given.repo,
        ci=given.ci,
        hooks=given.hooks,
        source=given.source,
        digest=given.digest,
        owner=given.owner,
    )


def _today() -> date:
    from datetime import date  # noqa: PLC0415

    from affidavit.app.clock import now  # noqa: PLC0415
    from affidavit.base.period import day  # noqa: PLC0415

    return date.fromisoformat(day(now() // 1_000_000))


def _may_write(plan: Plan, given: Options) -> bool:
    """Whether the plan is to be carried out; asks, where somebody can be asked."""
    if plan.empty:
        if not given.as_json:
            click.echo("nothing is to be written")
        return False
    if given.dry_run:
        return False
    return _is_wanted(given, f"Write these {len(plan.new):,} files?")


def _is_wanted(given: Options, question: str) -> bool:
    """Whether somebody says yes to `question`, or has by --yes."""
    if given.yes:
        return True
    changed = "removed" if given.undo else "written"
    if given.as_json or not sys.stdin.isatty():
        why = "nobody can be asked: give --yes"
        click.echo(f"affidavit: nothing was {changed}, and {why}", err=True)
        return False
    if click.confirm(question, err=True):
        return True
    click.echo(f"affidavit: nothing was {changed}", err=True)
    raise click.exceptions.Exit(DECLINED)


def _written(plan: Plan) -> tuple[str, ...]:
    from affidavit.app.setup.applying import applied  # noqa: PLC0415

    return applied(plan)


def _closing(given: Options, plan: Plan, paths: tuple[str, ...]) -> None:
    """Say what was written, what comes next, and what remains open."""
    from affidavit.app.setup.showing import next_steps, open_points  # noqa: PLC0415

    for path in paths:
        click.echo(f"written        {path}")
    click.echo("\nWhat comes next:")
    for line in next_steps(plan, given.ci):
        click.echo(f"  {line}")
    points = open_points(_wanted(given), plan)
    if points:
        click.echo("\nWhat remains open:")
    for point in points:
        click.echo(click.wrap_text(point, 96, "  - ", "    "))


def _tell(plan: Plan, given: Options, paths: tuple[str, ...]) -> None:
    from affidavit.app.setup.answering import answer  # noqa: PLC0415

    tell(answer(plan, _wanted(given), paths))


def _undo(given: Options) -> int:
    """Take a set-up back, once it was shown and is wanted; the exit code."""
    from affidavit.app.setup.applying import undoing, undone  # noqa: PLC0415

    found = undoing(given.repo)
    if not given.as_json:
        for line in _to_undo(found):
            click.echo(line)
    wanted = not given.dry_run and _is_wanted(given, f"Remove these {len(found.removed):,} files?")
    done = undone(given.repo) if wanted else found
    if given.as_json:
        tell(done)
    elif wanted:
        for path in done.removed:
            click.echo(f"removed        {path}")
        if done.hooks:
            click.echo("unset          core.hooksPath")
    if not wanted and not given.dry_run:
        return UNASKED
    return 1 if done.kept else 0


def _to_undo(found: Undone) -> Iterator[str]:
    for path in found.removed:
        yield f"to be removed  {path}"
    for path in found.gone:
        yield f"gone already   {path}"
    for path in found.kept:
        yield f"left as it is  {visible(path)}: it was changed since"
    if found.hooks:
        yield "to be unset    core.hooksPath"
