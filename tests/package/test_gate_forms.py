"""The gate's answer in every form: whole, valid, and safe whatever a change is called."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import msgspec
import pytest

from affidavit.changes.gate.answer import FORMAT, Answer, Judged, Policy
from affidavit.changes.gate.model import Part, Requirement, Score, Status, Verdict
from affidavit.package.gate import data, github, gitlab, junit, sarif, text
from affidavit.policy.model import Reason

HOSTILE = "a\x1b[2J\n::error::x%0A##[error]<b>&\"'|`]]>\u202e,:"
SHOWN = "a\\u001b[2J\\u000a::error::x%0A##[error]<b>&\"'|`]]>\\u202e,:"
MET = Requirement(id="base", status=Status.MET, required="r", found="f", where="w")
UNMET = Requirement(
    id="checks", status=Status.UNMET, required=HOSTILE, found=HOSTILE, where=HOSTILE, how=HOSTILE
)
UNKNOWN = Requirement(
    id="scan", status=Status.UNKNOWN, required="a scan", found="none", where="facts", how="scan it"
)
ANSWER = Answer(
    format=FORMAT,
    tool="affidavit 1.2",
    at="2026-03-01T12:00:00Z",
    verdict=Verdict.REFUSED,
    status=1,
    change=Judged(
        base="b" * 40, head="c" * 40, tree="d" * 40, merge_base="b" * 40, request=7,
        repository=HOSTILE, branch=HOSTILE, commits=2, files=None,
    ),
    requirements=(MET, UNMET, UNKNOWN),
    score=Score(points=5, parts=(Part(id="scan", points=5, most=15, why="w"),)),
    policy=Policy(
        source="caller", bundle=f"sha256:{'1' * 64}", input=f"sha256:{'2' * 64}", engine="e",
        allowed=False, tier=HOSTILE, needs=None, error=None,
        reasons=(Reason(id="x", message=HOSTILE),),
    ),
    forge=None,
    touched=("policy",),
    unknown=("labels",),
    noticed=(HOSTILE,),
)  # fmt: skip


def test_the_text_tells_each_requirement_and_what_to_do() -> None:
    told = [one.text for one in text.lines(ANSWER)]
    assert told[0] == "verdict        refused, not met: checks"
    assert f"unmet          checks: {SHOWN}" in told
    assert "                 do        scan it" in told
    assert told[2] == "met            base: f"
    assert all(one.isprintable() for one in told)


def test_the_text_has_a_colour_for_each_status() -> None:
    colours = [one.colour for one in text.lines(ANSWER) if one.colour]
    assert colours == ["red", "green", "red", "yellow"]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict.ALLOWED, "allowed, 3 requirements are met"),
        (Verdict.REFUSED, "refused, not met: checks"),
        (Verdict.UNDECIDED, "cannot decide, not known: scan"),
    ],
)
def test_a_headline_says_the_verdict_and_why(verdict: Verdict, words: str) -> None:
    assert text.headline(msgspec.structs.replace(ANSWER, verdict=verdict)) == words


def test_more_notices_than_are_told_are_counted() -> None:
    many = msgspec.structs.replace(ANSWER, noticed=("x",) * 22)
    assert [one.text for one in text.lines(many)][-1].strip() == "and 2 more"


def test_the_json_is_the_answer_on_one_line() -> None:
    told = data.text(ANSWER)
    assert told.isprintable()
    assert msgspec.json.decode(told, type=Answer) == ANSWER


def test_the_sarif_has_a_result_for_each_requirement_that_is_not_met() -> None:
    told = json.loads(sarif.text(ANSWER))
    (run,) = told["runs"]
    assert (told["version"], run["tool"]["driver"]["version"]) == ("2.1.0", "1.2")
    results = [(one["ruleId"], one["ruleIndex"], one["level"]) for one in run["results"]]
    assert results == [("checks", 1, "error"), ("scan", 2, "warning")]
    assert [one["id"] for one in run["tool"]["driver"]["rules"]] == ["base", "checks", "scan"]
    assert SHOWN in run["results"][0]["message"]["text"]


def test_the_junit_report_is_xml_whatever_stands_in_it() -> None:
    root = ET.fromstring(junit.text(ANSWER))  # noqa: S314 -- our own
    cases = [(one.get("name"), [child.tag for child in one]) for one in root.iter("testcase")]
    assert cases == [("base", []), ("checks", ["failure"]), ("scan", ["error"])]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    failure = next(root.iter("failure"))
    assert failure.get("message") == SHOWN


def test_a_command_of_github_ends_where_we_end_it() -> None:
    told = list(github.told(ANSWER))
    commands = [one for one in told if one.startswith("::")]
    assert [one.partition("::")[2].partition("::")[0] for one in commands] == [
        "error title=affidavit gate%3A checks",
        "warning title=affidavit gate%3A scan",
    ]
    assert "%250A" in commands[0]
    assert [one for one in told if "##[" in one or "\n" in one or "\r" in one] == []


def test_the_summary_shows_what_it_quotes_as_it_is() -> None:
    told = github.summary(ANSWER)
    assert "<b>" not in told
    assert "`" not in told
    rows = [one for one in told.splitlines() if one.startswith("| unmet")]
    assert [one.count("|") for one in rows] == [5]


def test_the_report_for_gitlab_has_an_issue_for_each_that_is_not_met() -> None:
    issues = json.loads(gitlab.text(ANSWER))
    told = [(one["check_name"], one["severity"]) for one in issues]
    assert told == [("affidavit-gate-checks", "blocker"), ("affidavit-gate-scan", "critical")]
    assert len({one["fingerprint"] for one in issues}) == 2
    assert gitlab.text(ANSWER) == gitlab.text(ANSWER)
