"""``affidavit facts show``."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import count
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.base.text import visible, visible_json
from affidavit.cli.ledger.answers import FILE, found
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.facts.looking import Seen

HELP = """Show the signed facts of FILE, or those in the notes of a repository.

Each statement with its signature: good, bad, or by an unknown key. Who is believed comes from you:
the file of signers that `affidavit ledger import` takes, or verifier keys. With --ledger it says
which statements that ledger has, and that the others are pending. When a statement was signed
cannot be known; when it was imported can. --notes alone shows the notes of every commit.

\b
Exit codes: 0 all are good, 1 an import would refuse one or the ledger does not verify, 3 a key is
unknown, there is nothing, or this account has no key to verify the ledger with.
"""
MOST_NONE = 20
"""Lines that are no statement which are shown; of more it is told in the total how many."""


@click.command(help=HELP)
@click.argument("file", required=False, type=FILE)
@click.option(
    "--notes", metavar="[REV]", is_flag=False, flag_value="", help="Those in notes, of one commit."
)
@click.option("--repo", metavar="DIR", type=FILE, default=".", help="The repository of the notes.")
@click.option("--signers", metavar="FILE", type=FILE, help="Whom to believe, and what of.")
@click.option(
    "--signer", "keys", multiple=True, metavar="KEY|FILE", help="A key of whom you believe."
)
@click.option(
    "--ledger", "place", metavar="DIR", type=FILE, help="The ledger that may have imported them."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON, a line for each.")
@click.pass_context
def show(  # noqa: PLR0913 -- click gives every option
    context: click.Context,
    file: Path | None,
    *,
    notes: str | None,
    repo: Path,
    signers: Path | None,
    keys: tuple[str, ...],
    place: Path | None,
    as_json: bool,
) -> None:
    """Show signed facts; HELP is what a user is told."""
    from affidavit.app.facts.looking import Believed, in_file, in_notes, looking  # noqa: PLC0415
    from affidavit.app.progress import STEP  # noqa: PLC0415

    if (file is None) == (notes is None):
        raise UsageError("give a FILE, or --notes")
    ledger = None if place is None else found(place)
    sources = in_notes(repo, notes or None) if file is None else in_file(file)
    counted, statuses, numbers = Counter[str | None](), set[int](), count(1)
    # On a terminal the lines themselves show how far it is.
    with (
        progress(quiet=as_json or sys.stdout.isatty()) as told,
        looking(Believed(signers, keys), ledger) as look,
    ):
        for name, lines in sources:
            for one in look.seen(name, lines):
                statuses.add(one.exit_status)
                counted.update((one.signature, *_counted(one)))
                if as_json or one.kind is not None or counted[one.signature] <= MOST_NONE:
                    click.echo(_as_json(one) if as_json else "\n".join(_as_text(one)))
                if (number := next(numbers)) % STEP == 0:
                    told.step("looking at facts", number)
        if look.unsure is not None:
            statuses.add(3)
            click.echo(visible(f"ledger         not verified: {look.unsure}"), err=as_json)
    if not as_json:
        click.echo(_total(counted))
    context.exit(_status(statuses))


def _status(statuses: set[int]) -> int:
    if not statuses:
        return 3
    return 1 if 1 in statuses else max(statuses)


def _counted(one: Seen) -> Iterator[str]:
    """What a statement counts as beside its signature: nothing waits that would be refused."""
    if one.refusal is None or one.state == "imported":
        yield from () if one.state is None else (one.state,)
    elif one.kind is not None:
        yield "refused"


def _total(counted: Counter[str | None]) -> str:
    order = ("good", "bad", "unknown key", "no statement", "refused", "pending", "imported")
    told = ", ".join(f"{counted[word]:,} {word}" for word in order if counted[word])
    return f"total          {told or 'nothing'}"


def _as_text(one: Seen) -> Iterator[str]:
    yield visible(f"{one.source} line {one.line}: {one.signature}{_state(one)}")
    if one.kind is not None:
        known = "unknown; it says " * (one.signature == "unknown key")
        yield visible(f"  fact         {one.kind}  {one.stream}  {one.actor}")
        yield visible(f"  subject      {_subject(one)}")
        yield visible(f"  signer       {known}{one.signer}")
    if one.refusal is not None:
        yield visible(f"  refused      {one.refusal}")


def _state(one: Seen) -> str:
    where = one.imported
    if where is not None:
        return f", imported as index {where.index} at {where.time[:19]}Z"
    return "" if one.state is None else f", {one.state}"


def _subject(one: Seen) -> str:
    subject = one.subject
    if subject is None:
        return "none"
    commit = () if subject.commit is None else (f"commit {subject.commit}",)
    return ", ".join((*commit, *subject.digests[:3], *(["…"] if subject.digests[3:] else [])))


def _as_json(one: Seen) -> str:
    import msgspec  # noqa: PLC0415

    return visible_json(msgspec.json.encode(one).decode())
