"""Whose the lines of one file are, and how what brought them was reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.app.audit import Request
from affidavit.app.gather import Bounds
from affidavit.app.graded import graded
from affidavit.app.lines.files import is_binary, lines_of
from affidavit.app.lines.lacking import lacking
from affidavit.app.lines.stored import followed
from affidavit.audit.lines.blame import (
    BlamedHand,
    BlamedLanding,
    BlamedLines,
    BlameReport,
    Reviewed,
)
from affidavit.audit.lines.counting import Count
from affidavit.base.errors import BranchNotFoundError, NoCommitsError
from affidavit.base.period import LATEST, rfc3339
from affidavit.base.text import decode, shortened, visible
from affidavit.changes.lines.model import LineClass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from affidavit.app.lines.held import Lines, Piece
    from affidavit.app.lines.opening import Asked, Opened
    from affidavit.app.reading import Progress
    from affidavit.changes.model import Landing

    Reviews = Callable[[AbstractSet[str]], Mapping[str, Landing]]


class Blame(NamedTuple):
    """What is told of a file, and its lines as they stand there."""

    report: BlameReport
    text: tuple[bytes, ...]


def blame(opened: Opened, path: str, reviews: Reviews, progress: Progress, *, fresh: bool) -> Blame:
    """The lines of the file at `path`; `reviews` grades the landings that brought them.

    Raises:
        UsageError: There is no such text file at the commit, or it is too large to be shown.
        GitFailedError: git cannot read all of the history, or not the file.
    """
    raw, text = lines_of(opened, path)
    found = followed(opened, progress, fresh=fresh)
    if raw not in found.paths:
        raise is_binary(opened, raw)
    return Blame(_told(opened, found, raw, reviews), text)


def _told(opened: Opened, found: Lines, path: bytes, reviews: Reviews) -> BlameReport:
    pieces = list(found.pieces(path))
    count, lines, at = Count(), [], 1
    landings = sorted({one.landing for one in pieces})
    named = [found.branch.landings[one] for one in landings]
    known = reviews({*named})
    missing = lacking(opened, found.branch, named)
    for one in pieces:
        labelled = found.branch.label.get(found.branch.landings[one.landing]) is LineClass.AI
        count.add(one.made.line_class, one.length, labelled=labelled)
        lines.append(_lines(one, at, found.branch.landings))
        at += one.length
    return BlameReport(
        repository=opened.name,
        at=opened.head,
        asked=opened.at,
        path=visible(decode(path)),
        total=count.counts(),
        lines=tuple(lines),
        landings=tuple(_landing(one, found, known) for one in landings),
        limits=tuple(sorted({*found.limits, *opened.settings.limits, *missing})),
    )


def _lines(one: Piece, at: int, landings: Sequence[str]) -> BlamedLines:
    return BlamedLines(
        first=at,
        lines=one.length,
        line_class=one.made.line_class,
        ground=one.made.ground,
        hands=tuple(
            BlamedHand(
                agent=hand.agent,
                model=visible(hand.model) or None,
                session=visible(hand.session) or None,
            )
            for hand in one.made.hands
        ),
        commit=one.commit,
        landing=landings[one.landing],
        path=visible(decode(one.path)),
        original=one.start + 1,
    )


def _landing(number: int, found: Lines, reviews: Mapping[str, Landing]) -> BlamedLanding:
    commit = found.branch.landings[number]
    known, time = reviews.get(commit), found.branch.times.get(commit)
    return BlamedLanding(
        commit=commit,
        title=visible(shortened(known.title, 200)) if known else None,
        landed_at=None if time is None else rfc3339(time),
        label=found.branch.label.get(commit, LineClass.NO_SIGNAL),
        review=_review(known) if known else None,
    )


def _review(landing: Landing) -> Reviewed:
    by = [one.name for one in landing.authors if "merger" in one.roles]
    forge, sworn = landing.forge, landing.sworn
    if not isinstance(forge, msgspec.UnsetType):
        by = [one.reviewer for one in forge.approvals if one.counts]
    if not isinstance(sworn, msgspec.UnsetType):
        by += [one.signer for one in sworn.approvals if one.counts]
    return Reviewed(
        grade=landing.review.grade,
        by=tuple(dict.fromkeys(visible(one) for one in by)),
        evidence=tuple(map(visible, landing.review.evidence)),
    )


def reviews(asked: Asked, progress: Progress, wanted: AbstractSet[str]) -> Mapping[str, Landing]:
    """Of the landings of the main branch those that are `wanted` graded, by commit.

    None where there is no such branch, or its head cannot be read.

    Raises:
        AffidavitError: The repository or the records cannot be read.
    """
    if not wanted:
        return {}
    request = Request(
        repository=asked.repository,
        bounds=Bounds(since=0, until=LATEST),
        config=asked.config,
        identities=asked.identities,
        name=asked.name,
        forge=asked.forge,
    )
    try:
        return graded(request, wanted, progress)
    except (NoCommitsError, BranchNotFoundError):
        return {}


def unlooked(_wanted: AbstractSet[str]) -> Mapping[str, Landing]:
    """No landing graded: how they were reviewed is not looked at."""
    return {}
