"""A change in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import visible

if TYPE_CHECKING:
    from affidavit.changes.record.group import Change


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a list says of a change; `request` is None where none is named."""

    id: str
    commit: str
    commits: tuple[str, ...]
    landed_at: str
    title: str
    request: str | None
    grade: str
    authorship: str
    ai: bool
    agents: tuple[str, ...]
    exceptions: tuple[str, ...]


def summary(change: Change) -> Summary:
    """What a list says of `change`."""
    newest = change.newest
    claims = (claim for one in change.landings for claim in one.deciding)
    broken = (rule for one in change.landings for rule in one.exceptions)
    own = next((one for one in change.landings if one.ai), newest)
    return Summary(
        id=change.id,
        commit=newest.commit,
        commits=tuple(one.commit for one in change.landings),
        landed_at=newest.landed_at,
        title=visible(newest.title),
        request=None if change.number is None else _request(change.number),
        grade=change.grade,
        authorship=own.authorship,
        ai=change.ai,
        agents=tuple(sorted({visible(one.agent) for one in claims})),
        exceptions=tuple(dict.fromkeys(broken)),
    )


def _request(number: str) -> str:
    return f"#{number}" if number.isdecimal() else visible(number)
