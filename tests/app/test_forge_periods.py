"""Which landings a period holds where a forge's records tell when they landed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.audit.model import AuditException, ReportPeriod
from affidavit.base.errors import InputError
from affidavit.changes.chain import By
from affidavit.changes.model import Counted
from forge_exports import export, push, request, told
from forgelines import pull_commit
from gitrepo import GITHUB

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.forge.model import Record
    from gitrepo import Repo

JANUARY = ("2026-01-01", "2026-01-31")
FEBRUARY = ("2026-02-01", "2026-02-28")


def titles(report: Report) -> list[str]:
    return [one.title for one in report.landings]


def months(repo: Repo, place: Path, *records: Record) -> tuple[list[str], list[str]]:
    """The titles of what landed in January and in February."""
    forge = export(place / "forge.jsonl", records)
    return titles(told(repo, forge, *JANUARY)), titles(told(repo, forge, *FEBRUARY))


def test_a_landing_belongs_to_the_period_in_which_its_request_was_merged(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", date="2025-12-01")
    late = repo.commit("Late (#1)", committer=GITHUB, date="2026-01-20")
    merged = request(1, late, "2026-02-03T00:00:00Z")
    assert months(repo, tmp_path, merged) == ([], ["Late (#1)"])


def test_its_place_its_id_and_the_digest_stay_as_git_alone_gives_them(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", date="2026-01-01")
    late = repo.commit("Late (#1)", committer=GITHUB, date="2026-01-20")
    forge = export(tmp_path / "forge.jsonl", [request(1, late, "2026-02-03T00:00:00Z")])
    with_records, alone = told(repo, forge), told(repo, None)
    assert with_records.population == alone.population
    assert [(one.change, one.landed_at, one.committed_at) for one in with_records.landings] == [
        (one.change, one.landed_at, one.committed_at) for one in alone.landings
    ]


def test_the_report_tells_both_times(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Begin", date="2025-12-01")
    late = repo.commit("Late (#1)", committer=GITHUB, date="2026-01-20")
    forge = export(tmp_path / "forge.jsonl", [request(1, late, "2026-02-03T00:00:00Z")])
    report = told(repo, forge, *FEBRUARY)
    (landing,) = report.landings
    assert landing.landed_at == "2026-01-20T00:00:00Z"
    assert landing.counted == Counted(at="2026-02-03T00:00:00Z", by=By.REQUEST)
    assert report.months[0].month == "2026-02"
    assert [one for one in report.exceptions if one.id == "date-out-of-order"] == [
        AuditException(
            id="date-out-of-order",
            commit=late,
            reason=(
                "its own date 2026-01-20T00:00:00Z lies more than a day from 2026-02-03T00:00:00Z,"
                " when its request was merged by the forge's record; its place in the history is"
                " 2026-01-20T00:00:00Z"
            ),
        )
    ]


def test_a_landing_that_the_forge_puts_elsewhere_is_told(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Begin", date="2025-12-01")
    late = repo.commit("Late (#1)", committer=GITHUB, date="2026-01-20")
    forge = export(tmp_path / "forge.jsonl", [request(1, late, "2026-02-03T00:00:00Z")])
    report = told(repo, forge, *JANUARY)
    assert report.landings == []
    reason = (
        "its own date 2026-01-20T00:00:00Z lies in the period, but the forge's records put it"
        " at 2026-02-03T00:00:00Z: it is counted there, outside this period"
    )
    assert report.exceptions == (
        AuditException(id="date-out-of-order", commit=late, reason=reason),
    )
    assert "displaced-landings" in {one.id for one in report.limits if one.gap}


def test_a_day_of_difference_is_borne_and_told_in_the_data_alone(
    repo: Repo, tmp_path: Path
) -> None:
    one = repo.commit("One (#1)", committer=GITHUB, date="2026-01-20")
    forge = export(tmp_path / "forge.jsonl", [request(1, one, "2026-01-21T00:00:00Z")])
    (landing,) = told(repo, forge).landings
    assert "date-out-of-order" not in landing.exceptions
    assert landing.counted == Counted(at="2026-01-21T00:00:00Z", by=By.REQUEST)


def test_where_the_forge_agrees_nothing_is_added(repo: Repo, tmp_path: Path) -> None:
    one = repo.commit("One (#1)", committer=GITHUB, date="2026-01-20")
    forge = export(tmp_path / "forge.jsonl", [request(1, one, "2026-01-20T00:00:00Z")])
    assert told(repo, forge).landings[0].counted is msgspec.UNSET


def test_a_false_date_below_moves_nothing_that_the_forge_tells(repo: Repo, tmp_path: Path) -> None:
    repo.commit("From the future", date="2031-01-01")
    one = repo.commit("One (#1)", committer=GITHUB, date="2026-01-20")
    assert months(repo, tmp_path, request(1, one, "2026-01-20T00:00:00Z")) == (["One (#1)"], [])


def test_all_landings_of_a_rebased_request_belong_where_it_was_merged(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", date="2025-12-01")
    repo.commit("First", author="Ann Lee <ann@firm.mail>", date="2026-01-20")
    last = repo.commit("Second", author="Ann Lee <ann@firm.mail>", date="2026-02-20")
    made = (pull_commit("1" * 40, message="First"), pull_commit("2" * 40, message="Second"))
    merged = request(1, last, "2026-02-20T00:00:00Z", commits=made)
    assert months(repo, tmp_path, merged) == ([], ["Second", "First"])
    merged = request(1, last, "2026-01-31T00:00:00Z", commits=made)
    assert months(repo, tmp_path, merged) == (["Second", "First"], [])


class TestPushes:
    """Of landings that no request became, a recorded push tells."""

    @pytest.fixture
    def line(self, repo: Repo) -> list[str]:
        return [repo.commit(name, date="2026-01-20") for name in ("Zero", "One", "Two", "Three")]

    def test_what_it_added_came_with_it(self, repo: Repo, tmp_path: Path, line: list[str]) -> None:
        pushed = push(1, line[0], line[2], "2026-02-03T00:00:00Z")
        assert months(repo, tmp_path, pushed) == (["Three", "Zero"], ["Two", "One"])
        (two, _) = told(repo, tmp_path / "forge.jsonl", *FEBRUARY).landings
        assert two.counted == Counted(at="2026-02-03T00:00:00Z", by=By.PUSH)

    def test_the_first_of_several_counts(self, repo: Repo, tmp_path: Path, line: list[str]) -> None:
        first = push(2, line[0], line[1], "2026-01-25T00:00:00Z")
        again = push(1, line[0], line[2], "2026-02-03T00:00:00Z")
        assert months(repo, tmp_path, again, first) == (["Three", "One", "Zero"], ["Two"])

    def test_a_forced_one_tells_of_its_end_alone(
        self, repo: Repo, tmp_path: Path, line: list[str]
    ) -> None:
        pushed = push(1, "f" * 40, line[2], "2026-02-03T00:00:00Z", kind="force_push")
        assert months(repo, tmp_path, pushed) == (["Three", "One", "Zero"], ["Two"])

    @pytest.mark.parametrize("before", [None, "0" * 40])
    def test_one_that_made_the_branch_tells_nothing(
        self, repo: Repo, tmp_path: Path, line: list[str], before: str | None
    ) -> None:
        pushed = push(1, before, line[3], "2026-02-03T00:00:00Z", kind="branch_creation")
        assert months(repo, tmp_path, pushed) == (["Three", "Two", "One", "Zero"], [])

    def test_one_to_another_branch_tells_nothing(
        self, repo: Repo, tmp_path: Path, line: list[str]
    ) -> None:
        pushed = push(1, line[0], line[3], "2026-02-03T00:00:00Z", ref="refs/heads/work")
        assert months(repo, tmp_path, pushed) == (["Three", "Two", "One", "Zero"], [])

    def test_a_request_tells_more_than_the_push_that_merged_it(
        self, repo: Repo, tmp_path: Path, line: list[str]
    ) -> None:
        pushed = push(1, line[2], line[3], "2026-02-03T00:00:00Z", kind="pr_merge")
        merged = request(1, line[3], "2026-01-25T00:00:00Z")
        assert months(repo, tmp_path, pushed, merged) == (["Three", "Two", "One", "Zero"], [])


class TestRequestsThatDoNotFit:
    """What the forge says of a commit moves it only where it can be true of it."""

    def test_one_into_another_branch(self, repo: Repo, tmp_path: Path) -> None:
        one = repo.commit("One", date="2026-01-20")
        merged = request(1, one, "2026-02-03T00:00:00Z", base_ref="develop")
        assert months(repo, tmp_path, merged) == (["One"], [])

    def test_one_of_which_nothing_was_merged(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("Begin", date="2026-01-01")
        repo.commit("Side", branch="side", at="main", date="2026-01-02")
        merge = repo.merge("side", date="2026-01-20")
        merged = request(1, merge, "2026-02-03T00:00:00Z", head_oid="e" * 40)
        assert months(repo, tmp_path, merged)[1] == []

    def test_one_that_became_a_commit_with_other_parents(self, repo: Repo, tmp_path: Path) -> None:
        one = repo.commit("One", date="2026-01-20")
        merged = request(1, one, "2026-02-03T00:00:00Z")
        assert merged.merge_commit is not None
        other = msgspec.structs.replace(merged.merge_commit, parents=("d" * 40,))
        false = msgspec.structs.replace(merged, merge_commit=other)
        assert months(repo, tmp_path, false) == (["One"], [])

    def test_of_two_the_one_whose_head_was_merged_counts(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("Begin", date="2025-12-01")
        inner = repo.commit("Inner", branch="side", at="main", date="2026-01-02")
        side = repo.commit("Side", branch="side", date="2026-01-03")
        merge = repo.merge("side", date="2026-01-20")
        first = request(1, merge, "2026-02-03T00:00:00Z", head_oid=side)
        second = request(2, merge, "2026-01-20T00:00:00Z", head_oid=inner)
        assert months(repo, tmp_path, first, second) == ([], ["Merge"])
        assert months(repo, tmp_path, second, first) == ([], ["Merge"])


def test_the_default_period_ends_with_the_newest_landing_by_the_forge(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", date="2024-01-01")
    one = repo.commit("One (#1)", committer=GITHUB, date="2026-01-20")
    forge = export(tmp_path / "forge.jsonl", [request(1, one, "2026-02-03T00:00:00Z")])
    assert told(repo, forge, None, None).period == ReportPeriod(
        start="2025-02-03T00:00:01Z", end="2026-02-03T00:00:01Z"
    )


def test_the_default_period_is_right_where_a_rebased_commit_has_a_false_date(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", date="2025-06-01")
    repo.commit("First", author="Ann Lee <ann@firm.mail>", date="2031-01-01")
    last = repo.commit("Second", author="Ann Lee <ann@firm.mail>", date="2026-01-20")
    made = (pull_commit("1" * 40, message="First"), pull_commit("2" * 40, message="Second"))
    merged = request(1, last, "2026-01-20T00:00:00Z", commits=made)
    forge = export(tmp_path / "forge.jsonl", [merged])
    report = told(repo, forge, None, None)
    assert report.period == ReportPeriod(start="2025-06-01T00:00:00Z", end="2026-01-20T00:00:01Z")
    assert titles(report) == ["Second", "First", "Begin"]


def test_a_period_with_a_hole_in_the_branch_is_accounted_for(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Zero", date="2026-01-20")
    one = repo.commit("One", date="2026-01-21")
    repo.commit("Side", branch="side", at="main", date="2026-01-21")
    repo.merge("side", date="2026-01-22")
    forge = export(tmp_path / "forge.jsonl", [request(1, one, "2026-02-03T00:00:00Z")])
    report = told(repo, forge, *JANUARY)
    assert titles(report) == ["Merge", "Zero"]
    assert (report.population.commits, report.population.reconciliation.differences) == (3, ())
    assert report.population.reconciliation.reachable == 3


def test_a_time_that_is_none_is_refused(repo: Repo, tmp_path: Path) -> None:
    one = repo.commit("One", date="2026-01-20")
    forge = export(tmp_path / "forge.jsonl", [request(1, one, "yesterday")])
    with pytest.raises(InputError, match=r"line 2: expected a time .*merged_at"):
        told(repo, forge)
