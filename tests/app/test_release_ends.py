"""A release as it is typed, found in real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.release.ends import Ends, ends
from affidavit.audit.release.model import Point
from affidavit.audit.release.span import Relation
from affidavit.base.errors import UsageError
from affidavit.cli.progress import Silent
from gitrepo import Repo, git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Four landings, the second and the last with a tag."""
    made = Repo(tmp_path / "repo")
    for number in range(4):
        made.commit(f"Landing {number}")
        if number == 1:
            made.tag("v1", message="The first")
    made.tag("v2")
    return made


def found(repo: Repo | Path, typed: str) -> Ends:
    return ends(repo.path if isinstance(repo, Repo) else repo, typed, Silent())


def commit_of(repo: Repo, name: str) -> str:
    return str(repo.git("rev-parse", f"{name}^{{commit}}").decode().strip())


def tree(repo: Repo, commit: str) -> str:
    return str(repo.git("rev-parse", f"{commit}^{{tree}}").decode().strip())


def log(repo: Repo, *chosen: str) -> tuple[str, ...]:
    """What git itself lists."""
    return tuple(repo.git("rev-list", "--first-parent", *chosen).decode().split())


def test_an_annotated_tag_stands_for_its_commit(repo: Repo) -> None:
    one = found(repo, "v1..v2")
    commit = commit_of(repo, "v1")
    assert one.base == Point(name="v1", commit=commit, tree=tree(repo, "v1"), tags=("v1",))
    assert (one.head.commit, one.head.tags, one.chosen) == (repo.resolve("v2"), ("v2",), "given")
    assert one.reach.landings == log(repo, "v2", "^v1")


def test_one_name_alone_begins_after_the_tag_before_it_on_its_line(repo: Repo) -> None:
    repo.commit("Aside", branch="aside", at=commit_of(repo, "v1"))
    repo.tag("v1.9", "aside")
    repo.merge("aside")
    one = found(repo, "main")
    assert (one.base.name if one.base else None, one.chosen) == ("v2", "previous-tag")
    assert one.reach.landings == log(repo, "main", "^v2")


def test_a_tag_on_the_end_itself_is_not_the_one_before_it(repo: Repo) -> None:
    one = found(repo, "v2")
    assert (one.base.name if one.base else None, len(one.reach.landings)) == ("v1", 2)


def test_without_an_earlier_tag_a_release_is_from_the_beginning(repo: Repo) -> None:
    one = found(repo, "v1")
    assert (one.base, one.chosen, len(one.reach.landings)) == (None, "beginning", 2)


def test_two_dots_with_nothing_before_them_are_from_the_beginning_whatever_tags_there_are(
    repo: Repo,
) -> None:
    one = found(repo, "..v2")
    assert (one.base, one.chosen, one.reach.relation) == (None, "beginning", Relation.BEGINNING)
    assert one.reach.landings == log(repo, "v2")


def test_commits_can_be_named_by_their_ids_and_with_steps(repo: Repo) -> None:
    first = commit_of(repo, "main~2")
    one = found(repo, f"{first[:10]}..main~1")
    assert (one.base.commit if one.base else "", one.reach.landings) == (
        first,
        log(repo, "main~1", "^main~2"),
    )


def test_tags_of_two_lines_tell_what_each_has_and_the_other_has_not(repo: Repo) -> None:
    repo.commit("Fix", branch="release/1", at=commit_of(repo, "v1"))
    repo.tag("v1.1", "release/1")
    one = found(repo, "v1.1..v2")
    assert one.reach.relation is Relation.DIVERGED
    assert one.reach.dropped == {repo.resolve("v1.1")}
    assert one.reach.landings == log(repo, "v2", "^v1")


def test_the_line_is_called_by_the_ref_that_was_named(repo: Repo) -> None:
    repo.branch("release/2", "v2")
    names = [found(repo, one).span.name for one in ("v1..v2", "v1..release/2")]
    assert names == ["refs/tags/v2", "heads/release/2"]
    commit = repo.resolve("v2")
    assert found(repo, f"v1..{commit}").span.name == commit


def test_in_a_shallow_clone_what_is_not_there_is_named(repo: Repo, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git("clone", "-q", "--depth=2", f"file://{repo.path}", shallow)
    one = found(shallow, "..main")
    assert one.reach.landings == log(repo, "main", "-n2")
    assert one.reach.absent == {commit_of(repo, "main~2")}


@pytest.mark.parametrize("typed", ["", "..", "v1..", "v1...v2", "v1..v2..main"])
def test_what_is_no_range_is_refused(repo: Repo, typed: str) -> None:
    with pytest.raises(UsageError, match="is no range of a release"):
        found(repo, typed)


@pytest.mark.parametrize("typed", ["v1..v9", "v9..v2", "--output=x..v2", "v1..-x"])
def test_a_name_of_nothing_is_refused(repo: Repo, typed: str) -> None:
    with pytest.raises(UsageError, match="names no commit of the repository"):
        found(repo, typed)
