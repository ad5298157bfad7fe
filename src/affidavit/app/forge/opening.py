"""Where a forge's records are read from: an export, or a ledger that holds them.

What a ledger holds is written to a private file first, which goes with whoever opened it: an export
is read by offset, so that it need not fit into memory.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from affidavit.base.errors import InputError, NotALedgerError, OutputError
from affidavit.base.limit import limit
from affidavit.sources.forge.reading import first_line
from affidavit.sources.git.locate import locate
from affidavit.sources.git.refs import remote_url

if TYPE_CHECKING:
    from types import TracebackType

    from affidavit.app.ledger.checked import Unsure
    from affidavit.audit.forge import ForgeLedger, ForgeSource
    from affidavit.base.limit import Limit

_TAKES = (
    "give a file of affidavit collect, or the folder of a ledger with such records:"
    " affidavit collect --record"
)


class Opened:
    """An export to be read: `path` is it, as long as this is held.

    `ledger` is where it was rebuilt from, None where it is the file that was given. `folder` goes
    when this is closed, or is nobody's any more.
    """

    def __init__(
        self,
        path: Path,
        ledger: ForgeLedger | None = None,
        limits: tuple[Limit, ...] = (),
        *,
        folder: Path | None = None,
    ) -> None:
        self.path = path
        self.ledger = ledger
        self.limits = limits
        self._removing = folder and weakref.finalize(self, _remove, folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove the file, where it was rebuilt."""
        if self._removing:
            self._removing()

    def lent(self) -> Opened:
        """The same for somebody who does not remove it."""
        return Opened(self.path, self.ledger, self.limits)

    def told(self, source: ForgeSource) -> ForgeSource:
        """`source` with where it was read from."""
        return msgspec.structs.replace(source, ledger=self.ledger or msgspec.UNSET)


def opened(given: Path | Opened, repository: Path, name: str | None = None) -> Opened:
    """The export at `given`, or the one that the ledger in the folder `given` holds.

    Where the ledger has those of several repositories, it is the one that is called `name`, or that
    the remote of the `repository` leads to.

    Raises:
        InputError: The ledger holds none.
        UsageError: It holds several, and none of them is meant.
        AffidavitError: It does not verify, or cannot be read.
    """
    if isinstance(given, Opened):
        return given.lent()
    if not given.is_dir():
        _check_export(given)
        return Opened(given)
    # Most audits need nothing of a ledger.
    from affidavit.app.forge.rebuilding import checked, home, rebuilt  # noqa: PLC0415

    names = (name or "", remote_url(locate(repository)) or "")
    try:
        place = home(given, given)
    except NotALedgerError as error:
        raise NotALedgerError(error.message, hint=_TAKES) from error
    unsure = checked(place)
    folder = _folder()
    try:
        path = folder / "forge.jsonl"
        source = rebuilt(place, path, [one.removesuffix(".git").casefold() for one in names])
    except BaseException:
        _remove(folder)
        raise
    return Opened(path, source, tuple(_doubts(unsure)), folder=folder)


def _check_export(given: Path) -> None:
    """Refuse a file that does not begin as an export."""
    try:
        first_line(given)
    except InputError as error:
        raise InputError(error.message, hint=_TAKES) from error


def _folder() -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix="affidavit-"))
    except OSError as error:
        raise OutputError(f"a private file cannot be written: {error.strerror}") from error


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _doubts(unsure: Unsure | None) -> list[Limit]:
    if unsure is None:
        return []
    text = "The ledger that the forge's records were read from was not held against a key from"
    return [limit("forge-ledger-unverified", f"{text} outside it.", [unsure.reason], gap=True)]
