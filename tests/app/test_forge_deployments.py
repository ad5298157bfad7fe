"""Deployments beside the history: of what a change brought in, of what none did, or unknown."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.audit.forge import ForgeDeployment, ForgeDeployments, Held
from affidavit.audit.model import AuditException
from forge_exports import deployment, export, request, told
from gitrepo import git

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.model import Report
    from gitrepo import Repo

AT = "2026-01-20T10:00:00Z"
JANUARY = ("2026-01-01", "2026-01-31")


@dataclasses.dataclass(frozen=True)
class Shop:
    """A branch with a merge, a branch that nobody merged, and a commit that is not here."""

    repo: Repo
    landing: str
    inner: str
    unmerged: str
    absent: str = "a" * 40


@pytest.fixture
def shop(repo: Repo) -> Shop:
    repo.commit("Begin", date="2026-01-01")
    inner = repo.commit("Inner", branch="side", at="main", date="2026-01-02")
    landing = repo.merge("side", date="2026-01-03")
    unmerged = repo.commit("Unmerged", branch="work", at="main", date="2026-01-04")
    return Shop(repo, landing, inner, unmerged)


def deployments(report: Report) -> ForgeDeployments:
    assert not isinstance(report.forge, msgspec.UnsetType)
    return report.forge.deployments


def counts(report: Report) -> tuple[int | None, ...]:
    """Made, held, unmerged, unknown."""
    found = deployments(report)
    return found.made, found.held, found.unmerged, found.unknown


def test_each_deployment_of_the_period_is_of_a_change_of_none_or_unknown(
    shop: Shop, tmp_path: Path
) -> None:
    records = [
        deployment(1, shop.landing, AT, "success"),
        deployment(2, shop.inner, AT, "success"),
        deployment(3, shop.unmerged, "2026-01-21T10:00:00Z", "pending", "success"),
        deployment(4, shop.absent, AT, environment=None, ref=None, production=None),
        deployment(5, shop.unmerged, "2025-12-31T23:59:59Z"),
        deployment(6, shop.unmerged, "2026-02-01T00:00:00Z"),
    ]
    report = told(shop.repo, export(tmp_path / "forge.jsonl", records), *JANUARY)
    assert deployments(report) == ForgeDeployments(
        made=4,
        held=2,
        unmerged=1,
        unknown=1,
        rows=(
            ForgeDeployment(
                id=4,
                environment=None,
                production=None,
                ref=None,
                commit=shop.absent,
                at=AT,
                state=None,
                held=Held.UNKNOWN,
            ),
            ForgeDeployment(
                id=3,
                environment="production",
                production=True,
                ref="main",
                commit=shop.unmerged,
                at="2026-01-21T10:00:00Z",
                state="success",
                held=Held.NO,
            ),
        ),
    )


def test_what_no_audited_branch_holds_is_an_exception(shop: Shop, tmp_path: Path) -> None:
    records = [
        deployment(1, shop.landing, AT, "success"),
        deployment(3, shop.unmerged, AT, "success"),
        deployment(4, shop.absent, AT, "success"),
    ]
    report = told(shop.repo, export(tmp_path / "forge.jsonl", records), *JANUARY)
    assert [one for one in report.exceptions if one.id == "deployment-without-change"] == [
        AuditException(
            id="deployment-without-change",
            commit=shop.unmerged,
            reason=(
                "deployed to production at 2026-01-20T10:00:00Z (deployment 3, last said to be"
                " success), and no audited branch holds it"
            ),
        )
    ]


def test_what_is_not_here_is_a_gap_and_no_exception(shop: Shop, tmp_path: Path) -> None:
    forge = export(tmp_path / "forge.jsonl", [deployment(4, shop.absent, AT)])
    report = told(shop.repo, forge, *JANUARY)
    assert {one.id for one in report.exceptions} & {"deployment-without-change"} == set()
    gaps = {one.id: one.items for one in report.limits if one.gap}
    assert gaps["deployments-unplaced"] == (f"4 {shop.absent}",)


@pytest.mark.parametrize("whole", [(), ("pull_requests", "activity")])
def test_deployments_that_were_not_collected_whole_are_not_counted(
    shop: Shop, tmp_path: Path, whole: tuple[str, ...]
) -> None:
    forge = export(tmp_path / "forge.jsonl", [deployment(3, shop.unmerged, AT)], whole)
    report = told(shop.repo, forge, *JANUARY)
    assert counts(report) == (None, None, None, None)
    assert [one.id for one in deployments(report).rows] == [3]
    gaps = {one.id: one.items for one in report.limits if one.gap}
    assert gaps["deployments-incomplete"] == ("deployments: none",)


def test_none_are_none_where_all_are_known(shop: Shop, tmp_path: Path) -> None:
    report = told(shop.repo, export(tmp_path / "forge.jsonl", []), *JANUARY)
    assert counts(report) == (0, 0, 0, 0)
    assert {one.id for one in report.limits} & {"deployments-incomplete"} == set()


def test_the_newest_record_of_a_deployment_counts(shop: Shop, tmp_path: Path) -> None:
    records = [
        deployment(3, shop.unmerged, AT, "pending"),
        deployment(3, shop.unmerged, AT, "pending", "failure"),
    ]
    report = told(shop.repo, export(tmp_path / "forge.jsonl", records), *JANUARY)
    assert [one.state for one in deployments(report).rows] == ["failure"]
    assert deployments(report).made == 1


def test_a_branch_that_is_audited_too_holds_its_commits(shop: Shop, tmp_path: Path) -> None:
    forge = export(tmp_path / "forge.jsonl", [deployment(3, shop.unmerged, AT)])
    report = told(shop.repo, forge, *JANUARY, branches=("main", "work"))
    assert counts(report) == (1, 1, 0, 0)


def test_where_the_history_is_cut_off_nothing_is_said_to_be_held_by_none(
    shop: Shop, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    url = f"file://{shop.repo.path}"
    git("clone", "-q", "--no-single-branch", "--depth", "1", url, str(clone))
    forge = export(tmp_path / "forge.jsonl", [deployment(3, shop.unmerged, AT)])
    report = told(clone, forge, *JANUARY)
    assert counts(report) == (1, 0, 0, 1)


def test_what_was_deployed_after_the_period_is_counted_apart(shop: Shop, tmp_path: Path) -> None:
    records = [
        deployment(1, shop.landing, AT),
        deployment(2, shop.unmerged, "2026-03-01T00:00:00Z"),
    ]
    forge = export(tmp_path / "forge.jsonl", records)
    report = told(shop.repo, forge, None, None)
    assert counts(report) == (0, 0, 0, 0)
    later = {one.id: one.count for one in report.limits}
    assert later["deployments-after-the-period"] == 2
    last = told(shop.repo, forge)
    assert {one.id for one in last.limits} & {"deployments-after-the-period"} == set()


def test_text_from_outside_is_made_visible(shop: Shop, tmp_path: Path) -> None:
    sly = deployment(3, shop.unmerged, AT, "su\u202eccess", environment="a\nb", ref="x" * 500)
    report = told(shop.repo, export(tmp_path / "forge.jsonl", [sly]), *JANUARY)
    (row,) = deployments(report).rows
    assert (row.environment, row.state) == ("a\\u000ab", "su\\u202eccess")
    assert row.ref is not None
    assert len(row.ref) == 200


def test_both_directions_are_counted(shop: Shop, tmp_path: Path) -> None:
    records = [
        request(1, shop.landing, "2026-01-03T00:00:00Z", head_oid=shop.inner),
        request(2, "b" * 40, "2026-01-05T00:00:00Z"),
    ]
    report = told(shop.repo, export(tmp_path / "forge.jsonl", records), *JANUARY)
    assert not isinstance(report.forge, msgspec.UnsetType)
    forge = report.forge
    assert (forge.merged, forge.landed, forge.unlanded) == (2, 1, (2,))
    assert (len(report.landings), forge.requested, forge.outside) == (2, 1, 1)
