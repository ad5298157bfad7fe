"""Makes an organisation of chance: months of changes, some with a violation planted."""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime
from typing import NamedTuple

from building import MINUTE, Builder
from landing import landed
from plans import DECOYS, PLANS, ROLES, Plan
from requested import draft, equipped, recorded, reviewed
from rules import weakened
from staff import criteria, people, services
from truth import DAY, Change, Organisation, Term

FOUNDED = int(datetime(2026, 1, 2, 9, tzinfo=UTC).timestamp())
START = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())
METHODS = ("squash", "merge", "rebase", "queue")
KINDS = ("person",) * 6 + ("ai",) * 4 + ("agent", "led", "bump")


class Wish(NamedTuple):
    """How an organisation is made. `plain` leaves the criteria without chance.

    `deck` names what is planted, once for each time it stands there; without one it is drawn.
    """

    seed: int
    size: int
    plain: bool = False
    classic: bool = False
    configured: bool = False
    deck: tuple[str, ...] | None = None


def organisation(wish: Wish) -> Organisation:
    """The organisation that follows from `wish` alone."""
    dice = random.Random(wish.seed)
    asked = criteria(dice, plain=wish.plain)
    staff = people()
    terms = (
        Term(staff[10]),
        Term(staff[11], "2026-01-09", None),
        Term(staff[12], None, "2026-01-07"),
    )
    gate = asked.gate._replace(approvals=asked.gate.approvals + 1)
    org = Organisation(
        seed=wish.seed,
        start=START,
        end=START,
        criteria=asked,
        people=staff,
        services=services(staff),
        versions=[(FOUNDED, terms)],
        classic=wish.classic,
        configured=wish.configured,
        gates=[(FOUNDED, gate)],
    )
    builder = Builder(org, dice, FOUNDED)
    _found(builder)
    for plan in _deck(wish, dice):
        _change(builder, plan)
    _close(builder)
    return org


def _found(builder: Builder) -> None:
    """The first commit, and three changes before the period."""
    builder.begin()
    for _ in range(3):
        _change(builder, Plan(""), inside=False)
    builder.clock = START + 4 * 60 * MINUTE


def _close(builder: Builder) -> None:
    """The end of the period, its snapshots, and the weakenings of the rules."""
    org = builder.org
    last = max(one.at for one in org.changes)
    org.end = last - last % DAY + DAY
    days = range(START - 2 * DAY, org.end, DAY)
    org.snapshots = [at + 3600 + builder.dice.randrange(1800) for at in days]
    weakened(org, builder.dice)


def _deck(wish: Wish, dice: random.Random) -> list[Plan]:
    """What is planted in each change, in order; most are as they should be."""
    names = list(wish.deck) if wish.deck is not None else _drawn(wish.size, dice)
    every = {one.name: one for one in (*PLANS, *DECOYS)}
    deck = [every[name] for name in names][: wish.size]
    deck += [Plan("")] * (wish.size - len(deck))
    dice.shuffle(deck)
    return [*deck[: wish.size // 2], ROLES, *deck[wish.size // 2 + 1 :]]


def _drawn(size: int, dice: random.Random) -> list[str]:
    plants = [one.name for one in PLANS]
    decoys = [one.name for one in DECOYS]
    times = max(1, size // 5 // len(plants))
    drawn = [*plants * times, *decoys * max(1, size // 6 // len(decoys))]
    dice.shuffle(drawn)
    return drawn[: size * 3 // 5]


def _change(builder: Builder, plan: Plan, *, inside: bool = True) -> None:
    """Add a change with `plan` in it, with all that belongs to it."""
    dice = builder.dice
    builder.clock += dice.randrange(20 * MINUTE, 140 * MINUTE)
    change = Change(
        plan=plan.name,
        method=plan.method or dice.choice(METHODS),
        kind=plan.kind or dice.choice(KINDS),
        critical=plan.critical or dice.random() < 0.15,
        at=builder.clock,
        request=None,
        landings=[],
        inside=inside,
    )
    made = draft(builder, change)
    if plan.before:
        plan.before(builder, made)
    if change.method not in ("direct", "forced"):
        equipped(builder, made)
        reviewed(builder, made)
    landed(builder, made)
    recorded(builder, made)
    if plan.after:
        plan.after(builder, made)
    builder.org.changes += _each(change) if change.request is None else [change]


def _each(change: Change) -> list[Change]:
    """What no request holds together: every commit that was pushed is a change of its own."""
    return [dataclasses.replace(change, landings=[one]) for one in change.landings]
