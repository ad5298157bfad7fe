"""The table of variables by which agents show themselves: what refuses, and what is only told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from affidavit.app.approvals.agents import found_in, markers
from affidavit.app.approvals.deciding import Hindrance, hindrance

PAGE = Path(__file__).parents[2] / "docs" / "approvals.md"


def test_no_marker_of_low_confidence_refuses() -> None:
    assert {one.confidence for one in markers() if one.acts == "refuse"} == {"high", "medium"}


def test_every_marker_says_where_it_is_known_from_and_as_of_when() -> None:
    assert [one.variable for one in markers() if not one.source or one.date.year < 2025] == []


def test_a_marker_stands_once() -> None:
    known = [(one.variable, one.contains) for one in markers()]
    assert sorted(known) == sorted(set(known))


def test_every_variable_is_on_the_page_of_approvals() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| (refuses|told) \| ([^|]+) \|$", text, re.MULTILINE))
    listed = {word: sorted(re.findall(r"`(\w+)`", names)) for word, names in rows.items()}
    acts = {"refuses": "refuse", "told": "tell"}
    assert listed == {
        word: sorted({one.variable for one in markers() if one.acts == act})
        for word, act in acts.items()
    }


@pytest.mark.parametrize("variable", [one.variable for one in markers() if one.acts == "refuse"])
def test_a_marker_that_refuses_hinders_also_at_a_terminal(variable: str) -> None:
    found = hindrance({variable: "x"}, terminal=True)
    assert found is not None
    assert (found.because, found.variable) == ("agent", variable)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"CLAUDECODE": ""},
        {"CODEX_HOME": "/x", "CODEX_API_KEY": "x", "CLINE_API_KEY": "x"},
        {"AGENT": "1", "REPL_ID": "1", "CURSOR_TRACE_ID": "1"},
        {"EDITOR": "vim", "AWS_EXECUTION_ENV": "CloudShell"},
    ],
    ids=["nothing", "empty", "settings of users", "generic", "other values"],
)
def test_what_a_person_may_have_set_hinders_nothing(environment: dict[str, str]) -> None:
    assert hindrance(environment, terminal=True) is None
    assert hindrance(environment, terminal=False) == Hindrance(because="terminal")


def test_what_is_told_is_told_by_its_value_where_only_a_value_shows_it() -> None:
    environment = {"EDITOR": "/opt/Devin/edit", "AWS_EXECUTION_ENV": "AmazonQ-For-CLI"}
    assert [one.agent for one in found_in(environment)] == ["Devin", "Amazon Q"]
