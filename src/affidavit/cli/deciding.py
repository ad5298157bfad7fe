"""What ``approve``, ``reject`` and ``waive`` share: their options, the question, the answer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypedDict

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import DECLINED, FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.decorators import FC

    from affidavit.app.approvals.deciding import Asked, Decided, Hindrance, Prepared


_WORDS = {"yes": True, "no": False, "skip": None}
"""What the questions of the checklist are answered with."""


class Placed(TypedDict):
    """The options that all three have."""

    repo: Path
    base: str | None
    key: Path | None
    output: Path | None
    notes: bool
    push: str | None


_OPTIONS: tuple[Callable[[FC], FC], ...] = (
    click.option("--repo", metavar="DIR", type=FILE, default=".", help="The repository."),
    click.option("--base", metavar="REV", help="What it is to go into (default: the main branch)."),
    click.option("--key", metavar="FILE", type=FILE, help="Sign with this SSH key."),
    click.option("--output", metavar="FILE", type=FILE, help="Append the signed fact to it."),
    click.option("--notes", is_flag=True, help="Add it to the notes as well as to --output."),
    click.option("--push", metavar="REMOTE", help="Bring the notes together with a remote's."),
)


def options(command: FC) -> FC:
    """The options of `Placed`."""
    for one in reversed(_OPTIONS):
        command = one(command)
    return command


def decide(asked: Asked, *, checklist: bool = False) -> None:
    """Show what is to be signed, ask, sign, publish; or say why nobody is asked.

    With `checklist` the questions are asked first that were not answered yet.

    Raises:
        click.exceptions.Exit: Nothing was signed; the user was told why.
    """
    from affidavit.app.approvals.deciding import (  # noqa: PLC0415 -- help stays quick without it
        check,
        decided,
        hindrance,
        prepared,
    )

    check(asked)
    terminal = os.isatty(0) and os.isatty(2)
    if (why := hindrance(os.environ, terminal=terminal)) is not None:
        _refuse(asked, why)
    ready = prepared(_answered(asked) if checklist else asked, os.environ)
    _confirm(ready)
    for line in _told(decided(ready, asked)):
        click.echo(visible(line))


def _answered(asked: Asked) -> Asked:
    """`asked` with the answers that a person types."""
    import msgspec  # noqa: PLC0415 -- help stays quick without it

    from affidavit.changes.approval.words import QUESTIONS  # noqa: PLC0415

    given = msgspec.structs.asdict(asked.answers)
    for name, question in QUESTIONS.items():
        if given[name] is None:
            asked_for = f"{question} ({', '.join(_WORDS)})"
            given[name] = click.prompt(asked_for, value_proc=_answer, err=True)
    answers = msgspec.structs.replace(asked.answers, **given)
    return msgspec.structs.replace(asked, answers=answers)


def _answer(typed: str) -> bool | None:
    """What a person means; their first letter is enough.

    Raises:
        click.UsageError: It is none of the words, so the question is asked again.
    """
    word = typed.strip().lower()
    for one, meant in _WORDS.items():
        if word in {one, one[0]}:
            return meant
    raise click.UsageError(f"{visible(typed[:40])!r} is not one of {', '.join(_WORDS)}.")


def _refuse(asked: Asked, why: Hindrance) -> None:
    """Say that nobody is asked, and keep that as a fact."""
    from affidavit.app.approvals.deciding import refused  # noqa: PLC0415
    from affidavit.base.errors import AffidavitError  # noqa: PLC0415

    reason = "it takes a terminal, and there is none: nobody can be asked"
    if why.because == "agent":
        reason = f"{why.variable} is set, as it is under {why.agent}: an agent does not sign"
    try:
        kept = refused(asked, why)
    except AffidavitError as error:
        where = f"that this was refused could not be kept: {error.message}"
    else:
        places = [str(kept.output)] if kept.output else []
        places += [f"the notes of {kept.revision}"] if kept.revision else []
        where = f"that this was refused is kept in {' and '.join(places)}"
    click.echo(f"affidavit: {asked.command} refused: {visible(reason)}", err=True)
    click.echo(f"  {visible(where)}", err=True)
    click.get_current_context().exit(DECLINED)


def _confirm(ready: Prepared) -> None:
    """Show what will be signed, and go on only where a person says yes to this very text."""
    for line in _shown(ready):
        click.echo(visible(line), err=True)
    typed = click.prompt(
        "Type the first 8 digits of the digest, or y, to sign it", err=True, default="",
        show_default=False,
    )  # fmt: skip
    if not ready.is_confirmed(typed):
        click.echo("affidavit: nothing was signed", err=True)
        click.get_current_context().exit(DECLINED)


def _shown(ready: Prepared) -> Iterator[str]:
    yield from ready.words
    yield f"  key           {ready.key.public.fingerprint} ({ready.key.public.kind})"
    yield f"                {ready.key.shown}"
    if not ready.key.public.hardware:
        yield "                a software key: the signature does not show that a person made it"
    for variable in ready.doubts:
        yield f"  note          {variable} is set, as some agents do"
    yield f"  digest        {ready.digest}"


def _told(done: Decided) -> Iterator[str]:
    yield f"{done.decision:<14} {done.commit}"
    yield f"statement      {done.statement}"
    yield f"signer         {done.signer}"
    if done.output is not None:
        yield f"appended to    {done.output}"
    if done.notes is not None:
        yield f"in notes of    {done.notes}"
    if done.pushed is not None:
        yield f"pushed to      {done.pushed}"
    yield "To have the forge date it, post this line as the whole text of a review:"
    yield done.line
