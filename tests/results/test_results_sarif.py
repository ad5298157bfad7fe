"""Findings of scanners: what is open, how grave it is, and whether the scan looked at all."""

from __future__ import annotations

import hashlib
import json

import pytest

from affidavit.base.errors import InputError
from affidavit.sources.results.sarif import Pack, Scan, read_sarif
from result_samples import a_source, finding, sarif

ERROR = {"id": "rule", "defaultConfiguration": {"level": "error"}}
OVERRIDE = {"descriptor": {"id": "py/sql-injection"}, "configuration": {"level": "note"}}


def scanned(*results: object, **run: object) -> Scan:
    return read_sarif(a_source(sarif(*results, **run)))


def some(counts: dict[str, int]) -> dict[str, int]:
    """The counts that are not 0."""
    return {name: count for name, count in counts.items() if count}


def level(result: dict[str, object], **run: object) -> list[str]:
    return [*some(scanned(result, **run).levels)]


def test_findings_are_counted_by_level_severity_and_rule() -> None:
    found = scanned(finding(), finding(), finding("py/unused", level="note"), finding("other"))
    assert found.open == 4
    assert some(found.levels) == {"error": 2, "warning": 1, "note": 1}
    assert some(found.severities) == {"high": 2, "none": 1, "unrated": 1}
    assert found.rules == {"other": 1, "py/sql-injection": 2, "py/unused": 1}


PACK = {"name": "pack", "rules": [{"id": "p0"}, {"id": "rule"}]}
TOOL = {"driver": {"name": "scan", "rules": [{"id": "d0"}, {"id": "rule"}]}, "extensions": [PACK]}


@pytest.mark.parametrize(
    ("descriptor", "driver", "pack"),
    [
        ({"index": 1, "toolComponent": {"index": 0}}, "warning", "note"),
        ({"index": 1, "toolComponent": {"name": "pack"}}, "warning", "note"),
        ({"index": 1}, "note", "warning"),
        ({"index": 1, "toolComponent": {"index": 7}}, "warning", "warning"),
        ({"id": "rule", "toolComponent": {"index": 0}}, "warning", "note"),
        ({"id": "rule", "toolComponent": {"name": "gone"}}, "warning", "warning"),
        ({"id": "rule"}, "note", "note"),
        ({"index": 0, "toolComponent": {"index": 0}}, "warning", "warning"),
    ],
)
def test_an_override_is_of_the_rule_of_the_part_that_it_names(
    descriptor: dict[str, object], driver: str, pack: str
) -> None:
    override = {"descriptor": descriptor, "configuration": {"level": "note"}}
    ran = {"executionSuccessful": True, "ruleConfigurationOverrides": [override]}
    levels = []
    for component in ({}, {"toolComponent": {"index": 0}}):
        result = {"rule": {"index": 1, **component}, "provenance": {"invocationIndex": 0}}
        run = {"tool": TOOL, "invocations": [ran], "results": [result]}
        found = read_sarif(a_source({"version": "2.1.0", "runs": [run]}))
        levels += [*some(found.levels)]
    assert levels == [driver, pack]


def test_the_tool_is_told_with_its_version_and_the_digest_of_its_rules() -> None:
    rules = '[{"id": "rule"}]'
    driver = f'{{"name": "semgrep", "version": "1.99.0", "rules": {rules}}}'
    extension = '{"name": "team rules", "semanticVersion": "3.0.0"}'
    run = f'{{"tool": {{"driver": {driver}, "extensions": [{extension}]}}}}'
    found = read_sarif(a_source(f'{{"version": "2.1.0", "runs": [{run}]}}'.encode()))
    digest = "sha256:" + hashlib.sha256(rules.encode()).hexdigest()
    assert found.packs == (
        Pack(name="semgrep", version="1.99.0", rules=1, digest=digest, is_driver=True),
        Pack(name="team rules", version="3.0.0", rules=0, digest=None, is_driver=False),
    )


@pytest.mark.parametrize(
    ("suppressions", "where"),
    [
        ([{"kind": "inSource"}], {"inSource": 1}),
        ([{"kind": "external", "status": "accepted"}], {"external": 1}),
        ([{"kind": "external", "status": "underReview"}], {}),
        ([{"kind": "inSource"}, {"kind": "external", "status": "rejected"}], {}),
        ([], {}),
    ],
)
def test_a_finding_is_suppressed_when_all_of_its_suppressions_hold(
    suppressions: list[object], where: dict[str, int]
) -> None:
    found = scanned(finding(suppressions=suppressions))
    assert (some(found.suppressed), found.open) == (where, 0 if where else 1)


@pytest.mark.parametrize(
    ("state", "is_open"), [("new", 1), ("unchanged", 1), ("updated", 1), ("absent", 0)]
)
def test_what_the_baseline_had_and_is_gone_is_not_open(state: str, is_open: int) -> None:
    found = scanned(finding(baselineState=state))
    assert (some(found.baseline), found.open) == ({state: 1}, is_open)


@pytest.mark.parametrize("kind", ["pass", "open", "review", "notApplicable", "informational"])
def test_a_result_that_did_not_fail_is_no_finding(kind: str) -> None:
    found = scanned(finding(kind=kind))
    assert (some(found.kinds), found.open) == ({kind: 1}, 0)


def test_a_level_is_the_results_own_else_its_invocations_else_its_rules_else_a_warning() -> None:
    run = {"invocations": [{"executionSuccessful": True, "ruleConfigurationOverrides": [OVERRIDE]}]}
    assert level(finding(level="none"), **run) == ["none"]
    assert level(finding(provenance={"invocationIndex": 0}), **run) == ["note"]
    assert level(finding(provenance={"invocationIndex": 7}), **run) == ["error"]
    assert level(finding("py/unused", provenance={"invocationIndex": 0}), **run) == ["warning"]
    assert level(finding(), **run) == ["error"]
    assert level(finding("unheard-of"), **run) == ["warning"]


def test_an_invocation_may_name_a_rule_by_its_number() -> None:
    override = {"descriptor": {"index": 1}, "configuration": {"level": "error"}}
    silent = {"descriptor": {"index": 1}, "configuration": {"enabled": True}}
    run = {"executionSuccessful": True, "ruleConfigurationOverrides": [silent, override]}
    found = finding("py/unused", provenance={"invocationIndex": 0})
    assert level(found, invocations=[run]) == ["error"]


@pytest.mark.parametrize(
    "result",
    [
        {"ruleIndex": 0},
        {"ruleId": "rule/part"},
        {"rule": {"id": "rule"}},
        {"rule": {"index": 0}},
        {"rule": {"id": "rule", "toolComponent": {"name": "tool"}}},
        {"rule": {"id": "rule", "toolComponent": {}}},
    ],
)
def test_a_rule_is_found_however_a_result_names_it(result: dict[str, object]) -> None:
    assert level(result, tool={"driver": {"name": "tool", "rules": [ERROR]}}) == ["error"]


@pytest.mark.parametrize("component", [{"index": 0}, {"name": "pack"}])
def test_a_rule_of_a_pack_is_found_by_the_packs_number_or_name(component: object) -> None:
    driver = {"name": "tool", "rules": [{"id": "rule", "defaultConfiguration": {"level": "note"}}]}
    tool = {"driver": driver, "extensions": [{"name": "pack", "rules": [ERROR]}]}
    assert level({"rule": {"id": "rule", "toolComponent": component}}, tool=tool) == ["error"]


@pytest.mark.parametrize(
    "result",
    [
        {"ruleIndex": 7},
        {"ruleIndex": -1},
        {"rule": {"id": "rule", "toolComponent": {"index": 7}}},
        {"rule": {"id": "rule", "toolComponent": {"name": "nobody"}}},
        {},
    ],
)
def test_a_rule_that_is_not_there_leaves_a_warning(result: dict[str, object]) -> None:
    assert level(result, tool={"driver": {"name": "tool", "rules": [ERROR]}}) == ["warning"]


@pytest.mark.parametrize(
    ("severity", "name"),
    [
        ("10.0", "critical"),
        ("9.0", "critical"),
        ("8.9", "high"),
        (7, "high"),
        (4.0, "medium"),
        ("0.1", "low"),
        ("0.0", "none"),
        ("high", "unrated"),
        ("11", "unrated"),
        ("nan", "unrated"),
        (None, "unrated"),
    ],
)
def test_a_severity_has_the_bounds_of_cvss(severity: object, name: str) -> None:
    found = scanned(finding("other", properties={"security-severity": severity}))
    assert some(found.severities) == {name: 1}


@pytest.mark.parametrize(
    ("run", "successful"),
    [
        ({}, True),
        ({"invocations": [{"executionSuccessful": True}, {"executionSuccessful": False}]}, False),
        ({"invocations": [{}]}, None),
        ({"invocations": []}, None),
        ({"invocations": None}, None),
        ({"results": None}, None),
        ({"externalPropertyFileReferences": {"results": [{"itemCount": 3}]}}, None),
        ({"externalPropertyFileReferences": {"graphs": []}}, True),
    ],
)
def test_a_run_was_successful_when_it_says_so_and_shows_all_of_its_results(
    run: dict[str, object], *, successful: bool | None
) -> None:
    assert scanned(**run).successful is successful


def test_runs_are_successful_when_all_of_them_are() -> None:
    good = sarif()["runs"]
    assert isinstance(good, list)
    silent, bad = {**good[0], "invocations": []}, {**good[0]}
    bad["invocations"] = [{"executionSuccessful": False}]
    cases = [([*good, *good], True), ([*good, silent], None), ([silent, bad], False), ([], None)]
    for runs, expected in cases:
        found = read_sarif(a_source({"version": "2.1.0", "runs": runs}))
        assert found.successful is expected


def test_what_went_wrong_while_the_tool_ran_is_counted() -> None:
    notes = [{"level": "error", "message": {"text": "no"}}, {"message": {"text": "so"}}]
    run = {"executionSuccessful": True, "toolExecutionNotifications": notes}
    assert scanned(invocations=[run]).errors == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x:1: not JSON: Input data was truncated"),
        (b'{"version":\n"2.1.0" 3}', "x:2: not JSON: JSON is malformed: expected ',' or '}'"),
        (b'{"version": "2.0.0"}', "x: SARIF '2.0.0': 2.1.0 is read"),
        (b'{"runs": []}', "x: not SARIF 2.1.0: Object missing required field `version`"),
        (b"[]", "x: not SARIF 2.1.0: Expected `object`, got `array`"),
        (
            json.dumps(sarif(finding(level="fatal"))).encode(),
            "x: not SARIF 2.1.0: Invalid enum value 'fatal' - at `$.runs[0].results[0].level`",
        ),
        (b'{"version": "2.1.0", "x": ' + b"[" * 90_000, "x:1: not JSON: text that is not UTF-8,"),
    ],
)
def test_what_is_no_sarif_is_named_by_line_or_place(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_sarif(a_source(data))
    assert caught.value.message.startswith(message)
