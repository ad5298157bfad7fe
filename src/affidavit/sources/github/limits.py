"""When GitHub asks to wait, and for how long (its order: retry-after, reset, a minute or more)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.sources.forge.lines import BROKEN

if TYPE_CHECKING:
    from affidavit.sources.github.answer import Answer

LONGEST = 7_200.0
"""Seconds that are waited at once at most; limits are reset every hour."""
MINUTE = 60.0
_MARGIN = 1.0
"""The clock of limits has whole seconds."""


class Pause(NamedTuple):
    """So many seconds, and why."""

    seconds: float
    why: str


class Complaint(msgspec.Struct, frozen=True):
    """An entry of ``errors`` in an answer of GraphQL; `path` leads to what is not there."""

    message: str = ""
    type: str | None = None
    path: tuple[str | int, ...] | None = None


class _Complaints(msgspec.Struct):
    errors: tuple[Complaint, ...] = ()


def complaints(answer: Answer) -> tuple[Complaint, ...]:
    """The ``errors`` of an answer of GraphQL."""
    if b'"errors"' not in answer.body:
        return ()
    try:
        return msgspec.json.decode(answer.body, type=_Complaints).errors
    except BROKEN:
        return (Complaint("errors in a form that is not known"),)


def pause(answer: Answer, times: int, now: float) -> Pause | None:
    """How long to wait before this is asked again, None where it was not refused for asking much.

    `times` is how often it was refused before, `now` seconds since 1970.
    """
    if not _is_limited(answer):
        return None
    after = answer.whole_number("retry-after")
    if after is not None:
        return Pause(after + _MARGIN, "GitHub asks to slow down")
    if answer.whole_number("x-ratelimit-remaining") == 0:
        seconds = until_reset(answer, now)
        if seconds is not None:
            return Pause(seconds, f"the limit of {_resource(answer)} requests is used up")
    return Pause(MINUTE * 2**times, "GitHub asks to slow down")


def until_reset(answer: Answer, now: float) -> float | None:
    """Seconds until the limit of this answer's kind is reset, by the forge's own clock."""
    reset = answer.whole_number("x-ratelimit-reset")
    if reset is None:
        return None
    sent = answer.sent_at()
    return max(reset - (now if sent is None else sent), 0.0) + _MARGIN


def _resource(answer: Answer) -> str:
    """REST calls its own limit ``core``."""
    named = answer.headers.get("x-ratelimit-resource", "core")
    return "REST" if named == "core" else "GraphQL" if named == "graphql" else named


def _is_limited(answer: Answer) -> bool:
    if answer.status == 429:
        return True
    if answer.status == 403:
        used_up = answer.whole_number("x-ratelimit-remaining") == 0
        waiting = "retry-after" in answer.headers
        return used_up or waiting or _says_so(answer.message)
    if answer.status == 200:
        return any(
            one.type == "RATE_LIMITED" or (one.path is None and _says_so(one.message))
            for one in complaints(answer)
        )
    return False


def _says_so(message: str) -> bool:
    text = message.lower()
    return "rate limit" in text or "abuse detection" in text
