"""Small things that a command tells: plainly, once, and not longer than anybody reads."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from affidavit.app.policy.starting import default_files
from gitrepo import Repo
from histories import ran

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "work")
    made.commit("First", files={"a.py": "1\n"})
    made.commit("Work", branch="side", at="main", files={"b.py": "1\n"})
    return made


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (("tests=yes", "tests=no"), "--answer tests is given twice"),
        (("tests=maybe",), "--answer tests is yes or no, and not 'maybe'"),
        (("test=yes",), "--answer 'test=yes' is no answer"),
    ],
)
def test_an_answer_that_is_none_is_told_why(
    repo: Repo, answers: tuple[str, ...], told: str
) -> None:
    words = [word for one in answers for word in ("--answer", one)]
    done = ran("approve", "side", *words, here=repo.path)
    assert (done.status, done.err.splitlines()[0]) == (2, f"affidavit: AFF-USAGE: {told}")


def test_a_comparison_with_one_bundle_names_the_other_that_is_missing(repo: Repo) -> None:
    done = ran("policy", "diff", "one", here=repo.path)
    assert (done.status, done.err.splitlines()[-1]) == (2, "Error: Missing argument 'AFTER'.")


@pytest.mark.parametrize("folder", [".", "src", "src/deep"])
def test_the_policy_of_the_repository_is_found_from_a_folder_below(repo: Repo, folder: str) -> None:
    for name, data in default_files().items():
        place = repo.path / "affidavit/policy" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (repo.path / folder).mkdir(parents=True, exist_ok=True)
    assert ran("policy", "test", here=repo.path / folder).status == 0


def test_a_policy_above_the_repository_is_not_its_own(tmp_path: Path, repo: Repo) -> None:
    (tmp_path / "affidavit/policy").mkdir(parents=True)
    done = ran("policy", "test", here=repo.path)
    assert (done.status, "affidavit/policy: No such file" in done.err) == (5, True)


@pytest.mark.parametrize(
    "words",
    [
        ("gate", "--base", "main", "--head", "HEAD"),
        ("approve", "HEAD"),
        ("envelope", "create", "--base", "main", "--head", "HEAD"),
    ],
)
def test_an_empty_repository_is_told_as_that(tmp_path: Path, words: tuple[str, ...]) -> None:
    here = Repo(tmp_path / "empty").path
    done = ran(*words, here=here)
    told = "the repository has no commit yet"
    if words[0] == "approve":  # nobody can be asked, which could not be kept either
        assert (done.status, f"could not be kept: {told}" in done.err) == (1, True)
    else:
        assert (done.status, done.err.splitlines()) == (
            3,
            [f"affidavit: AFF-NO-COMMITS: {told}", "  commit something first"],
        )


def test_one_path_and_one_commit_are_not_several(repo: Repo) -> None:
    asked = ("--base", "main", "--head", "side", "--output", "../e.json")
    lines = ran("envelope", "create", *asked, here=repo.path).out.splitlines()
    assert [one.partition(" from ")[0] for one in lines if one.startswith("change ")] == [
        "change         1 path, 1 commit"
    ]


def test_one_person_that_is_needed_is_not_several(repo: Repo) -> None:
    done = ran("gate", "--base", "main", "--head", "side", "--json", here=repo.path)
    (why,) = (one["why"] for one in json.loads(done.out)["score"]["parts"] if one["id"] == "review")
    assert why == "0 of 1 person approved the head"


def test_a_branch_whose_name_is_no_text_can_be_named(repo: Repo) -> None:
    head = repo.git("rev-parse", "side").decode().strip()
    (repo.path / ".git/refs/heads").mkdir(parents=True, exist_ok=True)
    place = os.fsencode(repo.path / ".git/refs/heads") + b"/b\xe9"
    with open(place, "w", encoding="ascii") as file:  # noqa: PTH123 -- its name is no text
        file.write(f"{head}\n")
    name = os.fsdecode(b"b\xe9")
    done = ran("gate", "--base", "main", "--head", name, "--json", here=repo.path)
    assert f'"head":"{head}"' in done.out


@pytest.mark.parametrize(
    "words",
    [
        ("gate", "--base", "main", "--head", "side", "--format", "x" * 100_000),
        ("gate", "--base", "main", "--head", "side", "--policy", "x" * 100_000),
        ("policy", "eval", "--input", "x" * 100_000),
    ],
)
def test_what_was_given_is_not_repeated_without_end(repo: Repo, words: tuple[str, ...]) -> None:
    done = ran(*words, here=repo.path)
    assert (done.status != 0, len(done.err) + len(done.out) < 5_000) == (True, True)


def test_lines_that_are_no_statement_are_counted(repo: Repo) -> None:
    (repo.path / "noise").write_bytes(b"noise\n" * 2_380)
    done = ran("facts", "show", "noise", here=repo.path)
    lines = done.out.splitlines()
    assert (len(lines) < 50, lines[-1]) == (True, "total          2,380 no statement")


def test_a_source_of_no_pipeline_is_refused(repo: Repo) -> None:
    asked = ("--source", "https://example.com/a.whl", "--digest", f"sha256:{'0' * 64}", "--yes")
    done = ran("init", *asked, here=repo.path)
    assert (done.status, done.err.splitlines()) == (
        2,
        [
            "affidavit: AFF-USAGE: --source is for pipelines, and none are set up",
            "  give --ci as well",
        ],
    )


def forge(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOLS / "forge"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_a_forge_whose_port_is_taken_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = forge("--port", port)
    assert (done.returncode, done.stdout, done.stderr.startswith(f"forge: port {port}: ")) == (
        *(1, "", True),
    )
    assert "Traceback" not in done.stderr


def test_a_forge_that_is_to_be_kept_in_a_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = forge("--port", "0", "--demo", str(tmp_path / "file"))
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (1, "", False)
    assert done.stderr.startswith(f"forge: {tmp_path / 'file'}")
