"""What was planted in an organisation, and what of it was found: as a table.

python tests/organisation/table.py [--changes 2000] [--seed 1]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if __name__ == "__main__":
    sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from generated import Wish, organisation
from judging import desk, judged
from oracle import DEVIATION, UNKNOWN, expected, items
from plans import DECOYS, PLANS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oracle import Found
    from truth import Organisation

REPORTED = (DEVIATION, UNKNOWN)
CAUSED = "follows from another violation"
UNSOURCED = "unknown for want of a source"
SOUND = "as it should be"
"""What an item that is not to be reported belongs to, if to no decoy."""
Key = tuple[str, str]
_WIDTH = 45


class Row(NamedTuple):
    """Of one violation under one test: how often it is there, and how often it was told right."""

    test: str
    plan: str
    planted: int
    found: int
    missed: int
    false: int


def rows(org: Organisation, found: Found) -> list[Row]:
    """A row for each test and violation, then for what must not be reported."""
    truth = expected(org)
    belongs = dict(_plans(org))
    planted, right, wrong = Counter[Key](), Counter[Key](), Counter[Key]()
    for key in truth.keys() | found.keys():
        row = (key[0], _row(key, belongs, truth.get(key)))
        planted[row] += truth.get(key) in REPORTED
        right[row] += truth.get(key) in REPORTED and found.get(key) == truth.get(key)
        wrong[row] += truth.get(key) not in REPORTED and found.get(key) in REPORTED
    return [
        Row(*row, planted[row], right[row], planted[row] - right[row], wrong[row])
        for row in sorted(planted)
    ]


def _plans(org: Organisation) -> Iterator[tuple[str, tuple[str, str]]]:
    """By item the violation that was planted in it, and the test that is to find it."""
    tests = {one.name: f"AFF-CC8.1-{one.test}" if one.test else "" for one in (*PLANS, *DECOYS)}
    names = items(org)
    for change in org.changes:
        yield names[id(change)], (tests.get(change.plan, ""), change.plan)
    for test, item, plan in org.planted:
        yield item, (test, plan)


def _row(key: Key, belongs: dict[str, tuple[str, str]], result: str | None) -> str:
    """The violation that an item shows."""
    test, plan = belongs.get(key[1], ("", ""))
    if result in REPORTED:
        caused = CAUSED if result == DEVIATION else UNSOURCED
        return plan if test == key[0] else caused
    decoy = any(one.name == plan for one in DECOYS)
    return f"not: {plan}" if decoy else SOUND


def lines(found: list[Row]) -> Iterator[str]:
    """The table as text; of what must not be reported only the sums."""
    yield f"{'test':13} {'violation':{_WIDTH}} planted  found missed  false"
    for one in found:
        if one.planted or one.false:
            yield (
                f"{one.test:13} {one.plan:{_WIDTH}} {one.planted:7,} {one.found:6,}"
                f" {one.missed:6,} {one.false:6,}"
            )
    sums = [sum(each) for each in zip(*[one[2:] for one in found], strict=True)]
    yield f"{'all':13} {'':{_WIDTH}} {sums[0]:7,} {sums[1]:6,} {sums[2]:6,} {sums[3]:6,}"


def main() -> None:
    """Make an organisation, have it tested, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--changes", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wish = Wish(options.seed, options.changes, plain=True, configured=True)
    org = organisation(wish)
    with tempfile.TemporaryDirectory() as folder:
        found = judged(desk(org, Path(folder)))
    print("\n".join(lines(rows(org, found))))  # noqa: T201 -- it is what the script is for


if __name__ == "__main__":
    main()
