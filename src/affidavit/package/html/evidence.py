"""What the list of landings says of each, whether a row is made here or by the page's script."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from affidavit.changes.model import Grade, Kind
from affidavit.provenance.model import PartyKind, Role, Tier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.audit.model import AuditException
    from affidavit.changes.model import Landing
    from affidavit.provenance.model import Claim

CLAIMS = 20
"""Claims shown of one landing; the data files have all."""
PEOPLE = 30
"""People, bots and agents shown of one landing."""
SENTENCES = 20
"""Sentences of review evidence shown of one landing."""
COMMITS = 40
"""Ids shown of the commits that one landing brought in."""
PATHS = 20
"""Critical paths shown of one landing."""
TITLE = 300
"""Characters shown of a title."""
NOTES = "refs/notes/"
SELF_MERGED = {
    True: "Merged by one of its authors.",
    False: "Merged by somebody who is not among its authors.",
    None: "Not known: git names nobody who merged, or no person, or it may have been an author.",
}

Named = list[tuple[str, str]]
"""Exceptions as pairs of id and reason."""
Reasons = dict[str, Named]
"""Commit id to the exceptions (id, reason) of its landing."""


def reasons(exceptions: Iterable[AuditException]) -> Reasons:
    """The exceptions by commit, in the report's order."""
    found: Reasons = {}
    for exception in exceptions:
        found.setdefault(exception.commit, []).append((exception.id, exception.reason))
    return found


def exceptions_of(
    landing: Landing, known: Mapping[str, list[tuple[str, str]]]
) -> list[tuple[str, str]]:
    """The landing's exceptions with their reasons; one that has no reason is named all the same."""
    found = known.get(landing.commit, [])
    named = [name for name, _ in found]
    return found + [(name, "") for name in landing.exceptions if name not in named]


def agents_of(landing: Landing) -> tuple[str, ...]:
    """The agents a row names, sorted: those that made an AI change, or helped with another."""
    claims = landing.claims
    if not claims:
        return ()
    if landing.ai:
        named = {claim.agent for claim in claims if claim.decides}
    else:
        named = {claim.agent for claim in claims if _counts(claim)}
    return tuple(sorted(named))


def _counts(claim: Claim) -> bool:
    return claim.tier is not Tier.D and claim.role is not Role.COMMITTER_ONLY


def first_person(landing: Landing) -> str:
    """The name in the landing's summary: its first person's, else its first party's."""
    authors = landing.authors
    for each in authors:
        if each.kind is PartyKind.PERSON:
            return each.name or each.email
    return (authors[0].name or authors[0].email) if authors else "nobody named"


def commands(landing: Landing) -> list[str]:
    """The git commands that show the same facts, most telling first; safe to paste in a shell."""
    commit = landing.commit
    found = [f"git show --no-patch --format=fuller {commit}"]
    if landing.kind is Kind.MERGE:
        found.append(f"git log --format=fuller {commit}^1..{commit}")
    notes = {
        (claim.source.removeprefix(NOTES), claim.commit)
        for claim in landing.claims[:CLAIMS]
        if claim.source.startswith(NOTES)
    }
    if landing.review.grade is Grade.R3:
        notes.add(("review", commit))
    found += [f"git notes --ref={shlex.quote(ref)} show {of}" for ref, of in sorted(notes)]
    return found
