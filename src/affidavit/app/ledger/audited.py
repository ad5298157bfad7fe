"""What audits recorded in a ledger, read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from affidavit.ledger.kinds import AUDIT_CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.view import Choice, Row, View

Body = TypeVar("Body", bound=msgspec.Struct)


def audited(view: View, choice: Choice, schema: type[Body]) -> Iterator[tuple[Row, Body]]:
    """The entries of `choice` that audits wrote, with their bodies as `schema`, in order.

    Anybody who may append could record a fact that looks like an audit's: what came through another
    channel is left out, and so is a body of another form. Neither may stand in the way.
    """
    for row in view.chosen(choice):
        if row.entry.recorded_by.channel != AUDIT_CHANNEL:
            continue
        try:
            body = msgspec.json.decode(row.entry.body, type=schema)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
        yield row, body
