"""``affidavit gate``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.app.gate.judging import Gated
    from affidavit.app.gate.wanted import Wanted
    from affidavit.changes.gate.answer import Answer
    from affidavit.cli.collect.told import Telling
    from affidavit.sources.github.statuses import NewStatus

HELP = """Judge a change before it is merged: what is required, what was found, what to do.

The change is what --head holds and --base does not; or the request of --event, the file of a job of
GitHub Actions, whose variable GITHUB_EVENT_NAME says what it is; or request --change. All that it
is judged by ([gate] of affidavit.toml, the policy, identities, signers, code owners) comes from the
base, and nothing from the head. Approvals, checks and labels come from the forge's records
(--forge, or --live with a token in GITHUB_TOKEN), signed approvals and reports of tests and scans
from notes, --facts and --ledger.

\b
Examples:
  affidavit gate --base origin/main --head HEAD
  affidavit gate --change 12 --base main --forge records.jsonl
  affidavit gate --event "$GITHUB_EVENT_PATH" --live --status --format github

\b
Exit codes: 0 allowed, 1 refused, 3 cannot decide.
"""
FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab")


def _names(_context: click.Context, _parameter: click.Parameter, begun: str) -> list[str]:
    """The requirements that can be asked for, for a shell that completes one."""
    from affidavit.changes.gate.model import OPTIONAL  # noqa: PLC0415 -- help stays quick

    return [one for one in OPTIONAL if one.startswith(begun)]


@click.command(help=HELP)
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="The repository.")
@click.option("--base", metavar="REV", help="The tip that it is to be merged into.")
@click.option("--head", metavar="REV", help="What is to be merged (with --base, default: HEAD).")
@click.option("--event", metavar="FILE", type=FILE, help="An event of GitHub Actions.")
@click.option("--change", metavar="N", type=click.IntRange(1), help="A request, by its number.")
@click.option("--forge", metavar="FILE", type=FILE, help="Records of `affidavit collect`.")
@click.option("--live", is_flag=True, help="Ask the forge itself.")
@click.option("--api-url", "url", metavar="URL", envvar="GITHUB_API_URL", help="Its REST base.")
@click.option("--repository", metavar="OWNER/NAME", help="It, on the forge, and no other.")
@click.option("--facts", metavar="FILE", type=FILE, multiple=True, help="A bundle; repeatable.")
@click.option("--ledger", metavar="DIR", type=FILE, help="A ledger with facts about the head.")
@click.option(
    "--require",
    metavar="NAME",
    multiple=True,
    shell_complete=_names,
    help="Ask for more; repeatable.",
)
@click.option("--threshold", metavar="N", type=click.IntRange(0, 100), help="Ask for a score.")
@click.option("--policy", metavar="DIR", type=FILE, help="Used instead of the base's policy.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--output", metavar="FILE", type=FILE, help="Write the answer there (-: standard output)."
)
@click.option("--policy-input", metavar="FILE", type=FILE, help="Write what the policy is asked.")
@click.option("--bundle", metavar="FILE", type=FILE, help="Sign the decision, and append it there.")
@click.option("--record", is_flag=True, help="Record the decision in the ledger.")
@click.option("--status", is_flag=True, help="Set the status affidavit/gate on the commit.")
@click.option("--branch", metavar="NAME", multiple=True, help="Judge requests for it, too.")
@click.option("--quiet", is_flag=True, help="Tell the answer alone.")
@click.pass_context
def gate(context: click.Context, /, **options: object) -> None:
    """Judge a change; HELP is what a user is told."""
    from affidavit.app.clock import now  # noqa: PLC0415 -- help stays quick without it
    from affidavit.app.gate.judging import gated  # noqa: PLC0415
    from affidavit.cli.collect.told import telling  # noqa: PLC0415

    if options.pop("as_json"):
        options["form"] = _json(options["form"])
    given = _Given(**options)  # type: ignore[arg-type]  # click has checked them
    wanted = _wanted(given)
    with telling(quiet=given.quiet or given.form != "text") as told:
        found = gated(wanted, now() // 1_000_000, told)
        if given.policy_input is not None:
            _write(given.policy_input, _asked(found))
        status = _keep(given, wanted, found, told)
    _tell(given, found.answer)
    if status is not None and not given.quiet:
        on = f"{status.context} of {status.commit[:12]}"
        click.echo(f"affidavit: the status {on} is set: {status.state}", err=True)
    context.exit(found.answer.status)


def _json(form: object) -> str:
    """The form that --json asks for.

    Raises:
        UsageError: --format asks for another.
    """
    if form not in ("text", "json"):
        raise UsageError(f"--json and --format {form}: give one of them")
    return "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The options as click gives them."""

    repo: Path
    base: str | None
    head: str | None
    event: Path | None
    change: int | None
    forge: Path | None
    live: bool
    url: str | None
    repository: str | None
    facts: tuple[Path, ...]
    ledger: Path | None
    require: tuple[str, ...]
    threshold: int | None
    policy: Path | None
    form: str
    output: Path | None
    policy_input: Path | None
    bundle: Path | None
    record: bool
    status: bool
    branch: tuple[str, ...]
    quiet: bool


def _wanted(given: _Given) -> Wanted:
    """What is to be judged.

    Raises:
        AffidavitError: The options do not go together, or there is no such ledger, or no token.
    """
    import os  # noqa: PLC0415 -- help stays quick without it

    from affidavit.app.gate.wanted import Wanted  # noqa: PLC0415
    from affidavit.app.ledger.home import home  # noqa: PLC0415
    from affidavit.changes.gate.model import OPTIONAL  # noqa: PLC0415
    from affidavit.sources.github.server import PUBLIC  # noqa: PLC0415
    from affidavit.sources.github.token import token  # noqa: PLC0415

    _check(given, OPTIONAL)
    return Wanted(
        repository=given.repo,
        base=given.base,
        head=given.head,
        event=given.event,
        event_name=_event_name(os.environ) if given.event else "",
        change=given.change,
        forge=given.forge,
        token=token(os.environ) if given.live or given.status else None,
        url=given.url or PUBLIC,
        slug=given.repository or os.environ.get("GITHUB_REPOSITORY", ""),
        only=given.repository,
        facts=given.facts,
        ledger=home(given.ledger, given.repo) if given.ledger or given.record else None,
        require=given.require,
        threshold=given.threshold,
        policy=given.policy,
        branches=given.branch,
    )


def _event_name(environment: Mapping[str, str]) -> str:
    """What sort of event it is, which its file does not say.

    Raises:
        UsageError: Nothing says it.
    """
    name = environment.get("GITHUB_EVENT_NAME", "")
    if not name:
        raise UsageError(
            "--event: the variable GITHUB_EVENT_NAME does not say what event it is",
            hint="a job of GitHub Actions sets it; elsewhere set it, such as to pull_request",
        )
    return name


def _check(given: _Given, known: tuple[str, ...]) -> None:
    """Refuse options that do not go together."""
    odd = [one for one in given.require if one not in known]
    if odd:
        raise UsageError(f"--require: {odd[0][:40]!a} is none of {', '.join(known)}")
    if given.forge and given.live:
        raise UsageError("--forge and --live: give one of them")
    if given.status and not given.live:
        raise UsageError("--status sets what was read from the forge itself: give --live with it")
    _see_none_empty(given)


def _see_none_empty(given: _Given) -> None:
    """Refuse a name that is empty, as a variable is that nobody set: it names nothing."""
    for option in ("base", "head", "repository", "branch"):
        value = getattr(given, option)
        if value == "" or (isinstance(value, tuple) and "" in value):
            hint = "is the variable set that it comes from?"
            raise UsageError(f"--{option}: '' names nothing", hint=hint)


def _keep(given: _Given, wanted: Wanted, found: Gated, told: Telling) -> NewStatus | None:
    """Keep the decision where it is asked for, before it is told: refusals too.

    It is the status that was set.
    """
    if given.bundle is None and not given.record and not given.status:
        return None
    from affidavit.app.gate.keeping import posted, recorded, signed  # noqa: PLC0415

    if given.bundle is not None:
        signed(found, given.bundle)
    if given.record and wanted.ledger is not None:
        recorded(found, wanted.ledger)
    return posted(found, wanted, told) if given.status else None


def _tell(given: _Given, answer: Answer) -> None:
    """Print the answer, or write it where it is asked for."""
    lines = list(_lines(given.form, answer))
    if given.output is not None:
        _write(given.output, "".join(f"{text}\n" for text, _ in lines).encode())
    else:
        plain = _is_plain()
        for text, colour in lines:
            # A line without a colour is left alone: what ends one would stand after JSON, too.
            click.echo(text if plain or colour is None else click.style(text, fg=colour))
    if given.form == "github":
        _summarise(answer)


def _is_plain() -> bool:
    """Whether whoever looks wants no colours, or has a terminal that knows none."""
    import os  # noqa: PLC0415 -- only this needs it

    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"


def _asked(found: Gated) -> bytes:
    """What the policy was asked, in its one form."""
    from affidavit.policy.deciding import encoded_input  # noqa: PLC0415

    return encoded_input(found.input)


def _write(place: Path, data: bytes) -> None:
    """Let a file hold `data`."""
    from affidavit.package.place import delivering  # noqa: PLC0415

    with delivering(place) as file:
        file.write(data)


def _lines(form: str, answer: Answer) -> list[tuple[str, str | None]]:
    """The answer in the form that is asked for, each line with its colour."""
    from affidavit.package.gate import data, github, gitlab, junit, sarif, text  # noqa: PLC0415

    if form == "text":
        return [(one.text, one.colour) for one in text.lines(answer)]
    if form == "github":
        return [(one, None) for one in github.told(answer)]
    whole = {"json": data.text, "sarif": sarif.text, "junit": junit.text, "gitlab": gitlab.text}
    return [(whole[form](answer), None)]


def _summarise(answer: Answer) -> None:
    """Append the summary of the step, where the job has a place for it."""
    import os  # noqa: PLC0415 -- only this needs it

    from affidavit.package.gate.github import summary  # noqa: PLC0415

    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return
    try:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(summary(answer))
    except OSError as error:
        why = visible(f"{place} cannot be written: {error.strerror}")
        click.echo(f"affidavit: warning: there is no summary: {why}", err=True)
