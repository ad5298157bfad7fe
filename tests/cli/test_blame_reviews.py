"""``affidavit blame``: how the landings of a file's lines were reviewed, and no others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from affidavit.app.grading import Grader
from change_desk import Desk
from collectors import gathered
from forges import Forge
from gitrepo import BEN
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from gitrepo import Repo


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFFIDAVIT_HOME", str(tmp_path / "home"))


def reviews(repo: Path, *asked: str | Path) -> list[dict[str, object] | None]:
    """The review of each landing of the file that is asked for, the oldest first."""
    done = ran("blame", "--repo", repo, "--json", *asked, here=repo)
    assert (done.status, done.err) == (0, "")
    return [one["review"] for one in json.loads(done.out)["landings"]]


def test_a_forges_records_name_who_approved(tmp_path: Path) -> None:
    with Forge(tmp_path / "forge") as forge:
        desk = Desk(forge, tmp_path)
        desk.approved("cart.py").merge(desk.cleo, "squash")
        gathered(forge, desk.export)
        [found] = reviews(desk.shop.git.path, "cart.py", "--forge", desk.export)
    assert found is not None
    assert (found["grade"], found["by"]) == ("R3", ["ben"])


def test_only_the_landings_of_the_files_lines_are_looked_at(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = repo.commit("One", files={"a": "1\n", "b": "1\n"})
    repo.commit("Two", files={"b": "2\n"})
    last = repo.commit("Three", files={"a": "1\n2\n"})
    judged: list[str] = []
    alone = Grader.alone

    def watched(self: Grader, noted: object) -> object:
        found = alone(self, noted)  # type: ignore[arg-type]  # as it is called
        judged.extend(found)
        return found

    monkeypatch.setattr(Grader, "alone", watched)
    assert [one and one["grade"] for one in reviews(repo.path, "a")] == ["R0", "R0"]
    assert sorted(judged) == sorted([first, last])


def test_a_landing_that_is_not_on_the_main_branch_has_no_review(repo: Repo) -> None:
    repo.commit("One", files={"a": "1\n"})
    repo.commit("Beside", branch="side", at="main", files={"a": "1\n2\n"})
    found = reviews(repo.path, "a", "--at", "side")
    assert [one and one["grade"] for one in found] == ["R0", None]


def test_a_file_without_lines_has_nothing_to_review(repo: Repo) -> None:
    repo.commit("One", files={"a": ""})
    assert reviews(repo.path, "a") == []


@pytest.mark.parametrize("ref", ["refs/kept/one", ""])
def test_without_a_main_branch_no_review_is_told(repo: Repo, ref: str) -> None:
    made = repo.commit("One", author=BEN, branch="side", files={"a": "1\n"})
    (repo.directory / "refs" / "heads" / "side").unlink()
    if ref:
        repo.ref(ref, made)
    assert reviews(repo.path, "a", "--at", ref or made) == [None]


def test_an_older_commit_is_told_where_the_head_of_the_branch_cannot_be_read(repo: Repo) -> None:
    first = repo.commit("One", author=BEN, files={"a": "1\n"})
    repo.loose(repo.commit("Two", files={"a": "2\n"})).unlink()
    assert reviews(repo.path, "a", "--at", first) == [None]
