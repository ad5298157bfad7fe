"""What the ledger tells of the tests of a change, as numbers: whether they passed, and coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from affidavit.changes.record.material import Material, Told

NO_LEDGER = "no ledger was given"
_TESTS = "test.reported.v1"
_COVERAGE = "coverage.reported.v1"
_PASSED = "passed"


class Reading(NamedTuple):
    """A value of one change. Without a value it has none, unless `why` says that it is unknown."""

    value: float | None = None
    why: str | None = None


def tested(material: Material) -> Reading:
    """1 where tests of its commits were recorded and all of them passed, else 0.

    One that failed and then passed has failed: nothing tells that it was the same test.
    """
    if material.ledger is None:
        return Reading(why=NO_LEDGER)
    outcomes = [one.outcome for one in material.ledger if one.kind == _TESTS]
    if any(one != _PASSED for one in outcomes):
        return Reading(0)
    if material.untold:
        return Reading(why="the ledger has more facts about it than are told")
    return Reading(int(bool(outcomes)))


def coverage(material: Material) -> Reading:
    """By how many percentage points the share of lines that ran differs from that before it.

    Both are the newest that the ledger has: of the commit that it became, else of the head of its
    request, and of the very commit that it landed on.
    """
    if material.ledger is None:
        return Reading(why=NO_LEDGER)
    head = material.request.data.head_oid if material.request else None
    places = (material.newest.commit, head)
    own = next((one for at in places if (one := _share(material.ledger, at)) is not None), None)
    before = _share(material.before, None)
    return Reading() if own is None or before is None else Reading(own - before)


def _share(facts: Iterable[Told], commit: str | None) -> float | None:
    """The share of lines that ran by the newest of `facts`, about `commit` if one is named."""
    found: Sequence[Told] = [
        one for one in facts if one.kind == _COVERAGE and commit in (None, one.commit)
    ]
    newest = max(found, key=lambda one: one.index, default=None)
    if newest is None or newest.covered is None or not newest.covered[1]:
        return None
    return 100 * newest.covered[0] / newest.covered[1]
