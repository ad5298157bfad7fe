"""One landing put together from the commits it accounts for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.period import rfc3339
from affidavit.base.text import shortened, visible
from affidavit.changes.back_merge import from_own_fork, is_back_merge
from affidavit.changes.chain import Dated, Place
from affidavit.changes.exceptional import Known, exceptions_of, is_covered
from affidavit.changes.forge.recorded import Recorded
from affidavit.changes.gated import Merge
from affidavit.changes.model import (
    Counted,
    Inner,
    Kind,
    Landing,
    Mark,
    Proof,
    PullRequest,
    ReviewNote,
)
from affidavit.changes.named_request import named_request
from affidavit.changes.observe import Observed
from affidavit.changes.people import People
from affidavit.changes.pull_request import (
    SQUASH_FORMS,
)
from affidavit.changes.review import NOBODY, Evidence, review
from affidavit.changes.sworn import About, Statements, Sworn, sworn
from affidavit.provenance.authorship import Contribution, authorship
from affidavit.provenance.model import Authorship, Claim, NoteReading
from affidavit.provenance.records import checkpoints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.changes.hands import Roll, Rolls
    from affidavit.changes.model import Review

CLAIMS = 1_000
"""Claims kept of one landing."""
_REVERT_BRANCH = re.compile(r"\AMerge pull request #\d+ from [^/\s]+/revert-\d+-")
_OF_OTHERS = (Kind.MERGE, Kind.SQUASH)
"""Kinds of landings whose content is that of other commits."""
_IDENTITIES = frozenset({"author", "committer"})
_NO_NOTE = NoteReading()
_INCOMPLETE = "part of what it brought in could not be read"
_BY_AGENT = "the merge itself says that an agent took part in making it"
_OWN_FORK = (
    "the request came from an account that is called as the merger is: they are likely to have"
    " opened it"
)
_BACK_MERGE = "it merges the branch into itself (a pull): that shows no review of what was pulled"
_UNRELATED = (
    "it brought in a history with a beginning of its own, all at once: that shows no review of what"
    " landed there"
)
_TURNED = (
    "its first parent was not what the branch was at before it: who merged whose work into what is"
    " not shown"
)
_NO_COMMIT = "it brought in no commit, or nothing but merges: there was no change to review"
_NO_FILE = "it changed no file: nothing was reviewed"
_SIGNS = "noreply@github.com"
"""The committer of a forge that has signed its merges since August 2017."""
_UNSIGNED = (
    "it is typed as made by GitHub but bears no signature of GitHub that verifies: the author line"
    " does not show who pressed the button"
)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What landings are put together from, by commit id.

    `pulls` are heads of ``refs/pull/N/head`` by number; `branches` are the audited branch names;
    `slug` is the repository's ``owner/name`` where its remote is known, else empty.
    """

    observed: Mapping[str, Observed]
    people: People
    notes: Mapping[str, NoteReading]
    votes: Mapping[str, ReviewNote]
    pulls: Mapping[str, str]
    branches: frozenset[str]
    slug: str = ""
    recorded: Mapping[str, Recorded] = {}
    """What a forge recorded of landings, by commit."""
    elsewhere: Mapping[str, tuple[str]] = {}
    """What it says of landings that a request became on another branch alone."""
    covered: tuple[str, str] | None = None
    """The time from which and up to which every merged request is among them, RFC 3339."""
    turned: Mapping[str, str] = {}
    """Landings of a merge the wrong way round, each with the tip that its branch had before."""
    absent: frozenset[str] = frozenset()
    """Commits that others name as parents and that could not be read."""
    sworn: Mapping[str, Statements] = {}
    """Signed statements about landings, by commit."""
    sessions: Mapping[str, tuple[Claim, ...]] = {}
    """What the sessions of checkpoints claim of the commits whose messages name them."""

    def claims(self, commit: Observed) -> tuple[Claim, ...]:
        """Every claim on `commit`: its own, those of its note, of records, and of its sessions."""
        if not self.notes and not self.sessions:
            return commit.claims
        linked = checkpoints.claimed(commit.id, commit.claims, self.sessions)
        return (*commit.claims, *self._noted(commit.id), *linked)

    def said(self, commit: str) -> tuple[Claim, ...]:
        """The same of the commit of that id; of one that could not be read only its note's."""
        observed = self.observed.get(commit)
        return self.claims(observed) if observed else self._noted(commit)

    def _noted(self, commit: str) -> tuple[Claim, ...]:
        note = self.notes.get(commit)
        return note.claims if note else ()


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What a landing accounts for: itself and what it brought in, its place, and its branches.

    `dated` is when it landed by a forge's record, where that is another time.
    """

    commits: tuple[str, ...]
    place: Place
    branches: tuple[str, ...]
    inner: Inner | None = None
    dated: Dated | None = None

    @property
    def time(self) -> int:
        """When it landed, in seconds since 1970 UTC."""
        return self.dated.time if self.dated else self.place.time


class _Draft(msgspec.Struct, kw_only=True):
    """A landing half made: what its parts are judged on."""

    own: Observed
    kind: Kind
    brought: list[Observed]
    contributing: list[Observed]
    pull_request: PullRequest | None
    work: Authorship
    incomplete: bool
    recorded: Recorded | None = None
    marks: tuple[Mark, ...] = ()


def landing(share: Share, facts: Facts, rolls: Rolls) -> Landing:
    """The landing that `share` describes; `rolls` are those of all landings."""
    draft = _draft(share, facts)
    own, place = draft.own, share.place
    landed_at = rfc3339(place.time)
    named = rolls.roll(own, draft.kind, draft.brought)
    forge = draft.recorded.review(named.hands, facts.people) if draft.recorded else None
    shown = Known(forge, facts.covered, _sworn(share, draft, named, facts))
    judged = _review(draft, named, facts, shown)
    return Landing(
        commit=own.id,
        change=place.change,
        kind=draft.kind,
        marks=draft.marks,
        landed_at=landed_at,
        committed_at=landed_at if own.time == place.time else _time(own.time),
        title=own.title,
        branches=share.branches,
        pull_request=draft.pull_request,
        commits=share.commits,
        authors=named.participants(draft.brought),
        authorship=draft.work,
        unrefined=draft.kind is Kind.SQUASH and share.inner is None,
        inner=share.inner,
        claims=_claims([own, *draft.brought], facts),
        review=judged,
        critical_paths=(),
        exceptions=exceptions_of(judged, own, share.time, forge=shown),
        counted=_counted(share.dated),
        members=draft.recorded.landed.members if draft.recorded else msgspec.UNSET,
        forge=forge or msgspec.UNSET,
        sworn=shown.sworn or msgspec.UNSET,
    )


def _sworn(share: Share, draft: _Draft, named: Roll, facts: Facts) -> Sworn | None:
    """What signed statements show of it, where there is anything to say."""
    found, recorded = facts.sworn.get(draft.own.id), draft.recorded
    if found is None or not found.says:
        return None
    known = recorded.joined(named.hands, facts.people) if recorded else None
    told = recorded.request.merged_at if recorded else None
    branch = recorded.request.base_ref if recorded else None
    merge = Merge(
        landing=draft.own.id,
        base=next(iter(draft.own.parents), None),
        tree=draft.own.tree,
        merged_at=told or (rfc3339(share.dated.time) if share.dated else None),
        request=recorded.request.number if recorded else None,
        branch=visible(shortened(branch, 300)) if branch else None,
        outside=recorded is None and is_covered(facts.covered, share.time),
    )
    about = About(
        hands=known.hands if known else named.hands,
        needed=known.needed if known else 1 + named.hands.two_persons,
        merge=merge,
        who=facts.people.who,
        against=recorded.objecting(facts.people) if recorded else (),
    )
    return sworn(found, about)


def _counted(dated: Dated | None) -> Counted | msgspec.UnsetType:
    return Counted(at=rfc3339(dated.time), by=dated.by) if dated else msgspec.UNSET


def _time(time: int | None) -> str | None:
    return None if time is None else rfc3339(time)


def _draft(share: Share, facts: Facts) -> _Draft:
    own = facts.observed[share.commits[0]]
    brought = _brought(share, facts)
    recorded = facts.recorded.get(own.id)
    pull_request = _by_record(recorded) if recorded else named_request(own, facts, share.inner)
    kind = recorded.landed.kind if recorded else kind_of(own, pull_request)
    incomplete = bool(facts.absent) and _incomplete(share, facts)
    # Of a merge whose commits are not here, only the merge itself could speak, of merging.
    silent = incomplete and kind is Kind.MERGE and not brought
    contributing = _contributing(own, kind, brought)
    draft = _Draft(
        own=own,
        kind=kind,
        brought=brought,
        contributing=contributing,
        pull_request=pull_request,
        work=Authorship.NO_SIGNAL if silent else _authorship(own, contributing, facts),
        incomplete=incomplete,
        recorded=recorded,
    )
    draft.marks = _marks(draft, facts)
    return draft


def _incomplete(share: Share, facts: Facts) -> bool:
    """Whether some of what the landing brought in could not be read."""
    known = (facts.observed.get(commit) for commit in share.commits)
    return any(one is None or not facts.absent.isdisjoint(one.parents) for one in known)


def kind_of(own: Observed, pull_request: PullRequest | None) -> Kind:
    """How the landing came onto the branch."""
    if len(own.parents) > 1:
        return Kind.MERGE
    if pull_request and pull_request.form in SQUASH_FORMS:
        return Kind.SQUASH
    return Kind.LINEAR if own.parents else Kind.INITIAL


def _brought(share: Share, facts: Facts) -> list[Observed]:
    inner = share.inner.commits if share.inner else share.commits[1:]
    seen = facts.observed.get
    return [observed for commit in inner if (observed := seen(commit))]


def _contributing(own: Observed, kind: Kind, brought: Sequence[Observed]) -> list[Observed]:
    """The commits whose content the landing is: no merges, and itself where nothing else is."""
    if kind not in _OF_OTHERS:
        return [own]
    # Nearly all have one parent; asking each whether it contributes takes five times as long.
    return [one for one in brought if len(one.parents) < 2 or one.contributes] or [own]


def _claims(commits: Sequence[Observed], facts: Facts) -> tuple[Claim, ...]:
    found = [claim for commit in commits for claim in facts.claims(commit)]
    if len(found) > CLAIMS:
        # What decides is kept: a flood of other claims must not wash it away.
        found.sort(key=lambda claim: not claim.decides)
    return tuple(found[:CLAIMS])


def _contribution(commit: Observed, facts: Facts) -> Contribution:
    note = facts.notes.get(commit.id, _NO_NOTE)
    return Contribution(facts.claims(commit), commit.automation, note.ai, note.human)


def _authorship(own: Observed, contributing: Sequence[Observed], facts: Facts) -> Authorship:
    if not facts.notes and not any(one.claims or one.automation for one in (own, *contributing)):
        return Authorship.NO_SIGNAL
    contributions = [_contribution(commit, facts) for commit in contributing]
    if len(own.parents) > 1 or contributing[0] is own:
        return authorship(contributions)
    work = authorship(contributions, _contribution(own, facts).claims)
    # A squash in a person's name is not automation alone, whoever made the commits behind it.
    by_person = work is Authorship.AUTOMATION and not own.automation
    return Authorship.NO_SIGNAL if by_person else work


def _marks(draft: _Draft, facts: Facts) -> tuple[Mark, ...]:
    own = draft.own
    found: list[Mark] = []
    if own.revert or (draft.kind is Kind.MERGE and _merges_revert(draft)):
        found.append(Mark.REVERT)
    if (
        draft.kind is Kind.MERGE
        and own.stated is None
        and is_back_merge(own.title, facts.branches, facts.slug)
    ):
        found.append(Mark.BACK_MERGE)
    if draft.work is Authorship.AUTOMATION:
        found.append(Mark.AUTOMATION)
    before = facts.observed.get(own.parents[0]) if own.parents else None
    if before is not None and before.tree == own.tree:
        found.append(Mark.EMPTY)
    return tuple(found)


def _merges_revert(draft: _Draft) -> bool:
    """Whether all that it brought in is one revert, or its branch is a forge's for a revert."""
    only = draft.contributing
    return (len(only) == 1 and only[0].revert) or bool(_REVERT_BRANCH.search(draft.own.title))


def _by_record(recorded: Recorded) -> PullRequest:
    """The request that the forge's record says the landing is of."""
    return PullRequest(
        forge=recorded.forge,
        number=str(recorded.request.number),
        proof=Proof.RECORDED,
        form="forge-record",
    )


def _review(draft: _Draft, named: Roll, facts: Facts, shown: Known) -> Review:
    own, contributing = draft.own, draft.contributing
    alone = contributing[0] is own
    commits = contributing if alone else (own, *contributing)
    asserted = [line for commit in commits for line in commit.asserted]
    merge = draft.kind is Kind.MERGE
    evidence = Evidence(
        kind=draft.kind,
        hands=named.hands if merge or facts.votes else NOBODY,
        pull_request=draft.pull_request,
        asserted=tuple(dict.fromkeys(asserted))[:20],
        landing_note=facts.votes.get(own.id),
        notes=tuple(facts.votes.get(commit.id) for commit in contributing) if facts.votes else (),
        refused=_refused(draft, facts) if merge else "",
        forge_signed=own.forge_signed,
        pull=Mark.BACK_MERGE in draft.marks,
        unvouched=_unvouched(draft, named, facts) if merge else "",
        forge=shown.review,
        sworn=shown.sworn,
    )
    judged = review(evidence, facts.people.who)
    told = () if draft.recorded else facts.elsewhere.get(own.id, ())
    return msgspec.structs.replace(judged, evidence=(*told, *judged.evidence)) if told else judged


def _refused(draft: _Draft, facts: Facts) -> str:
    """Why a merge shows no review, whoever made it; empty if it can show one.

    A claim on a merge that was brought in makes it nobody's change to review.
    """
    if all(commit.merges for commit in draft.brought):
        return _NO_COMMIT
    if _is_turned(draft, facts):
        return _TURNED
    return _NO_FILE if Mark.EMPTY in draft.marks else ""


def _is_turned(draft: _Draft, facts: Facts) -> bool:
    """Whether a merge is not known to have been made on the tip of the branch, or shown not to."""
    found = facts.sworn.get(draft.own.id)
    return draft.own.id in facts.turned or (found is not None and found.turned)


def _unvouched(draft: _Draft, named: Roll, facts: Facts) -> str:
    """Why it cannot be said of a merge whether another person made it; empty if it can."""
    own = draft.own
    if draft.incomplete:
        return _INCOMPLETE
    if len(draft.brought) > 1 and any(not one.parents for one in draft.brought):
        return _UNRELATED
    if Mark.BACK_MERGE in draft.marks or _is_turned(draft, facts):
        return _BACK_MERGE if Mark.BACK_MERGE in draft.marks else _TURNED
    if any(one.decides or one.source in _IDENTITIES for one in facts.claims(own)):
        return _BY_AGENT
    if from_own_fork(own, named, facts.slug):
        return _OWN_FORK
    by_github = own.forge_committer and own.committer.email.casefold() == _SIGNS
    return _UNSIGNED if by_github and not own.forge_signed else ""
