"""``affidavit ledger anchor``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from affidavit.base.errors import FormatError, NotALedgerError, UsageError
from affidavit.base.text import visible
from affidavit.cli.ledger.answers import FILE, common, found, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from affidavit.app.anchor.copying import Found
    from affidavit.app.anchor.stamping import Anchor

HELP = """Keep checkpoints where a change of the ledger does not reach them.

A copy in the notes of a git repository is an operator-held copy, not a witness: whoever keeps the
ledger can write such a note. A time stamp shows that a checkpoint existed at a time, by the clock
of an authority, and nothing about what the ledger leaves out.

\b
Examples:
  affidavit ledger anchor --git
  affidavit ledger anchor --read-git --origin example.com/team > kept.txt
  affidavit ledger anchor --tsa https://tsa.example/tsr --ca tsa-ca.pem
  affidavit ledger anchor --request checkpoint.tsq
  affidavit ledger anchor --token checkpoint.tsr --ca tsa-ca.pem
  affidavit ledger anchor --list --ca tsa-ca.pem

\b
Exit codes: 0 done, and every time stamp is verified; 1 one failed; 3 one is not verified because no
--ca was given, no authority answered, or there is nothing to show.
"""
HERE = "\0"
"""The value of an option whose place was left out."""


@click.command(help=HELP)
@click.option(
    "--git",
    "write_git",
    metavar="[REPO]",
    is_flag=False,
    flag_value=HERE,
    help="Copy the newest checkpoint into the notes of this repository (default: the ledger's).",
)
@click.option(
    "--read-git",
    metavar="[REPO]",
    is_flag=False,
    flag_value=HERE,
    help="Print the newest checkpoint in the notes of this repository (default: here).",
)
@click.option("--tsa", metavar="URL", help="Ask this time stamping authority (RFC 3161).")
@click.option("--request", metavar="FILE", type=FILE, help="Write a request for an authority.")
@click.option("--token", metavar="FILE", type=FILE, help="Take in what an authority answered.")
@click.option("--list", "listing", is_flag=True, help="Check every time stamp that is kept.")
@click.option("--ca", metavar="FILE", type=FILE, help="Certificates to trust, in PEM.")
@click.option("--origin", metavar="NAME", help="The log to read copies of (default: this one).")
@click.option(
    "--key", "keys", multiple=True, metavar="KEY|FILE", help="Read only copies signed by it."
)
@click.option("--output", metavar="DIR", type=FILE, help="Write every copy that is read there.")
@common
@click.pass_context
def anchor(context: click.Context, /, **given: object) -> None:
    """Keep checkpoints elsewhere; HELP is what a user is told."""
    modes = [name for name in _MODES if given[name]]
    if len(modes) != 1:
        raise UsageError("give one of --git, --read-git, --tsa, --request, --token, --list")
    _check_company(modes[0], given)
    context.exit(_MODES[modes[0]](_Given(given)))


class _Given:
    """The options that were given, each with its type."""

    def __init__(self, values: dict[str, object]) -> None:
        self._values = values
        self.as_json = bool(values["as_json"])

    def path(self, name: str) -> Path | None:
        """A path; None where it was not given."""
        value = self._values[name]
        return value if isinstance(value, Path) else None

    def text(self, name: str) -> str | None:
        """A text; None where it was not given."""
        value = self._values[name]
        return value if isinstance(value, str) else None

    def repository(self, name: str) -> Path | None:
        """Where a repository is said to be; None where the option came without."""
        value = self.text(name)
        return None if value in (None, HERE) else Path(str(value))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that were given."""
        value = self._values["keys"]
        return tuple(map(str, value)) if isinstance(value, tuple) else ()


def _check_company(mode: str, given: dict[str, object]) -> None:
    """Refuse options that say nothing beside the one that was chosen."""
    stamps = {"tsa", "token", "listing"}
    for name in ("ca", "origin", "keys", "output"):
        if given[name] and mode not in (stamps if name == "ca" else {"read_git"}):
            option = "key" if name == "keys" else name
            raise UsageError(f"--{option} says nothing here")


def _write_git(given: _Given) -> int:
    from affidavit.app.anchor.copying import copied  # noqa: PLC0415 -- help stays quick

    done = copied(found(given.path("place")), given.repository("write_git"))
    if given.as_json:
        tell(done)
    else:
        what = f"{done.label} of the checkpoint of {done.size:,} entries"
        where = f"in {done.ref} on {done.commit}"
        click.echo(f"{what}, {where}{'' if done.new else ' (was there before)'}")
        click.echo(
            "no witness: who keeps the ledger can write it; push the ref to where others are"
        )
    return 0


def _read_git(given: _Given) -> int:
    from affidavit.app.anchor.copying import found_in, saved  # noqa: PLC0415
    from affidavit.app.ledger.verifying import keys_of  # noqa: PLC0415

    origin = given.text("origin") or _origin(given)
    keys = [key for one in given.keys for key in keys_of(one)]
    place = given.repository("read_git") or Path()
    read = found_in(place, origin, keys)
    if read.unread:
        click.echo(f"{read.unread:,} lines or parts of the notes were not understood", err=True)
    folder = given.path("output")
    if folder is not None:
        paths = [str(one) for one in saved(read, folder)]
        if given.as_json:
            tell({"files": paths, "label": "operator-held copy", "origin": origin})
        else:
            click.echo("".join(f"{visible(one)}\n" for one in paths), nl=False)
        return 0 if paths else _nothing(origin, found_in(place, origin, ()))
    newest = read.newest()
    if newest is None:
        return _nothing(origin, found_in(place, origin, ()))
    if given.as_json:
        size, text = newest.checkpoint.size, newest.note.decode()
        label = "operator-held copy"
        tell({"checkpoint": text, "label": label, "origin": origin, "size": size})
    else:
        sys.stdout.buffer.write(newest.note)
    return 0


def _nothing(origin: str, of_anybody: Found) -> int:
    """Say that there is no copy to show; `of_anybody` are those without regard to keys."""
    number = len(of_anybody.copies)
    signed = f" that a given key signed, and {number:,} that none did" if number else ""
    click.echo(visible(f"there is no copy of a checkpoint of {origin}{signed}"), err=True)
    return 3


def _origin(given: _Given) -> str:
    from affidavit.app.ledger.view import viewing  # noqa: PLC0415

    try:
        with viewing(found(given.path("place"))) as view:
            return view.origin
    except NotALedgerError as error:
        raise UsageError("there is no ledger here: name its log with --origin") from error


def _tsa(given: _Given) -> int:
    from affidavit.app.anchor.stamping import roots_in, stamped  # noqa: PLC0415

    roots = roots_in(given.path("ca"))
    return _answered(stamped(found(given.path("place")), given.text("tsa") or "", roots), given)


def _request(given: _Given) -> int:
    from affidavit.app.anchor.stamping import requested  # noqa: PLC0415
    from affidavit.package.place import delivering  # noqa: PLC0415

    file = given.path("request") or Path()
    with delivering(file) as opened:
        asked = requested(found(given.path("place")))
        opened.write(asked.request)
    if given.as_json:
        tell({"file": str(file), "size": asked.size})
    else:
        click.echo(f"{file} asks for a time stamp of the checkpoint of {asked.size:,} entries")
    return 0


def _token(given: _Given) -> int:
    from affidavit.app.anchor.stamping import roots_in, taken  # noqa: PLC0415

    file = given.path("token") or Path()
    ledger, roots = found(given.path("place")), roots_in(given.path("ca"))
    try:
        done = taken(ledger, file, roots)
    except FormatError as error:
        hint = "give what an authority answered to a request, often a file .tsr"
        raise FormatError(f"{file}: no time stamp: {error.message}", hint=hint) from error
    return _answered(done, given)


def _answered(done: Anchor, given: _Given) -> int:
    if given.as_json:
        tell(done)
    else:
        click.echo(_line(done))
        click.echo("kept" if done.kept else "not kept")
    return _STATUS[done.status]


def _listing(given: _Given) -> int:
    from affidavit.app.anchor.stamping import listed, roots_in  # noqa: PLC0415

    anchors = list(listed(found(given.path("place")), roots_in(given.path("ca"))))
    if given.as_json:
        tell(anchors)
    else:
        for one in anchors:
            click.echo(_line(one))
        if not anchors:
            click.echo("there is no time stamp", err=True)
    statuses = {_STATUS[one.status] for one in anchors} or {3}
    return 1 if 1 in statuses else max(statuses)


def _line(one: Anchor) -> str:
    time = one.time or "no time"
    why = f": {one.reason}" if one.reason else ""
    return visible(f"{one.size:>8}  {one.kind}  {one.length:,} bytes  {time}  {one.status}{why}")


_STATUS = {"verified": 0, "failed": 1, "unverified": 3, "unanswered": 3}
_MODES: dict[str, Callable[[_Given], int]] = {
    "write_git": _write_git,
    "read_git": _read_git,
    "tsa": _tsa,
    "request": _request,
    "token": _token,
    "listing": _listing,
}
