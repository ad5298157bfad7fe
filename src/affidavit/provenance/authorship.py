"""Authorship of a change, derived from the claims on the commits that contributed to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.provenance.model import Authorship, Claim, Role

if TYPE_CHECKING:
    from collections.abc import Sequence


class Contribution(msgspec.Struct, frozen=True, gc=False):
    """One contributing commit: its claims, and what its notes and author positively say."""

    claims: tuple[Claim, ...] = ()
    automation: bool = False
    """Its author is automation that is no agent."""
    lines_ai: bool = False
    """A line-level note attests lines as an agent's."""
    lines_human: bool = False
    """A line-level note attests lines as a person's."""


def authorship(
    contributions: Sequence[Contribution], own_claims: tuple[Claim, ...] = ()
) -> Authorship:
    """Whose work a landing is.

    `own_claims` are those of a squash commit whose inner commits are the contributions: an agent
    named there took part in some of them even where none of them says so.

    Silence is `NO_SIGNAL`, never `HUMAN`: that needs a note which says so on every contribution.
    """
    decided = [_decides(one.claims) for one in contributions]
    some = any(decided) or _decides(own_claims)
    if some:
        lines_both = any(
            one.lines_human and (one.lines_ai or _decides(one.claims)) for one in contributions
        )
        return Authorship.AI if decided and all(decided) and not lines_both else Authorship.MIXED
    every = [*own_claims, *(claim for one in contributions for claim in one.claims)]
    if any(claim.role in (Role.SUGGESTION, Role.ASSIST) and _counts(claim) for claim in every):
        return Authorship.ASSISTED
    if contributions and all(one.automation for one in contributions):
        return Authorship.AUTOMATION
    if contributions and all(one.lines_human for one in contributions):
        return Authorship.HUMAN
    return Authorship.NO_SIGNAL


def _decides(claims: tuple[Claim, ...]) -> bool:
    return any(claim.decides for claim in claims)


def _counts(claim: Claim) -> bool:
    return claim.tier != "D"
