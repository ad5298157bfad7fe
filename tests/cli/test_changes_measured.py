"""``affidavit changes metrics`` and ``affidavit tools``: what is counted, and what is unknown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from change_desk import Desk
from forges import Forge
from histories import ran
from result_desk import a_desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrepo import Repo

CLAUDE = "Add a cart\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
NO_FORGE = "no records of a forge were given"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An AI change that Ben approved, then one that nobody did."""
    with Forge(tmp_path / "forge") as forge:
        desk = Desk(forge, tmp_path)
        desk.approved(message=CLAUDE).merge(desk.cleo, "squash")
        desk.opened("b.py", message="By hand").merge(desk.ann, "squash")
        desk.found()
        yield desk


def test_groups_are_measured_beside_each_other(desk: Desk) -> None:
    given_up = desk.opened("b.py", message="Given up")
    given_up.close(desk.ann)
    desk.found()
    done = desk.run("changes", "metrics", "--until", "2030-01-01", "--json")
    found = json.loads(done.out)
    assert (found["changes"], found["ai_changes"]) == (3, 1)
    ai, other = found["ai"], found["other"]
    assert ai["reviewed"] == {"numerator": 1, "denominator": 1}
    assert other["reviewed"] == {"numerator": 0, "denominator": 2}
    assert ai["merged"] == {"numerator": 1, "denominator": 1}
    assert other["merged"] == {"numerator": 1, "denominator": 2}
    assert ai["checks_passed"] == {"numerator": 0, "denominator": 0}
    assert ai["files"] == {"numerator": 1, "denominator": 1, "median": 1.0}
    text = desk.run("changes", "metrics", "--until", "2030-01-01").out.splitlines()
    assert re.split(r" {2,}", text[1]) == [
        "approved by enough persons",
        "1 of 1 (100%)",
        "0 of 2 (0%)",
    ]
    assert re.split(r" {2,}", text[3])[1:] == ["none", "unknown"]


def test_a_change_that_another_reverts_is_counted(desk: Desk) -> None:
    (ai,) = json.loads(desk.run("changes", "list", "--ai", "--json").out)["changes"]
    message = f'Revert "Add a cart"\n\nThis reverts commit {ai["commit"]}.'
    desk.shop.direct(desk.ann, message, {"cart.py": None})
    desk.found()
    found = json.loads(desk.run("changes", "metrics", "--json").out)
    assert found["ai"]["reverted"] == {"numerator": 1, "denominator": 1}
    assert found["other"]["reverted"] == {"numerator": 0, "denominator": 3}


def test_tools_are_listed_with_first_and_last_use_and_evidence(desk: Desk) -> None:
    bot = desk.forge.bot("copilot-swe-agent", number=198982749)
    desk.shop.open(bot, "By the agent", {"b.py": "1\n"})
    desk.found()
    done = desk.run("tools", "--until", "2030-01-01", "--json")
    found = json.loads(done.out)
    claude, copilot = found["tools"]
    assert (claude["agent"], claude["changes"], claude["others"]) == ("claude-code", 1, 0)
    assert claude["first"] == claude["last"]
    assert [one["rule"] for one in claude["evidence"]] == ["PRV-CLAUDE-001"]
    assert (copilot["accounts"], copilot["opened"], copilot["changes"]) == (
        ["copilot-swe-agent"],
        1,
        0,
    )
    text = desk.run("tools", "--until", "2030-01-01").out.splitlines()
    assert text[0].startswith("claude-code: 2026-01-")
    assert text[2] == "  changes    1 as an author, 0 otherwise"


def test_models_sessions_and_reviews_of_tools_are_counted(tmp_path: Path) -> None:
    with Forge(tmp_path / "forge") as forge:
        desk = Desk(forge, tmp_path)
        bot = forge.bot("copilot-swe-agent", number=198982749)
        message = "Add\n\nCo-authored-by: aider (gpt-5.4) <aider@aider.chat>"
        pull = desk.opened(message=message)
        for state in ("COMMENTED", "COMMENTED"):
            pull.review(bot, state)
        pull.merge(desk.ann, "merge")
        desk.found()
        done = desk.run("tools", "--json")
        text = desk.run("tools").out
    aider, copilot = json.loads(done.out)["tools"]
    assert (aider["agent"], aider["models"]) == ("aider", ["gpt-5.4"])
    assert (copilot["opened"], copilot["reviewed"], copilot["evidence"]) == (0, 1, [])
    assert "  models     gpt-5.4, sessions unknown\n" in text
    assert "  forge      copilot-swe-agent: opened 0 requests, reviewed 1\n" in text


def test_that_no_tool_is_named_is_not_called_that_none_was_used(tmp_path: Path) -> None:
    with Forge(tmp_path / "forge") as forge:
        desk = Desk(forge, tmp_path)
        desk.opened().merge(desk.ann, "squash")
        desk.found()
        lines = [desk.run("tools", forge=one).out.splitlines() for one in (True, False)]
    told = "no AI tool is named in the period: that none was used is not shown"
    why = f"whether an account of one opened or reviewed is unknown: {NO_FORGE}"
    assert lines == [[told], [told, why]]


class TestUnknown:
    """What no record tells is unknown with its reason, and neither none nor nought."""

    def test_metrics_without_a_forge_and_a_ledger(self, desk: Desk) -> None:
        found = json.loads(desk.run("changes", "metrics", "--json", forge=False).out)
        whys = {name: one["why"] for name, one in found["ai"].items() if "why" in one}
        assert whys == {
            "reviewed": NO_FORGE,
            "seconds_to_approval": NO_FORGE,
            "checks_passed": NO_FORGE,
            "tests_passed": "no ledger was given",
            "coverage_points": "no ledger was given",
            "lines": "no records of a forge tell how many lines it changed",
            "merged": NO_FORGE,
        }
        assert found["other"]["merged"] == {"numerator": None, "denominator": None, "why": NO_FORGE}

    def test_metrics_in_words_tell_the_reasons_below(self, desk: Desk) -> None:
        text = desk.run("changes", "metrics", forge=False).out.splitlines()
        assert re.split(r" {2,}", text[1])[1:] == ["unknown", "unknown"]
        assert text[-3:] == [
            (
                "unknown: approved by enough persons, median time to an approval, all checks passed"
                f" before, closed requests merged: {NO_FORGE}"
            ),
            "unknown: recorded tests all passed, median change of coverage: no ledger was given",
            "unknown: median lines changed: no records of a forge tell how many lines it changed",
        ]

    def test_requests_that_were_not_collected_whole_have_no_rate(self, desk: Desk) -> None:
        desk.export.unlink()
        desk.found(sections=("repository", "releases"))
        found = json.loads(desk.run("changes", "metrics", "--json").out)
        assert found["other"]["merged"] == {
            "numerator": None,
            "denominator": None,
            "why": "pull_requests were not collected whole",
        }

    def test_requests_that_were_collected_from_a_later_day_on_have_no_rate(
        self, desk: Desk
    ) -> None:
        desk.export.unlink()
        desk.found(since="2026-01-02T00:00:00Z")
        found = json.loads(desk.run("changes", "metrics", "--json").out)
        assert found["other"]["merged"]["why"] == (
            "pull_requests from before 2026-01-02T00:00:00Z were not collected"
        )

    def test_what_a_tool_did_on_a_forge_that_was_not_asked(self, desk: Desk) -> None:
        found = json.loads(desk.run("tools", "--json", forge=False).out)
        (claude,) = found["tools"]
        assert (claude["opened"], claude["reviewed"], claude["why"]) == (None, None, NO_FORGE)
        assert found["why"] == NO_FORGE
        text = desk.run("tools", forge=False).out.splitlines()
        assert text[3] == (
            f"  forge      accounts unknown: opened unknown requests, reviewed unknown: {NO_FORGE}"
        )

    def test_what_a_tool_did_where_the_forge_cut_reviews_off(self, desk: Desk) -> None:
        lines = desk.export.read_text().splitlines(keepends=True)
        for number, line in enumerate(lines):
            if '"record":"pull_request"' in line and '"number":1,' in line:
                found = json.loads(line)
                found["data"]["missing"] = [{"what": "reviews", "reason": "truncated"}]
                lines[number] = json.dumps(found) + "\n"
        desk.export.write_text("".join(lines))
        (claude,) = json.loads(desk.run("tools", "--json").out)["tools"]
        assert (claude["opened"], claude["reviewed"], claude["why"]) == (
            0,
            None,
            "the forge did not tell all reviews of 1 requests",
        )


def test_tests_and_coverage_of_a_ledger_are_measured(
    tmp_path: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = a_desk(tmp_path, repo, monkeypatch)
    for name, second in (("one", 0), ("two", 1)):
        lcov = f"SF:a.py\nDA:1,1\nDA:2,{second}\nend_of_record\n"
        done = desk.run("coverage", desk.file(name, lcov.encode()))
        assert done.status == 0, done.err
        if not second:
            repo.commit("More")
    passed = desk.file("junit.xml", b'<testsuite><testcase name="a"/></testsuite>')
    assert desk.run("test", passed).status == 0
    about = ("--since", "2025-01-01", "--ledger", desk.ledger.folder)
    done = ran("changes", "metrics", repo.path, *about, "--json", here=desk.folder)
    found = json.loads(done.out)
    both = found["ai"], found["other"]
    assert sum(one["tests_passed"]["numerator"] for one in both) == 1
    assert [one["coverage_points"]["median"] for one in both if "median" in one["coverage_points"]
            ] == [50.0]  # fmt: skip
    text = ran("changes", "metrics", repo.path, *about, here=desk.folder).out
    assert "+50.0 points (1 of " in text
