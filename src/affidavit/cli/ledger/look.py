"""``affidavit ledger list``, ``show``, ``prove`` and ``checkpoint``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import UsageError
from affidavit.base.text import visible, visible_json
from affidavit.cli.ledger.answers import FILE, common, found, tell

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import Row

_OUTPUT = click.option("--output", metavar="FILE", type=FILE, help="Write it there.")


@click.command("list")
@click.option("--stream", metavar="S", help="Only entries of this stream.")
@click.option("--kind", metavar="K", help="Only this kind, with or without its version.")
@click.option(
    "--from", "start", metavar="N", type=click.IntRange(0), default=0, help="From entry N on."
)
@click.option("--to", "stop", metavar="N", type=click.IntRange(0), help="Up to entry N, excluded.")
@click.option(
    "--last",
    metavar="COUNT",
    type=click.IntRange(1),
    help="The newest COUNT of them (default: 20 on a terminal, else all).",
)
@common
def listed(  # noqa: PLR0913 -- click gives every option
    *,
    stream: str | None,
    kind: str | None,
    start: int,
    stop: int | None,
    last: int | None,
    place: Path | None,
    as_json: bool,
) -> None:
    """List entries, oldest first: index, time, kind, stream and number in it, actor."""
    from affidavit.app.ledger.view import Choice, viewing  # noqa: PLC0415

    choice = Choice(start=start, stop=stop, stream=stream, kind=kind)
    if last is None and not as_json and sys.stdout.isatty():
        last = 20
    row = None
    with viewing(found(place)) as view:
        for row in view.chosen(choice) if last is None else view.newest(choice, last):
            click.echo(_as_json(row) if as_json else _as_text(row))
    if row is None and not as_json:
        click.echo("there is no such entry", err=True)


def _as_text(row: Row) -> str:
    one = row.entry
    return visible(
        f"{row.index:>8}  {one.time[:19]}Z  {one.kind:<22} {one.stream} {one.sequence}  {one.actor}"
    )


def _as_json(row: Row) -> str:
    """A line of JSON: the entry, and where it lies; nothing in it can steer a terminal."""
    entry = visible_json(row.data.decode())
    return f'{{"digest":"{row.digest}","entry":{entry},"index":{row.index}}}'


@click.command()
@click.argument("index", type=click.IntRange(0))
@click.option("--raw", is_flag=True, help="The entry's bytes as they are hashed, nothing else.")
@click.option("--reveal", is_flag=True, help="Show what pseudonyms and commitments stand for.")
@common
def show(index: int, *, raw: bool, reveal: bool, place: Path | None, as_json: bool) -> None:
    """Show the entry of that number."""
    from affidavit.app.ledger.view import viewing  # noqa: PLC0415

    if raw and (reveal or as_json):
        raise UsageError("--raw prints the entry's very bytes: give it alone")
    ledger = found(place)
    with viewing(ledger) as view:
        row = view.proven(index)
        shown = _revealed(row, ledger, view.origin) if reveal else None
    if raw:
        sys.stdout.buffer.write(row.data)
    elif shown is not None:
        tell({"digest": row.digest, "entry": shown, "index": index})
    elif as_json:
        click.echo(_as_json(row))
    else:
        import msgspec  # noqa: PLC0415

        click.echo(f"entry {index}, {row.digest}")
        for line in msgspec.json.format(row.data).decode().split("\n"):
            click.echo(visible(line))


def _revealed(row: Row, ledger: Home, origin: str) -> object:
    import msgspec  # noqa: PLC0415

    from affidavit.app.ledger.kept import vault  # noqa: PLC0415
    from affidavit.app.ledger.personal import revealed  # noqa: PLC0415

    with vault(ledger, origin, writable=False) as kept:
        return revealed(msgspec.json.decode(row.data), kept)


@click.command()
@click.argument("index", type=click.IntRange(0))
@_OUTPUT
@common
def prove(index: int, *, output: Path | None, place: Path | None, as_json: bool) -> None:
    """Prove that the log holds an entry: a C2SP tlog-proof under the newest checkpoint."""
    from affidavit.app.ledger.view import viewing  # noqa: PLC0415

    with viewing(found(place)) as view:
        proof = view.proof(index)
        digest = view.row(index).digest
    if as_json:
        _refuse_output(output)
        tell({"digest": digest, "index": index, "proof": proof.encode().decode()})
    else:
        _deliver(proof.encode(), output)


@click.command()
@_OUTPUT
@common
def checkpoint(*, output: Path | None, place: Path | None, as_json: bool) -> None:
    """Print the newest signed checkpoint: keep it elsewhere, and verify --against it later."""
    from affidavit.app.ledger.view import viewing  # noqa: PLC0415

    with viewing(found(place)) as view:
        note, size, origin = view.checkpoint(), view.size, view.origin
    if as_json:
        _refuse_output(output)
        tell({"checkpoint": note.decode(), "origin": origin, "size": size})
    else:
        _deliver(note, output)


def _deliver(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data)
        return
    from affidavit.package.place import delivering  # noqa: PLC0415

    with delivering(output) as file:
        file.write(data)


def _refuse_output(output: Path | None) -> None:
    """An answer in JSON goes to the standard output alone."""
    if output is not None:
        raise UsageError("--output takes the file itself, --json an answer: give one of them")
