"""``affidavit ledger verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

HELP = """Verify a log: every entry, tile, checkpoint and signature, and whether its end is there.

PATH is a project with a ledger, its .affidavit folder, or an export (default: the ledger of this
folder or a folder above it). What is trusted comes from you, not from the log: its verifier key, a
C2SP tlog-policy with witnesses, a checkpoint that you kept. Whether the end was cut off is only
known from such a checkpoint, or from witnesses and a time. With witnesses, the longest time in
which too few of them saw the log is printed: that far back it could have been written anew. A
proof says that the log holds an entry, and nothing of the log's end.

\b
Examples:
  affidavit ledger verify --key example.com/team+530d903a+AekyeRr... --against last-month.txt
  affidavit ledger verify evidence/ --policy policy.txt --as-of 2026-12-31 --since 2026-10-01
  affidavit ledger verify --proof entry7.tlog-proof --entry entry7.json --key team.vkey

\b
Exit codes: 0 verified, 1 it does not verify, 3 cannot decide (self-asserted, empty, incomplete).
"""


@click.command(help=HELP)
@click.argument("path", required=False, type=FILE)
@click.option("--key", "keys", multiple=True, metavar="KEY|FILE", help="A verifier key of the log.")
@click.option("--policy", metavar="FILE", type=FILE, help="A C2SP tlog-policy.")
@click.option(
    "--against", multiple=True, metavar="FILE", type=FILE, help="A checkpoint kept from earlier."
)
@click.option("--as-of", metavar="D", help="The log must be whole up to then, as witnesses say.")
@click.option("--since", metavar="D", help="Where the period begins that is searched for the gap.")
@click.option("--until", metavar="D", help="Where it ends (default: --as-of, or now).")
@click.option("--tsa-ca", metavar="FILE", type=FILE, help="Authorities whose time stamps count.")
@click.option("--tree-only", is_flag=True, help="Hash the entries without reading them.")
@click.option("--proof", metavar="FILE", type=FILE, help="Verify this proof instead of a log.")
@click.option("--entry", metavar="FILE", type=FILE, help="The entry's bytes, for --proof.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def verify(  # noqa: PLR0913 -- click gives every option
    context: click.Context,
    path: Path | None,
    *,
    keys: tuple[str, ...],
    policy: Path | None,
    against: tuple[Path, ...],
    as_of: str | None,
    since: str | None,
    until: str | None,
    tsa_ca: Path | None,
    tree_only: bool,
    proof: Path | None,
    entry: Path | None,
    as_json: bool,
) -> None:
    """Verify a log; HELP is what a user is told."""
    from affidavit.app.ledger.verifying import Trusted, proof_verified, verified  # noqa: PLC0415
    from affidavit.cli.ledger.verify_answer import lines, shown  # noqa: PLC0415

    seconds = _seconds(as_of=as_of, since=since, until=until)
    trusted = Trusted(keys=keys, policy=policy, against=against, tsa_ca=tsa_ca, **seconds)
    if (proof is None) != (entry is None):
        raise UsageError("--proof and --entry are given together")
    if proof is not None and entry is not None:
        whole = {"PATH": path, "--tree-only": tree_only or None, "--tsa-ca": tsa_ca}
        times = {"--as-of": as_of, "--since": since, "--until": until}
        _check_alone({**whole, **times})
        result = proof_verified(proof, entry, trusted)
    else:
        result = verified(path, trusted, tree_only=tree_only)
    if as_json:
        tell(shown(result))
    else:
        for line in lines(result, asked=bool(keys or policy)):
            click.echo(visible(line))
    context.exit(result.status.exit_status)


def _seconds(*, as_of: str | None, since: str | None, until: str | None) -> dict[str, int | None]:
    """Each time in seconds, by its name."""
    from affidavit.base import period  # noqa: PLC0415

    return {
        "as_of": None if as_of is None else period.until(as_of, "--as-of"),
        "since": None if since is None else period.since(since),
        "until": None if until is None else period.until(until),
    }


def _check_alone(given: Mapping[str, object]) -> None:
    """Refuse what says something of a whole log, where a proof is to be verified."""
    for name, value in given.items():
        if value is not None:
            raise UsageError(f"{name} is for a whole log, and --proof is verified without one")
