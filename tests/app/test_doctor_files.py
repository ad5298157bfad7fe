"""What a doctor sees of the gate's own files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from affidavit.app.setup.applying import applied
from affidavit.app.setup.doctor.committed import committed
from affidavit.app.setup.doctor.files import Files
from affidavit.app.setup.model import Wanted
from affidavit.app.setup.planning import planned
from affidavit.app.setup.tree import WorkTree
from affidavit.sources.git.locate import locate
from gitrepo import git

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.setup.doctor.model import Check
    from affidavit.app.setup.model import Ci
    from gitrepo import Repo

DAY = date(2026, 11, 21)
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPTVyyjqzaapNF9mD0OfBkgXZC0VnHiLFO0CYIGUuvjY"
GOOD = f'ada@firm.mail namespaces="affidavit-approval@v1" {KEY}\n'
VKEY = "example.com/pay-ci+dfab2fe6+Acs0mii+Z4K5A4DqKaK2TbgRfnnw+ZMMO05LRTKgTyTS"
ADA = '[[person]]\nname = "Ada"\naddresses = ["ada@firm.mail"]\n'


def set_up(repo: Repo, ci: Ci | None = "github") -> Path:
    repo.commit("Begin")
    applied(planned(Wanted(repository=repo.path, ci=ci), DAY))
    return repo.path


def seen(tree: Path, id_: str) -> Check:
    (found,) = Files(WorkTree(tree)).checks(id_)
    return found


def kept(repo: Repo) -> tuple[str, str]:
    tree = WorkTree(repo.path)
    found = committed(locate(repo.path), tree, Files(tree).gate)
    return found.state.value, found.found


def workflow(tree: Path, text: str) -> None:
    for one in (tree / ".github/workflows").iterdir():
        one.unlink()
    (tree / ".github/workflows/gate.yml").write_text(text)


def test_what_init_writes_is_sound_and_says_what_is_still_empty(repo: Repo) -> None:
    tree = WorkTree(set_up(repo))
    assert {one.id: one.state.value for one in Files(tree).checks()} == {
        "configuration": "ok",
        "identities": "warn",
        "policy": "ok",
        "allowed-signers": "warn",
        "revoked-signers": "ok",
        "signers": "warn",
        "gate-workflow": "ok",
    }


def test_without_a_set_up_nothing_is_called_sound(repo: Repo) -> None:
    repo.commit("Begin")
    states = {one.id: one.state.value for one in Files(WorkTree(repo.path)).checks()}
    assert states == {
        "configuration": "bad",
        "identities": "bad",
        "policy": "bad",
        "allowed-signers": "bad",
        "revoked-signers": "warn",
        "signers": "warn",
        "gate-workflow": "bad",
    }


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        ("version = 1\n[gate]\n[controls]\n", "ok", "it is understood"),
        ("[gate]\n", "warn", "it has no [controls]"),
        ("[controls]\n", "bad", "it has no [gate]"),
        ("[gate", "bad", "affidavit.toml is not TOML"),
        ("[gate]\nmore = 1\n", "bad", "unknown field `more`"),
    ],
)
def test_a_configuration_is_held_against_what_the_gate_needs(
    repo: Repo, text: str, state: str, found: str
) -> None:
    tree = set_up(repo)
    (tree / "affidavit.toml").write_text(text)
    told = seen(tree, "configuration")
    assert (told.state, found in told.found) == (state, True)


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        (f"version = 1\n{ADA}", "ok", "1 person, nothing is wrong"),
        (f"version = 1\n{ADA}{ADA}", "bad", "in all"),
        ("version = 1\n", "warn", "no person is declared"),
    ],
)
def test_faults_of_identities_are_told(repo: Repo, text: str, state: str, found: str) -> None:
    tree = set_up(repo)
    (tree / "affidavit.toml").write_text(text)
    told = seen(tree, "identities")
    assert (told.state, found in told.found) == (state, True)


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        (GOOD, "ok", "1 key, nothing is wrong"),
        (f"ada@firm.mail {KEY}\n", "bad", "line 1: namespace-missing"),
        (GOOD.replace("ada@firm.mail", "*@example.org"), "warn", "principal-pattern"),
        ("\x1b[2J\n", "bad", "line 1: "),
        ("", "warn", "nobody is in it"),
    ],
)
def test_the_list_of_signers_is_linted(repo: Repo, text: str, state: str, found: str) -> None:
    tree = set_up(repo)
    (tree / "affidavit/allowed_signers").write_text(text)
    told = seen(tree, "allowed-signers")
    assert (told.state, found in told.found, "\x1b" in told.found) == (state, True, False)


def test_revocations_that_cannot_be_read_are_bad(repo: Repo) -> None:
    tree = set_up(repo)
    (tree / "affidavit/revoked_signers.toml").write_text("[[revoked]]\n")
    assert seen(tree, "revoked-signers").state == "bad"


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f'[[signers]]\nvkey = "{VKEY}"\nname = "CI"\nkinds = ["*"]\n', "ok"),
        ("signers = []\n", "warn"),
        ("signers = 1\n", "bad"),
    ],
)
def test_who_may_sign_facts_is_looked_at(repo: Repo, text: str, state: str) -> None:
    tree = set_up(repo)
    (tree / "affidavit/signers.toml").write_text(text)
    assert seen(tree, "signers").state == state


def test_a_policy_whose_tests_fail_is_bad(repo: Repo) -> None:
    tree = set_up(repo)
    (tree / "affidavit/policy/own_test.rego").write_text(
        "package affidavit.own_test\n\ntest_never if { 1 == 2 }\n"
    )
    told = seen(tree, "policy")
    assert (told.state, "test_never" in told.found) == ("bad", True)


def test_a_policy_that_does_not_load_is_bad(repo: Repo) -> None:
    tree = set_up(repo)
    (tree / "affidavit/policy/policy.toml").write_text("version = 9\n")
    assert seen(tree, "policy").state == "bad"


def test_a_policy_behind_a_link_is_not_read(repo: Repo, tmp_path: Path) -> None:
    tree = set_up(repo)
    (tree / "affidavit/policy").rename(tmp_path / "policy")
    (tree / "affidavit/policy").symlink_to(tmp_path / "policy")
    assert seen(tree, "policy").state == "bad"


@pytest.mark.parametrize(
    ("text", "state", "found"),
    [
        ("on:\n  pull_request_target:\n", "ok", "from the default branch"),
        ("on: [pull_request_target]\n", "ok", "from the default branch"),
        ("on: pull_request\n", "bad", "the request can edit it"),
        ("on: [push, pull_request]\n", "bad", "the request can edit it"),
        ("on:\n  # pull_request_target\n  pull_request:\n", "bad", "the request can edit it"),
        ("on: push\n", "bad", "no workflow judges requests"),
        (
            "on: pull_request_target\nwith:\n  ref: ${{ github.event.pull_request.head.sha }}\n",
            "bad",
            "it checks out commits of the request",
        ),
    ],
)
def test_a_workflow_that_a_request_can_edit_is_bad(
    repo: Repo, text: str, state: str, found: str
) -> None:
    tree = set_up(repo)
    workflow(tree, f"{text}run: affidavit gate --event x\n")
    told = seen(tree, "gate-workflow")
    assert (told.state, found in told.found) == (state, True)


def test_a_workflow_that_only_speaks_of_the_gate_is_none(repo: Repo) -> None:
    tree = set_up(repo)
    workflow(tree, "on: pull_request_target\n# affidavit gate\n")
    assert seen(tree, "gate-workflow").found == "no workflow of this repository runs the gate"


def test_whether_a_job_of_gitlab_can_be_edited_is_unknown(repo: Repo) -> None:
    told = seen(set_up(repo, "gitlab"), "gate-workflow")
    assert (told.state, told.where) == ("unknown", ".gitlab/affidavit.gitlab-ci.yml")


def test_files_that_no_commit_has_do_not_count_yet(repo: Repo) -> None:
    tree = set_up(repo)
    state, found = kept(repo)
    assert (state, found.startswith("not in this commit: affidavit.toml, ")) == ("bad", True)
    git("add", "-A", cwd=tree)
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@firm.mail")
    git(*who, "commit", "--quiet", "-m", "Gate", cwd=tree)
    assert kept(repo) == ("ok", "the gate's files are as they are here")
    (tree / "affidavit/allowed_signers").write_text(GOOD)
    assert kept(repo) == ("warn", "here they are others: affidavit/allowed_signers")


def test_without_a_commit_it_is_not_known_what_the_gate_would_read(repo: Repo) -> None:
    assert kept(repo)[0] == "unknown"
