"""Whose hands a change went through, and what its commits claim of agents."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.noted import noted
from affidavit.app.observing import Observing
from affidavit.base.text import shortened, visible
from affidavit.changes.hands import Roll
from affidavit.changes.landing import Facts
from affidavit.changes.observe import Observed, Observer
from affidavit.changes.people import People
from affidavit.changes.review import UNPROMPTED, Hands
from affidavit.provenance.attributed import is_named
from affidavit.provenance.catalogue import load
from affidavit.provenance.model import PartyKind
from affidavit.provenance.signals import Signals
from affidavit.sources.git.changed import changed_paths
from affidavit.sources.git.graph import Graph
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import Refs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.gate.base import Base
    from affidavit.app.gate.span import Span
    from affidavit.changes.gate.touched import File
    from affidavit.provenance.model import Claim

COMPARED = 1_000
"""Commits with AI whose files are looked at."""
MOST_NAMED = 5
"""Addresses of nobody that are named."""
_MILLION = 1_000_000
_TYPED = "{} is typed as made by the forge, and no signature of it shows that"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """The commits of a change, looked at.

    `hands` are those that git shows. `forge_typed` are commits that are typed as made by a forge
    without its signature. `share_ppm` is the part of the changed files that a commit with AI
    touched, None where that is not known.
    """

    people: People
    hands: Hands
    forge_typed: tuple[str, ...]
    agents: tuple[str, ...]
    ai_commits: int
    unattributed: tuple[str, ...]
    share_ppm: int | None
    noticed: tuple[str, ...]


class Opened(msgspec.Struct, frozen=True):
    """A repository that is read."""

    git: PrivateGit
    objects: Objects
    refs: Refs


def work(opened: Opened, base: Base, span: Span) -> Work:
    """What the commits of `span` show, by the identities of `base`."""
    signals = Signals(load())
    inside = base.settings.inside_identities
    seen = Observing(Observer(signals, None, inside), base.settings.keyring, Graph())
    commits = span.commits or ()
    seen.observe(commits, {span.head}, {}, opened.objects)
    people = People(
        signals.party,
        mailmap=base.settings.mailmap,
        inside=inside,
        met=list(seen.met),
        agent=signals.agent,
    )
    notes = noted(opened.git, opened.objects, opened.refs, frozenset(commits), span.head)
    facts = Facts(
        observed=seen.observed,
        people=people,
        notes=notes.authorship,
        sessions=notes.sessions,
        votes={},
        pulls={},
        branches=frozenset(),
    )
    observed = [seen.observed[one] for one in commits if one in seen.observed]
    ai = {one.id: claims for one in observed if (claims := _deciding(one, facts))}
    hands = _hands(observed, facts)
    limits = (*notes.limits, *opened.objects.limits)
    return Work(
        people=people,
        hands=hands,
        forge_typed=tuple(
            one.id for one in observed if one.forge_committer and not one.forge_signed
        ),
        agents=tuple(sorted({one.agent for claims in ai.values() for one in claims if one.agent})),
        ai_commits=len(ai),
        unattributed=tuple(sorted(one for one, claims in ai.items() if not is_named(claims))),
        share_ppm=_share(opened, [seen.observed[one] for one in ai], span.files.files),
        noticed=(*(one.text for one in limits), *_unowned(hands)),
    )  # fmt: skip


def _deciding(commit: Observed, facts: Facts) -> list[Claim]:
    """The claims by which it shows AI."""
    return [one for one in facts.claims(commit) if one.decides]


def _hands(observed: Sequence[Observed], facts: Facts) -> Hands:
    if not observed:
        return Hands(authors=())
    roll = Roll(facts, observed[0], observed)
    for one in observed:
        roll.add_brought(one)
    return roll.hands


def alone(hands: Hands) -> tuple[Hands, int]:
    """The hands as they count where no forge tells of any, and how many persons have to approve.

    Who committed could alter it, and counts as an author. Where nobody is known to have prompted
    what programs wrote, two have to approve.
    """
    authors = tuple(dict.fromkeys((*hands.authors, *hands.committers)))
    known = any(one.nameable or one.vouched for one in authors)
    unprompted = hands.unanswered == UNPROMPTED
    found = msgspec.structs.replace(
        hands,
        authors=authors,
        committers=(),
        unanswered="" if unprompted else hands.unanswered,
        two_persons=not known,
    )
    return found, 1 if known and not unprompted else 2


def doubted(hands: Hands, commits: Sequence[str]) -> Hands:
    """`hands` where `commits` hide who made them: of nobody it is sure that they are outside."""
    if not commits or hands.unanswered:
        return hands
    return msgspec.structs.replace(hands, unanswered=_TYPED.format(commits[0][:12]))


def _unowned(hands: Hands) -> Iterator[str]:
    """What to do about authors whose address may be anybody's: which, and how."""
    found = dict.fromkeys(
        one.email for one in (*hands.authors, *hands.committers)
        if one.kind is PartyKind.PERSON and not (one.owned or one.agent or one.vouched)
    )  # fmt: skip
    for email in islice(found, MOST_NAMED):
        yield (
            f"{visible(shortened(email or 'no address at all', 200))} is nobody's own address, so"
            " of nobody it is sure that they are outside the authors: commit again under an"
            " address of your own (git config user.email)"
        )


def _share(opened: Opened, ai: Sequence[Observed], files: Sequence[File]) -> int | None:
    """The part of `files` that commits with AI touched, of a million."""
    if not ai or not files:
        return 0
    if len(ai) > COMPARED:
        return None
    pairs = [
        (opened.objects.tree_of(one.parents[0]) if one.parents else "", one.tree) for one in ai
    ]
    touched = set[str]()
    for found in changed_paths(opened.git, pairs):
        if found is None or found.more:
            return None
        touched |= {one.path.decode("utf-8", "replace") for one in found.paths}
    return _MILLION * sum(one.path in touched for one in files) // len(files)
