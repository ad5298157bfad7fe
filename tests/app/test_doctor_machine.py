"""What a doctor sees of coding tools and of git's own settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.setup.doctor.agents import agents
from affidavit.app.setup.doctor.local import local
from affidavit.app.setup.doctor.model import Check, Machine
from affidavit.app.setup.tree import WorkTree
from affidavit.sources.git.locate import locate
from gitrepo import git

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo

SECRET = "sk-very-secret"
ON = {"attribution": {"commit": "Co-Authored-By: Claude <noreply@anthropic.com>"}}
OFF = {"attribution": {"commit": "", "pr": ""}}
BOTH = ("+refs/notes/affidavit:refs/notes/affidavit", "+refs/notes/ai:refs/notes/ai")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    home, managed = tmp_path / "home", tmp_path / "managed"
    home.mkdir()
    managed.mkdir()
    return Machine(home=home, environment={}, managed=(managed,))


def written(place: Path, content: object) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content if isinstance(content, str) else json.dumps(content))


def tools(machine: Machine, repo: Repo) -> dict[str, tuple[str, str]]:
    found = agents(machine, WorkTree(repo.path))
    return {one.id: (one.state.value, one.where) for one in found}


def seen(repo: Repo, machine: Machine) -> dict[str, Check]:
    return {one.id: one for one in local(locate(repo.path), machine)}


def test_attribution_by_default_is_only_a_habit(machine: Machine, repo: Repo) -> None:
    assert tools(machine, repo) == {
        "claude-attribution": ("warn", "no managed settings"),
        "claude-hooks": ("ok", "no settings of Claude Code"),
        "codex-attribution": ("warn", "no configuration of Codex"),
    }


@pytest.mark.parametrize(
    ("managed", "user", "state", "where"),
    [
        pytest.param(ON, OFF, "ok", "managed", id="forced on, whatever a user sets"),
        pytest.param(OFF, ON, "bad", "managed", id="forced off"),
        pytest.param({"includeCoAuthoredBy": False}, ON, "bad", "managed", id="the older name"),
        pytest.param({}, OFF, "bad", "~/.claude/settings.json", id="a user switched it off"),
        pytest.param({}, ON, "warn", "no managed", id="a user switched it on"),
        pytest.param({"attribution": {"pr": ""}}, {}, "warn", "no managed", id="of requests only"),
    ],
)
def test_what_is_forced_counts_before_what_a_user_sets(
    machine: Machine, repo: Repo, managed: object, user: object, *, state: str, where: str
) -> None:
    written(machine.managed[0] / "managed-settings.json", managed)
    written(machine.home / ".claude/settings.json", user)
    found = tools(machine, repo)["claude-attribution"]
    assert (found[0], where in found[1]) == (state, True)


def test_the_last_of_several_managed_files_counts(machine: Machine, repo: Repo) -> None:
    written(machine.managed[0] / "managed-settings.json", ON)
    written(machine.managed[0] / "managed-settings.d/20-later.json", OFF)
    state, where = tools(machine, repo)["claude-attribution"]
    assert (state, where.endswith("20-later.json")) == ("bad", True)


@pytest.mark.parametrize("name", ["settings.json", "settings.local.json"])
def test_a_project_that_switches_attribution_off_is_named(
    machine: Machine, repo: Repo, name: str
) -> None:
    written(repo.path / ".claude" / name, OFF)
    assert tools(machine, repo)["claude-attribution"] == ("bad", f".claude/{name}")


def test_another_folder_of_settings_is_looked_into(machine: Machine, repo: Repo) -> None:
    places = {"CLAUDE_CONFIG_DIR": str(machine.home / "c"), "CODEX_HOME": str(machine.home / "x")}
    moved = Machine(home=machine.home, environment=places, managed=())
    written(machine.home / "c/settings.json", OFF)
    written(machine.home / "x/config.toml", "[features]\ncodex_git_commit = true\n")
    assert tools(moved, repo) == {
        "claude-attribution": ("bad", "~/c/settings.json"),
        "claude-hooks": ("ok", "~/c/settings.json"),
        "codex-attribution": ("ok", "~/x/config.toml"),
    }


def test_hooks_that_are_switched_off_are_named(machine: Machine, repo: Repo) -> None:
    written(machine.home / ".claude/settings.json", {"disableAllHooks": True})
    assert tools(machine, repo)["claude-hooks"] == ("bad", "~/.claude/settings.json")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("[features]\ncodex_git_commit = true\n", "ok"),
        ("[features]\ncodex_git_commit = false\n", "bad"),
        ("commit_attribution = ''\n[features]\ncodex_git_commit = true\n", "bad"),
        ("model = 'x'\n", "bad"),
        ("[features", "unknown"),
        ("features = 1\n", "bad"),
    ],
)
def test_codex_attributes_only_what_it_is_told_to(
    machine: Machine, repo: Repo, text: str, state: str
) -> None:
    written(machine.home / ".codex/config.toml", text)
    assert tools(machine, repo)["codex-attribution"] == (state, "~/.codex/config.toml")


def test_a_project_may_switch_off_what_a_user_has_on(machine: Machine, repo: Repo) -> None:
    written(machine.home / ".codex/config.toml", "[features]\ncodex_git_commit = true\n")
    written(repo.path / ".codex/config.toml", "[features]\ncodex_git_commit = false\n")
    where = ".codex/config.toml, ~/.codex/config.toml"
    assert tools(machine, repo)["codex-attribution"] == ("bad", where)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"a": ' * 2_000, f'{{"apiKey": "{SECRET}', "\x00\x1b[2J"]
)
def test_settings_that_nobody_understands_are_unknown_and_not_repeated(
    machine: Machine, repo: Repo, text: str
) -> None:
    written(machine.home / ".claude/settings.json", text)
    found = list(agents(machine, WorkTree(repo.path)))
    assert (found[0].state, found[1].state) == ("unknown", "unknown")
    assert SECRET not in str(found)


def test_no_value_of_a_setting_is_told(machine: Machine, repo: Repo) -> None:
    secret = {"env": {"TOKEN": SECRET}, "attribution": {"commit": SECRET}}
    written(machine.managed[0] / "managed-settings.json", secret)
    written(machine.home / ".claude/settings.json", secret)
    written(machine.home / ".codex/config.toml", f"commit_attribution = '{SECRET}'\n")
    assert SECRET not in str(list(agents(machine, WorkTree(repo.path))))


def test_settings_behind_a_link_out_of_the_project_are_not_read(
    machine: Machine, repo: Repo, tmp_path: Path
) -> None:
    written(tmp_path / "outside.json", OFF)
    (repo.path / ".claude").mkdir(parents=True)
    (repo.path / ".claude/settings.json").symlink_to(tmp_path / "outside.json")
    state = tools(machine, repo)["claude-attribution"]
    assert state == ("unknown", ".claude/settings.json")


def test_without_a_remote_notes_go_nowhere(machine: Machine, repo: Repo) -> None:
    found = seen(repo, machine)
    assert [found[id_].state for id_ in ("notes-fetch", "notes-push")] == ["warn", "warn"]


@pytest.mark.parametrize(
    ("specs", "state", "named"),
    [
        ((), "warn", "refs/notes/affidavit, refs/notes/ai not fetched"),
        (BOTH[:1], "warn", "refs/notes/ai not fetched"),
        (BOTH, "ok", "are fetched"),
        (("+refs/notes/*:refs/notes/*",), "ok", "are fetched"),
        (("refs/*:refs/*",), "ok", "are fetched"),
        (("refs/notes/other*:refs/notes/other*",), "warn", "refs/notes/affidavit, "),
    ],
)
def test_notes_are_fetched_where_a_refspec_takes_them_in(
    machine: Machine, repo: Repo, specs: tuple[str, ...], *, state: str, named: str
) -> None:
    git("remote", "add", "origin", "https://example.com/x.git", cwd=repo.path)
    for one in specs:
        git("config", "--add", "remote.origin.fetch", one, cwd=repo.path)
    found = seen(repo, machine)["notes-fetch"]
    assert (found.state, named in found.found) == (state, True)


@pytest.mark.parametrize(
    ("spec", "state"), [("refs/heads/*", "warn"), ("refs/notes/affidavit", "ok")]
)
def test_notes_are_pushed_where_a_refspec_says_so(
    machine: Machine, repo: Repo, spec: str, state: str
) -> None:
    git("remote", "add", "origin", "https://example.com/x.git", cwd=repo.path)
    git("config", "--add", "remote.origin.push", spec, cwd=repo.path)
    assert seen(repo, machine)["notes-push"].state == state


@pytest.mark.parametrize(
    ("path", "state"),
    [
        (None, "warn"),
        ("/dev/null", "bad"),
        ("", "bad"),
        ("nowhere", "bad"),
        (".githooks", "ok"),
        (".husky", "warn"),
    ],
)
def test_hooks_that_cannot_run_are_bad(
    machine: Machine, repo: Repo, path: str | None, state: str
) -> None:
    for name in (".githooks", ".husky"):
        (repo.path / name).mkdir(parents=True)
    if path is not None:
        git("config", "core.hooksPath", path, cwd=repo.path)
    found = seen(repo, machine)["hooks"]
    assert (found.state, found.where) == (state, ".git/config")


def test_an_account_that_switches_all_hooks_off_is_seen(machine: Machine, repo: Repo) -> None:
    written(machine.home / ".gitconfig", "[core]\n\thooksPath = /dev/null\n")
    found = seen(repo, machine)["hooks"]
    assert (found.state, found.where) == ("bad", "~/.gitconfig")


def test_a_hook_in_the_usual_place_is_seen(machine: Machine, repo: Repo) -> None:
    written(repo.path / ".git/hooks/pre-push", "#!/bin/sh\n")
    found = seen(repo, machine)["hooks"]
    assert (found.state, found.where) == ("ok", ".git/hooks")
