"""Commits that the forge does not list come from a repository that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.app.collecting.completing import completing
from affidavit.changes.forge.model import MergeCommit, Missing, PullRequest
from collectors import gathered, only, records
from forgelines import checks, line, pull, pull_commit
from forges import Forge, faults
from gitrepo import BEN, Repo

if TYPE_CHECKING:
    from pathlib import Path

LACKING = (Missing("commits", "truncated", total=3),)


@pytest.fixture
def made(repo: Repo) -> list[str]:
    """The base of a pull request, and its three commits."""
    base = repo.commit("Base")
    work = [repo.commit(f"Work {n}", author=BEN, branch="work", at="main") for n in range(3)]
    return [base, *work]


def completed(repo: Repo, data: PullRequest) -> PullRequest:
    with completing(repo.directory) as with_git:
        assert with_git is not None
        found = with_git.completed(line(data)).data
    assert isinstance(found, PullRequest)
    return found


def test_what_is_not_listed_is_added_and_whose_it_is_is_unknown(
    repo: Repo, made: list[str]
) -> None:
    base, *work = made
    listed = pull_commit(work[0])
    lacking = pull(1, base_oid=base, head_oid=work[2], commits=(listed,), missing=LACKING)
    found = completed(repo, lacking)
    assert [one.oid for one in found.commits] == work
    assert found.commits[0] == listed
    added = found.commits[1]
    assert (added.message, added.author_name, added.author, added.signed) == (
        "Work 1",
        "Ben Ode",
        None,
        None,
    )
    assert found.missing == (Missing("commits.accounts", "truncated", total=2),)


def test_the_base_of_what_was_merged_is_that_before_the_merge(repo: Repo, made: list[str]) -> None:
    base, *work = made
    landed = repo.merge("work")
    merge = MergeCommit(
        oid=landed, tree=None, parents=(base, work[2]), committed_at=None, signed=None
    )
    lacking = pull(1, base_oid=landed, head_oid=work[2], merge_commit=merge, missing=LACKING)
    assert [one.oid for one in completed(repo, lacking).commits] == work


def test_as_many_as_a_forge_lists_at_most_may_be_fewer_than_there_are(repo: Repo) -> None:
    base = repo.commit("Base")
    work = [repo.commit(f"Work {n}", branch="work", at="main") for n in range(252)]
    listed = tuple(pull_commit(one) for one in work[:250])
    found = completed(repo, pull(1, base_oid=base, head_oid=work[-1], commits=listed))
    assert [one.oid for one in found.commits] == work
    assert found.missing == (Missing("commits.accounts", "truncated", total=2),)


@pytest.mark.parametrize("absent", ["head_oid", "base_oid"])
def test_what_the_repository_does_not_have_stays_unknown(
    repo: Repo, made: list[str], absent: str
) -> None:
    there = pull(1, base_oid=made[0], head_oid=made[3], missing=LACKING)
    for gone in ("e" * 40, None):
        lacking = msgspec.structs.replace(there, **{absent: gone})
        assert completed(repo, lacking) == lacking


def test_a_damaged_commit_leaves_all_of_it_unknown(repo: Repo, made: list[str]) -> None:
    body = repo.git("cat-file", "commit", made[2]).replace(b"Work 1", b"Work !")
    repo.loose(made[2]).unlink()
    assert repo.object("commit", body, named=made[2]) == made[2]
    lacking = pull(1, base_oid=made[0], head_oid=made[3], missing=LACKING)
    assert completed(repo, lacking) == lacking


def test_what_is_whole_and_what_is_no_pull_request_stays_as_it_is(
    repo: Repo, made: list[str]
) -> None:
    whole = pull(1, base_oid=made[0], head_oid=made[3])
    assert completed(repo, whole) == whole
    with completing(repo.directory) as with_git:
        assert with_git is not None
        ran = line(checks("c" * 40, "success"))
        assert with_git.completed(ran) is ran


def test_without_a_repository_there_is_nothing_to_complete_from() -> None:
    with completing(None) as without:
        assert without is None


def test_a_collection_completes_what_it_may_not_see(tmp_path: Path) -> None:
    output = tmp_path / "export.jsonl"
    with Forge(tmp_path / "forge") as forge:
        ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
        shop = forge.repository("firm/shop")
        made = shop.open(ann, "Add", {"a.py": "1\n"})
        made.commit(ann, "More", {"a.py": "2\n"})
        path = ("repository", "pullRequests", "nodes", 0, "commits")
        fault = faults.nothing_at(*path, kind="FORBIDDEN", message="no")
        forge.faults.order("graphql", fault, times=None)
        gathered(forge, output, sections=only("pull_requests"))
        (found,) = records(output, PullRequest)
        assert (found.commits, found.missing) == ((), (Missing("commits", "permission"),))
        output.unlink()
        gathered(forge, output, sections=only("pull_requests"), repository=shop.git.path)
    (found,) = records(output, PullRequest)
    assert [one.message for one in found.commits] == ["Add", "More"]
    assert found.missing == (Missing("commits.accounts", "truncated", total=2),)
