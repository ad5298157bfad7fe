"""Who works at a generated organisation, and the configuration that says so."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from truth import Account, Criteria, Gate, Hand, Person, Service, Term

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

NAMES = (
    "Anouk Bergström", "Bela Castellan", "Chidi Okonkwo", "Dorota Zielinska", "Emre Yildirim",
    "Freya Lindqvist", "Giorgos Papadakis", "Hanneke Vermeulen", "Ikram Benali", "Jarmo Virtanen",
    "Keiko Nakamura", "Lorcan Fitzgerald", "Mireia Puigdomenech", "Nnamdi Adeyemi",
)  # fmt: skip
SECOND = ("quillfox", "stonewren", "marshowl", "brightelk")
"""Logins of second accounts, which nothing but the identities ties to anybody."""


def people() -> list[Person]:
    """Fourteen persons, some of them with two accounts."""
    found = []
    for number, name in enumerate(NAMES):
        first, _, last = name.partition(" ")
        plain = f"{first}.{last}".lower().replace("ö", "o")
        accounts = [Account(f"{first.lower()}{last[:1].lower()}x", 7001 + number)]
        if number < len(SECOND):
            accounts.append(Account(SECOND[number], 8001 + number))
        found.append(Person(name, f"{plain}@firm.mail", tuple(accounts)))
    return found


def services(persons: Sequence[Person]) -> list[Service]:
    """An agent that everybody knows, one of the firm's own with an owner, and bots."""
    copilot = Account("copilot-swe-agent", 198982749, "bot")
    coder = Account("orchard-coder", 300001, "bot")
    dependabot = Account("dependabot", 49699333, "bot")
    actions = Account("github-actions", 41898282, "bot")
    helper = Account("merge-helper", 300002, "bot")
    noreply = "users.noreply.github.com"
    return [
        Service(
            Hand("copilot-swe-agent[bot]", f"198982749+Copilot@{noreply}", copilot),
            copilot,
            agent=True,
        ),
        Service(
            Hand("Orchard Coder", "coder@firm.mail", coder),
            coder,
            agent=True,
            owner=persons[5],
            declared=True,
        ),
        Service(
            Hand("dependabot[bot]", f"49699333+dependabot[bot]@{noreply}", dependabot),
            dependabot,
            agent=False,
            owner=persons[13],
            declared=True,
        ),
        Service(
            Hand("github-actions[bot]", f"41898282+github-actions[bot]@{noreply}", actions),
            actions,
            agent=False,
        ),
        Service(
            Hand("Merge Helper", "helper@firm.mail", helper),
            helper,
            agent=False,
            owner=persons[0],
            declared=True,
        ),
    ]


def criteria(dice: random.Random, *, plain: bool) -> Criteria:
    """What the engagement asks; `plain` is without chance."""
    number = (lambda *_: 0) if plain else dice.randrange
    approvals = 1 + (number(4) == 1)
    tests: tuple[str, ...] = ("test",) if number(2) == 0 else ("test", "types")
    labels: tuple[str, ...] = ("emergency",) if number(2) == 0 else ("hotfix", "Sev-1")
    every = [f"AFF-CC8.1-{one:02}" for one in range(1, 15)]
    without = [one for one in every if one != "AFF-CC8.1-02"]
    named = tuple((one, GATED.get(one)) for one in (*tests, "scan", "lint"))
    return Criteria(
        scope=tuple(every if number(5) == 1 else without),
        approvals=approvals,
        critical_approvals=2 if number(3) == 0 else approvals,
        checks=(tests, ("scan",)),
        threshold=("high", "medium", "critical", "low")[number(4)],
        statement=("I have reviewed the AI-generated code", "Reviewed by me: AI code")[number(2)],
        labels=labels,
        days=2 + number(2),
        production=("production",) if number(2) == 0 else ("production", "live"),
        gate=Gate(approvals, named, dismiss_stale=number(3) == 1, last_push=number(3) == 1),
    )


GATED: dict[str, int | None] = {"test": 15368, "scan": 77}
"""Apps that the rules pin checks to."""


def configuration(asked: Criteria, persons: Sequence[Person], terms: Sequence[Term], *,
                  services: Sequence[Service], identities: bool = True) -> str:  # fmt: skip
    """``affidavit.toml``: the identities, and what the engagement asks."""
    lines = ["version = 1", "", "[audit]", 'branches = ["main"]', 'critical_paths = ["infra/**"]']
    lines += ["", *_controls(asked)]
    if identities:
        for person in persons:
            lines += ["", "[[person]]", *_person(person, terms)]
        for one in services:
            if one.declared:
                kind = "agent" if one.agent else "bot"
                accounts = [f"github:{one.account.login}[bot]", f"github:{one.account.number}"]
                lines += ["", f"[[{kind}]]", f"name = {_json(one.hand.name)}"]
                lines += [f"addresses = {_json([one.hand.email])}", f"accounts = {_json(accounts)}"]
                lines += [f"owner = {_json(one.owner.email)}"] if one.owner else []
    return "\n".join(lines) + "\n"


def _controls(asked: Criteria) -> list[str]:
    gate = asked.gate
    return [
        "[controls]",
        f"scope = {_json(asked.scope)}",
        f"approvals = {asked.approvals}",
        f"critical_approvals = {asked.critical_approvals}",
        f"checks = {{ test = {_json(asked.checks[0])}, scan = {_json(asked.checks[1])} }}",
        f"scan_threshold = {_json(asked.threshold)}",
        f"ai_statement = {_json(asked.statement)}",
        f"emergency_labels = {_json(asked.labels)}",
        f"emergency_days = {asked.days}",
        f"production = {_json(asked.production)}",
        "",
        "[controls.gate]",
        f"approvals = {gate.approvals}",
        f"dismiss_stale = {_json(gate.dismiss_stale)}",
        f"code_owners = {_json(gate.code_owners)}",
        f"last_push = {_json(gate.last_push)}",
        "admins = true",
        "force_pushes = false",
        f"checks = {_json([name for name, _ in gate.checks if name != 'lint'])}",
    ]


def _person(person: Person, terms: Sequence[Term]) -> list[str]:
    accounts = [f"github:{one}" for a in person.accounts for one in (a.login, a.number)]
    roles = ['"reviewer"']
    for term in terms:
        if term.person is person:
            days = {"since": term.since, "until": term.until}
            said = "".join(f", {name} = {day}" for name, day in days.items() if day)
            roles.append(f'{{ role = "change-authority"{said} }}')
    return [
        f"name = {_json(person.name)}",
        f"addresses = {_json([person.email])}",
        f"accounts = {_json(accounts)}",
        f"roles = [{', '.join(roles)}]",
    ]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def day(at: int) -> str:
    """The UTC day of a time, as ``2026-01-05``."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def rfc3339(at: int) -> str:
    """A time as the forge writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
