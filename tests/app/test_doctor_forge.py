"""What a doctor sees in the records of a forge: rules, who may pass them by, what bots may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.setup.doctor.forge import exported
from affidavit.app.setup.doctor.rules import IDS, rules, unasked
from affidavit.app.setup.ruleset import ruleset
from affidavit.base.errors import InputError
from affidavit.changes.forge.model import BranchRules, Missing, Repository, Ruleset
from affidavit.controls.criteria import Criteria, Gate
from forge_exports import export

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.forge.model import Record

AT = "2026-11-20T00:00:00Z"
AGREED = Criteria(
    gate=Gate(dismiss_stale=True, code_owners=True, last_push=True, checks=("affidavit/gate",))
)
SETTINGS: dict[str, object] = {
    "allow_squash_merge": True,
    "squash_merge_commit_message": "COMMIT_MESSAGES",
    "workflow_permissions": {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": False,
    },
}


def repository(settings: dict[str, object] | None = None, *, at: str = AT) -> Repository:
    return Repository(
        id=1,
        name="firm/shop",
        at=at,
        default_branch="main",
        private=True,
        settings={**SETTINGS, **(settings or {})},
    )


def snapshot(
    at: str = AT, *missing: Missing, found: dict[str, object] | None = None
) -> BranchRules:
    state = ruleset() if found is None else found
    listed = state["rules"]
    assert isinstance(listed, list)
    told = tuple({**one, "ruleset_id": 7} for one in listed)
    return BranchRules(branch="main", at=at, protection=None, rules=told, missing=missing)


def ours(at: str = AT, *missing: Missing, **state: object) -> Ruleset:
    whole = {**ruleset(), "id": 7, **state}
    return Ruleset(id=7, at=at, version=None, actor=None, state=whole, missing=missing)


def seen(tmp_path: Path, *records: Record, agreed: Criteria = AGREED) -> dict[str, str]:
    now = exported(export(tmp_path / "records.jsonl", records))
    found = {one.id: one for one in rules(now, agreed)}
    assert tuple(found) == IDS
    assert [one.id for one in found.values() if (one.fix == "") != (one.state == "ok")] == []
    return {id_: one.state.value for id_, one in found.items()}


def without(kind: str) -> dict[str, object]:
    state = ruleset()
    listed = state["rules"]
    assert isinstance(listed, list)
    return {**state, "rules": [one for one in listed if one["type"] != kind]}


def unpinned() -> dict[str, object]:
    parameters = {"required_status_checks": [{"context": "affidavit/gate"}]}
    rule = {"type": "required_status_checks", "parameters": parameters}
    state = without("required_status_checks")
    listed = state["rules"]
    assert isinstance(listed, list)
    return {**state, "rules": [*listed, rule]}


ALL_OK = dict.fromkeys(IDS, "ok")


def test_the_rule_that_init_prints_is_all_that_is_asked_for(tmp_path: Path) -> None:
    assert seen(tmp_path, repository(), snapshot(), ours()) == ALL_OK


def test_without_records_everything_is_unknown() -> None:
    assert {one.id: one.state.value for one in unasked("why")} == dict.fromkeys(IDS, "unknown")


def test_an_unprotected_branch_is_bad(tmp_path: Path) -> None:
    nothing = BranchRules(branch="main", at=AT, protection=None, rules=())
    asked = ("branch-rules", "admins", "gate-required", "gate-app")
    assert seen(tmp_path, repository(), nothing) == {**ALL_OK, **dict.fromkeys(asked, "bad")}


def test_rules_that_could_not_be_read_are_unknown(tmp_path: Path) -> None:
    lost = BranchRules(
        branch="main", at=AT, protection=None, rules=(), missing=(Missing("rules", "permission"),)
    )
    asked = ("branch-rules", "admins", "gate-required", "gate-app")
    expected = {**ALL_OK, **dict.fromkeys(asked, "unknown")}
    assert seen(tmp_path, repository(), lost) == expected
    assert seen(tmp_path, repository()) == expected


def test_a_gate_that_is_not_required_only_advises(tmp_path: Path) -> None:
    state = without("required_status_checks")
    bad = dict.fromkeys(("branch-rules", "gate-required", "gate-app"), "bad")
    found = seen(tmp_path, repository(), snapshot(found=state), ours(rules=state["rules"]))
    assert found == {**ALL_OK, **bad}


def test_a_status_that_anybody_can_set_is_bad(tmp_path: Path) -> None:
    state = unpinned()
    found = seen(tmp_path, repository(), snapshot(found=state), ours(rules=state["rules"]))
    assert found == {**ALL_OK, "gate-app": "bad"}


def test_whoever_may_pass_the_rules_by_is_seen(tmp_path: Path) -> None:
    bypass = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    found = seen(tmp_path, repository(), snapshot(), ours(bypass_actors=bypass))
    assert found == {**ALL_OK, "branch-rules": "bad", "admins": "bad"}


def test_who_may_pass_them_by_is_unknown_where_it_is_hidden(tmp_path: Path) -> None:
    state = {**ruleset(), "id": 7}
    del state["bypass_actors"]
    hidden = msgspec.structs.replace(ours(), state=state)
    expected = {**ALL_OK, "branch-rules": "unknown", "admins": "unknown"}
    assert seen(tmp_path, repository(), snapshot(), hidden) == expected
    assert seen(tmp_path, repository(), snapshot()) == expected


def test_an_administrator_whom_classic_protection_spares_is_seen(tmp_path: Path) -> None:
    protection = {
        "required_pull_request_reviews": {"required_approving_review_count": 1},
        "required_status_checks": {"checks": [{"context": "affidavit/gate", "app_id": 15368}]},
        "enforce_admins": {"enabled": False},
    }
    classic = BranchRules(branch="main", at=AT, protection=protection, rules=())
    found = seen(tmp_path, repository(), classic, agreed=Criteria())
    assert found == {**ALL_OK, "branch-rules": "bad", "admins": "bad"}


@pytest.mark.parametrize(
    ("settings", "id_", "state"),
    [
        ({"workflow_permissions": None}, "bot-approvals", "unknown"),
        (
            {"workflow_permissions": {"can_approve_pull_request_reviews": True}},
            "bot-approvals",
            "bad",
        ),
        (
            {"workflow_permissions": {"default_workflow_permissions": "write"}},
            "workflow-token",
            "bad",
        ),
        ({"workflow_permissions": {}}, "workflow-token", "unknown"),
        ({"squash_merge_commit_message": "PR_BODY"}, "squash-message", "bad"),
        ({"squash_merge_commit_message": "BLANK"}, "squash-message", "bad"),
        ({"squash_merge_commit_message": None}, "squash-message", "unknown"),
        (
            {"squash_merge_commit_message": None, "allow_squash_merge": False},
            "squash-message",
            "ok",
        ),
    ],
)
def test_each_setting_is_told(
    tmp_path: Path, settings: dict[str, object], id_: str, state: str
) -> None:
    assert seen(tmp_path, repository(settings), snapshot(), ours())[id_] == state


def test_the_newest_records_count(tmp_path: Path) -> None:
    later = "2026-11-21T00:00:00Z"
    older = (repository({"squash_merge_commit_message": "BLANK"}), snapshot(found=unpinned()))
    records = (repository(at=later), snapshot(later), ours(later), *older, ours(bypass_actors=[1]))
    assert seen(tmp_path, *records) == ALL_OK


def test_an_export_that_tells_nothing_of_the_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"nothing is told of the repository github\.com/firm/shop"
    ):
        seen(tmp_path, snapshot())
