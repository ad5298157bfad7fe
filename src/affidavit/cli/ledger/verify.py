"""``affidavit ledger verify``."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import PeriodError, UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.app.ledger.verifying import Trusted
    from affidavit.verify.result import Problem, Result

SHOWN = 50
"""Problems that are printed; all of those kept are in the JSON."""

HELP = """Verify a log: every entry, tile, checkpoint and signature, and whether its end is there.

PATH is a project with a ledger, its .affidavit folder, or an export (default: the ledger of this
folder or a folder above it). What is trusted comes from you, not from the log: its verifier key, a
C2SP tlog-policy with witnesses, a checkpoint that you kept. Whether the end was cut off is only
known from such a checkpoint, or from witnesses and a time.

\b
Examples:
  affidavit ledger verify --key example.com/team+530d903a+AekyeRr... --against last-month.txt
  affidavit ledger verify evidence/ --policy policy.txt --as-of 2026-12-31
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
    tree_only: bool,
    proof: Path | None,
    entry: Path | None,
    as_json: bool,
) -> None:
    """Verify a log; HELP is what a user is told."""
    from affidavit.app.ledger.verifying import Trusted, proof_verified, verified  # noqa: PLC0415

    trusted = Trusted(keys=keys, policy=policy, against=against, as_of=_end(as_of))
    if (proof is None) != (entry is None):
        raise UsageError("--proof and --entry are given together")
    if proof is not None and entry is not None:
        _check_alone(path=path, tree_only=tree_only, as_of=as_of)
        result = proof_verified(proof, entry, trusted)
    else:
        result = verified(path, trusted, tree_only=tree_only)
    if as_json:
        tell(_shown(result))
    else:
        for line in _lines(result, trusted):
            click.echo(visible(line))
    context.exit(result.status.exit_status)


def _end(as_of: str | None) -> int | None:
    from affidavit.base.period import until  # noqa: PLC0415

    try:
        return None if as_of is None else until(as_of)
    except PeriodError as error:
        raise PeriodError(error.message.replace("--until", "--as-of")) from error


def _check_alone(*, path: Path | None, tree_only: bool, as_of: str | None) -> None:
    """Refuse what says something of a whole log, where a proof is to be verified."""
    given = {"PATH": path is not None, "--tree-only": tree_only, "--as-of": as_of is not None}
    for name, is_given in given.items():
        if is_given:
            raise UsageError(f"{name} is for a whole log, and --proof is verified without one")


def _shown(result: Result) -> dict[str, object]:
    import msgspec  # noqa: PLC0415

    found = msgspec.to_builtins(result)
    found["ranges"] = [one._asdict() for one in result.ranges]
    found["notices"] = [one._asdict() for one in result.notices]
    found["totals"] = {str(code): count for code, count in result.totals}
    found["exit_status"] = result.status.exit_status
    return {str(key): value for key, value in found.items()}


def _lines(result: Result, trusted: Trusted) -> Iterator[str]:
    from affidavit.verify.proofs import ENDS_IN_NEWLINE  # noqa: PLC0415
    from affidavit.verify.result import span  # noqa: PLC0415

    yield f"status         {result.status}"
    entries = f", {result.entries:,} entries" if result.entries else ""
    yield f"log            {result.origin or 'unknown'}{entries}"
    if result.size is not None and result.root is not None:
        root = base64.b64encode(result.root).decode()
        yield f"checkpoint     {result.size:,} entries, root {root}"
    for one in result.ranges:
        yield f"{one.kind:<14} {span(one.start, one.end)}: {one.text}"
    if 0 < result.complete_to < result.entries:
        later = f"an end cut off after {result.complete_to:,} entries would not show"
        yield f"not known      {later}"
    for reason in result.reasons:
        yield f"because        {reason}"
    for skipped in result.skipped:
        yield f"not looked at  {skipped}"
    for notice in result.notices:
        yield f"{'hint' if notice.code == ENDS_IN_NEWLINE else 'note':<14} {notice.text}"
    if result.problems:
        total = sum(count for _, count in result.totals)
        yield f"problems       {total:,}"
        yield from map(_line, result.problems[:SHOWN])
        if total > SHOWN:
            yield f"  and {total - SHOWN:,} more"
    if not (trusted.keys or trusted.policy):
        yield "hint           give --key or --policy: a log that brings its own key proves nothing"


def _line(problem: Problem) -> str:
    if problem.index is not None:
        where = f"entry {problem.index}"
    elif problem.size is not None:
        where = f"checkpoint {problem.size}"
    else:
        where = problem.place
    return f"  {where}: {problem.code}: {problem.text} ({problem.place})"
