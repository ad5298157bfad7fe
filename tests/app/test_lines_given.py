"""Records in files that are named: every form by its content, and what is none of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.app.claimed import given as module
from affidavit.app.claimed.given import given
from affidavit.app.lines.opening import Asked, opened
from affidavit.app.lines.report import report
from affidavit.base.errors import InputError, UsageError
from affidavit.cli.progress import Silent
from recorded import as_json
from recordedwork import (
    CHECKPOINT,
    FILE,
    SESSION,
    by_tool,
    linked,
    note,
    receipt,
    share,
    trace,
    work,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from gitrepo import Repo


def ai_lines(repo: Repo, *records: Path) -> int:
    with opened(Asked(repo.path, records=records)) as place:
        return report(place, Silent(), fresh=True).total.ai


def export(commit: str) -> bytes:
    return as_json({"notes": {commit: note(f"{SESSION} 2-3")}})


def upload(commit: str) -> bytes:
    return as_json({"entries": [{"commit_sha": commit, "content": note(f"{SESSION} 2-3")}]})


@pytest.mark.parametrize("form", [export, upload])
def test_an_export_of_git_ai_is_read_like_its_notes(
    repo: Repo, tmp_path: Path, form: Callable[[str], bytes]
) -> None:
    commit = work(repo)
    (tmp_path / "export.json").write_bytes(form(commit))
    assert (ai_lines(repo), ai_lines(repo, tmp_path / "export.json")) == (0, 2)


def test_a_trace_in_a_file_is_read_like_one_in_the_tree(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "traces.jsonl").write_text(trace(work(repo), 2, 2) + "\n")
    assert ai_lines(repo, tmp_path / "traces.jsonl") == 1


def test_a_receipt_in_a_file_speaks_of_its_commit(repo: Repo, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(receipt(work(repo), extensions=by_tool("cursor")))
    assert ai_lines(repo, tmp_path / "r.json") == 4


def test_a_session_in_a_file_speaks_of_the_commits_that_name_its_checkpoint(
    repo: Repo, tmp_path: Path
) -> None:
    linked(repo)
    session = {"session_id": "s-1", "checkpoint_id": CHECKPOINT, "agent": "Claude Code"}
    (tmp_path / "metadata.json").write_text(
        json.dumps({**session, "files_touched": [FILE], **share(2, 2)}, indent=2)
    )
    assert (ai_lines(repo), ai_lines(repo, tmp_path / "metadata.json")) == (4, 2)


def test_the_transcripts_of_a_folder_are_read_at_any_depth_and_other_files_are_not(
    repo: Repo, tmp_path: Path
) -> None:
    work(repo)
    folder = tmp_path / "projects" / "shop"
    folder.mkdir(parents=True)
    (folder / "s-1.jsonl").write_bytes(written(FILE, "alpha = 1"))
    (folder / "settings.json").write_text("{}")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    assert ai_lines(repo, tmp_path / "projects") == 1


def test_a_folder_is_read_whatever_way_it_is_named(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(repo)
    (tmp_path / "talks" / "shop").mkdir(parents=True)
    (tmp_path / "talks" / "shop" / "s-1.jsonl").write_bytes(written(FILE, "alpha = 1"))
    monkeypatch.chdir(tmp_path)
    assert ai_lines(repo, Path("talks")) == ai_lines(repo, Path("talks/../talks")) == 1


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n")
    with pytest.raises(UsageError) as told:
        given([tmp_path / "docs"])
    assert told.value.message == "'docs' holds no record in a form that is read"


def test_a_note_in_a_file_of_its_own_is_of_the_commit_that_its_name_tells(
    repo: Repo, tmp_path: Path
) -> None:
    commit = work(repo)
    (tmp_path / f"{commit}.git-ai.txt").write_text(note(f"{SESSION} 2-3"))
    assert ai_lines(repo, tmp_path) == 2


def test_records_of_two_files_count_beside_each_other(repo: Repo, tmp_path: Path) -> None:
    commit = work(repo)
    (tmp_path / "a.json").write_bytes(export(commit))
    (tmp_path / "b.jsonl").write_bytes(written("b.py", "gamma = 3"))
    assert ai_lines(repo, tmp_path / "a.json", tmp_path / "b.jsonl") == 3


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"hello", b'{"files": 1}', b"\xff\xfe\0"])
def test_a_file_in_no_form_is_refused_by_its_name(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "odd.json").write_bytes(body)
    with pytest.raises(UsageError) as told:
        given([tmp_path / "odd.json"])
    assert told.value.message == "'odd.json' is in no form of record that is read"


def test_an_export_that_is_damaged_is_refused_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "export.json").write_bytes(as_json({"notes": {"no id": "x"}}))
    with pytest.raises(UsageError) as told:
        given([tmp_path / "export.json"])
    why = "line 1 of the export names no whole id of a commit"
    assert told.value.message == f"'export.json' cannot be read: {why}"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        given([tmp_path / "gone.json"])
    assert told.value.message == "'gone.json' is no file that can be read for records"


def test_more_than_is_read_is_refused_and_not_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 10)
    monkeypatch.setattr(module, "MOST_FILES", 1)
    (tmp_path / "a.json").write_bytes(b"x" * 11)
    with pytest.raises(InputError) as told:
        given([tmp_path / "a.json"])
    assert told.value.message == "the records in 'a.json' have more than 10 bytes"
    (tmp_path / "b.json").write_bytes(b"x")
    with pytest.raises(InputError) as many:
        given([tmp_path])
    assert many.value.message == f"{tmp_path.name!r} holds more than 1 files"


def test_what_is_kept_with_records_is_not_taken_for_what_is_kept_without(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))
    (tmp_path / "export.json").write_bytes(export(work(repo)))
    found = []
    for records in ((), (tmp_path / "export.json",), (), (tmp_path / "export.json",)):
        with opened(Asked(repo.path, records=records)) as place:
            found.append(report(place, Silent()).total.ai)
    assert found == [0, 2, 0, 2]
