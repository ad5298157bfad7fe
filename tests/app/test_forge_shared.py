"""Landings that several records of a forge speak of: which of them counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.forge.judged import ForgeReview
from forge_exports import export, push, request, told
from forgelines import pull_commit

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.forge.model import Record
    from gitrepo import Repo

ANN = "Ann Lee <ann@firm.mail>"
JANUARY = ("2026-01-01", "2026-01-31")
FEBRUARY = ("2026-02-01", "2026-02-28")
MARCH = ("2026-03-01", "2026-03-31")
COMMITS = (pull_commit("1" * 40, message="First"), pull_commit("2" * 40, message="Second"))


def titles(report: Report) -> list[str]:
    return [one.title for one in report.landings]


def numbers(report: Report) -> dict[str, int]:
    """The requests that landings are of, by title."""
    return {
        one.title: one.forge.number for one in report.landings if isinstance(one.forge, ForgeReview)
    }


def test_what_another_request_became_is_no_member_of_a_rebased_one(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", date="2025-12-01")
    first = repo.commit("First", author=ANN, date="2026-01-20")
    second = repo.commit("Second", author=ANN, date="2026-02-20")
    records = [
        request(1, first, "2026-01-20T00:00:00Z"),
        request(2, second, "2026-02-20T00:00:00Z", commits=COMMITS),
    ]
    report = told(repo, export(tmp_path / "forge.jsonl", records))
    assert numbers(report) == {"Second": 2, "First": 1}
    assert titles(told(repo, tmp_path / "forge.jsonl", *FEBRUARY)) == ["Second"]


def test_a_push_in_a_period_does_not_keep_there_what_a_rebase_landed_later(
    repo: Repo, tmp_path: Path
) -> None:
    zero = repo.commit("Begin", date="2025-12-01")
    first = repo.commit("First", author=ANN, date="2026-01-20")
    second = repo.commit("Second", author=ANN, date="2026-01-20")
    records: list[Record] = [
        push(1, zero, first, "2026-02-10T00:00:00Z"),
        request(1, second, "2026-03-10T00:00:00Z", commits=COMMITS),
    ]
    forge = export(tmp_path / "forge.jsonl", records)
    assert titles(told(repo, forge, *JANUARY)) == []
    assert titles(told(repo, forge, *FEBRUARY)) == []
    assert titles(told(repo, forge, *MARCH)) == ["Second", "First"]


def test_of_two_requests_for_one_commit_the_first_that_was_merged_counts(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", date="2025-12-01")
    one = repo.commit("One", date="2026-01-20")
    early = request(1, one, "2026-01-20T00:00:00Z")
    late = request(2, one, "2026-02-20T00:00:00Z")
    for records in ([early, late], [late, early]):
        forge = export(tmp_path / "forge.jsonl", records)
        assert numbers(told(repo, forge)) == {"One": 1}
        assert titles(told(repo, forge, *JANUARY)) == ["One"]


def test_what_is_on_two_branches_landed_where_it_was_pushed_first(
    repo: Repo, tmp_path: Path
) -> None:
    zero = repo.commit("Begin", date="2025-12-01")
    one = repo.commit("One", date="2025-12-02")
    repo.branch("release", at="main")
    records = [
        push(1, zero, one, "2026-02-10T00:00:00Z"),
        push(2, zero, one, "2026-01-10T00:00:00Z", ref="refs/heads/release"),
    ]
    forge = export(tmp_path / "forge.jsonl", records)
    for branches in (("main", "release"), ("release", "main")):
        assert titles(told(repo, forge, *JANUARY, branches=branches)) == ["One"]
        assert titles(told(repo, forge, *FEBRUARY, branches=branches)) == []


def test_a_landing_of_a_request_that_was_merged_elsewhere_is_of_none(
    repo: Repo, tmp_path: Path
) -> None:
    repo.commit("Begin", date="2025-12-01")
    one = repo.commit("One", date="2026-01-20")
    forge = export(
        tmp_path / "forge.jsonl", [request(1, one, "2026-02-20T00:00:00Z", base_ref="develop")]
    )
    report = told(repo, forge, *JANUARY)
    assert numbers(report) == {}
    assert report.landings[0].counted is msgspec.UNSET
    assert "outside-requests" in report.landings[0].exceptions
