"""Sessions of Entire's checkpoints, and the commits whose messages name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.provenance.model import Claim

NAMING_RULE = "PRV-ENTIRE-001"
"""The rule by which a message names a checkpoint; its session is the checkpoint's id."""


def named(claims: Iterable[Claim]) -> Iterator[str]:
    """The checkpoints that these claims of a commit name."""
    return (one.session for one in claims if one.rule == NAMING_RULE and one.session)


def claimed(
    commit: str, claims: Iterable[Claim], sessions: Mapping[str, Sequence[Claim]]
) -> tuple[Claim, ...]:
    """What the sessions of the checkpoints that a commit's `claims` name claim of it."""
    return tuple(
        msgspec.structs.replace(one, commit=commit)
        for checkpoint in dict.fromkeys(named(claims))
        for one in sessions.get(checkpoint, ())
    )
