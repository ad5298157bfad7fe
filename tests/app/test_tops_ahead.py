"""Directories are compared ahead of being asked for, and that changes nothing that is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from affidavit.app import touched
from affidavit.app.touched import Tops
from affidavit.sources.git.private import PrivateGit
from histories import CLAUDE, EARLIEST, audited

if TYPE_CHECKING:
    from affidavit.audit.model import Report
    from gitrepo import Repo


@pytest.fixture
def agents(repo: Repo) -> Repo:
    """A repository with landings of an agent in two folders and in the root."""
    repo.commit("Begin", files={"one/a": "1", "two/a": "1"}, date="2026-01-01")
    repo.commit("One", author=CLAUDE, files={"one/a": "2"}, date="2026-02-01")
    repo.commit("Two", author=CLAUDE, files={"two/a": "2"}, date="2026-03-01")
    repo.commit("Root", author=CLAUDE, files={"b": "1"}, date="2026-04-01")
    return repo


def compared_late(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Is told how many pairs are compared when they are asked for."""
    told: list[int] = []
    compared = Tops._compared

    def counted(self: Tops) -> list[tuple[str, ...] | None]:
        told.append(len(self._pairs))
        return compared(self)

    monkeypatch.setattr(Tops, "_compared", counted)
    # In this very process, so that it is seen.
    monkeypatch.setattr(touched, "meanwhile", lambda work, _into: work)
    return told


def alone(repo: Repo, monkeypatch: pytest.MonkeyPatch, since: str = EARLIEST) -> Report:
    """The report where there is but one processor, and nothing is done ahead."""
    with monkeypatch.context() as patched:
        patched.setattr(touched, "processes", lambda: 1)
        return audited(repo, since=since)


@pytest.fixture(autouse=True)
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(touched, "processes", lambda: 2)


def test_what_was_compared_ahead_is_not_compared_again(
    agents: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = alone(agents, monkeypatch)
    late = compared_late(monkeypatch)
    assert audited(agents) == expected
    assert late == []
    assert {row.path for row in expected.directories} == {"one", "two", "."}


def test_of_a_shorter_period_as_much_is_compared_ahead(
    agents: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = alone(agents, monkeypatch, since="2026-03-01")
    late = compared_late(monkeypatch)
    assert audited(agents, since="2026-03-01") == expected
    assert late == []


def test_a_landing_that_is_dated_long_before_its_place_is_compared_when_asked_for(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.commit("Begin", date="2026-05-01")
    repo.commit("Back-dated", author=CLAUDE, files={"one/a": "1"}, date="2020-01-01")
    repo.commit("Back-dated", author=CLAUDE, files={"two/a": "1"}, date="2020-01-01")
    expected = alone(repo, monkeypatch, since="2026-05-01")
    late = compared_late(monkeypatch)
    assert audited(repo, since="2026-05-01") == expected
    assert late == [3]
    assert {row.path for row in expected.directories} >= {"one", "two"}


def test_where_a_tree_is_absent_the_pairs_are_compared_when_asked_for(
    agents: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = agents.git("rev-parse", "main~1^{tree}").decode().strip()
    for found in agents.path.rglob(f"objects/{tree[:2]}/{tree[2:]}"):
        found.unlink()
    expected = alone(agents, monkeypatch)
    late = compared_late(monkeypatch)
    assert audited(agents) == expected
    assert late == [4]
    assert "directories-unseen" in {one.id for one in expected.limits}


def test_what_was_compared_in_other_stores_does_not_count(
    agents: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = alone(agents, monkeypatch)
    late = compared_late(monkeypatch)
    stores = iter([(Path("before"),)])
    monkeypatch.setattr(PrivateGit, "borrowed", property(lambda _git: next(stores, ())))
    assert audited(agents) == expected
    assert late == [4]
