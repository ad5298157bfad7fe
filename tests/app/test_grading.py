"""A report is the same in however many processes its landings were graded."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from affidavit.app import beside, grading
from affidavit.app.grading import Grader, Part
from affidavit.sources.git import changed
from gitrepo import Repo
from histories import BY_CLAUDE, CAROL, CHANGE_ID, CLAUDE, DEPENDABOT, audited

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from affidavit.app.grading import Block
    from affidavit.app.observing import Observing
    from affidavit.audit.model import Report


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with something of every kind that a part of the work may find."""
    repo = Repo(tmp_path_factory.mktemp("busy") / "repo")
    repo.commit("Begin", files={".mailmap": "Ann <ann@corp.dev> <ann@old.dev>\n"})
    for number in range(6):
        side = f"side-{number}"
        repo.commit(f"Work {number}", author=CAROL, branch=side, at="main")
        repo.commit(f"More {number}\n\n{BY_CLAUDE}", branch=side)
        repo.commit(f"Odd {number}\n\n\0", author="Ann <ann@old.dev>", branch=side)
        repo.merge(side, message=f"Merge pull request #{number} from a/{side}")
        repo.commit(f"Bump {number}", author=DEPENDABOT)
        repo.commit(f"Agent {number}", author=CLAUDE)
        repo.commit(f"Change {number}\n\nChange-Id: {CHANGE_ID}")
    return repo.path


def in_processes(repo: Path, monkeypatch: pytest.MonkeyPatch, count: int, block: int = 2) -> Report:
    monkeypatch.setattr(grading, "processes", lambda: count)
    monkeypatch.setattr(grading, "WORTH", 0)
    monkeypatch.setattr(grading, "BLOCK", block)
    return audited(repo)


@pytest.mark.parametrize(("count", "block"), [(2, 1), (2, 2), (3, 4), (7, 1), (40, 1)])
def test_the_report_is_the_same_in_any_number_of_processes(
    busy: Path, monkeypatch: pytest.MonkeyPatch, count: int, block: int
) -> None:
    alone = in_processes(busy, monkeypatch, 1)
    assert {"nul-in-message"} <= {one.id for one in alone.limits}
    assert alone.settings
    assert in_processes(busy, monkeypatch, count, block) == alone


def test_what_another_process_could_not_do_is_done_here(
    busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = in_processes(busy, monkeypatch, 1)
    parent, part, done = os.getpid(), Grader._part, []

    def failing(self: Grader, blocks: Sequence[Block], seen: Observing) -> Part:
        if os.getpid() != parent:
            raise MemoryError
        done.append(len(blocks))
        return part(self, blocks, seen)

    monkeypatch.setattr(Grader, "_part", failing)
    assert in_processes(busy, monkeypatch, 3) == alone
    assert len(done) == 3


def test_a_second_process_is_not_begun_for_a_small_history(
    busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_work: object, _into: object) -> None:
        raise AssertionError

    monkeypatch.setattr(grading, "meanwhile", refused)
    monkeypatch.setattr(grading, "processes", lambda: 8)
    assert audited(busy).population.landings == 25


def test_one_process_grades_where_none_can_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "FORKS", False)
    assert beside.processes() == 1


def test_what_bounds_the_comparing_of_trees_is_counted_for_each_block(
    busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changed, "ALTOGETHER", 1)
    monkeypatch.setattr(changed, "TOGETHER", 1)
    alone = in_processes(busy, monkeypatch, 1, block=3)
    assert "critical-paths-unseen" in {one.id for one in alone.limits}
    assert in_processes(busy, monkeypatch, 2, block=3) == alone
    assert in_processes(busy, monkeypatch, 5, block=3) == alone


def test_no_process_mends_what_others_read(
    busy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = shutil.copytree(busy, tmp_path / "copy")
    tree = Repo(place).git("rev-parse", "main^{tree}").decode().strip()
    for found in place.rglob(f"objects/{tree[:2]}/{tree[2:]}"):
        found.unlink()
    alone = in_processes(place, monkeypatch, 1, block=1)
    assert "directories-unseen" in {one.id for one in alone.limits}
    assert in_processes(place, monkeypatch, 4, block=1) == alone
