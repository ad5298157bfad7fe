"""Answers that find no room, and keys that are folders: one sentence, and a status of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from gitrepo import Repo
from histories import ran
from sshkeygen import needs_ssh_keygen
from terminals import PROGRAM, at_terminal, environment

ROOM = b"affidavit: AFF-OUTPUT: the answer cannot be written: No space left on device\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    repo = Repo(tmp_path / "work")
    repo.commit("First")
    repo.commit("Work", branch="side", at="main")
    return repo.path


@pytest.mark.parametrize(
    "words",
    [
        ("gate", "--base", "main", "--head", "side"),
        ("doctor",),
        ("doctor", "--json"),
        ("init", "--dry-run"),
    ],
)
def test_an_answer_for_which_there_is_no_room_is_one_sentence(
    here: Path, words: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *words], cwd=here, env=environment(here), stdout=full,
            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr.endswith(ROOM), b"Traceback" in done.stderr) == (
        *(5, True, False),
    )


@needs_ssh_keygen
@pytest.mark.parametrize("key", [".", "/"])
def test_a_key_that_is_a_folder_is_told_as_that(here: Path, key: str) -> None:
    done = at_terminal("approve", "side", "--key", key, here=here)
    assert (done.status, "Traceback" in done.seen) == (5, False)
    assert f"AFF-KEY: '{key}' is a folder, and no file of a key" in done.seen


@pytest.mark.parametrize(
    "words",
    [
        ("approve", "side", "--key", ""),
        ("gate", "--base", "main", "--head", "side", "--policy", ""),
        ("doctor", "--forge", ""),
        ("envelope", "create", "--base", "main", "--head", "side", "--output", ""),
    ],
)
def test_an_empty_path_is_none(here: Path, words: tuple[str, ...]) -> None:
    done = ran(*words, here=here)
    told = f"Error: Invalid value for '{words[-2]}': '' is no path."
    assert (done.status, done.out, done.err.splitlines()[-1]) == (2, "", told)


@needs_ssh_keygen
def test_a_key_that_git_names_and_is_a_folder_is_told_as_that(here: Path) -> None:
    given = environment(here)
    config = Path(given["HOME"]) / ".gitconfig"
    config.write_text("[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = /\n")
    done = at_terminal("approve", "side", here=here, given=given)
    assert (done.status, "AFF-KEY: '/' is a folder, and no file of a key" in done.seen) == (5, True)
