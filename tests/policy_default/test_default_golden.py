"""The default bundle's decisions, each expectation written by hand; a ``?`` is what is unknown."""

from __future__ import annotations

import pytest

from default_policy import decision, told
from policy_default_cases import GOLDEN, HURRIED, TWO
from policy_inputs import policy_input, touching


@pytest.mark.parametrize("name", GOLDEN)
def test_the_default_bundle_decides_as_written(name: str) -> None:
    changes, expected = GOLDEN[name]
    assert told(changes) == expected


FROZEN = {
    "from": "2026-11-20T00:00:00Z",
    "until": "2026-11-21T00:00:00Z",
    "reason": "launch",
    "branches": ["main"],
}


@pytest.mark.parametrize(
    ("settings", "changes", "expected"),
    [
        pytest.param({"freeze": [FROZEN]}, {}, ["freeze.window"], id="frozen"),
        pytest.param({"freeze": [FROZEN]}, {"branch": "next"}, [], id="another branch"),
        pytest.param({"freeze": [FROZEN]}, {"branch": None}, ["freeze.window"], id="no branch"),
        pytest.param({"freeze": [FROZEN]}, HURRIED, [], id="an emergency in a freeze"),
        pytest.param(
            {"freeze": [FROZEN]}, {"at": "2026-11-21T00:00:00Z"}, [], id="the freeze ended"
        ),
        pytest.param({"freeze": [{"from": "x"}]}, {}, ["settings.freeze"], id="no freeze window"),
        pytest.param(
            {"scan": {"tolerated": ["low"], "independent": False}},
            {"scan__state": "findings", "scan__open": {"low": 3, "high": 0}},
            [],
            id="tolerated findings",
        ),
        pytest.param(
            {"scan": {"tolerated": ["low"], "independent": False}},
            {"scan__state": "findings", "scan__open": {"low": 3, "high": 1}},
            ["scan.clean"],
            id="findings that are not tolerated",
        ),
        pytest.param(
            {"scan": {"tolerated": [], "independent": True}},
            {"scan__independent": None},
            ["scan.known?"],
            id="who scanned is not known",
        ),
        pytest.param(
            {"gate": {"persons": 2, "rules": True}},
            {"gate__rules_known": False, "gate__weaknesses": None},
            ["gate.known?"],
            id="rules that nobody could read",
        ),
        pytest.param({"may_be_null": ["change.draft"]}, {"change__draft": None}, [], id="no forge"),
        pytest.param(
            {"may_be_null": ["checks.passed"]},
            {"checks__passed": None},
            ["checks.known?"],
            id="what may never be null",
        ),
        pytest.param(
            {"persons_proven": {"standard": 1}},
            {"approvals__proven": None},
            ["approvals.known?"],
            id="proven keys",
        ),
    ],
)
def test_settings_change_what_is_asked(
    settings: dict[str, object], changes: dict[str, object], expected: list[str]
) -> None:
    assert told(changes, **settings) == expected


@pytest.mark.parametrize(
    ("changes", "tier", "needs"),
    [
        pytest.param({}, "standard", 1, id="standard"),
        pytest.param({"classes": touching("auth")}, "critical", 2, id="critical"),
        pytest.param({"classes": touching("workflow")}, "high", 1, id="high"),
        pytest.param({"classes": touching("auth"), **HURRIED}, "emergency-critical", 1, id="hurry"),
        pytest.param({"gate__touched": ["policy"]}, "critical", 2, id="the gate"),
        pytest.param(
            {"change__files": 1, "classes": touching("documentation")}, "low", 1, id="low"
        ),
        pytest.param({"approvals__needed": 3}, "standard", 3, id="more asked for"),
    ],
)
def test_a_decision_tells_the_risk_and_the_persons_needed(
    changes: dict[str, object], tier: str, needs: int
) -> None:
    found = decision(policy_input(**changes))
    assert (found.tier, found.needs) == (tier, needs)


def test_settings_without_numbers_of_persons_allow_nothing() -> None:
    found = decision(policy_input(**TWO), persons={})
    assert (found.allowed, found.error) == (
        False,
        "undefined: data.merge.needs has no value for this input",
    )
