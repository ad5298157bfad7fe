"""A collection every day into one export makes the history that a forge does not keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import pytest

from affidavit.changes.forge.model import (
    BranchRules,
    Missing,
    Permission,
    Record,
    Ruleset,
)
from affidavit.changes.forge.model import Repository as RepositoryRecord
from affidavit.sources.forge.reading import Export
from collectors import gathered, only, records
from forges import Account, Forge, Protection, Repository, checks_rule, faults, reviews_rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = only("rules", "rulesets", "permissions")
DAYS = ("2026-03-02", "2026-03-03", "2026-03-04")
R = TypeVar("R", bound="Record")


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    with Forge(tmp_path / "forge") as forge:
        yield forge


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "export.jsonl"


@pytest.fixture
def ann(forge: Forge) -> Account:
    return forge.account("ann", "Ann Lee", "ann@firm.mail")


@pytest.fixture
def shop(forge: Forge, ann: Account) -> Repository:
    shop = forge.repository("firm/shop")
    shop.roles[ann] = "admin"
    return shop


def morning(forge: Forge, day: str) -> None:
    """Let it be the morning of `day`."""
    forge.clock.set(f"{day}T06:00:00Z")


def by_day(output: Path, sort: type[R]) -> dict[str, R]:
    """The only record of `sort` of each day."""
    found = records(output, sort)
    days = {cast("BranchRules", one).at[:10]: one for one in found}
    assert len(days) == len(found)
    return days


def needed(rules: BranchRules) -> object:
    """How many approvals classic protection asks for."""
    if rules.protection is None:
        return None
    asked = cast("dict[str, object]", rules.protection["required_pull_request_reviews"])
    return asked["required_approving_review_count"]


def test_the_rules_of_each_day_stand_beside_each_other(
    forge: Forge, shop: Repository, output: Path
) -> None:
    for day, reviews in zip(DAYS, (2, None, 1), strict=True):
        morning(forge, day)
        shop.protect("main", Protection(reviews=reviews) if reviews else None)
        assert gathered(forge, output, sections=STATE).whole
    found = by_day(output, BranchRules)
    assert {day: needed(one) for day, one in found.items()} == dict(
        zip(DAYS, (2, None, 1), strict=True)
    )
    assert {one.missing for one in found.values()} == {()}
    assert list(by_day(output, RepositoryRecord)) == list(DAYS)


def test_a_day_on_which_the_rules_were_refused_stays_unknown_and_the_others_known(
    forge: Forge, shop: Repository, output: Path
) -> None:
    shop.protect("main", Protection(reviews=2))
    for number, day in enumerate(DAYS):
        morning(forge, day)
        if number == 1:
            forge.faults.order("/protection", faults.forbidden("administration=read"))
        assert gathered(forge, output, sections=STATE).whole is (number != 1)
    lost = Missing("protection", "permission", needs="administration=read")
    assert {
        day: (needed(one), one.missing) for day, one in by_day(output, BranchRules).items()
    } == {
        DAYS[0]: (2, ()),
        DAYS[1]: (None, (lost,)),
        DAYS[2]: (2, ()),
    }
    assert not Export(output).unknowns


def test_what_rulesets_make_of_a_branch_and_their_versions_are_kept_day_by_day(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    morning(forge, DAYS[0])
    made = shop.ruleset(ann, "main", [reviews_rule(2)])
    gathered(forge, output, sections=STATE)
    morning(forge, DAYS[1])
    # Weaker for an hour, between two collections: the snapshots alone would not tell.
    shop.change_ruleset(ann, made, rules=[reviews_rule(0)])
    forge.clock.advance(hours=1)
    shop.change_ruleset(ann, made, rules=[reviews_rule(2), checks_rule("test")])
    gathered(forge, output, sections=STATE)
    morning(forge, DAYS[2])
    gathered(forge, output, sections=STATE)
    rules = {
        day: [r["type"] for r in one.rules] for day, one in by_day(output, BranchRules).items()
    }
    both = ["pull_request", "required_status_checks"]
    assert rules == dict(zip(DAYS, (["pull_request"], both, both), strict=True))
    found = records(output, Ruleset)
    assert [one.at[:10] for one in found if one.version is None] == list(DAYS)
    versions = sorted((one for one in found if one.version is not None), key=lambda one: one.at)
    assert [(one.version, one.at) for one in versions] == [
        (one.id, one.at) for one in made.versions
    ]
    assert [(one.state["rules"], one.missing) for one in versions] == [
        ([reviews_rule(2)], ()),
        ([reviews_rule(0)], ()),
        ([reviews_rule(2), checks_rule("test")], ()),
    ]
    # Each version was asked for once.
    assert len(forge.asked(f"/rulesets/{made.id}/history/")) == 3


def test_a_ruleset_that_was_deleted_has_no_snapshot_of_the_days_after(
    forge: Forge, shop: Repository, ann: Account, output: Path
) -> None:
    morning(forge, DAYS[0])
    made = shop.ruleset(ann, "main", [reviews_rule(2)])
    for day in DAYS:
        morning(forge, day)
        if day == DAYS[1]:
            shop.delete_ruleset(made)
        assert gathered(forge, output, sections=STATE).whole
    assert [one.at[:10] for one in records(output, Ruleset) if not one.version] == [DAYS[0]]
    assert {day: len(one.rules) for day, one in by_day(output, BranchRules).items()} == {
        DAYS[0]: 1,
        DAYS[1]: 0,
        DAYS[2]: 0,
    }


def test_who_may_what_is_kept_day_by_day(forge: Forge, shop: Repository, output: Path) -> None:
    ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
    shop.roles[ben] = "write"
    for day in DAYS:
        morning(forge, day)
        if day == DAYS[1]:
            shop.roles[ben] = "admin"
        if day == DAYS[2]:
            del shop.roles[ben]
        gathered(forge, output, sections=STATE)
    told = [(one.at[:10], one.account.login, one.permission) for one in records(output, Permission)]
    assert sorted(told) == [
        (DAYS[0], "ann", "admin"),
        (DAYS[0], "ben", "write"),
        (DAYS[1], "ann", "admin"),
        (DAYS[1], "ben", "admin"),
        (DAYS[2], "ann", "admin"),
    ]
