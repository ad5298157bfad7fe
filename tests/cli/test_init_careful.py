"""``affidavit init --undo`` shows and asks; and what is said beside files that were there."""

from __future__ import annotations

import json
import sys
from io import StringIO
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo
    from histories import Ended

UNASKED = "affidavit: nothing was removed, and nobody can be asked: give --yes\n"
NO_FORGE = "the policy says that there is no forge"


class Terminal(StringIO):
    """A person at a terminal who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def tree(repo: Repo) -> Path:
    repo.commit("Begin")
    return repo.path


def init(tree: Path, *options: str, typed: str | None = None) -> Ended:
    with patch.object(sys, "stdin", StringIO() if typed is None else Terminal(typed)):
        return ran("init", *options, here=tree)


def files(tree: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(tree)): one.read_bytes()
        for one in tree.rglob("*")
        if one.is_file() and ".git" not in one.relative_to(tree).parts
    }


def test_a_dry_run_of_taking_back_shows_what_would_go_and_removes_nothing(tree: Path) -> None:
    init(tree, "--hooks", "--yes")
    (tree / "affidavit/signers.toml").unlink()
    before = files(tree)
    done = init(tree, "--undo", "--dry-run")
    lines = done.out.splitlines()
    assert (done.status, done.err, files(tree)) == (0, "", before)
    assert "to be removed  affidavit.toml" in lines
    assert "gone already   affidavit/signers.toml" in lines
    assert "to be unset    core.hooksPath" in lines
    assert not [one for one in lines if one.startswith("removed")]


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_nothing_is_taken_back_where_nobody_can_be_asked(
    tree: Path, options: tuple[str, ...]
) -> None:
    init(tree, "--yes")
    before = files(tree)
    done = init(tree, "--undo", *options)
    assert (done.status, done.err, files(tree)) == (3, UNASKED, before)


@pytest.mark.parametrize(("typed", "status", "left"), [("y\n", 0, False), ("n\n", 1, True)])
def test_whoever_sits_at_a_terminal_is_asked_before_files_are_removed(
    tree: Path, typed: str, status: int, *, left: bool
) -> None:
    init(tree, "--yes")
    done = init(tree, "--undo", typed=typed)
    assert (done.status, bool(files(tree))) == (status, left)
    assert ("Remove these " in done.err) is True


def test_in_json_it_is_told_whether_it_was_done(tree: Path) -> None:
    init(tree, "--yes")
    shown = json.loads(init(tree, "--undo", "--json", "--dry-run").out)
    told = json.loads(init(tree, "--undo", "--json", "--yes").out)
    assert (shown["done"], told["done"], shown["removed"]) == (False, True, told["removed"])


def settings(tree: Path) -> str:
    data = json.loads((tree / "affidavit/policy/data.json").read_text())
    return str(data["settings"]["forge"])


@pytest.mark.parametrize(
    ("options", "forge", "required"),
    [
        (("--ci", "github"), "asked", '"reviewed", "checks", "scan"'),
        (("--ci", "gitlab"), "none", '"reviewed", "tests", "scan"'),
        ((), "none", '"reviewed", "tests", "scan"'),
    ],
)
def test_where_no_forge_will_be_asked_the_policy_says_so_and_the_answer_too(
    tree: Path, options: tuple[str, ...], forge: str, required: str
) -> None:
    done = init(tree, *options, "--yes")
    assert settings(tree) == forge
    assert required in (tree / "affidavit.toml").read_text()
    assert (NO_FORGE in " ".join(done.out.split())) is (forge == "none")


def test_a_later_set_up_without_ci_does_not_say_that_there_is_no_forge(tree: Path) -> None:
    init(tree, "--ci", "github", "--yes")
    done = init(tree, "--hooks", "--yes")
    assert (settings(tree), NO_FORGE in " ".join(done.out.split())) == ("asked", False)


def test_a_policy_that_is_there_is_not_said_to_know_of_no_forge(tree: Path) -> None:
    (tree / "affidavit/policy").mkdir(parents=True)
    (tree / "affidavit/policy/mine.rego").write_text("package mine\n")
    assert NO_FORGE not in " ".join(init(tree, "--yes").out.split())


def test_the_tables_that_a_configuration_lacks_are_printed_to_be_added(tree: Path) -> None:
    (tree / "affidavit.toml").write_text("version = 1\n\n[controls]\napprovals = 1\n")
    lines = init(tree, "--yes").out.splitlines()
    at = lines.index("  Add to affidavit.toml, which has no [gate]:")
    assert lines[at + 1 : at + 3] == ["    [gate]", '    policy = "affidavit/policy"']
    assert '    emergency_label = "emergency"' in lines
    assert "  Add to affidavit.toml, which has no [controls]:" not in lines


def test_a_tab_is_shown_as_a_tab(tree: Path) -> None:
    lines = init(tree, "--dry-run").out.splitlines()
    assert '+\t"checks.missing",' in lines
    assert not [one for one in lines if "\\u0009" in one]
