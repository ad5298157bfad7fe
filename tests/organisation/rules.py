"""The rules of the branch over time: what they should be, and when somebody weakened them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from staff import day
from truth import DAY, Gate

if TYPE_CHECKING:
    import random

    from truth import Organisation

WEAKER = ("fewer", "unchecked", "bypass", "disabled", "forceable")


def weakened(org: Organisation, dice: random.Random) -> None:
    """Weaken the rules for some days, each in another way, and lose some snapshots.

    Classic protection is changed at midnight, so that the snapshot of a day is true of all of it.
    """
    strong = org.gates[0][1]
    days = list(range(org.start + DAY, org.end - DAY, DAY))
    if not days:
        return
    count = min(len(WEAKER), max(1, len(days) // 8))
    ways = dice.sample(WEAKER, count)
    at = iter(sorted(dice.sample(days[::4], min(count, len(days[::4])))))
    for way, first in zip(ways, at, strict=False):
        last = first + dice.choice((0, 1, 2)) * DAY
        begin, end = (first, last + DAY) if org.classic else (first + 40_000, last + 70_000)
        org.gates += [(begin, weaker(strong, way)), (end, strong)]
        for time in range(first, min(last + DAY, org.end), DAY):
            org.planted.append(("AFF-CC8.1-12", f"main {day(time)}", way))
    for time in dice.sample(days, max(1, len(days) // 12)):
        org.snapshots = [one for one in org.snapshots if one - one % DAY != time]
        org.planted.append(("AFF-CC8.1-12", f"main {day(time)}", "no snapshot"))


def weaker(strong: Gate, way: str) -> Gate:
    """The rules weakened in one way."""
    return {
        "fewer": strong._replace(approvals=0),
        "unchecked": strong._replace(checks=strong.checks[1:]),
        "bypass": strong._replace(bypass=True),
        "disabled": strong._replace(active=False),
        "forceable": strong._replace(force_pushes=True),
    }[way]
