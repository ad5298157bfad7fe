"""Pushes that GitHub recorded in the repository's own refs, the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.forge.model import Line, Push
from affidavit.sources.github.accounts import User, account, instant
from affidavit.sources.github.answer import Answer, decoded, decoded_part

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Activity(msgspec.Struct):
    id: int
    ref: str
    timestamp: str
    activity_type: str
    before: str | None = None
    after: str | None = None
    actor: User | None = None


def pushes(answer: Answer) -> Iterator[Line]:
    """The pushes that a page of the activity tells of.

    Raises:
        ForgeError: The forge does not answer as GitHub does.
    """
    for raw in decoded(answer, list[msgspec.Raw]):
        one = decoded_part(answer, bytes(raw), _Activity)
        data = Push(
            id=one.id,
            ref=one.ref,
            before=one.before,
            after=one.after,
            at=instant(one.timestamp),
            kind=one.activity_type,
            actor=account(one.actor),
        )
        yield Line(origin=answer.origin(bytes(raw)), data=data)
