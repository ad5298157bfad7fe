"""What the rules of a branch demanded on each day, and which checks at a merge."""

from __future__ import annotations

from typing import TypedDict, Unpack

import msgspec
import pytest

from affidavit.base.period import Period, since, until
from affidavit.changes.forge.approvals import Answer
from affidavit.changes.forge.model import BranchRules, Missing, Origin, Ruleset
from affidavit.changes.record.material import Kept
from affidavit.controls.cc8.gate import days
from affidavit.controls.cc8.rules import History, Layer, Required, weaker
from affidavit.controls.criteria import Checks, Criteria, Gate

ORIGIN = Origin(url="https://forge", fetched_at="2026-01-05T00:00:00Z", digest="sha256:0")
CRITERIA = Criteria(checks=Checks(test=("test",)), gate=Gate(approvals=1))
PERIOD = Period(since("2026-01-05"), until("2026-01-07"))


def rules(
    *, approvals: int = 1, checks: tuple[str, ...] = ("test",), force: bool = False
) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [
        {"type": "pull_request", "parameters": {"required_approving_review_count": approvals}},
        {
            "type": "required_status_checks",
            "parameters": {
                "required_status_checks": [{"context": one, "integration_id": 7} for one in checks]
            },
        },
    ]
    return found if force else [*found, {"type": "non_fast_forward"}]


class Told(TypedDict, total=False):
    enforcement: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    more: dict[str, object]
    bypass: list[dict[str, object]] | None
    rules: list[dict[str, object]]


def ruleset(at: str, version: int | None = 1, **told: Unpack[Told]) -> Kept[Ruleset]:
    state: dict[str, object] = {
        "target": "branch",
        "enforcement": told.get("enforcement", "active"),
        "conditions": {
            "ref_name": {
                "include": told.get("include", ["~DEFAULT_BRANCH"]),
                "exclude": told.get("exclude", []),
            },
            **told.get("more", {}),
        },
        "rules": told.get("rules", rules()),
    }
    bypass = told.get("bypass", [])
    missing: tuple[Missing, ...] = (Missing("bypass_actors", "hidden"),)
    if bypass is not None:
        state["bypass_actors"], missing = bypass, ()
    return Kept(
        origin=ORIGIN,
        data=Ruleset(id=1, at=at, version=version, actor=None, state=state, missing=missing),
    )


def snapshot(
    at: str,
    found: list[dict[str, object]] | None = None,
    *,
    protection: dict[str, object] | None = None,
    missing: tuple[Missing, ...] = (),
) -> Kept[BranchRules]:
    own = [{**one, "ruleset_id": 1} for one in found or ()]
    return Kept(
        origin=ORIGIN,
        data=BranchRules(
            branch="main", at=at, protection=protection, rules=tuple(own), missing=missing
        ),
    )


def protection(*, admins: bool = True, approvals: int = 1) -> dict[str, object]:
    return {
        "required_pull_request_reviews": {"required_approving_review_count": approvals},
        "required_status_checks": {"checks": [{"context": "test", "app_id": None}]},
        "enforce_admins": {"enabled": admins},
        "allow_force_pushes": {"enabled": False},
    }


def history(*rulesets: Kept[Ruleset], snapshots: tuple[Kept[BranchRules], ...] = ()) -> History:
    return History(
        branch="main",
        default=True,
        snapshots=snapshots,
        rulesets=rulesets,
        pushes=(),
        rules_absent=None,
        activity_absent=None,
    )


def results(branch: History) -> list[str]:
    return [str(one.result) for one in days(branch, PERIOD, CRITERIA)]


NOW = ruleset("2026-01-09T00:00:00Z", None)


def test_without_a_snapshot_a_day_is_unknown() -> None:
    rows = list(days(history(), PERIOD, CRITERIA))
    assert [(one.item, str(one.result)) for one in rows] == [
        ("main 2026-01-05", "unknown"),
        ("main 2026-01-06", "unknown"),
        ("main 2026-01-07", "unknown"),
    ]


def test_days_pass_by_the_versions_of_a_ruleset_that_was_enough_all_day() -> None:
    branch = history(ruleset("2026-01-05T12:00:00Z"), NOW)
    assert results(branch) == ["unknown", "pass", "pass"]


def test_versions_count_up_to_the_last_collection_alone() -> None:
    now = ruleset("2026-01-06T12:00:00Z", None)
    assert results(history(ruleset("2026-01-01T00:00:00Z"), now)) == ["pass", "unknown", "unknown"]


@pytest.mark.parametrize(
    "weak",
    [
        {"rules": rules(approvals=0)},
        {"rules": rules(checks=())},
        {"rules": rules(force=True)},
        {"enforcement": "evaluate"},
        {"enforcement": "disabled"},
        {"bypass": [{"actor_type": "RepositoryRole", "bypass_mode": "always"}]},
        {"include": ("refs/heads/other",)},
    ],
)
def test_a_version_that_was_too_weak_deviates_on_its_days(weak: Told) -> None:
    branch = history(
        ruleset("2026-01-01T00:00:00Z", 1),
        ruleset("2026-01-06T09:00:00Z", 2, **weak),
        ruleset("2026-01-06T10:00:00Z", 3),
        NOW,
        snapshots=tuple(snapshot(f"2026-01-0{day}T20:00:00Z", rules()) for day in (5, 6, 7)),
    )
    assert results(branch) == ["pass", "deviation", "pass"]


def test_classic_protection_of_the_day_makes_up_for_a_weak_version() -> None:
    branch = history(
        ruleset("2026-01-01T00:00:00Z", 1, enforcement="disabled"),
        NOW,
        snapshots=(snapshot("2026-01-05T20:00:00Z", protection=protection()),),
    )
    assert results(branch) == ["pass", "unknown", "unknown"]


def test_admins_who_are_exempt_are_weaker_than_agreed() -> None:
    branch = history(
        snapshots=(snapshot("2026-01-05T20:00:00Z", protection=protection(admins=False)),)
    )
    assert results(branch)[0] == "deviation"


def test_who_may_bypass_is_unknown_where_it_is_hidden() -> None:
    branch = history(
        ruleset("2026-01-01T00:00:00Z", bypass=None),
        NOW,
        snapshots=(snapshot("2026-01-05T20:00:00Z", rules()),),
    )
    assert results(branch)[0] == "unknown"


def test_a_snapshot_that_lacks_something_shows_no_weakness() -> None:
    lost = snapshot("2026-01-05T20:00:00Z", missing=(Missing("protection", "permission"),))
    assert results(history(snapshots=(lost,)))[0] == "unknown"


def test_a_snapshot_without_any_rules_deviates() -> None:
    assert results(history(snapshots=(snapshot("2026-01-05T20:00:00Z"),)))[0] == "deviation"


def test_nonsense_demands_nothing() -> None:
    odd: list[dict[str, object]] = [
        {"type": "pull_request", "parameters": [1]},
        {"type": "required_status_checks", "parameters": {"required_status_checks": "test"}},
        {},
    ]
    (version,) = history(ruleset("2026-01-01T00:00:00Z", rules=odd), NOW).versions
    assert version.layer == Layer(name="ruleset 1", binding=Answer.YES, approvals=0)


def test_what_is_lacking_is_named() -> None:
    criteria = Criteria(
        checks=Checks(test=("test",), scan=("scan",)),
        gate=Gate(approvals=2, dismiss_stale=True, code_owners=True, last_push=True),
    )
    layer = Layer(
        name="r",
        binding=Answer.UNKNOWN,
        approvals=1,
        no_force=True,
        checks=frozenset({Required("test", 7)}),
    )
    assert weaker([layer], criteria) == {
        "2 approvals": Answer.NO,
        "stale approvals dismissed": Answer.NO,
        "approval of code owners": Answer.NO,
        "approval of the last push": Answer.NO,
        "no force pushes": Answer.UNKNOWN,
        "check test": Answer.UNKNOWN,
        "check scan": Answer.NO,
    }


@pytest.mark.parametrize(
    "odd",
    [
        {"exclude": ("refs/heads/[m]ain",)},
        {"exclude": ("refs/heads/{main,x}",)},
        {"include": ("refs/heads/ma[i-j]n",)},
        {"more": {"repository_name": {"include": ["other"]}}},
    ],
)
def test_conditions_that_are_not_understood_leave_it_unknown(odd: Told) -> None:
    branch = history(ruleset("2026-01-01T00:00:00Z", **odd), NOW)
    assert results(branch) == ["unknown"] * 3


def test_where_the_default_branch_was_another_the_default_is_unknown() -> None:
    branch = history(ruleset("2026-01-01T00:00:00Z"), NOW)
    moved = msgspec.structs.replace(branch, default=None, moved=True)
    assert results(branch) == ["pass"] * 3
    assert results(moved) == ["unknown"] * 3


def test_hours_without_a_version_are_not_known_by_a_snapshot_of_later() -> None:
    """A ruleset that was made anew shortly before the snapshot says nothing of the hours before."""
    branch = history(
        ruleset("2026-01-05T23:40:00Z"),
        NOW,
        snapshots=(snapshot("2026-01-05T23:50:00Z", rules()),),
    )
    assert results(branch)[0] == "unknown"


def test_a_ruleset_without_versions_counts_by_the_snapshot_beside_one_with_some() -> None:
    other: list[dict[str, object]] = [{"type": "non_fast_forward", "ruleset_id": 9}]
    shown = snapshot("2026-01-05T20:00:00Z", rules(force=True))
    both = msgspec.structs.replace(
        shown, data=msgspec.structs.replace(shown.data, rules=(*shown.data.rules, *other))
    )
    branch = history(ruleset("2026-01-01T00:00:00Z", rules=rules(force=True)), NOW)
    beside = msgspec.structs.replace(branch, snapshots=(both,))
    assert results(beside)[0] == "unknown"  # who may bypass the other is not told
    assert results(msgspec.structs.replace(branch, snapshots=(shown,)))[0] == "deviation"
