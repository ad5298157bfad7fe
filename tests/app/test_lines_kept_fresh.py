"""What is kept is used only where following everything anew would find the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.lines.opening import Asked, opened
from affidavit.app.lines.report import report
from affidavit.cli.progress import Silent
from gitrepo import BEN, GITHUB
from histories import CLAUDE
from recordedwork import FILE, PERSON, SESSION, note
from wholelines import NAMED

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.audit.lines.model import LinesReport
    from gitrepo import Repo

TEXT = "a\nb\nc\nd\n"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))


def told(repo: Repo, *, fresh: bool = False) -> LinesReport:
    with opened(Asked(repo.path)) as place:
        return report(place, Silent(), fresh=fresh)


def squashed(repo: Repo, message: str) -> str:
    """A squash of an agent's commit, whose request is not here; the commit behind it."""
    repo.commit("Begin", files={"z": "1\n"})
    tip = repo.commit("Inner", author=CLAUDE, branch="side", at="main", files={"g.py": TEXT})
    repo.squash("side", message, author=BEN)
    return tip


@pytest.mark.parametrize(
    "then", [{"z": "2\n"}, {"g.py": "a\nb\nc\nX\n"}, {"g.py": TEXT + "e\n"}, {"g.py": "a\n"}]
)
def test_a_squash_that_is_not_split_stays_so_when_the_branch_grows(
    repo: Repo, then: dict[str, str]
) -> None:
    repo.commit("Begin", files={"z": "1\n"})
    files = {"g.py": TEXT}
    repo.commit(f"T (#6)\n\n{NAMED}", committer=GITHUB, author=BEN, files=files)
    assert told(repo).total.undetermined == 4
    repo.commit("Next", author=BEN, files=dict(then))
    assert told(repo) == told(repo, fresh=True)


@pytest.mark.parametrize("message", ["Work (#7)", f"Work (#7)\n\n{NAMED}"])
def test_a_request_that_is_fetched_later_is_looked_at(repo: Repo, message: str) -> None:
    tip = squashed(repo, message)
    told(repo)
    repo.ref("refs/pull/7/head", tip)
    assert told(repo) == told(repo, fresh=True)
    assert told(repo).total.ai == 4


def test_a_request_that_moved_is_not_looked_behind_any_longer(repo: Repo) -> None:
    tip = squashed(repo, f"Work (#7)\n\n{NAMED}")
    repo.ref("refs/pull/7/head", tip)
    assert told(repo).total.ai == 4
    repo.ref("refs/pull/7/head", repo.resolve("main"))
    assert told(repo) == told(repo, fresh=True)
    assert told(repo).total.undetermined == 4


def test_a_note_on_a_commit_behind_a_squash_that_comes_later_is_read(repo: Repo) -> None:
    tip = squashed(repo, "Work (#7)")
    repo.ref("refs/pull/7/head", tip)
    told(repo)
    repo.note("refs/notes/ai", tip, note(f"{PERSON} 1-2", f"{SESSION} 3", path="g.py"))
    assert told(repo) == told(repo, fresh=True)
    assert told(repo).total.human == 2


def test_what_could_not_be_read_is_looked_for_again(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    repo.commit("Work", author=CLAUDE, files={FILE: "one\ntwo\n"})
    blob = repo.blob("one\ntwo\n")
    place = repo.loose(blob)
    body = place.read_bytes()
    place.unlink()
    assert any(one.gap for one in told(repo).limits)
    place.write_bytes(body)
    assert told(repo) == told(repo, fresh=True)
    assert not any(one.gap for one in told(repo).limits)


def test_a_state_that_contradicts_itself_is_not_used(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("Begin", author=CLAUDE, files={FILE: "one\n"})
    expected = told(repo)

    def broken(*_: object) -> None:
        raise IndexError

    monkeypatch.setattr("affidavit.app.lines.state._lines", broken)
    assert told(repo) == expected


def test_the_record_of_a_merge_does_not_hide_that_of_a_commit_behind_it(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    inner = repo.commit("A", author=BEN, branch="side", at="main", files={FILE: "one\na\nb\n"})
    merge = repo.merge("side", message="Merge pull request #1 from ben/side")
    repo.note("refs/notes/ai", inner, note(f"{SESSION} 2-3"))
    repo.note("refs/notes/ai", merge, note(f"{PERSON} 2"))
    found = told(repo, fresh=True).total
    assert (found.ai, found.human, found.undetermined) == (1, 0, 1)


def test_nothing_is_kept_where_the_folder_cannot_be_made(repo: Repo, tmp_path: Path) -> None:
    repo.commit("Begin", author=CLAUDE, files={FILE: "one\n"})
    (tmp_path / "home").write_text("no folder")
    assert told(repo).total.ai == 1


def test_a_file_of_the_head_that_is_not_there_is_not_called_binary(repo: Repo) -> None:
    repo.commit("Begin", author=BEN, files={FILE: "one\n", "big.py": TEXT, "picture": "\0x"})
    repo.loose(repo.blob(TEXT)).unlink()
    found = told(repo, fresh=True)
    assert (found.total.lines, found.binary_files) == (1, 1)
    (limit,) = (one for one in found.limits if one.id == "files-uncounted")
    assert (limit.items, limit.gap) == (("big.py",), True)


def test_a_file_that_a_record_does_not_name_is_not_attested_by_it(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=CLAUDE, files={FILE: "one\na\n", "b.py": "b\n"})
    repo.note("refs/notes/ai", work, note(f"{SESSION} 2"))
    found = told(repo, fresh=True)
    assert {one.path: (one.ai, one.undetermined) for one in found.files} == {
        FILE: (1, 0),
        "b.py": (0, 1),
    }


def test_a_record_of_persons_alone_contradicts_a_commit_that_names_an_agent(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=CLAUDE, files={FILE: "one\na\nb\n"})
    repo.note("refs/notes/ai", work, note(f"{PERSON} 2-3"))
    found = told(repo, fresh=True)
    assert (found.total.human, found.total.undetermined) == (0, 2)
    assert {one.ground for one in found.grounds} == {"nothing", "contradicted"}


def test_a_person_beside_an_agent_in_one_record_is_a_person(repo: Repo) -> None:
    repo.commit("Begin", files={FILE: "one\n"})
    work = repo.commit("Work", author=CLAUDE, files={FILE: "one\na\nb\n"})
    repo.note("refs/notes/ai", work, note(f"{PERSON} 2", f"{SESSION} 3"))
    assert (told(repo).total.human, told(repo).total.ai) == (1, 1)


def test_a_version_behind_a_squash_that_is_not_there_is_cut_and_not_binary(repo: Repo) -> None:
    repo.commit("Begin", files={"z": "1\n"})
    repo.commit("A", author=CLAUDE, branch="side", at="main", files={"g.py": "gone\n"})
    tip = repo.commit("B", author=BEN, branch="side", files={"g.py": TEXT})
    repo.ref("refs/pull/7/head", tip)
    repo.squash("side", "Work (#7)", author=BEN)
    repo.loose(repo.blob("gone\n")).unlink()
    assert {one.ground for one in told(repo, fresh=True).grounds} == {"nothing", "cut"}
