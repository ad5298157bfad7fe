"""``affidavit init``: shows first, asks, writes, and says what remains open."""

from __future__ import annotations

import json
import sys
from io import StringIO
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from gitrepo import git
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo
    from histories import Ended

RULES = "gh api --method POST 'repos/{owner}/{repo}/rulesets' --input affidavit/ruleset.json"


class Terminal(StringIO):
    """A person at a terminal who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def tree(repo: Repo) -> Path:
    repo.commit("Begin")
    return repo.path


def init(tree: Path, *options: str, typed: str | None = None) -> Ended:
    stdin = StringIO() if typed is None else Terminal(typed)
    with patch.object(sys, "stdin", stdin):
        return ran("init", *options, here=tree)


def test_without_a_terminal_everything_is_shown_and_nothing_written(tree: Path) -> None:
    done = init(tree, "--ci", "github")
    assert (done.status, done.err) == (
        3,
        "affidavit: nothing was written, and nobody can be asked: give --yes\n",
    )
    assert "--- /dev/null\n+++ b/affidavit.toml\n" in done.out
    assert [one.name for one in tree.iterdir()] == [".git"]


def test_a_dry_run_shows_the_same_and_holds(tree: Path) -> None:
    done = init(tree, "--ci", "github", "--dry-run")
    assert (done.status, done.err) == (0, "")
    assert done.out == init(tree, "--ci", "github").out


@pytest.mark.parametrize(("typed", "status", "written"), [("y\n", 0, True), ("n\n", 1, False)])
def test_whoever_sits_at_a_terminal_is_asked(
    tree: Path, typed: str, status: int, *, written: bool
) -> None:
    done = init(tree, typed=typed)
    assert (done.status, (tree / "affidavit.toml").exists()) == (status, written)


def test_what_remains_open_and_the_rule_to_create_are_said(tree: Path) -> None:
    done = init(tree, "--ci", "github", "--hooks", "--yes")
    assert done.status == 0
    said = " ".join(done.out.split())
    for part in (
        RULES,
        '"integration_id": 15368',
        "No --source was named",
        "a request can remove it, and then nobody notices that a review was dismissed",
        "every workflow of this repository that asks for `statuses: write` can set it",
        "gate judges again in the merge queue",
        "gone after 90 days",
        "`git push --no-verify` passes it by",
    ):
        assert part in said


def test_what_gitlab_cannot_do_is_said(tree: Path) -> None:
    said = " ".join(init(tree, "--ci", "gitlab", "--yes").out.split())
    assert "The job stands in a file of the merge request, which can edit it" in said
    assert "There is no collector for GitLab" in said
    assert RULES not in said


def test_a_file_in_the_way_is_shown_left_and_makes_the_status_1(tree: Path) -> None:
    (tree / "affidavit.toml").write_text("name = 1 \x1b[2J\n")
    done = init(tree, "--yes")
    assert done.status == 1
    lines = done.out.splitlines()
    at = lines.index("left as it is  affidavit.toml: it is there already; init would have written")
    assert lines[at + 1 : at + 3] == ["--- a/affidavit.toml", "+++ b/affidavit.toml"]
    assert "-name = 1 \\u001b[2J" in lines
    assert (tree / "affidavit.toml").read_text() == "name = 1 \x1b[2J\n"


def test_what_cannot_be_written_says_why(tree: Path, tmp_path: Path) -> None:
    git("config", "core.hooksPath", ".husky", cwd=tree)
    (tree / "docs").symlink_to(tmp_path)
    (tree / "CODEOWNERS").write_text("mine\n")
    done = init(tree, "--ci", "github", "--hooks", "--dry-run")
    lines = done.out.splitlines()
    refused = (
        "docs/security/exception-log.md: docs is a symbolic link, or not what it has to be here"
    )
    assert f"refused        {refused}" in lines
    assert "left as it is  core.hooksPath: it is .husky and stays so" in lines
    assert "left as it is  CODEOWNERS: it is there already; init would have written" in lines
    assert done.status == 1


def test_what_is_replaced_is_shown_as_a_change(tree: Path) -> None:
    init(tree, "--ci", "github", "--yes")
    source = ("--source", "https://example.com/a.whl", "--digest", "sha256:" + "ab" * 32)
    lines = init(tree, "--ci", "github", *source, "--dry-run").out.splitlines()
    at = lines.index("--- a/.github/workflows/affidavit-gate.yml")
    assert lines[at + 1] == "+++ b/.github/workflows/affidavit-gate.yml"
    assert '+          SOURCE: "https://example.com/a.whl"' in lines
    assert "+++ b/affidavit.toml" not in lines


def test_a_file_that_is_too_long_to_compare_is_named(tree: Path) -> None:
    (tree / "affidavit.toml").write_text("#\n" * 3_000)
    assert "  a/affidavit.toml has more than 2,000 lines: not compared" in (
        init(tree, "--dry-run").out.splitlines()
    )


def test_taking_back_tells_the_same_in_json(tree: Path) -> None:
    init(tree, "--yes")
    (tree / "affidavit/signers.toml").unlink()
    done = init(tree, "--undo", "--json", "--yes")
    told = json.loads(done.out)
    assert (done.status, told["gone"], told["kept"], told["hooks"]) == (
        0,
        ["affidavit/signers.toml"],
        [],
        False,
    )


def test_the_answer_in_json_tells_each_file_and_whether_it_was_written(tree: Path) -> None:
    shown = json.loads(init(tree, "--ci", "github", "--json").out)
    assert shown["format"] == "affidavit/setup@1"
    assert {one["written"] for one in shown["files"]} == {False}
    done = init(tree, "--ci", "github", "--json", "--yes")
    told = json.loads(done.out)
    assert (done.status, {one["written"] for one in told["files"]}) == (0, {True})
    assert (told["hooks"], told["ruleset"]["bypass_actors"]) == (None, [])
    assert set(told) == {"format", "files", "hooks", "open", "ruleset"}


def test_it_is_taken_back_and_says_what(tree: Path) -> None:
    init(tree, "--hooks", "--yes")
    (tree / "affidavit/signers.toml").write_text("changed\n")
    done = init(tree, "--undo", "--yes")
    assert done.status == 1
    assert "left as it is  affidavit/signers.toml: it was changed since" in done.out.splitlines()
    assert "unset          core.hooksPath" in done.out.splitlines()
    assert "removed        affidavit.toml" in done.out.splitlines()


def test_a_second_run_says_that_there_is_nothing_to_do(tree: Path) -> None:
    init(tree, "--yes")
    done = init(tree, "--yes")
    assert (done.status, done.out) == (0, "nothing is to be written\n")


def test_an_option_that_cannot_be_used_is_one_sentence(tree: Path) -> None:
    done = init(tree, "--source", "affidavit")
    assert (done.status, done.err.splitlines()[0]) == (
        2,
        "affidavit: AFF-USAGE: --source is neither an https address nor a wheel's path",
    )
