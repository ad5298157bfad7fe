"""What is counted over change records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from forge_builder import HEAD, MERGE, request
from record_builder import a_forge, a_material

from affidavit.changes.record.flags import Flags
from affidavit.changes.record.material import Told
from affidavit.changes.record.measures import (
    MEASURES,
    MEDIANS,
    SHARES,
    Counted,
    Measure,
    counted,
    measures,
)
from affidavit.changes.record.record import change_record
from affidavit.changes.record.tested import Reading, coverage
from affidavit.changes.record.tested import tested as passed

if TYPE_CHECKING:
    from affidavit.changes.record.material import Material

BEFORE = "b" * 40
NOTHING = dict.fromkeys((*SHARES, *MEDIANS), Reading())


def a_change(*names: str, reverts: tuple[str, ...] = (), **readings: Reading) -> Counted:
    return Counted(
        ai=False, names=frozenset(names), reverts=reverts, readings={**NOTHING, **readings}
    )


def told(kind: str, index: int = 0, commit: str = MERGE, **fields: object) -> Told:
    return Told(
        index=index, digest="sha256:0", kind=kind, commit=commit, time="2026", result="",
        **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def of_tests(*outcomes: str) -> tuple[Told, ...]:
    return tuple(told("test.reported.v1", outcome=one) for one in outcomes)


def covers(ran: int, of: int, *, index: int = 0, commit: str = MERGE) -> Told:
    return told("coverage.reported.v1", index, commit, covered=(ran, of))


@pytest.mark.parametrize(
    ("said", "reverted"),
    [("#12", 1), ("#1", 0), ("ab12", 1), ("ab" * 20, 0), ("cd", 0)],
)
def test_a_commit_may_be_cut_short_where_it_is_reverted_and_a_number_may_not(
    said: str, reverted: int
) -> None:
    changes = [a_change("#12", "ab12" * 10), a_change("#13", reverts=(said,))]
    assert measures(changes, [], ai=False)["reverted"] == Measure(numerator=reverted, denominator=2)


class TestUnknown:
    """What nobody knows is not measured as none."""

    @pytest.mark.parametrize("name", [*SHARES, *MEDIANS])
    def test_what_is_known_of_no_change_is_unknown_with_the_first_reason(self, name: str) -> None:
        usual = a_change("#1")
        changes = [
            usual._replace(readings={**usual.readings, name: Reading(why=why)})
            for why in ("gone", "lost")
        ]
        assert measures(changes, [], ai=False)[name] == Measure(
            numerator=None, denominator=None, unknown=2, why="gone"
        )

    def test_what_is_known_of_some_is_counted_of_these_and_how_many_are_unknown(self) -> None:
        readings = (Reading(1), Reading(0), Reading(why="lost"), Reading())
        changes = [a_change("#1", reviewed=one, files=one) for one in readings]
        found = measures(changes, [], ai=False)
        assert found["reviewed"] == Measure(numerator=1, denominator=2, unknown=1, why="lost")
        assert found["files"] == Measure(
            numerator=2, denominator=4, median=0.5, unknown=1, why="lost"
        )

    def test_where_there_is_nothing_to_know_there_is_none(self) -> None:
        found = measures([a_change("#1")], [], ai=False)
        assert found["checks_passed"] == Measure(numerator=0, denominator=0)
        assert found["coverage_points"] == Measure(numerator=0, denominator=1)

    def test_requests_of_which_not_all_are_known_have_no_rate(self) -> None:
        found = measures([], "not collected", ai=True)
        assert found["merged"] == Measure(numerator=None, denominator=None, why="not collected")
        assert [*found] == [*MEASURES]

    def test_a_change_without_any_records_is_unknown_wherever_they_would_tell(self) -> None:
        whys = {name: one.why for name, one in read(a_material()).items() if one.why}
        no_forge = "no records of a forge were given"
        assert whys == {
            "reviewed": no_forge,
            "seconds_to_approval": no_forge,
            "checks_passed": no_forge,
            "tests_passed": "no ledger was given",
            "coverage_points": "no ledger was given",
            "lines": "no records of a forge tell how many lines it changed",
        }


def read(material: Material) -> dict[str, Reading]:
    return dict(counted(change_record(material, Flags()), material).readings)


class TestTests:
    """Tests that the ledger holds passed where each of them did."""

    @pytest.mark.parametrize(
        ("outcomes", "untold", "expected"),
        [
            ((), 0, Reading(0)),
            (("passed",), 0, Reading(1)),
            (("passed", "passed"), 0, Reading(1)),
            (("failed", "passed"), 0, Reading(0)),
            (("passed", "unknown"), 0, Reading(0)),
            (("passed",), 1, Reading(why="the ledger has more facts about it than are told")),
            (("failed",), 1, Reading(0)),
        ],
    )
    def test_of_several_facts(
        self, outcomes: tuple[str, ...], untold: int, expected: Reading
    ) -> None:
        assert passed(a_material(ledger=of_tests(*outcomes), untold=untold)) == expected

    def test_a_scan_is_no_test(self) -> None:
        scan = told("scan.reported.v1", outcome="clean")
        assert passed(a_material(ledger=(scan,))) == Reading(0)


class TestCoverage:
    """Coverage is compared where the ledger has it of the commit and of the one before it."""

    def test_the_newest_of_each_are_compared_in_points(self) -> None:
        own = (covers(1, 2), covers(3, 4, index=2), covers(0, 9, index=1))
        before = (covers(1, 2, commit=BEFORE),)
        assert coverage(a_material(ledger=own, before=before)) == Reading(25.0)

    def test_that_of_the_requests_head_counts_where_the_landing_has_none(self) -> None:
        head, before = covers(1, 1, commit=HEAD), (covers(1, 2, commit=BEFORE),)
        other = covers(0, 1, commit="e" * 40, index=9)
        material = a_material(ledger=(head, other), before=before, forge=a_forge(request()))
        assert coverage(material) == Reading(50.0)
        both = (head, covers(1, 4))
        assert coverage(a_material(ledger=both, before=before)) == Reading(-25.0)

    @pytest.mark.parametrize(
        ("own", "before"),
        [
            ((), (covers(1, 2),)),
            ((covers(1, 2),), ()),
            ((covers(0, 0),), (covers(1, 2),)),
            (of_tests("passed"), of_tests("passed")),
        ],
    )
    def test_where_one_of_them_is_not_there_nothing_is_compared(
        self, own: tuple[Told, ...], before: tuple[Told, ...]
    ) -> None:
        assert coverage(a_material(ledger=own, before=before)) == Reading()
