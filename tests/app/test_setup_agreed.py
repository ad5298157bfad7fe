"""The review policy that is written beside a policy says what that asks for."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest

from affidavit.app.policy.starting import default_files
from affidavit.app.setup.agreed import agreed
from affidavit.app.setup.applying import applied
from affidavit.app.setup.model import Wanted
from affidavit.app.setup.planning import planned
from affidavit.app.setup.proposing import proposed
from affidavit.app.setup.showing import open_points
from gitrepo import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.setup.model import Ci, Plan

DAY = date(2026, 11, 21)
DATA = default_files()["data.json"]
ROWS = [
    (
        "| critical | `auth`, `payments`, `data_access`, `secrets`, or a file that the gate judges"
        " by | 2 | 2 |"
    ),
    (
        "| high | `configuration`, `workflow`, `agent_instructions`, `dependencies`, `submodule`,"
        " `lfs_pointer`; more than 1,000 lines or 100 files; 50 % or more of it by AI | 1 | 2 |"
    ),
    "| standard | everything else | 1 | 1 |",
    "| low | `documentation` alone, at most 500 lines, and no agent's hand | 1 | 1 |",
]


def paper(ci: Ci | None) -> str:
    found = proposed(ci, None, None, DAY, hooks=False)
    return next(one.text for one in found if one.path.endswith("code-review-policy.md"))


@pytest.mark.parametrize("ci", ["github", "gitlab", None])
def test_persons_are_those_of_the_policy(ci: Ci | None) -> None:
    lines = paper(ci).splitlines()
    assert [one for one in lines if one.startswith(("| crit", "| high", "| stan", "| low"))] == ROWS
    assert "- `auth`, `payments`, `data_access`: one of them is of the team security." in lines
    assert "- The files that the gate judges by: 2 persons." in lines


def test_other_numbers_are_told_as_they_are() -> None:
    other = json.loads(DATA)
    other["settings"]["persons"]["critical"] = 3
    other["settings"]["gate"]["persons"] = 4
    other["settings"]["emergency"]["persons"] = 2
    told = agreed(json.dumps(other).encode(), forge=True)
    assert "judges by | 3 | 2 |" in told["PERSONS"]
    assert "judges by: 4 persons." in told["BESIDES"]
    assert "and 2 persons outside the authors to\napprove" in told["EMERGENCY"]


@pytest.mark.parametrize(("ci", "label"), [("github", True), ("gitlab", False), (None, False)])
def test_a_label_makes_an_emergency_where_a_forge_is_asked(ci: Ci | None, label: bool) -> None:  # noqa: FBT001 -- as cases
    text = paper(ci)
    assert ("The label `emergency` is set" in text) is label
    assert ("An approval" in text, "when the forge recorded it" in text) == (True, label)
    assert ("an agent is assumed to have had a hand in every change" in text) is not label


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Plan]:
    """A repository that was set up for GitHub, and the plan to set it up for GitLab."""
    repo = Repo(tmp_path / "work")
    repo.commit("Begin")
    applied(planned(Wanted(repository=repo.path, ci="github"), DAY))
    return repo.path, planned(Wanted(repository=repo.path, ci="gitlab"), DAY)


def test_a_set_up_for_gitlab_keeps_what_github_needs(both: tuple[Path, Plan]) -> None:
    path, plan = both
    assert [one.path for one in plan.new] == [
        ".gitlab-ci.yml",
        ".gitlab/CODEOWNERS",
        ".gitlab/affidavit.gitlab-ci.yml",
        ".gitlab/merge_request_templates/Default.md",
    ]
    applied(plan)
    settings = json.loads((path / "affidavit/policy/data.json").read_bytes())["settings"]
    assert settings["forge"] == "asked"
    assert '"reviewed", "checks", "scan"' in (path / "affidavit.toml").read_text()


def test_that_both_are_there_remains_open(both: tuple[Path, Plan]) -> None:
    path, plan = both
    points = open_points(Wanted(repository=path, ci="gitlab"), plan)
    told = [one for one in points if one.startswith("The pipelines of GitHub were set up before")]
    assert (len(told), [one for one in points if "no collector for GitLab" in one]) == (1, [])
