"""The places that were named for signed statements: there before the work, and told in a report."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from affidavit.app.ledger.home import home
from affidavit.app.ledger.importing import LARGEST_IMPORT
from affidavit.app.ledger.view import viewing
from affidavit.audit.model import PlaceKind, StatementSource
from affidavit.base.errors import EntryError, UnreadableError
from affidavit.base.text import shortened, visible

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.sworn.asked import Asked


_PART = 1 << 20


def sources(asked: Asked) -> tuple[StatementSource, ...]:
    """The places that are named, each once, as they are now.

    Raises:
        NotALedgerError: A folder is none of a ledger.
        AffidavitError: A place cannot be read.
    """
    found = [_ledger(one, asked) if one.is_dir() else _file(one) for one in asked.places]
    return tuple(dict.fromkeys(found))


def _file(path: Path) -> StatementSource:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while part := file.read(_PART):
                digest.update(part)
                size += len(part)
                if size > LARGEST_IMPORT:
                    raise EntryError(f"{visible(str(path))}: more than {LARGEST_IMPORT:,} bytes")
    except OSError as error:
        raise UnreadableError(f"{visible(str(path))}: {error.strerror}") from error
    name = _shown(path.name)
    return StatementSource(
        kind=PlaceKind.FILE, name=name, size=size, digest=f"sha256:{digest.hexdigest()}"
    )


def _ledger(path: Path, asked: Asked) -> StatementSource:
    with viewing(home(path, asked.repository)) as view:
        root = view.root(view.size).hex()
        return StatementSource(
            kind=PlaceKind.LEDGER,
            name=_shown(view.origin),
            size=view.size,
            digest=f"rfc6962:{root}",
        )


def _shown(text: str) -> str:
    return visible(shortened(text, 300))
