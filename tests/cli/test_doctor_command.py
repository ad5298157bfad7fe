"""``affidavit doctor``: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from affidavit.app.setup.doctor.model import IDS
from forges import Forge, checks_rule, faults, reviews_rule, small
from gitrepo import Repo, git
from histories import ran

if TYPE_CHECKING:
    from collections.abc import Iterator

    from histories import Ended

TOKEN = "t0ken-of-a-test"
DOCS = Path(__file__).parents[2] / "docs"


def doctor(here: Path, *options: str | Path, **environment: str) -> Ended:
    with patch.dict(os.environ, {"HOME": str(here / "nobody"), **environment}):
        return ran("doctor", *options, here=here)


@pytest.fixture
def tree(repo: Repo) -> Path:
    repo.commit("Begin")
    return repo.path


def test_every_check_is_told_with_what_to_do(tree: Path) -> None:
    done = doctor(tree)
    assert done.status == 1
    lines = done.out.splitlines()
    told = [line.split()[1] for line in lines[:-1] if not line.startswith(" ")]
    assert tuple(told) == IDS
    at = next(number for number, line in enumerate(lines) if " gate-workflow " in line)
    assert lines[at].startswith("bad ")
    assert lines[at + 1].strip().startswith("affidavit init --ci github")
    assert re.fullmatch(r"21 checks, \d+ bad, \d+ unknown", lines[-1])


def test_the_answer_in_json_has_the_same_and_every_field(tree: Path) -> None:
    told = json.loads(doctor(tree, "--json").out)
    assert (told["format"], told["forge"]) == ("affidavit/doctor@1", None)
    assert tuple(one["id"] for one in told["checks"]) == IDS
    assert {tuple(one) for one in told["checks"]} == {("id", "state", "found", "where", "fix")}


def test_every_check_has_its_section_in_the_documentation() -> None:
    page = (DOCS / "doctor.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^### `([^`]+)`$", page, re.MULTILINE)) == IDS


def test_a_bare_repository_is_looked_at_as_far_as_it_goes(tmp_path: Path) -> None:
    bare = Repo(tmp_path / "bare.git", bare=True)
    bare.commit("Begin")
    told = json.loads(doctor(tmp_path, "--repo", bare.path, "--json").out)
    states = {one["id"]: one["state"] for one in told["checks"]}
    assert (states["policy"], states["committed"], states["notes-fetch"]) == (
        "unknown",
        "unknown",
        "warn",
    )


@pytest.fixture
def shop(tree: Path) -> Iterator[Forge]:
    """A forge that the remote of the tree leads to, with one rule for the default branch."""
    git("remote", "add", "origin", "https://github.com/firm/shop.git", cwd=tree)
    with small(tree.parent / "forge", token=TOKEN).forge as forge:
        found = forge.repositories["firm/shop"]
        rules = [reviews_rule(), checks_rule("affidavit/gate", app=15368)]
        found.ruleset(forge.accounts["ann"], "Gate", rules)
        yield forge


def live(tree: Path, forge: Forge) -> tuple[Ended, dict[str, str]]:
    done = doctor(tree, "--live", "--api-url", forge.url, "--json", GITHUB_TOKEN=TOKEN)
    assert TOKEN not in done.out + done.err
    return done, {one["id"]: one["state"] for one in json.loads(done.out)["checks"]}


def test_the_forge_is_asked_live_with_a_token_that_shows_nowhere(tree: Path, shop: Forge) -> None:
    _, states = live(tree, shop)
    asked = ("admins", "gate-required", "gate-app", "bot-approvals", "workflow-token")
    assert [states[id_] for id_ in asked] == ["ok"] * len(asked)
    assert states["branch-rules"] == "bad"


def test_who_may_pass_rules_by_is_unknown_where_the_forge_does_not_list_them(
    tree: Path, shop: Forge
) -> None:
    shop.faults.order(r"/rulesets\?", faults.forbidden("administration=read"), times=None)
    _, states = live(tree, shop)
    assert (states["admins"], states["gate-required"]) == ("unknown", "ok")


def test_rules_that_may_not_be_read_are_unknown(tree: Path, shop: Forge) -> None:
    shop.faults.order(
        r"/(rules|protection|rulesets)\b", faults.forbidden("metadata=read"), times=None
    )
    done, states = live(tree, shop)
    asked = ("branch-rules", "admins", "gate-required", "gate-app")
    assert {states[id_] for id_ in asked} == {"unknown"}
    assert done.status == 1


def test_a_repository_without_a_remote_is_named_by_an_option(tree: Path, shop: Forge) -> None:
    git("remote", "remove", "origin", cwd=tree)
    asked = ("--live", "--api-url", shop.url, "--repository", "firm/shop", "--json")
    told = json.loads(doctor(tree, *asked, GITHUB_TOKEN=TOKEN).out)
    assert "/firm/shop as of " in told["forge"]


def test_what_is_no_name_of_a_repository_is_one_sentence(tree: Path) -> None:
    done = doctor(tree, "--live", "--repository", "shop", GITHUB_TOKEN=TOKEN)
    assert (done.status, done.err.splitlines()[0]) == (
        2,
        "affidavit: AFF-USAGE: --repository is OWNER/NAME, not 'shop'",
    )


def test_what_is_told_to_do_about_notes_fetches_them_and_fails_without_any(tree: Path) -> None:
    far = Repo(tree.parent / "far")
    far.commit("Begin there")
    git("remote", "add", "origin", str(far.path), cwd=tree)
    told = json.loads(doctor(tree, "--json").out)["checks"]
    (fix,) = [one["fix"] for one in told if one["id"] == "notes-fetch"]
    assert fix.startswith("git config --add remote.origin.fetch '+refs/notes/*:refs/notes/*'. ")
    git(*shlex.split(fix.partition(". Push")[0])[1:], cwd=tree)
    git("fetch", "origin", cwd=tree)
    far.git("notes", "--ref", "affidavit", "add", "-m", "a note", "main")
    git("fetch", "origin", cwd=tree)
    assert (tree / ".git/refs/notes/affidavit").exists()
    states = {one["id"]: one["state"] for one in json.loads(doctor(tree, "--json").out)["checks"]}
    assert states["notes-fetch"] == "ok"


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--live", "--forge", "x"), "--forge reads records and --live asks for them: give one"),
        (("--live",), "the remote origin does not say which repository of GitHub this is"),
    ],
)
def test_options_that_do_not_go_together_are_one_sentence(
    tree: Path, options: tuple[str, ...], why: str
) -> None:
    done = doctor(tree, *options, GITHUB_TOKEN="t0ken")
    assert (done.status, done.err.splitlines()[0]) == (2, f"affidavit: AFF-USAGE: {why}")


def test_records_that_are_none_are_one_sentence(tree: Path) -> None:
    (tree / "records").write_text("nothing\n")
    done = doctor(tree, "--forge", "records")
    assert (done.status, done.err.startswith("affidavit: AFF-INPUT: records is no export")) == (
        4,
        True,
    )
