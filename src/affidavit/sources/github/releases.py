"""Releases. Git says which commit a tag is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.forge.model import Line, Release
from affidavit.sources.github.accounts import User, account, instant, moment
from affidavit.sources.github.answer import Answer, decoded, decoded_part

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Release(msgspec.Struct):
    id: int
    tag_name: str
    created_at: str
    target_commitish: str | None = None
    name: str | None = None
    draft: bool = False
    published_at: str | None = None
    author: User | None = None


def releases(answer: Answer) -> Iterator[Line]:
    """The releases that a page of their list tells of.

    Raises:
        ForgeError: The forge does not answer as GitHub does.
    """
    for raw in decoded(answer, list[msgspec.Raw]):
        one = decoded_part(answer, bytes(raw), _Release)
        data = Release(
            id=one.id,
            tag=one.tag_name,
            target=one.target_commitish,
            name=one.name,
            draft=one.draft,
            created_at=instant(one.created_at),
            published_at=moment(one.published_at),
            author=account(one.author),
        )
        yield Line(origin=answer.origin(bytes(raw)), data=data)
