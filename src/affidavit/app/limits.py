"""What git alone cannot show, and what this repository adds to it: the report's limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.noted import REVIEW
from affidavit.app.overlooked import overlooked
from affidavit.app.swallowed import swallowed
from affidavit.base.limit import Limit, limit
from affidavit.base.text import visible
from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.model import Kind, Mark
from affidavit.provenance.model import PartyKind
from affidavit.sources.git.anywhere import reachable_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.app.gather import Gathered, Source
    from affidavit.changes.model import Landing

GERRIT = "gerrit"
NAMES = 5
"""Names under one address that a person may come to; with more, it is shared or used by tools."""

_NO_APPROVER = (
    "git does not record who reviewed or approved a change on a forge. A pull request number"
    " shows that there was one, not that anybody reviewed it; the forge's records are needed."
)
_UNRECORDED = (
    "git does not record who reviewed or approved a change on a forge, and the forge's records do"
    " not tell of these landings."
)
STANDING = (
    Limit(
        "signature-is-not-the-number",
        "A forge's signature shows that the forge made the commit. The pull request number in its"
        " message is text that a person could have typed there.",
    ),
    Limit(
        "signals-are-voluntary",
        "Agents' traces in git can be switched off, edited or left out. The AI share is a lower"
        " bound; a commit without a signal is of unknown authorship, not a person's.",
    ),
    Limit(
        "merge-content",
        "A merge commit can hold changes of its own, such as resolved conflicts. They are not"
        " looked at: a merge is judged by the commits it brought in.",
    ),
    Limit(
        "names-are-typed",
        "Names, addresses and dates in a commit are typed by whoever made it; git checks none of"
        " them. Notes and trailers can be written by anybody who can push.",
    ),
)


def limits(
    source: Source, gathered: Gathered, landings: Sequence[Landing], *, forge: bool
) -> Iterator[Limit]:
    """Every limit that this repository and this period add; `forge` is whether one was asked."""
    yield from STANDING
    yield from _approvers(landings, forge=forge)
    yield from source.git.limits
    yield from gathered.limits
    yield from overlooked(source, gathered)
    yield from swallowed(gathered)
    yield from _tags(source, gathered)
    yield from _notes(source, gathered)
    yield from _overruled(gathered)
    yield from _shared(gathered)
    yield from _landings(gathered, landings)
    yield from _unfetched(source, landings)
    yield from _pulls(landings)


def _approvers(landings: Sequence[Landing], *, forge: bool) -> Iterator[Limit]:
    """That nobody tells who approved, for landings that the forge's records say nothing of."""
    if not forge:
        yield Limit("git-names-no-approver", _NO_APPROVER)
        return
    untold = [one.commit for one in landings if not _is_told(one)]
    if untold:
        yield limit("git-names-no-approver", _UNRECORDED, untold)


def _is_told(landing: Landing) -> bool:
    """Whether the forge tells of its review, or that it came past every request."""
    return isinstance(landing.forge, ForgeReview) or "outside-requests" in landing.exceptions


def _tags(source: Source, gathered: Gathered) -> Iterator[Limit]:
    tags = {n: i for n, i in source.refs.ids.items() if n.startswith("refs/tags/")}
    commits = source.objects.peeled(sorted(set(tags.values())))
    off = [n for n, i in tags.items() if i in commits and commits[i] not in gathered.graph.parents]
    if off:
        text = "These tags name commits that are on no audited branch; what they release is not in"
        yield limit("tags-off-the-branch", f"{text} this report.", off)


def _notes(source: Source, gathered: Gathered) -> Iterator[Limit]:
    beside = gathered.noted - gathered.graph.parents.keys()
    if not beside:
        return
    text = "Commits that carry a note are on no audited branch; the notes were not used."
    yield limit("notes-beside-the-branch", text, sorted(beside))
    lost = beside - reachable_from(source.git, source.refs.ids.values(), beside)
    if lost:
        text = "Commits that carry a note are in no ref at all: the notes cannot be placed."
        yield limit("notes-on-lost-commits", text, sorted(lost))


def _pulls(landings: Sequence[Landing]) -> Iterator[Limit]:
    held = {
        one.commit: len(one.commits) - 1
        for one in landings
        if Mark.BACK_MERGE in one.marks and len(one.commits) > 1
    }
    if held:
        text = (
            "These landings merge the branch into itself (a pull). What landed on it meanwhile is"
            " counted as one landing there, not one by one."
        )
        items = [f"{commit}: {count:,} commits" for commit, count in held.items()]
        yield limit("pulls", text, items)


def _unfetched(source: Source, landings: Sequence[Landing]) -> Iterator[Limit]:
    """Votes that the forge keeps in a ref that a clone does not fetch by itself."""
    named = sum(
        one.pull_request is not None and one.pull_request.forge == GERRIT for one in landings
    )
    if named and source.refs.get(REVIEW) is None:
        text = (
            "These landings name a change of Gerrit. Its votes are kept in refs/notes/review, which"
            " is not in this copy: git fetch origin refs/notes/review:refs/notes/review"
        )
        yield Limit("review-notes-absent", text, named)


def _beyond(gathered: Gathered) -> Iterator[Limit]:
    """Landings after the period, and newest ones that move a default period away."""
    selection = gathered.selection
    if selection.later:
        text = "Landings whose place in time is after the period are not in this report."
        yield Limit("landings-after-the-period", text, selection.later)
    if selection.leaps:
        text = (
            "The newest landing of a branch is dated more than a year after the one before it. If"
            " its date is false, a period that ends with it leaves out what really landed lately."
        )
        yield limit("newest-landing-leaps", text, selection.leaps, gap=True)


def _overruled(gathered: Gathered) -> Iterator[Limit]:
    used = gathered.facts.people.used.outside.items()
    overruled = [
        address
        for address, (entry, before) in used
        if entry.kind is PartyKind.PERSON and before is PartyKind.AGENT
    ]
    if overruled:
        text = (
            "Whoever ran the audit declared these addresses, known as agents', to be persons'."
            " Claims that rest on them are not in this report."
        )
        yield limit("agents-declared-persons", text, list(map(visible, overruled)), gap=True)


def _shared(gathered: Gathered) -> Iterator[Limit]:
    many = gathered.facts.people.many_names(NAMES)
    if many:
        text = (
            f"Each of these addresses was used with more than {NAMES} names: a shared identity, or"
            " tools that take a person's. Who stood behind it in each case is not known."
        )
        yield limit("shared-addresses", text, list(map(visible, many)))


def _names_merger(landing: Landing) -> bool:
    """Whether the forge's record names who merged it."""
    return isinstance(landing.forge, ForgeReview) and landing.forge.merged_by is not None


def _landings(gathered: Gathered, landings: Sequence[Landing]) -> Iterator[Limit]:
    unrefined = [one.commit for one in landings if one.unrefined]
    if unrefined:
        text = (
            "The commits behind these squashes are not available, or do not agree with what landed;"
            " authorship rests on the squash commit alone."
        )
        yield limit("squashes-unrefined", text, unrefined)
    squashed = sum(one.kind is Kind.SQUASH and not _names_merger(one) for one in landings)
    if squashed:
        text = "git does not name who pressed the button of a squash: who merged it is unknown."
        yield Limit("squash-names-no-merger", text, squashed)
    yield from _beyond(gathered)
    if gathered.selection.displaced:
        text = (
            "Landings whose own date lies in the period are counted outside it, because commits"
            " before them bear later dates."
        )
        commits = [one.commit for one in gathered.selection.displaced]
        yield limit("displaced-landings", text, commits, gap=True)
