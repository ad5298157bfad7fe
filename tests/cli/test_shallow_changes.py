"""Clones that do not reach back to where a change began, and what a hook advises on."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from affidavit.app.approvals.deciding import Asked, prepared
from affidavit.app.setup.proposing import template
from authenticator import plain_key
from gitrepo import Repo, git
from histories import ran
from terminals import environment

if TYPE_CHECKING:
    from pathlib import Path

KEY = plain_key(seed=13)


@pytest.fixture
def shallow(tmp_path: Path) -> Path:
    """A clone with the newest commit of each branch, and no more."""
    repo = Repo(tmp_path / "whole")
    repo.commit("First")
    repo.commit("Work", branch="side", at="main")
    repo.commit("More", branch="side")
    repo.commit("Second", branch="main")
    place = tmp_path / "clone"
    address = f"file://{repo.path}"
    git("clone", "--quiet", "--depth", "1", "--no-single-branch", address, str(place), cwd=tmp_path)
    keys = place / "home" / ".ssh"
    keys.mkdir(parents=True)
    (keys / "id_ed25519").write_bytes(KEY.openssh)
    (keys / "id_ed25519.pub").write_text(f"{KEY.line} ann\n")
    return place


ENDS = ("--base", "origin/main", "--head", "origin/side")


def test_an_envelope_of_what_a_shallow_clone_lacks_says_what_to_fetch(shallow: Path) -> None:
    done = ran("envelope", "create", *ENDS, here=shallow)
    assert (done.status, "have no commit in common" in done.err) == (2, True)
    assert done.err.splitlines()[-1] == "  the clone is shallow: git fetch --unshallow"


def test_who_signs_in_a_shallow_clone_is_warned(shallow: Path) -> None:
    asked = Asked(command="approve", revision="origin/side", base="origin/main", repository=shallow)
    words = prepared(asked, environment(shallow)).words
    assert [one for one in words if "note" in one] == [
        (
            "  note          where the change left its base is not known, and so not what it"
            " changes (the clone is shallow: git fetch --unshallow)"
        )
    ]


def test_who_signs_where_all_is_known_is_not_warned(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "work")
    repo.commit("First")
    repo.commit("Work", branch="side", at="main")
    keys = repo.path / "home" / ".ssh"
    keys.mkdir(parents=True)
    (keys / "id_ed25519.pub").write_text(f"{KEY.line} ann\n")
    for revision in ("side", "main"):
        asked = Asked(command="approve", revision=revision, repository=repo.path)
        words = prepared(asked, environment(repo.path)).words
        assert [one for one in words if "note" in one] == []


def test_the_hook_advises_on_branches_alone(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "work")
    first = repo.commit("First")
    repo.git("update-ref", "refs/remotes/origin/main", first)
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "affidavit").write_text('#!/bin/sh\necho "judged $7"\n')
    (programs / "affidavit").chmod(0o755)
    names = ("refs/notes/affidavit", "refs/tags/v1", "refs/heads/side")
    pushed = "".join(f"{one} {first} {one} {'0' * 40}\n" for one in names)
    done = subprocess.run(
        ["/bin/sh", "-c", template("gate/pre-push"), "pre-push", "origin"], cwd=repo.path,
        input=pushed.encode(), capture_output=True, check=True,
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
    )  # fmt: skip
    assert done.stderr.decode().splitlines() == [
        "affidavit: refs/notes/affidavit is no branch: no advice",
        "affidavit: refs/tags/v1 is no branch: no advice",
        f"judged {first}",
    ]
