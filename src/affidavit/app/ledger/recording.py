"""An audit's findings as facts: one for each landing, one for the run.

What names a person is kept in the vault and stands in the facts as a pseudonym or a salted
commitment; a fact's id is made from the rest alone. A commitment is durable before the fact that
holds it: what is left over after a failure belongs to no fact and harms nobody.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.ledger.claimed import claimed, said
from affidavit.app.ledger.given import Given
from affidavit.app.ledger.kept import by
from affidavit.base.canonical import canonical
from affidavit.base.digest import sha256
from affidavit.ledger.entry import Fact, Subject
from affidavit.ledger.kinds import AUDIT_CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from affidavit.app.ledger.claimed import Said
    from affidavit.app.ledger.keeper import Keeper
    from affidavit.app.reading import Progress
    from affidavit.audit.model import Report
    from affidavit.changes.model import Landing, Participant
    from affidavit.ledger.entry import Entry
    from affidavit.store.vault import Vault

BATCH = 1_000
"""Landings of one transaction."""
ACTOR = "affidavit"
"""The actor of what the tool itself found."""
LANDING = "landing.audited.v1"
THINGS = "things"
"""The stream of what pseudonyms of repositories and branches stand for."""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """How many landings were recorded now, and before; `index` is the entry of the run."""

    new: int
    known: int
    index: int


class Recording:
    """Records one report; the keeper and the vault are those of one ledger."""

    def __init__(self, keeper: Keeper, vault: Vault, report: Report) -> None:
        self._keeper = keeper
        self._vault = vault
        self._given = Given(keeper.log.rows)
        self._report = report
        self._parties: dict[tuple[str, str], str] = {}
        people = {(who.name, who.email) for one in report.landings for who in one.authors}
        self._names = Counter(email for _, email in people)
        self._named: list[Fact] = []
        with vault.batch():
            self._repository = self._thing("repository", report.repository.name)
            names = [one.name for one in report.repository.branches]
            self._branches = {one: self._thing("branch", one) for one in names}

    def record(self, digest: str, progress: Progress) -> Recorded:
        """Record the landings that are not recorded as they are now, and the run.

        `digest` is that of the report's JSON form.

        Raises:
            AffidavitError: The ledger or the vault cannot be written to; what was acknowledged
                before stays, and a second run goes on from there.
        """
        new = done = 0
        self._append(self._named)
        # The oldest first: entries then stand in the order in which things happened.
        oldest = iter(reversed(self._report.landings))
        while batch := list(islice(oldest, BATCH)):
            new += self._append(self._landings(batch))
            done += len(batch)
            progress.step("recording landings", done, len(self._report.landings))
        with self._vault.batch():
            run = self._run(digest)
        index = self._keeper.append([run], by(AUDIT_CHANNEL)).receipts[0].index
        return Recorded(new=new, known=done - new, index=index)

    def _thing(self, kind: str, name: str) -> str:
        """The pseudonym of what has a `name`; a fact tells what it stands for when it is new."""
        thing = self._vault.pseudonym(kind, name)
        if self._vault.value_of(thing, "name") is None:
            body: dict[str, object] = {
                "name": self._vault.commit(thing, "name", name),
                "thing": thing,
            }
            self._named.append(Fact(kind="thing.named.v1", stream=THINGS, actor=ACTOR, body=body))
        return thing

    def _append(self, facts: Sequence[Fact]) -> int:
        if facts:
            self._keeper.append(facts, by(AUDIT_CHANNEL))
        return sum(one.kind == LANDING for one in facts)

    def _landings(self, landings: Iterable[Landing]) -> list[Fact]:
        with self._vault.batch():
            return [fact for one in landings for fact in self._landing(one)]

    def _landing(self, landing: Landing) -> Iterator[Fact]:
        met: list[Fact] = []
        people: list[dict[str, object]] = [
            {"party": self._party(one, met), "roles": [str(role) for role in one.roles]}
            for one in landing.authors
        ]
        claims = [said(one) for one in landing.claims]
        plain = self._plain(landing, people, claims)
        id_ = "landing:" + hashlib.sha256(canonical(plain)).hexdigest()
        yield from met
        taken = self._given.entry(id_)
        if taken and _is_landing(taken[1]):
            return
        owner = next((one["party"] for one in people), None)
        subject = str(owner or self._vault.pseudonym("landing", landing.commit))
        hidden = [value for one in claims for value in one.hidden]
        title, *rest = self._vault.commit_all(subject, [("title", landing.title), *hidden])
        yield Fact(
            kind=LANDING,
            stream=f"audit:{self._repository}",
            actor=ACTOR,
            # Whoever took the id for another fact neither hides the landing nor stands in its way.
            id=None if taken else id_,
            subject=Subject(commit=landing.commit),
            body={**plain, "claims": claimed(claims, iter(rest)), "title": title},
        )

    def _plain(
        self, landing: Landing, people: list[dict[str, object]], claims: list[Said]
    ) -> dict[str, object]:
        """What is found of a landing, without what names anybody."""
        review, request = landing.review, landing.pull_request
        return {
            "authorship": str(landing.authorship),
            "branches": [self._branches[one] for one in landing.branches],
            "change": landing.change,
            "claims": [one.clear for one in claims],
            "commits": len(landing.commits),
            "commits_digest": sha256("".join(f"{one}\n" for one in landing.commits).encode()),
            "exceptions": list(landing.exceptions),
            "grade": str(review.grade),
            "landed_at": landing.landed_at,
            "landing_kind": str(landing.kind),
            "marks": [str(one) for one in landing.marks],
            "people": people,
            "pull_request": None if request is None else {
                "forge": request.forge, "number": request.number, "proof": str(request.proof),
            },
            "repository": self._repository,
            "self_merged": review.self_merged,
            "unrefined": landing.unrefined,
        }  # fmt: skip

    def _party(self, one: Participant, met: list[Fact]) -> str:
        """The pseudonym of a participant; when it is new, `met` gains what it stands for."""
        known = self._parties.get((one.name, one.email))
        if known is not None:
            return known
        vault, kind = self._vault, str(one.kind)
        shared = not one.email or self._names[one.email] > 1
        party = vault.pseudonym(kind, f"{one.name} <{one.email}>" if shared else one.email)
        self._parties[one.name, one.email] = party
        if vault.value_of(party, "email") is None:
            name, email = vault.commit_all(party, [("name", one.name), ("email", one.email)])
            body: dict[str, object] = {
                "email": email, "name": name, "party": party, "party_kind": kind,
            }  # fmt: skip
            stream = f"parties:{self._repository}"
            met.append(Fact(kind="party.met.v1", stream=stream, actor=ACTOR, body=body))
        return party

    def _run(self, digest: str) -> Fact:
        report = self._report
        subject = self._vault.pseudonym("report", digest)
        body: dict[str, object] = {
            "commits": report.population.commits,
            "end": report.period.end,
            "heads": [
                {"branch": self._branches[one.name], "commit": one.head}
                for one in report.repository.branches
            ],
            "landings": report.population.landings,
            "object_format": report.repository.object_format,
            "population": report.population.digest,
            "report": self._vault.commit(subject, "report", digest),
            "repository": self._repository,
            "rules": report.tool.rules,
            "start": report.period.start,
            "tool": f"{report.tool.name} {report.tool.version}",
        }
        return Fact(
            kind="audit.completed.v1",
            stream=f"audit:{self._repository}",
            actor=ACTOR,
            subject=Subject(commit=report.repository.head),
            body=body,
        )


def _is_landing(entry: Entry) -> bool:
    return entry.kind == LANDING and entry.recorded_by.channel == AUDIT_CHANNEL
