"""``affidavit ledger dispose``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.text import visible
from affidavit.cli.ledger.answers import common, confirmed, found, tell
from affidavit.cli.progress import progress

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.personal import Disposal


@click.command()
@click.option(
    "--subject",
    metavar="WHO",
    required=True,
    help="A pseudonym, a name, an e-mail address, or 'Name <address>'.",
)
@click.option("--authority", metavar="TEXT", required=True, help="Who ordered it.")
@click.option("--policy", metavar="TEXT", required=True, help="Under which rule.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common
def dispose(  # noqa: PLR0913 -- click gives every option
    *, subject: str, authority: str, policy: str, yes: bool, place: Path | None, as_json: bool
) -> None:
    """Destroy the personal data that is kept about somebody, for good.

    Entries and their proofs stay as they are: what they hold is a pseudonym and salted commitments,
    which nobody can open or guess any more. An entry records that it was done, with the texts of
    --authority and --policy in clear. Backups of the vault are yours to destroy. As long as the
    repository names somebody, the next audit --record records them anew, under another pseudonym.
    """
    from affidavit.app.ledger.kept import keeping, vault  # noqa: PLC0415
    from affidavit.app.ledger.personal import (  # noqa: PLC0415
        Order,
        described,
        disposed,
        subjects_of,
    )
    from affidavit.app.ledger.view import viewing  # noqa: PLC0415

    ledger = found(place)
    with viewing(ledger) as view, vault(ledger, view.origin, writable=False) as kept:
        subjects = subjects_of(view, kept, subject)
        meant = [visible(described(kept, one)) for one in subjects]
    confirmed("\n".join(meant), "Destroy what is kept about them, for good?", yes=yes)
    with (
        progress(quiet=as_json) as told,
        keeping(ledger, progress=told) as keeper,
        vault(ledger, keeper.log.origin) as kept,
    ):
        order = Order(authority=authority, policy=policy)
        done = list(disposed(keeper, kept, subjects, order))
    if as_json:
        tell(done)
        return
    for one in done:
        click.echo(f"{one.subject}: {_outcome(one)}")


def _outcome(done: Disposal) -> str:
    if not done.new:
        return f"nothing was left to destroy, said before in entry {done.index}"
    values = f"{done.values} value{'s' * (done.values != 1)} destroyed"
    if done.index is None:
        return f"{values}, the log is frozen: no entry says so"
    return f"{values}, said in entry {done.index}"
