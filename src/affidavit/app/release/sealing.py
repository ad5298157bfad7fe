"""A report on a release recorded in a ledger: its ends and counts, and the digest of the report.

What names anybody or anything is kept in the vault and stands in the fact as a pseudonym or a
commitment.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.given import Given
from affidavit.app.ledger.kept import by, keeping, vault
from affidavit.base.canonical import canonical
from affidavit.ledger.entry import Fact, Subject
from affidavit.ledger.sealed import CHANNEL, KIND, OWN, ReleaseSealed

if TYPE_CHECKING:
    from affidavit.app.ledger.home import Home
    from affidavit.audit.release.model import Release
    from affidavit.store.vault import Vault

ACTOR = "affidavit"


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """The entry that says so, and whether it is of now or of an earlier run."""

    index: int
    new: bool


def sealed(place: Home, release: Release, digest: str) -> Sealed:
    """Record the report on `release`, whose ``release.json`` has that digest, unless it was before.

    Raises:
        AffidavitError: The ledger or its vault cannot be written to; see docs/errors/.
    """
    with keeping(place) as keeper, vault(place, keeper.log.origin) as kept:
        with kept.batch():
            report = kept.pseudonym("report", digest)
            thing = kept.pseudonym("repository", release.repository)
            id_ = _id(release, thing, report)
            known = Given(keeper.log.rows).entry(id_)
            if known is not None:
                return Sealed(index=known[0], new=False)
            body = _body(release, kept, thing, report=(report, digest))
        fact = Fact(
            kind=KIND,
            stream=f"{OWN}{thing}",
            actor=ACTOR,
            id=id_,
            subject=Subject(commit=release.range.head.commit, tree=release.range.head.tree),
            body=msgspec.to_builtins(body),
        )
        done = keeper.append([fact], by(CHANNEL))
        return Sealed(index=done.receipts[0].index, new=True)


def _id(release: Release, thing: str, report: str) -> str:
    """What tells one report from another. It holds no digest that could be guessed from."""
    ends = release.range
    told = [thing, ends.base.commit if ends.base else "", ends.head.commit, report]
    return OWN + hashlib.sha256(canonical(told)).hexdigest()


def _body(release: Release, kept: Vault, thing: str, *, report: tuple[str, str]) -> ReleaseSealed:
    ends, counted, totals = release.range, release.population, release.totals
    return ReleaseSealed(
        repository=thing,
        repository_named=kept.commit(thing, "name", release.repository),
        base=ends.base.commit if ends.base else None,
        head=ends.head.commit,
        tree=ends.head.tree,
        base_named=kept.commit(report[0], "base", ends.base.name) if ends.base else None,
        head_named=kept.commit(report[0], "head", ends.head.name),
        landings=counted.landings,
        commits=counted.commits,
        changes=totals.every.changes,
        ai_changes=totals.ai.changes,
        population=counted.digest,
        report=kept.commit(report[0], "report", report[1]),
        tool=release.tool,
    )
