"""Whether the claims of a commit name who wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.provenance.catalogue import UNSPECIFIED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.provenance.model import Claim

_NOBODY = frozenset({"", UNSPECIFIED})


def is_named(claims: Iterable[Claim]) -> bool:
    """Whether every agent of these claims is named, with a model and a session of its own.

    What is told of one agent is told of no other. A claim that names no agent may be of one more,
    unless it tells no other model or session than those that are named.
    """
    several = list(claims)
    by_agent: dict[str, list[Claim]] = {}
    for one in several:
        if one.agent not in _NOBODY:
            by_agent.setdefault(one.agent, []).append(one)
    models = {one.model for each in by_agent.values() for one in each}
    sessions = {one.session for each in by_agent.values() for one in each}
    known = all(
        (not one.model or one.model in models) and (not one.session or one.session in sessions)
        for one in several
    )
    return bool(by_agent) and known and all(map(_is_whole, by_agent.values()))


def _is_whole(of_one: list[Claim]) -> bool:
    return any(one.model for one in of_one) and any(one.session for one in of_one)
