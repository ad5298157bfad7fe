"""A plausible year of landings, of any size, with more AI as time goes on."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
from reports import CLAUDE, a_claim, a_digest, a_landing, a_report, an_id, the_metrics

from affidavit.audit.model import (
    AgentRow,
    AuditException,
    Coverage,
    CriticalRow,
    DirectoryRow,
    MonthRow,
    Overlap,
    PersonRow,
    Report,
    Setting,
    SourceCoverage,
)
from affidavit.base.limit import Limit
from affidavit.changes.model import (
    Grade,
    Inner,
    Kind,
    Landing,
    Mark,
    Participant,
    PersonRole,
    Proof,
    PullRequest,
    Review,
)
from affidavit.provenance.model import Authorship, Claim, PartyKind, Role, Tier

AGENTS = (
    ("claude-code", "claude-opus-4.6", "PRV-CLAUDE-001", Tier.B, 50),
    ("copilot-cloud-agent", None, "PRV-COPILOT-001", Tier.A, 22),
    ("cursor", None, "PRV-CURSOR-001", Tier.B, 12),
    ("codex", "gpt-5.2-codex", "PRV-CODEX-001", Tier.C, 7),
    ("devin", None, "PRV-DEVIN-001", Tier.A, 4),
    ("jules", None, "PRV-JULES-001", Tier.B, 3),
)
PEOPLE = (
    "Ada Lovelace",
    "Ben Okafor",
    "Chiara Conti",
    "Dmitri Volkov",
    "Emeka Nwosu",
    "Fatima Zahra El Idrissi",
    "Grace Lin",
    "Hélène Dupont",
    "Ichirō Tanaka",
    "Jonas Bergström",
)
TITLES = (
    "Keep the queue's order when a worker restarts",
    "Read the retry budget from the tenant's settings",
    "Fix a leaked file handle in the archive writer",
    "Return 409 when two uploads race for one name",
    "Move the price table into its own module",
    "Add an index for the audit log's actor column",
    "Say which certificate expired in the health check",
    "Drop support for the second import format",
    "Make the sign-in page readable at 200 % zoom",
    "Bound the size of a decoded manifest",
    "Retry a refused lease with jitter instead of at once",
    "Document how to rotate the signing key without an outage for tenants in several regions",
)
DIRECTORIES = ("src", "tests", "docs", "infra", "web", "tools", "billing", ".github", "deploy", ".")


def a_year(size: int = 420, seed: int = 7) -> Report:
    """A report of `size` landings over twelve months, with more AI as time goes on."""
    chance = random.Random(seed)
    oldest_first = [_landing(chance, number, size) for number in range(size)]
    landings = tuple(reversed(oldest_first))
    return a_report(
        landings,
        metrics=the_metrics(landings),
        agents=_agents(landings),
        people=_people(landings),
        months=_months(landings),
        directories=_directories(chance, size),
        critical=(
            CriticalRow(pattern="billing/**", ai=size // 14, reviewer_shown=size // 30),
            CriticalRow(pattern="infra/secrets/*", ai=0, reviewer_shown=0),
            CriticalRow(pattern="src/auth/**", ai=size // 9, reviewer_shown=size // 11),
        ),
        coverage=_coverage(landings),
        settings=(
            Setting(
                file=".mailmap",
                line="Ada Lovelace <ada@example.org> <ada@old.example>",
                effect="joins two addresses into one person, on 31 landings",
            ),
            Setting(
                file="affidavit.toml",
                line='critical = ["billing/**", "src/auth/**"]',
                effect="names critical paths",
            ),
        ),
        exceptions=_exceptions(landings),
        limits=LIMITS,
    )


LIMITS = (
    Limit(
        "pull-request-numbers",
        "A forge's signature shows that the forge made the commit, not that the typed number is"
        " right.",
        212,
    ),
    Limit(
        "squash-unrefined",
        "The commits behind these squashes are not in the repository; their claims are the"
        " squash's own.",
        37,
        tuple(an_id(("u", n)) for n in range(20)),
        gap=True,
    ),
    Limit(
        "replace-refs",
        "The repository holds replace refs. They were not used.",
        1,
        ("refs/replace/" + an_id("r"),),
    ),
)


def _landing(chance: random.Random, number: int, size: int) -> Landing:
    moment = datetime(2025, 11, 21, 9, 30, tzinfo=UTC) + timedelta(
        seconds=number * (364 * 86_400 // size)
    )
    at = moment.isoformat().replace("+00:00", "Z")
    commit = an_id((number, size))
    kind = chance.choices((Kind.SQUASH, Kind.MERGE, Kind.LINEAR), (60, 25, 15))[0]
    authorship = _authorship(chance, number / size)
    claims = _claims(chance, commit, authorship)
    authors = _authors(chance, kind, claims)
    review = _grade(chance, kind, authors)
    brought = tuple(an_id((commit, n)) for n in range(chance.randint(1, 6)))
    commits = (commit, *brought) if kind is Kind.MERGE else (commit,)
    exceptions = ("no-review-evidence",) if review.grade is Grade.R0 else ()
    if review.self_merged:
        exceptions = (*exceptions, "self-merged")
    return a_landing(
        commit=commit,
        change=f"CHG-{at[:10]}-{number % 9 + 1:03}",
        kind=kind,
        marks=(Mark.AUTOMATION,) if authorship is Authorship.AUTOMATION else (),
        landed_at=at,
        committed_at=at,
        title=chance.choice(TITLES),
        pull_request=_pull_request(number, kind),
        commits=commits,
        authors=authors,
        authorship=authorship,
        unrefined=kind is Kind.SQUASH and number % 11 == 0,
        inner=Inner(ref=f"refs/pull/{number}/head", head=brought[0], commits=brought[:2])
        if kind is Kind.SQUASH and number % 3 == 0
        else None,
        claims=claims,
        review=review,
        critical_paths=("billing/**",) if number % 17 == 0 else (),
        exceptions=exceptions,
    )


def _authorship(chance: random.Random, along: float) -> Authorship:
    ai = 8 + int(38 * along)
    return chance.choices(tuple(Authorship), (ai, ai // 4, 5, 9, 2, 82 - ai))[0]


def _claims(chance: random.Random, commit: str, authorship: Authorship) -> tuple[Claim, ...]:
    if authorship is Authorship.ASSISTED:
        evidence = "Assisted-by: Claude:claude-sonnet-4.5"
        return (
            a_claim(
                commit=commit,
                rule="PRV-ASSISTED-001",
                tier=Tier.C,
                role=Role.ASSIST,
                source="trailer",
                evidence=evidence,
                digest=a_digest(evidence),
            ),
        )
    if authorship not in {Authorship.AI, Authorship.MIXED}:
        return ()
    agent, model, rule, tier, _ = chance.choices(AGENTS, [row[4] for row in AGENTS])[0]
    evidence = f"Co-authored-by: {model or agent} <noreply@{agent}.example>"
    first = a_claim(
        commit=commit,
        rule=rule,
        tier=tier,
        agent=agent,
        model=model,
        evidence=evidence,
        digest=a_digest(evidence),
    )
    if chance.random() < 0.6:
        return (first,)
    note = f"  s_{commit[:14]}::t_{commit[14:28]} 1-{int(commit[:2], 16)} of {agent}"
    session = msgspec.structs.replace(
        first,
        rule="PRV-GITAI-001",
        tier=Tier.B,
        source="refs/notes/ai",
        evidence=note,
        digest=a_digest(note),
        session=f"s_{commit[:14]}",
    )
    return (first, session)


def _authors(
    chance: random.Random, kind: Kind, claims: tuple[Claim, ...]
) -> tuple[Participant, ...]:
    name, other = chance.sample(PEOPLE, 2)
    people = [_person(name, PersonRole.AUTHOR)]
    if claims and claims[0].agent == "claude-code":
        people.append(CLAUDE)
    if kind is Kind.MERGE:
        people.append(_person(other if chance.random() < 0.7 else name, PersonRole.MERGER))
    if kind is Kind.SQUASH:
        people.append(
            Participant(
                name="GitHub",
                email="noreply@github.com",
                kind=PartyKind.FORGE,
                roles=(PersonRole.COMMITTER,),
            )
        )
    return tuple(people)


def _person(name: str, *roles: PersonRole) -> Participant:
    address = name.split(maxsplit=1)[0].lower() + "@example.org"
    return Participant(name=name, email=address, kind=PartyKind.PERSON, roles=roles)


def _grade(chance: random.Random, kind: Kind, authors: tuple[Participant, ...]) -> Review:
    if kind is Kind.LINEAR:
        return Review(grade=Grade.R0, self_merged=None)
    if kind is Kind.SQUASH:
        return Review(
            grade=Grade.R1, self_merged=None, evidence=("The forge does not name who merged.",)
        )
    merger = authors[-1]
    own = merger.name == authors[0].name
    if chance.random() < 0.1:
        vote = f"refs/notes/review records Code-Review+2 by {merger.name} <{merger.email}>."
        return Review(grade=Grade.R3, self_merged=own, evidence=(vote,))
    says = (
        f"{merger.name} <{merger.email}> merged, and is {'' if own else 'not '}among the authors."
    )
    return Review(grade=Grade.R1 if own else Grade.R2, self_merged=own, evidence=(says,))


def _pull_request(number: int, kind: Kind) -> PullRequest | None:
    if kind is Kind.LINEAR:
        return None
    return PullRequest(
        forge="github",
        number=str(1000 + number),
        proof=Proof.FORGE_SIGNED if number % 4 else Proof.CLAIMED,
        form=f"github-{kind}",
        corroborated_by=f"refs/pull/{1000 + number}/head" if number % 3 == 0 else None,
    )


def _agents(landings: tuple[Landing, ...]) -> tuple[AgentRow, ...]:
    rows = []
    for agent, model, _, _, _ in AGENTS:
        made = sum(any(c.agent == agent and c.decides for c in x.claims) for x in landings)
        assisted = sum(any(c.agent == agent and not c.decides for c in x.claims) for x in landings)
        models = (model,) if model else ()
        rows.append(AgentRow(agent=agent, landings=made, assisted=assisted, models=models))
    return tuple(sorted(rows, key=lambda row: (-row.landings, row.agent)))


def _people(landings: tuple[Landing, ...]) -> tuple[PersonRow, ...]:
    rows = []
    for name in PEOPLE:
        mine = [x for x in landings if x.authors[0].name == name]
        merged = [x for x in landings if x.authors[-1].name == name and x.kind is Kind.MERGE]
        rows.append(
            PersonRow(
                name=name,
                email=name.split(maxsplit=1)[0].lower() + "@example.org",
                landings=len(mine),
                ai_landings=sum(x.ai for x in mine),
                merged=len(merged),
                self_merged=sum(x.review.self_merged is True for x in merged),
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.landings, row.name)))


def _months(landings: tuple[Landing, ...]) -> tuple[MonthRow, ...]:
    rows = []
    for month in sorted({x.landed_at[:7] for x in landings}):
        mine = [x for x in landings if x.landed_at.startswith(month)]
        agents = Counter(a for x in mine for a in {c.agent for c in x.claims if c.decides})
        rows.append(
            MonthRow(
                month=month, landings=len(mine), ai=sum(x.ai for x in mine), agents=dict(agents)
            )
        )
    return tuple(rows)


def _directories(chance: random.Random, size: int) -> tuple[DirectoryRow, ...]:
    rows = []
    for index, path in enumerate(DIRECTORIES):
        count = max(size // (index + 1) // 2, 1)
        rows.append(DirectoryRow(path=path, landings=count, ai=int(count * chance.random() * 0.5)))
    return tuple(rows)


def _coverage(landings: tuple[Landing, ...]) -> Coverage:
    sources = Counter(s for x in landings for s in {c.source for c in x.claims if c.decides})
    both = sum(len({c.source for c in x.claims if c.decides}) == 2 for x in landings)
    return Coverage(
        sources=tuple(SourceCoverage(source=s, commits=n) for s, n in sorted(sources.items())),
        overlaps=(Overlap(sources=("co-author", "refs/notes/ai"), commits=both),),
        commits=sum(len(x.commits) for x in landings),
        no_signal=sum(x.authorship is Authorship.NO_SIGNAL for x in landings),
        missing_objects=0,
    )


REASONS = {
    "no-review-evidence": "No pull request and no merge by another person: git shows no review.",
    "self-merged": "The person who merged is among the authors of what was merged.",
}


def _exceptions(landings: tuple[Landing, ...]) -> tuple[AuditException, ...]:
    return tuple(
        AuditException(id=name, commit=landing.commit, reason=REASONS[name])
        for landing in landings
        for name in landing.exceptions
    )
