"""``affidavit notes recover``: what it shows, writes and leaves alone, and what it refuses."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.recovery.table import COLUMNS
from affidavit.app.recovery.writing import SINCE, written
from gitrepo import Repo
from histories import Ended, ran
from noted_squashes import AI, ONE, ai_note, lost_branch, noted, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOTE = ai_note({"a.py": {ONE: "9"}})


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A squash of a request whose only commit has a note."""
    made = Repo(tmp_path / "repo")
    made.commit("First", files={"a.py": text()})
    files: dict[str, str | bytes | None] = {"a.py": text({9: "one\n"})}
    made.note(AI, made.commit("Work", branch="work", at="main", files=files), NOTE)
    made.squash("work", "Work (#7)")
    made.ref("refs/pull/7/head", lost_branch(made, "work"))
    return made


@pytest.fixture
def recover(repo: Repo, tmp_path: Path) -> Callable[..., Ended]:
    return lambda *args: ran("notes", "recover", repo.directory, *args, here=tmp_path / "here")


def test_what_can_be_recovered_is_shown_and_not_written(
    repo: Repo, recover: Callable[..., Ended]
) -> None:
    before = noted(repo)
    done = recover()
    own = repo.resolve("main")[:12]
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"{own}   recovered    by tree; refs/pull/7/head; 1 line of 1",
        f"branch         main at {own}",
        "landings       2, 0 with a note of their own",
        "without        recovered 1, nothing 1",
        "notes          1, 1 on no commit of the branch",
        "of these       carried 1",
        "tree           1 landing, 1 note, 1 line of 1",
        "recovered      1 note, not written: --write does",
    ]
    assert noted(repo) == before


def test_what_is_recovered_is_written_once(repo: Repo, recover: Callable[..., Ended]) -> None:
    before, own = noted(repo), repo.resolve("main")
    last = recover("--write").out.splitlines()[-1]
    assert last == "written        1 note: git push origin refs/notes/ai shares what is written"
    assert noted(repo) == sorted([*before, own])
    shown = repo.git("notes", f"--ref={AI}", "show", own)
    assert shown.decode().startswith(NOTE.partition("---")[0])
    again = recover("--write").out.splitlines()
    assert again[-1] == "recovered      0 notes, there is nothing to write"
    assert repo.git("notes", f"--ref={AI}", "show", own) == shown


def test_a_note_that_another_wrote_meanwhile_is_told_and_left(
    repo: Repo, recover: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*args: object) -> object:
        repo.note(AI, "main", "theirs")
        return written(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("affidavit.app.recovery.recovering.written", late)
    found = json.loads(recover("--write", "--json").out)
    row = found["rows"][0]
    assert (row["outcome"], row["note"], row["why"]) == ("noted-since", None, SINCE)
    assert (found["written"], row["written"]) == (0, False)
    assert repo.git("notes", f"--ref={AI}", "show", "main").decode().strip() == "theirs"


def test_the_table_has_a_row_for_each_landing(
    repo: Repo, recover: Callable[..., Ended], tmp_path: Path
) -> None:
    recover("--output", tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == list(COLUMNS)
    head = repo.resolve("refs/pull/7/head")
    numbers = ["1", "1", "1", "1", "1", "0"]
    own = repo.resolve("main")
    assert rows[1] == [own, "recovered", "tree", "refs/pull/7/head", head, *numbers, "no", ""]
    assert [row[1] for row in rows[2:]] == ["nothing"]


def test_a_repository_without_notes_has_nothing_to_recover(tmp_path: Path) -> None:
    made = Repo(tmp_path / "repo")
    made.commit("First")
    done = ran("notes", "recover", made.directory, "--write", here=tmp_path)
    assert (done.status, done.out.splitlines()[-1]) == (
        0,
        "recovered      0 notes, there is nothing to write",
    )
    assert "refs/notes/ai" not in made.git("for-each-ref").decode()


def test_notes_that_cannot_be_read_end_with_3_and_nothing_is_written(
    repo: Repo, recover: Callable[..., Ended]
) -> None:
    repo.ref(AI, repo.blob("no commit"))
    done = recover()
    assert (done.status, done.out.splitlines()[-2]) == (
        3,
        "not read       refs/notes/ai leads to no commit that can be read",
    )
    assert recover("--write").err.startswith("affidavit: AFF-DAMAGED: the notes cannot be read")


def test_a_file_that_is_gone_ends_with_3(repo: Repo, recover: Callable[..., Ended]) -> None:
    tree = repo.git("rev-parse", "main^{tree}").decode().strip()
    repo.loose(tree).unlink()
    found = json.loads(recover("--json").out)
    assert recover().status == 3
    assert found["rows"][0]["outcome"] == "unread"


@pytest.mark.parametrize("note", ["", "---\n[]", "\0" * 50, f"a.py\n  {ONE} 9-1\n---\n{{}}"])
def test_a_note_that_is_nonsense_is_refused_without_a_traceback(
    repo: Repo, recover: Callable[..., Ended], note: str
) -> None:
    repo.note(AI, "refs/pull/7/head", note)
    done = recover("--write")
    assert (done.status, done.err) == (0, "")
    assert " refused " in done.out.splitlines()[0]


def test_what_is_no_branch_or_repository_is_one_sentence(
    repo: Repo, recover: Callable[..., Ended], tmp_path: Path
) -> None:
    done = recover("--branch", "no\x1bwhere")
    assert (done.status, done.err.splitlines()[0]) == (
        2,
        "affidavit: AFF-BRANCH: there is no branch 'no\\x1bwhere'",
    )
    there = ran("notes", "recover", tmp_path, here=tmp_path)
    assert there.err.startswith("affidavit: AFF-NOT-A-REPOSITORY: ")
    assert repo.resolve("main")


def test_a_number_in_a_text_that_is_a_formula_stays_text(
    repo: Repo, recover: Callable[..., Ended], tmp_path: Path
) -> None:
    repo.ref("refs/pull/=1+1/head", repo.resolve("refs/pull/7/head"))
    assert recover("--output", tmp_path / "table.csv").status == 0
    assert ",=" not in (tmp_path / "table.csv").read_text()
