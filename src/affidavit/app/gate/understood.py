"""Whether files that a change is judged by can be understood: what cannot says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.importing import LARGEST_SIGNERS, signers_in
from affidavit.base.errors import AffidavitError
from affidavit.base.text import shortened, visible
from affidavit.changes.record.owners import LARGEST
from affidavit.identity.ssh.allowed import parse_allowed
from affidavit.identity.ssh.revoked import parse_revoked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.app.gate.table import GateTable
    from affidavit.changes.record.material import CodeOwners
    from affidavit.sources.git.objects import Objects

NO_TEXT = "it is no text in UTF-8"


def text_of(data: bytes) -> str | None:
    """`data` as text; None of what is none, as UTF-16 is not and what has bytes of zero."""
    if b"\0" in data:
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def odd(objects: Objects, commit: str, table: GateTable) -> Iterator[str]:
    """Why files at `commit` that `table` names, on who may sign, cannot be understood."""
    read: dict[str, Callable[[str], object]] = {
        table.allowed_signers: parse_allowed,
        table.revoked: parse_revoked,
        table.signers: lambda text: signers_in(text.encode(), table.signers),
    }
    for path, parse in read.items():
        data = objects.blob_at(commit, path, LARGEST_SIGNERS)
        why = _odd(data, parse) if data else ""
        if why:
            yield shortened(f"{visible(path)} of the base: {why}", 300)


def _odd(data: bytes, parse: Callable[[str], object]) -> str:
    text = text_of(data)
    if text is None:
        return NO_TEXT
    try:
        parse(text)
    except AffidavitError as error:
        return visible(error.message)
    return ""


def owners_of(objects: Objects, owners: CodeOwners) -> CodeOwners:
    """`owners`, of whom nothing is known where their file is no text: a forge may read it."""
    data = objects.blob_at(owners.commit, owners.path, LARGEST) if owners.path else None
    if owners.why or data is None or text_of(data) is not None:
        return owners
    why = f"{owners.path} of the base: {NO_TEXT}"
    return msgspec.structs.replace(owners, rules=None, why=why)
