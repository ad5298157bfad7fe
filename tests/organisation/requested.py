"""The ordinary change: commits, request, reviews, checks, and what the ledger holds of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from building import MINUTE, Draft
from truth import (
    Change,
    Commit,
    Decision,
    Deployment,
    Event,
    Receipt,
    Request,
    Review,
    Scan,
    Signal,
)

if TYPE_CHECKING:
    from building import Builder
    from truth import Account, Hand, Person

SPAN = 180 * MINUTE
MODEL = "Claude Opus 4.6"
AGENTS = ("agent", "unprompted", "led", "owned", "asked")
"""Kinds of changes that an agent's account committed."""


def draft(builder: Builder, change: Change) -> Draft:
    """The commits and the request of a change, without reviews and checks."""
    dice, org = builder.dice, builder.org
    direct = change.method in ("direct", "forced", "pushed")
    tip = builder.main[-1]
    span = min(SPAN, change.at - tip.at - 10) if direct else SPAN
    base = tip if direct else builder.landing_before(change.at - span)
    opener = dice.choice(org.people[:10])
    made = Draft(change, _request(builder, change, opener), base, span, None, [opener])
    made.request.opened_at = made.time(0.9)
    _by(builder, made, opener)
    signal = _signal(builder, change.kind)
    hand = made.agent.hand if made.agent else opener.hand
    for number in range(dice.choice((1, 1, 2, 3))):
        at = made.time(0.97 - 0.1 * number)
        added(builder, made, hand, at, part=number, signal=signal)
    return made


def _request(builder: Builder, change: Change, opener: Person) -> Request:
    number = 0 if change.method in ("direct", "forced") else builder.request_number()
    return Request(
        number=number,
        opener=opener.account,
        opened_at=change.at,
        merged_at=change.at,
        merged_by=opener.account,
        title=f"Work on part {len(builder.org.changes)}",
        commits=[],
    )


def _by(builder: Builder, made: Draft, opener: Person) -> None:
    """Let an agent or a bot have written it, where the kind says so."""
    dice, kind, request = builder.dice, made.change.kind, made.request
    copilot, coder, bump = builder.org.services[:3]
    if kind in AGENTS:
        # That it is an agent's work, a file inside the repository alone cannot vouch for.
        own = builder.org.configured or kind != "unprompted"
        made.agent = coder if kind == "owned" or (own and dice.random() < 0.4) else copilot
    if kind == "bump":
        made.agent = bump
    if made.agent and kind != "led":
        request.opener = made.agent.account
        made.authors.remove(opener)
        if kind not in ("unprompted", "bump"):
            asked = "review_requested" if kind == "asked" else "assigned"
            by = request.opener if kind == "asked" else opener.account
            request.events.append(Event(asked, made.time(0.89), by, subject=opener.account))
            made.authors.append(opener)
    if made.agent and made.agent.owner and made.agent.owner not in made.authors:
        made.authors.append(made.agent.owner)


def _signal(builder: Builder, kind: str) -> Signal | None:
    """What the commits say of an agent. Those of a tool's own account name no model."""
    if kind == "ai":
        session = f"https://claude.ai/code/session_{builder.number():024x}"
        whole = builder.dice.random() < 0.6
        return Signal("claude-code", MODEL if whole else None, session if whole else None)
    return Signal("agent", None, None) if kind in AGENTS else None


def added(
    builder: Builder,
    made: Draft,
    hand: Hand,
    at: int,
    *,
    part: int,
    signal: Signal | None = None,
    more: dict[str, str] | None = None,
) -> Commit:
    """One more commit of the request; `more` are files beside its own."""
    change, commits = made.change, made.request.commits
    number = len(builder.org.changes)
    folder = "infra" if change.critical else f"src/area{number % 7}"
    path = f"{folder}/c{number}.py"
    writes = {path: f"part = {part}\nnumber = {number}\n", **(more or {})}
    before = commits[-1] if commits else made.base
    own = {**(before.own if commits else {}), **writes}
    title = made.request.title if part == 0 else f"{made.request.title}, step {part + 1}"
    commit = builder.commit(
        (before,), hand, at, _message(title, signal), writes=writes, own=own,
        base=commits[-1].base if commits else made.base,
    )  # fmt: skip
    commit.signal = signal
    commits.append(commit)
    return commit


def _message(title: str, signal: Signal | None) -> str:
    if signal is None or signal.agent != "claude-code":
        return title
    lines = [f"Co-Authored-By: {signal.model or 'Claude'} <noreply@anthropic.com>"]
    if signal.session:
        lines.append(f"Claude-Session: {signal.session}")
    return "\n".join([title, "", *lines])


def equipped(builder: Builder, made: Draft) -> None:
    """The pushes of the request's commits, and the checks that ran on its head."""
    request = made.request
    ref = f"refs/heads/change-{request.number}"
    before: Commit | None = None
    for one in request.commits:
        if any(push.after is one for push in builder.org.pushes[-20:]):
            continue
        kind = "push" if before else "branch_creation"
        builder.push(ref, before, one, one.at + 5, kind, actor=request.opener)
        before = one
    for name in builder.checks():
        builder.run(request.head, name, request.head.at + builder.dice.randrange(60, 240))


def needed(builder: Builder, made: Draft) -> int:
    """How many persons have to approve it."""
    asked = builder.org.criteria
    least = max(asked.approvals, asked.critical_approvals if made.change.critical else 0)
    kind = made.change.kind
    alone = kind == "unprompted" or (kind == "bump" and not builder.org.configured)
    return max(least, 2) if alone else least


def boxes(builder: Builder, made: Draft) -> tuple[tuple[str, bool], ...]:
    """The checkboxes of a review of an AI change; other reviews have none."""
    if not made.ai:
        return ()
    text = builder.org.criteria.statement
    typed = builder.dice.choice((text, text.upper(), text.replace(" ", "  ")))
    return (("The tests say what they should", False), (typed, True))


def review(
    builder: Builder,
    made: Draft,
    account: Account,
    at: int,
    *,
    said: str = "approved",
    commit: Commit | None = None,
) -> Review:
    """One more review, of the head unless another commit is named."""
    done = Review(
        builder.number(),
        account,
        said,
        at,
        commit or made.request.head,
        boxes(builder, made) if said == "approved" else (),
    )
    made.request.reviews.append(done)
    return done


def reviewed(builder: Builder, made: Draft) -> None:
    """As many approvals as are needed, and what else is said of the change."""
    dice, request = builder.dice, made.request
    persons = builder.outsiders(made)
    count = needed(builder, made) + (dice.random() < 0.2)
    head = request.head.at
    room = max(made.change.at - head - 20, 10)
    if dice.random() < 0.3:
        account = persons[-1].account
        said = dice.choice(("commented", "commented", "changes_requested"))
        review(builder, made, account, head + 5 + room // 8, said=said)
    for number, person in enumerate(persons[:count]):
        account = dice.choice(person.accounts)
        review(builder, made, account, head + 6 + room // 4 + number * (room // 8))
    approved = [one.account for one in request.reviews if one.said == "approved"]
    request.merged_by = dice.choice([*approved, persons[-2].account])
    if dice.random() < 0.2:
        request.events.append(Event("labeled", made.time(0.5), persons[0].account, text="chore"))


def recorded(builder: Builder, made: Draft) -> None:
    """What the ledger holds of it, and perhaps a deployment."""
    org, dice, change = builder.org, builder.dice, made.change
    small = {"critical": (8.0,), "high": (5.5, 1.5), "medium": (1.5,)}
    below = small.get(org.criteria.threshold, ())
    org.scans.append(Scan(change.head, findings=dice.choice(((), (), below))))
    org.decisions.append(Decision(change.head))
    if made.ai:
        signal = next(one.signal for one in change.commits if one.signal)
        whole = signal.model is None or dice.random() < 0.3
        told = Receipt(change.head, None, None, None, prompt=True)
        if whole:
            told.agent, told.model = "Claude Code", MODEL
            told.session = f"session-{builder.number()}"
        org.receipts.append(told)
    if change.inside and dice.random() < 0.12:
        deployed(builder, made)


def deployed(builder: Builder, made: Draft, *, commit: Commit | None = None) -> Deployment:
    """Bring the change into production."""
    actions = builder.org.services[3].account
    account = builder.dice.choice((actions, builder.org.people[0].account))
    done = Deployment(
        number=builder.number(),
        commit=commit or made.change.landings[-1],
        environment=builder.dice.choice(builder.org.criteria.production),
        creator=account,
        at=made.change.at + 5 * MINUTE,
    )
    builder.org.deployments.append(done)
    return done
