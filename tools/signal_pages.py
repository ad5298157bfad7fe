"""Write docs/signals/: a page for each signal rule, and the index, from the rules themselves.

``python tools/signal_pages.py`` writes the pages; with ``--check`` it names those that are missing,
stale or of no rule, and ends with 1 when there are any.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from affidavit.provenance.catalogue import ANY, Catalogue, Kind, Rule, load
from affidavit.provenance.model import PartyKind, Role, Tier

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = Path(__file__).parent.parent / "docs" / "signals"
BY_HAND = (
    "PRV-GITAI-",
    "PRV-DECLARED-",
    "PRV-AGENTTRACE-",
    "PRV-CHECKPOINT-",
    "PRV-AIIR-",
    "PRV-GITTUF-",
    "PRV-TRANSCRIPT-",
)
"""Rules of notes, records and configurations are not in the catalogue: pages written by hand."""

TIERS = {
    Tier.A: "bound to a platform",
    Tier.B: "written by a tool as a matter of course; a person could type it",
    Tier.C: "typed by people, or not in its place; it names an agent",
    Tier.D: "context: shown, never counted",
}
PLACES = {
    Kind.IDENTITY: "author, committer and co-author identities",
    Kind.TRAILER: "trailers of the commit message",
    Kind.SQUASH_TRAILER: "trailers that came with a squashed commit",
    Kind.TEXT: "whole lines of the commit message",
    Kind.LABEL: "labels in the commit message",
    Kind.BRANCH: "the merged branch named in the subject",
}
ROLES = {
    Role.AUTHOR: "`author`: the agent wrote the change",
    Role.CO_AUTHOR: "`co-author`: the agent took part in writing the change",
    Role.SUGGESTION: "`suggestion`: a person accepted what the agent proposed",
    Role.ASSIST: "`assist`: the agent helped",
    Role.COMMITTER_ONLY: "`committer-only`: the agent's tool committed somebody's work",
}
PARTIES = {
    PartyKind.AGENT: "an AI agent",
    PartyKind.BOT: "automation that is no AI agent",
    PartyKind.FORGE: "the forge itself, which names nobody",
    PartyKind.PERSON: "a person, about whom the name states an agent",
}
INTRODUCTION = """\
# Signal rules

Version {version} of the rules. These pages are written by `tools/signal_pages.py` from
`src/affidavit/provenance/rules.toml`; every report names the version and the digest of the rules
it was made with.

A signal is a statement in a commit that an agent took part in it. What is not stated is not seen:
many agents write nothing, and most can be told to write nothing. A commit without a signal is never
called a person's work. How far a signal is trusted is its tier:"""
COLUMNS = """\
| Rule | What it is | Agent | Where it looks | Tier and role |
|---|---|---|---|---|"""


def pages(catalogue: Catalogue) -> dict[str, str]:
    """The pages by file name."""
    made = {f"{rule.id}.md": page(rule, catalogue) for rule in catalogue.rules}
    return made | {"README.md": index(catalogue)}


def page(rule: Rule, catalogue: Catalogue) -> str:
    """The page of one rule, in Markdown."""
    parts = (
        f"# {rule.id}: {rule.title}",
        "\n".join(["| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in _facts(rule, catalogue))]),
        rule.why.strip(),
        "## What it matches",
        "\n".join(_conditions(rule)),
        "Found by it:",
        _block(rule.matches),
        "Not found by it:",
        _block(rule.misses),
        "## What it is worth",
        _worth(rule),
        "## What to do",
        _advice(rule),
    )
    return "\n\n".join(parts) + "\n"


def index(catalogue: Catalogue) -> str:
    """The index of all rules, with those of notes that have a page."""
    rows = [
        f"| [{rule.id}]({rule.id}.md) | {rule.title} | {_agent(rule, catalogue)} |"
        f" {PLACES[rule.kind]} | {_strength(rule)} |"
        for rule in catalogue.rules
    ]
    notes = [
        f"- [{path.stem}]({path.name}){_heading(path)}"
        for path in sorted(PAGES.glob("*.md"))
        if path.name.startswith(BY_HAND)
    ]
    lines = [
        INTRODUCTION.format(version=catalogue.version),
        "\n".join(f"- Tier {tier}: {text}." for tier, text in TIERS.items()),
        "\n".join([COLUMNS, *rows]),
        *(["## Notes and configurations", "\n".join(notes)] if notes else []),
    ]
    return "\n\n".join(lines) + "\n"


def problems(catalogue: Catalogue) -> Iterator[str]:
    """What differs between the pages on disk and those that the rules give."""
    made = pages(catalogue)
    for name, text in made.items():
        path = PAGES / name
        if not path.exists():
            yield f"{name}: is missing"
        elif path.read_text(encoding="utf-8") != text:
            yield f"{name}: is stale"
    for path in sorted(PAGES.glob("*.md")):
        if path.name not in made and not path.name.startswith(BY_HAND):
            yield f"{path.name}: belongs to no rule"


def _facts(rule: Rule, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    if _claims(rule):
        yield "Agent", _agent(rule, catalogue)
    if rule.kind is Kind.IDENTITY:
        yield "Stands for", PARTIES[rule.party]
    yield "Looks at", PLACES[rule.kind]
    if _claims(rule):
        yield "Role", _role(rule)
        yield "Tier", _tier(rule)
    yield "Since", f"version {rule.since} of the rules"


def _claims(rule: Rule) -> bool:
    return rule.party in (PartyKind.AGENT, PartyKind.PERSON)


def _agent(rule: Rule, catalogue: Catalogue) -> str:
    if not _claims(rule):
        return f"none: {PARTIES[rule.party]}"
    if rule.agent == ANY:
        return "the one that is named"
    return f"{catalogue.agents[rule.agent].title} (`{rule.agent}`)"


def _role(rule: Rule) -> str:
    if rule.kind is not Kind.IDENTITY:
        return ROLES[rule.role]
    if rule.role is Role.CO_AUTHOR:
        return ROLES[rule.role]
    if rule.role is not Role.AUTHOR:
        return f"{ROLES[rule.role]} (as co-author); `author` (as author of a commit)"
    return "`author` or `co-author`, by where it stands; `committer-only` as committer alone"


def _tier(rule: Rule) -> str:
    if _sure(rule):
        return f"B: {TIERS[Tier.B]}; A in a commit whose forge signature verified"
    return f"{rule.tier}: {TIERS[rule.tier]}"


def _sure(rule: Rule) -> bool:
    """Whether it can reach tier A."""
    return rule.bound or (bool(rule.platform_ids) and rule.tier is Tier.B)


def _strength(rule: Rule) -> str:
    if not _claims(rule):
        return "no claim"
    return f"{'A or B' if _sure(rule) else rule.tier}, `{rule.role}`"


def _conditions(rule: Rule) -> Iterator[str]:
    """What must hold for the rule to match, one item each."""
    for label, values in (
        ("an address, compared whole", rule.addresses),
        (
            "the number of a GitHub account, as in `<number>+<login>@users.noreply.github.com`",
            tuple(str(number) for number in rule.platform_ids),
        ),
        ("the login of a GitHub app, in the same address without a number", rule.logins),
        ("the key of a trailer", rule.keys),
        ("rules for trailers of tier", tuple(map(str, rule.inherits))),
    ):
        if values:
            yield f"- {label}: {', '.join(f'`{value}`' for value in values)}"
    if rule.pattern:
        what = "the whole identity" if rule.kind is Kind.IDENTITY else "the whole value"
        what = what if rule.kind in (Kind.IDENTITY, Kind.TRAILER) else "the whole line"
        yield f"- a pattern (RE2, any case) for {what}:\n\n  ```text\n  {rule.pattern}\n  ```"
    yield from (f"- {text}" for text in _provisos(rule))


def _provisos(rule: Rule) -> Iterator[str]:
    if rule.names_agent:
        yield "only where the value names an agent; a person's address never does"
    if rule.subject:
        yield "only in the first line of the message"
    if rule.anywhere:
        yield (
            "at the beginning of a line above the last paragraph, too, where git sees no trailer:"
            " then as tier C"
        )
    if rule.lowers:
        yield f"it makes {', '.join(rule.lowers)} on the same commit count as assistance"
    if rule.kind in (Kind.TEXT, Kind.LABEL):
        yield "not in a line that is indented, quoted with `>` or inside a fenced block of code"


def _block(lines: tuple[str, ...]) -> str:
    return "\n".join(["```text", *lines, "```"])


def _worth(rule: Rule) -> str:
    if not _claims(rule):
        return (
            "It makes no claim about AI. It keeps this identity from being counted as a person, in"
            " particular as the person who merged a change."
        )
    if rule.tier is Tier.D:
        return "Nothing is counted by it. It is shown beside other evidence as context."
    if _sure(rule):
        return (
            "Anyone can type it into a commit. Where the forge's signature over the commit"
            " verifies, the forge itself wrote or accepted it, and the claim is tier A."
        )
    if rule.tier is Tier.B:
        return (
            "A tool writes it as a matter of course, and hardly anybody else has a reason to; but"
            " it can be typed, copied from another commit, or left out."
        )
    return (
        "Somebody typed it, or it stands where it could have been typed. It can be wrong, and it"
        " says nothing about commits that do not have it."
    )


def _advice(rule: Rule) -> str:
    if rule.kind is Kind.IDENTITY:
        look = "`git show -s --format='%an <%ae>%n%cn <%ce>%n%B' COMMIT`"
        field = (
            "Who is wrongly taken for an agent, or missed as one, can be named in `affidavit.toml`;"
            " the report lists every line of it that changed something."
        )
    else:
        look = "`git show -s --format=%B COMMIT`"
        field = (
            "If it is wrong, the statement is still in the commit: the report shows it with its"
            " tier, beside whatever else is known of the commit."
        )
    return f"See the evidence with {look}. {field}"


def _heading(path: Path) -> str:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    return f": {first.partition(': ')[2]}" if ": " in first else ""


def main() -> int:
    """Write the pages, or check them."""
    catalogue = load()
    if "--check" in sys.argv[1:]:
        found = [*problems(catalogue)]
        print(*found, sep="\n", end="\n" if found else "")
        return int(bool(found))
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages(catalogue).items():
        (PAGES / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
