"""What keeps an approval of one thing from being taken for one of another, with git beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.changes.forge.judged import ForgeReview
from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    MergeCommit,
    PullRequest,
    Push,
    Review,
    ReviewState,
    Signed,
)
from affidavit.changes.model import Grade
from forge_exports import export, push, request, told
from forgelines import pull_commit

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.forge.model import Record
    from affidavit.changes.model import Landing
    from gitrepo import Repo

ANN, MAL = "Ann Lee <ann@firm.mail>", "Mal Orr <mal@firm.mail>"
BEN = Account("ben", AccountKind.PERSON, 2)
CY = Account("cy", AccountKind.PERSON, 3)
REVIEWED, MERGED = "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"
BY_FORGE = Signed(valid=True, by_forge=True, state="valid")


def approved(tip: str, head: str, *commits: str, **fields: object) -> PullRequest:
    """Ann's request, whose last commit Ben approved; it became `tip`."""
    review = Review(
        id=1,
        state=ReviewState.APPROVED,
        author=BEN,
        submitted_at=REVIEWED,
        edited_at=None,
        commit=head,
    )
    found = tuple(pull_commit(one, message=f"Step {at}") for at, one in enumerate(commits))
    usual: dict[str, object] = {"head_oid": head, "merged_by": CY, "reviews": (review,)}
    return request(1, tip, MERGED, commits=found, **{**usual, **fields})


def landings(repo: Repo, place: Path, *records: Record) -> dict[str, Landing]:
    """The landings by commit."""
    report = told(repo, export(place / "forge.jsonl", records))
    return {one.commit: one for one in report.landings}


@pytest.fixture
def base(repo: Repo) -> str:
    repo.commit("Begin", date="2026-01-01", files={"both": "1\n2\n3\n4\n5\n6\n7\n"})
    return repo.commit("Base", date="2026-01-02", files={"base": "1\n"})


class TestAMerge:
    """It is what was approved where it holds nothing of its own."""

    def merged(self, repo: Repo, files: dict[str, str], **fields: object) -> tuple[str, Record]:
        head = repo.commit("Step 0", branch="work", at="main", author=ANN, files={"new": "1\n"})
        repo.commit("Later", files={"later": "1\n"}, author=MAL)
        tip = repo.merge("work", message="Merge it", author=MAL, files=files)
        return tip, approved(tip, head, head, **fields)

    @pytest.mark.parametrize(
        ("files", "counts"),
        [
            pytest.param({"new": "1\n"}, True, id="both sides alone"),
            pytest.param({"new": "1\n", "evil": "1\n"}, False, id="a file of its own"),
            pytest.param({"new": "2\n"}, False, id="other content"),
            pytest.param({}, False, id="less than was approved"),
        ],
    )
    def test_that_nobody_vouches_for_is_compared_with_its_sides(
        self, repo: Repo, base: str, tmp_path: Path, files: dict[str, str], *, counts: bool
    ) -> None:
        assert base
        tip, record = self.merged(repo, files)
        grade = landings(repo, tmp_path, record)[tip].review.grade
        assert (grade is Grade.R3) is counts

    def test_that_the_forge_signed_needs_no_comparing(self, repo: Repo, tmp_path: Path) -> None:
        repo.commit("Begin")
        tip, record = self.merged(repo, {"new": "1\n", "solved": "1\n"})
        assert isinstance(record, PullRequest)
        became = MergeCommit(oid=tip, tree=None, parents=(), committed_at=None, signed=BY_FORGE)
        head = record.head_oid or ""
        signed = approved(tip, head, head, merge_commit=became)
        assert landings(repo, tmp_path, signed)[tip].review.grade is Grade.R3

    def test_of_more_than_one_branch_may_hold_what_nobody_saw(
        self, repo: Repo, base: str, tmp_path: Path
    ) -> None:
        head = repo.commit("Step 0", branch="work", at=base, author=ANN, files={"new": "1\n"})
        repo.commit("Evil", branch="evil", at=base, author=ANN, files={"evil": "1\n"})
        tip = repo.merge("work", "evil", message="Merge both", author=MAL)
        found = landings(repo, tmp_path, approved(tip, head, head))[tip]
        assert isinstance(found.forge, ForgeReview)
        assert (found.forge.counting, found.forge.unapproved) == (0, False)


class TestABase:
    """A request that was merged into another branch is none of this one's landings."""

    def test_what_was_merged_into_another_branch_is_of_no_request(
        self, repo: Repo, base: str, tmp_path: Path
    ) -> None:
        head = repo.commit("Step 0", branch="work", at=base, author=ANN, files={"new": "1\n"})
        tip = repo.merge("work", message="Merge it", author=MAL)
        found = landings(repo, tmp_path, approved(tip, head, head, base_ref="side\x1b"))[tip]
        assert not isinstance(found.forge, ForgeReview)
        assert "outside-requests" in found.exceptions
        assert found.review.evidence[0] == (
            "by the forge's record #1 was merged into side\\u001b, not into this branch:"
            " how it came here is not told"
        )

    def test_of_two_requests_the_one_of_this_branch_counts(
        self, repo: Repo, base: str, tmp_path: Path
    ) -> None:
        head = repo.commit("Step 0", branch="work", at=base, author=ANN, files={"new": "1\n"})
        tip = repo.merge("work", message="Merge it", author=MAL)
        mine = approved(tip, head, head, reviews=())
        other = request(2, tip, "2026-02-01T00:00:00Z", base_ref="decoy", head_oid=head)
        found = landings(repo, tmp_path, mine, other)[tip]
        assert isinstance(found.forge, ForgeReview)
        assert (found.forge.number, found.forge.unapproved) == (1, True)


class TestARebase:
    """A landing below the last is the request's where it changes what the commit changed."""

    def rebased(self, repo: Repo, first: dict[str, str]) -> tuple[str, str, PullRequest]:
        """Two commits, and their copies; the first copy changes the files `first`."""
        one = repo.commit("Step 0", branch="work", at="main", author=ANN, files={"both": "A\n"})
        two = repo.commit("Step 1", branch="work", author=ANN, files={"new": "2\n"})
        repo.commit("Later", files={"later": "1\n"}, author=MAL)
        below = repo.commit("Step 0", author=ANN, committer=MAL, files=first)
        tip = repo.commit("Step 1", author=ANN, committer=MAL, files={"new": "2\n"})
        return below, tip, approved(tip, two, one, two)

    @pytest.mark.parametrize(
        ("first", "members"),
        [
            pytest.param({"both": "A\n"}, 2, id="the same"),
            pytest.param({"both": "A\n", "evil": "1\n"}, 1, id="another file as well"),
            pytest.param({"both": "B\n"}, 1, id="other content"),
            pytest.param({}, 1, id="nothing"),
        ],
    )
    def test_contents_are_compared(
        self, repo: Repo, base: str, tmp_path: Path, first: dict[str, str], members: int
    ) -> None:
        assert base
        below, tip, record = self.rebased(repo, first)
        found = landings(repo, tmp_path, record)
        assert found[tip].members == (tip, below)[:members]
        assert ("outside-requests" in found[below].exceptions) is (members == 1)

    def test_what_the_base_changed_too_is_left_to_author_title_and_number(
        self, repo: Repo, base: str, tmp_path: Path
    ) -> None:
        one = repo.commit("Step 0", branch="work", at=base, author=ANN, files={"both": "A\n2\n"})
        two = repo.commit("Step 1", branch="work", author=ANN, files={"new": "2\n"})
        repo.commit("Later", files={"both": "1\nB\n"}, author=MAL)
        below = repo.commit("Step 0", author=ANN, committer=MAL, files={"both": "A\nB\n"})
        tip = repo.commit("Step 1", author=ANN, committer=MAL, files={"new": "2\n"})
        found = landings(repo, tmp_path, approved(tip, two, one, two))
        assert found[tip].members == (tip, below)

    def test_what_was_pushed_before_it_was_merged_is_not_of_it(
        self, repo: Repo, base: str, tmp_path: Path
    ) -> None:
        assert base
        below, tip, record = self.rebased(repo, {"both": "A\n"})
        merging = push(1, below, tip, MERGED, kind="pr_merge")
        assert landings(repo, tmp_path, record, merging)[tip].members == (tip,)


class TestWhoPushed:
    """Whoever pushed a commit of the request is one of its authors."""

    def grade(self, repo: Repo, place: Path, *pushes: dict[str, object]) -> Grade:
        repo.commit("Begin")
        head = repo.commit("Step 0", branch="work", at="main", author=ANN, files={"new": "1\n"})
        tip = repo.merge("work", message="Merge it", author=MAL)
        made: list[Push] = []
        for number, one in enumerate(pushes, start=1):
            usual: dict[str, object] = {"actor": BEN, "ref": "refs/heads/work"}
            at = str(one.pop("at", "2026-01-15T00:00:00Z"))
            made.append(push(number, "0" * 40, head, at, **{**usual, **one}))
        found = landings(repo, place, approved(tip, head, head), *made)[tip]
        assert isinstance(found.forge, ForgeReview)
        return found.review.grade

    @pytest.mark.parametrize(
        ("pushes", "counts"),
        [
            pytest.param([{}], False, id="the approver pushed it"),
            pytest.param([{"actor": CY}], True, id="somebody else"),
            pytest.param([{"actor": None}], True, id="nobody who is named"),
            pytest.param([{"ref": "refs/heads/x"}], False, id="first to another branch"),
            pytest.param(
                [{"actor": CY, "at": "2026-01-14T00:00:00Z"}, {}], False, id="again to the branch"
            ),
            pytest.param(
                [{"actor": CY, "at": "2026-01-14T00:00:00Z"}, {"ref": "refs/heads/staging"}],
                True,
                id="on to another branch, once it was there",
            ),
            pytest.param([{"ref": "refs/heads/main"}], True, id="to the base"),
            pytest.param([{"kind": "pr_merge"}], True, id="by merging a request"),
        ],
    )
    def test_their_approval_does_not_count(
        self, repo: Repo, tmp_path: Path, pushes: list[dict[str, object]], *, counts: bool
    ) -> None:
        grade = self.grade(repo, tmp_path, *(dict(one) for one in pushes))
        assert (grade is Grade.R3) is counts
