"""``affidavit approve``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from affidavit.base.errors import UsageError
from affidavit.cli.deciding import Placed, decide, options

if TYPE_CHECKING:
    from affidavit.changes.approval.predicate import AiUse

HELP = """Approve CHANGE, a revision or a request such as '#12', with your own SSH key.

What you sign is shown first, with its digest, and the key is asked only after you said yes: it is
the commit, its tree, where the change began, and your answers. The key is --key, else git's global
user.signingkey, else a usual one of ~/.ssh; ssh-keygen signs with it, and asks for what it needs.

The signed fact goes into the notes of the commit, refs/notes/affidavit, or to --output. Only a
touched hardware key whose enrolment is proven makes an approval that stands by itself: see
docs/approvals.md.

\b
Examples:
  affidavit approve '#12' --checklist --ai-use assisted --push origin
  affidavit approve HEAD --answer tests=yes --answer security=yes
"""
ANSWERS = ("functional_correctness", "security", "tests", "ai_review")
_YES_NO = {"yes": True, "no": False}


@click.command(help=HELP)
@click.argument("change")
@click.option("--checklist", is_flag=True, help="Ask the four questions of the checklist.")
@click.option(
    "--answer",
    "answers",
    metavar="ITEM=yes|no",
    multiple=True,
    help=f"Answer one: {', '.join(ANSWERS)}; repeatable.",
)
@click.option(
    "--ai-use",
    type=click.Choice(("none", "assisted", "generated")),
    help="What AI had to do with it, as far as you know.",
)
@click.option("--reason", metavar="TEXT", help="Why, in your words.")
@options
def approve(
    change: str,
    *,
    checklist: bool,
    answers: tuple[str, ...],
    ai_use: AiUse | None,
    reason: str | None,
    **placed: Unpack[Placed],
) -> None:
    """Sign an approval; HELP is what a user is told."""
    from affidavit.app.approvals.deciding import Asked  # noqa: PLC0415 -- help stays quick
    from affidavit.changes.approval.predicate import Answers  # noqa: PLC0415

    given = _answers(answers)
    decide(
        Asked(
            command="approve",
            revision=change,
            answers=Answers(**given),
            ai_use=ai_use,
            reason=reason,
            repository=placed["repo"],
            base=placed["base"],
            key=placed["key"],
            output=placed["output"],
            notes=placed["notes"],
            remote=placed["push"],
        ),
        checklist=checklist,
    )


def _answers(typed: tuple[str, ...]) -> dict[str, bool]:
    found = dict[str, bool]()
    for one in typed:
        name, given, answer = one.partition("=")
        if name not in ANSWERS or not given:
            why = f"--answer {one[:60]!a} is no answer"
            raise UsageError(why, hint=f"ITEM is one of {', '.join(ANSWERS)}")
        if answer not in _YES_NO:
            raise UsageError(f"--answer {name} is yes or no, and not {answer[:60]!a}")
        if name in found:
            raise UsageError(f"--answer {name} is given twice", hint="give one answer to each")
        found[name] = _YES_NO[answer]
    return found
