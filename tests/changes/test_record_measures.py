"""What is counted over change records."""

from __future__ import annotations

import pytest

from affidavit.changes.record.measures import Counted, Measure, measures


def a_change(*names: str, reverts: tuple[str, ...] = ()) -> Counted:
    return Counted(
        ai=False,
        names=frozenset(names),
        reverts=reverts,
        review_known=False,
        reviewed=False,
        waited=None,
        checked=False,
        passed=False,
        files=None,
        lines=None,
    )


@pytest.mark.parametrize(
    ("said", "reverted"),
    [("#12", 1), ("#1", 0), ("ab12", 1), ("ab" * 20, 0), ("cd", 0)],
)
def test_a_commit_may_be_cut_short_where_it_is_reverted_and_a_number_may_not(
    said: str, reverted: int
) -> None:
    changes = [a_change("#12", "ab12" * 10), a_change("#13", reverts=(said,))]
    assert measures(changes, [], ai=False)["reverted"] == Measure(numerator=reverted, denominator=2)
