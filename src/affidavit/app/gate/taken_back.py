"""Signed rejections that their person took back: by a later approval, signed or on the forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.approval.judging import moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.app.gate.voices import Voice


def standing(voices: Sequence[Voice]) -> tuple[Voice, ...]:
    """`voices` without the signed rejections that were taken back; a doubtful word takes none."""
    return tuple(one for one in voices if not any(_takes_back(each, one) for each in voices))


def _takes_back(one: Voice, rejection: Voice) -> bool:
    """Whether `one` is an approval of the head by whoever signed `rejection`, and the later."""
    if one.against or not one.on_head or not (rejection.against and rejection.asserted_at):
        return False
    if one.signed:
        return _by_hand(one, rejection) and _is_later(one.asserted_at, rejection.asserted_at)
    told = max(rejection.asserted_at, rejection.dated_at or "")
    return bool(one.counts) and _is_same(one, rejection) and _is_later(one.at, told)


def _by_hand(one: Voice, rejection: Voice) -> bool:
    """Whether it was signed with the same key, or by the same person's proven hand.

    A program that holds another key of somebody takes back nothing for them.
    """
    same = one.key is not None and one.key == rejection.key
    return same or (one.grade == "R4" and _is_same(one, rejection))


def _is_same(one: Voice, other: Voice) -> bool:
    """Whether the identities of the base know both as one person."""
    both = one.member is not None and other.member is not None
    return both and one.member.name == other.member.name  # type: ignore[union-attr]  # both are


def _is_later(at: str | None, than: str | None) -> bool:
    return at is not None and than is not None and moment(at) > moment(than)
