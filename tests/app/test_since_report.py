"""Whether the history that an earlier report saw is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from affidavit.audit.rewritten import Earlier, earlier_report
from affidavit.base.errors import InputError
from histories import audited

if TYPE_CHECKING:
    from gitrepo import Repo


def report(repo: Repo, *branches: str) -> Earlier:
    return earlier_report(msgspec.json.encode(audited(repo, branches=branches)), "old.json")


def gone(repo: Repo, earlier: Earlier, *branches: str) -> list[tuple[str, str]]:
    found = audited(repo, earlier=earlier, branches=branches).exceptions
    return [(one.commit, one.reason) for one in found if one.id == "history-rewritten"]


def test_a_branch_that_only_grew_was_not_rewritten(repo: Repo) -> None:
    repo.commit("One")
    earlier = report(repo)
    repo.commit("Two")
    assert gone(repo, earlier) == []


def test_a_landing_that_was_replaced_is_named_and_so_is_the_head(repo: Repo) -> None:
    first = repo.commit("One")
    second = repo.commit("Two")
    third = repo.commit("Three")
    earlier = report(repo)
    repo.branch("main", at=first)
    repo.commit("Two, amended")
    said = "is no landing of the branch now: history was rewritten"
    assert gone(repo, earlier) == [
        (third, f"the head of main in the earlier report {said}"),
        (second, f"CHG-2026-01-01-002 of main in the earlier report {said}"),
    ]


def test_rewritten_history_comes_before_every_other_exception(repo: Repo) -> None:
    repo.commit("One")
    earlier = report(repo)
    repo.commit("Other", parents=())
    found = audited(repo, earlier=earlier).exceptions
    assert [one.id for one in found] == ["history-rewritten", "no-review-evidence"]


def test_a_branch_cut_back_is_rewritten(repo: Repo) -> None:
    first = repo.commit("One")
    repo.commit("Two")
    earlier = report(repo)
    repo.branch("main", at=first)
    assert len(gone(repo, earlier)) == 1


def test_a_landing_that_is_now_brought_in_by_a_merge_is_no_landing(repo: Repo) -> None:
    repo.commit("One")
    mine = repo.commit("Mine")
    earlier = report(repo)
    repo.commit("Others'", branch="up", at=repo.parents(mine)[0])
    repo.merge("main", branch="up", message="Merge branch 'main'")
    repo.branch("main", at="up")
    assert [commit for commit, _ in gone(repo, earlier)] == [mine]


def test_a_branch_that_is_not_audited_now_cannot_be_compared(repo: Repo) -> None:
    repo.commit("One")
    repo.branch("side")
    earlier = report(repo, "side")
    now = audited(repo, earlier=earlier)
    assert [one.id for one in now.exceptions] == ["no-review-evidence"]
    found = next(one for one in now.limits if one.id == "branches-uncompared")
    assert (found.items, found.gap) == (("side",), True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"schema": 1}',
        (
            b'{"schema":"affidavit/audit@2","repository":{"name":"x","object_format":"sha1",'
            b'"branches":[]},"landings":[]}'
        ),
        b"[" * 200_000,
    ],
)
def test_what_is_no_report_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(InputError, match=r"old\.json"):
        earlier_report(data, "old.json")


def test_the_report_of_another_repository_is_refused_or_said(repo: Repo) -> None:
    repo.commit("One")
    other = msgspec.structs.replace(audited(repo, name="other/repo"), landings=())
    earlier = earlier_report(msgspec.json.encode(other), "old.json")
    now = audited(repo, earlier=earlier, name="this/repo")
    assert any("other/repo" in one.text or "other/repo" in one.items for one in now.limits)


def test_fields_that_are_not_known_are_passed_over(repo: Repo) -> None:
    repo.commit("One")
    data = msgspec.json.decode(msgspec.json.encode(audited(repo)))
    data["later"] = {"x": 1}
    assert earlier_report(msgspec.json.encode(data), "old.json").schema == "affidavit/audit@1"
