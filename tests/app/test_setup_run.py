"""Steps of the workflows run for real: what they fetch, what they share, what they never do."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest

from affidavit.app.setup.proposing import proposed
from gitrepo import Repo, git
from workflows import parsed

if TYPE_CHECKING:
    from pathlib import Path

    from workflows import Node

DAY = date(2026, 11, 21)
FETCH = "Fetch commits as data"
NOTES = "Add the bundle to the notes of the head"
NOBODY = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@b",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b",
}


def script(workflow: str, job: str, name: str) -> str:
    (text,) = (
        one.text
        for one in proposed("github", None, None, DAY, hooks=False)
        if one.path.endswith(f"{workflow}.yml")
    )
    node: Node = parsed(text)
    for key in ("jobs", job, "steps"):
        assert isinstance(node, dict)
        node = node[key]
    assert isinstance(node, list)
    (found,) = (step["run"] for step in node if isinstance(step, dict) and step.get("name") == name)
    return str(found)


@pytest.fixture
def forge(tmp_path: Path) -> Repo:
    """A repository with a request whose branch has a hook and a file that must not be run."""
    repo = Repo(tmp_path / "forge.git", bare=True)
    repo.commit("Begin", files={"README": "shop\n"})
    head = repo.commit("Evil", files={"evil.sh": "touch ran\n"}, branch="side", at="main")
    repo.ref("refs/pull/1/head", head)
    return repo


def run(text: str, here: Path, forge: Repo, **environment: str) -> None:
    here.mkdir(exist_ok=True)
    address = f"file://{forge.path}"
    given = {"TOKEN": "t0ken", "ADDRESS": address, "SERVER": "https://github.com", **environment}
    path = {"PATH": os.environ["PATH"], "HOME": str(here)}
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", text]
    subprocess.run(command, cwd=here, env={**path, **given}, check=True, capture_output=True)


def tip(repo: Repo, branch: str) -> str:
    return git("rev-parse", f"refs/heads/{branch}", cwd=repo.path).decode().strip()


def refs(repository: Path) -> set[str]:
    return set(git("for-each-ref", "--format=%(refname)", cwd=repository).decode().split())


def test_commits_are_fetched_as_data_and_none_is_checked_out(forge: Repo, tmp_path: Path) -> None:
    here = tmp_path / "runner"
    text = script("affidavit-gate", "gate", FETCH)
    run(text, here, forge, BASE="main", NUMBER="1", GROUP="")
    assert refs(here / "repository.git") == {"refs/heads/main", "refs/pull/1/head"}
    assert git("symbolic-ref", "HEAD", cwd=here / "repository.git") == b"refs/heads/main\n"
    assert [one.name for one in here.iterdir()] == ["repository.git"]
    assert not (here / "repository.git/evil.sh").exists()
    assert b"t0ken" not in (here / "repository.git/config").read_bytes()


def test_the_group_of_a_merge_queue_is_fetched_beside_its_base_and_its_request(
    forge: Repo, tmp_path: Path
) -> None:
    here, group = tmp_path / "runner", "refs/heads/gh-readonly-queue/main/pr-1-abc"
    forge.ref(group, "refs/pull/1/head")
    text = script("affidavit-gate", "gate", FETCH)
    run(text, here, forge, BASE="refs/heads/main", NUMBER="", GROUP=group)
    assert refs(here / "repository.git") == {"refs/heads/main", "refs/pull/1/head", group}


def test_names_of_branches_are_data(forge: Repo, tmp_path: Path) -> None:
    here, odd = tmp_path / "runner", "a;touch${IFS}ran;$(touch${IFS}ran)"
    forge.branch(odd, at="main")
    run(script("affidavit-gate", "gate", FETCH), here, forge, BASE=odd, NUMBER="1", GROUP="")
    assert refs(here / "repository.git") == {f"refs/heads/{odd}", "refs/pull/1/head"}
    assert [one.name for one in here.iterdir()] == ["repository.git"]


def test_each_open_request_of_a_head_is_fetched_to_be_judged_again(
    forge: Repo, tmp_path: Path
) -> None:
    here = tmp_path / "runner"
    here.mkdir()
    (here / "requests").write_text("1 main\n")
    run(script("affidavit-rejudge", "gate", FETCH), here, forge, BASE="main")
    assert refs(here / "repository.git") == {"refs/heads/main", "refs/pull/1/head"}


def test_an_audit_fetches_every_request_and_all_notes(forge: Repo, tmp_path: Path) -> None:
    here = tmp_path / "runner"
    forge.note("refs/notes/affidavit", tip(forge, "main"), "{}\n")
    run(script("affidavit-audit", "audit", FETCH), here, forge, BASE="main")
    expected = {"refs/heads/main", "refs/pull/1/head", "refs/notes/affidavit"}
    assert refs(here / "repository.git") == expected


def test_bundles_are_added_to_the_notes_and_no_line_is_lost(forge: Repo, tmp_path: Path) -> None:
    head = tip(forge, "side")
    forge.note("refs/notes/affidavit", head, '{"payload": "one"}\n')
    for name, line in (("first", '{"payload": "two"}\n'), ("second", '{"payload": "three"}\n')):
        here = tmp_path / name
        here.mkdir()
        (here / "affidavit-bundle.jsonl").write_text(line)
        run(script("affidavit-gate", "notes", NOTES), here, forge, HEAD=head, **NOBODY)
    shown = git("notes", "--ref=affidavit", "show", head, cwd=forge.path)
    assert shown == b'{"payload": "one"}\n{"payload": "two"}\n{"payload": "three"}\n'
