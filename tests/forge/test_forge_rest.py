"""REST of the forge: pages, tags, allowances, permissions; what is shown and what is not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest

from forges import Protection, Request, Small, get, reviews_rule, said, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def firm(tmp_path: Path) -> Small:
    return small(tmp_path)


def members(of: object, name: str) -> list[object]:
    return [each[name] for each in cast("list[dict[str, object]]", of)]


def pages(firm: Small, target: str, name: str) -> Iterator[list[object]]:
    """A member of what is on each page, as the links lead."""
    following: str | None = target
    while following:
        answer = get(firm.forge, following)
        yield members(answer.data(), name)
        found = re.search(r'<[^>]*?(/repos/[^>]*)>; rel="next"', answer.headers.get("Link", ""))
        following = found[1] if found else None


def test_pages_are_linked(firm: Small) -> None:
    for number in range(5):
        firm.shop.open(firm.ann, f"No. {number}", {f"{number}.py": "1\n"})
    found = pages(firm, "/pulls?state=all&sort=updated&direction=asc&per_page=2", "number")
    assert list(found) == [[1, 2], [3, 4], [5]]
    assert "Link" not in get(firm.forge, "/pulls").headers


def test_a_page_has_no_more_than_a_hundred(firm: Small) -> None:
    oid = firm.shop.heads["main"]
    for number in range(101):
        firm.shop.checks.status(firm.ann, oid, f"ci/{number}")
    found = list(pages(firm, f"/commits/{oid}/statuses?per_page=1000", "context"))
    assert [len(page) for page in found] == [100, 1]


def test_activity_is_paged_by_cursors(firm: Small) -> None:
    for number in range(5):
        firm.shop.direct(firm.ann, f"{number}", {"a.py": f"{number}\n"})
    found = list(pages(firm, "/activity?per_page=2", "after"))
    pushed = [each.after for each in reversed(firm.shop.activity)]
    assert found == [pushed[:2], pushed[2:4], pushed[4:]]


def test_an_answer_that_did_not_change_is_304_and_free(firm: Small) -> None:
    tag = get(firm.forge, "/pulls").headers["ETag"]
    again = get(firm.forge, "/pulls", if_none_match=tag)
    assert (again.status, again.body, firm.forge.core.used) == (304, b"", 1)
    firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    assert get(firm.forge, "/pulls", if_none_match=tag).status == 200
    assert firm.forge.core.used == 2


def test_a_used_up_hour_is_403_until_it_is_over(firm: Small) -> None:
    firm.forge.core.limit = 2
    assert [get(firm.forge, "/pulls").status for _ in "123"] == [200, 200, 403]
    last = get(firm.forge, "/pulls")
    assert last.headers["X-RateLimit-Remaining"] == "0"
    reset = int(last.headers["X-RateLimit-Reset"])
    assert get(firm.forge, "/rate_limit").status == 200
    firm.forge.clock.advance(seconds=reset - firm.forge.clock.now)
    assert get(firm.forge, "/pulls").status == 200


def test_a_server_of_one_s_own_has_a_prefix_and_counts_nothing(tmp_path: Path) -> None:
    firm = small(tmp_path, server=True)
    firm.forge.core.limit = 0
    headers = {"user-agent": "test"}
    found = firm.forge.answer(
        Request(method="GET", target="/api/v3/repos/firm/shop", headers=headers)
    )
    assert found.status == 200
    assert [name for name in found.headers if name.startswith("X-RateLimit")] == []


@pytest.mark.parametrize(
    ("given", "status"),
    [({}, 401), ({"authorization": "Bearer no"}, 401), ({"authorization": "Bearer yes"}, 200)],
)
def test_only_the_token_is_taken(tmp_path: Path, given: dict[str, str], status: int) -> None:
    firm = small(tmp_path, token="yes")
    assert get(firm.forge, "", **given).status == status


def test_a_client_says_its_name(firm: Small) -> None:
    assert firm.forge.answer(Request(method="GET", target="/rate_limit")).status == 403


@pytest.mark.parametrize(
    ("path", "needs"),
    [
        ("/branches/main/protection", "administration=read"),
        ("/rulesets/1/history", "administration=write"),
        ("/deployments", "deployments=read"),
        ("/commits/main/check-runs", "checks=read"),
        ("/releases", "contents=read"),
    ],
)
def test_what_the_token_may_not_is_403_and_named(firm: Small, path: str, needs: str) -> None:
    firm.forge.router.granted = {"metadata": "read", "pull_requests": "read"}
    answer = get(firm.forge, path)
    assert (answer.status, answer.headers["X-Accepted-GitHub-Permissions"]) == (403, needs)
    assert [get(firm.forge, each).status for each in ("", "/pulls")] == [200, 200]


def test_what_the_token_may_not_know_of_is_404(firm: Small) -> None:
    firm.forge.router.granted = {}
    assert (get(firm.forge, "").status, get(firm.forge, "/repos/firm/no").status) == (404, 404)


def test_one_of_two_permissions_is_enough(firm: Small) -> None:
    firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    firm.forge.router.granted = {"metadata": "read", "issues": "read"}
    assert get(firm.forge, "/issues/1/timeline").status == 200


def test_an_unprotected_branch_is_404_in_words_of_its_own(firm: Small) -> None:
    answer = get(firm.forge, "/branches/main/protection")
    assert answer.status == 404
    assert cast("dict[str, str]", answer.data())["message"] == "Branch not protected"
    firm.shop.protect("main", Protection(reviews=2, checks=("test", ("scan", 77))))
    found = cast("dict[str, dict[str, object]]", said(firm.forge, "/branches/main/protection"))
    assert found["required_pull_request_reviews"]["required_approving_review_count"] == 2
    assert found["required_status_checks"]["checks"] == [
        {"context": "test", "app_id": None},
        {"context": "scan", "app_id": 77},
    ]


def test_a_ruleset_hides_who_may_pass_it_from_those_who_may_not_write_it(firm: Small) -> None:
    made = firm.shop.ruleset(firm.ann, "main", [reviews_rule(1)])
    path = f"/rulesets/{made.id}"
    assert cast("dict[str, object]", said(firm.forge, path))["bypass_actors"] == []
    firm.forge.router.granted = {"metadata": "read", "administration": "read"}
    assert "bypass_actors" not in cast("dict[str, object]", said(firm.forge, path))


def test_the_history_of_a_ruleset_goes_back_180_days(firm: Small) -> None:
    made = firm.shop.ruleset(firm.ann, "main", [reviews_rule(1)])
    firm.forge.clock.advance(days=100)
    firm.shop.change_ruleset(firm.ben, made, enforcement="disabled")
    path = f"/rulesets/{made.id}/history"
    assert members(said(firm.forge, path), "version_id") == [v.id for v in made.versions[::-1]]
    firm.forge.clock.advance(days=100)
    assert members(said(firm.forge, path), "version_id") == [made.versions[1].id]
    found = cast("dict[str, dict[str, object]]", said(firm.forge, f"{path}/{made.versions[1].id}"))
    assert found["state"]["enforcement"] == "disabled"
    assert get(firm.forge, f"{path}/{made.versions[0].id}").status == 404


@pytest.mark.parametrize(
    ("enforcement", "count"), [("active", 1), ("evaluate", 0), ("disabled", 0)]
)
def test_only_active_rulesets_bind_a_branch(firm: Small, enforcement: str, count: int) -> None:
    firm.shop.ruleset(firm.ann, "main", [reviews_rule(1)], enforcement=enforcement)
    assert len(cast("list[object]", said(firm.forge, "/rules/branches/main"))) == count
    assert said(firm.forge, "/rules/branches/other") == []


def test_no_more_than_250_commits_are_listed(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "Long", {"a.py": "0\n"})
    for number in range(1, 252):
        last = firm.shop.make(firm.ann, "More", {"a.py": f"{number}\n"}, on=pull.head_oid)
        pull.head_oid = last
    pull.synchronise(last)
    found = [oid for page in pages(firm, "/pulls/1/commits?per_page=100", "sha") for oid in page]
    assert found == pull.commits[:250]
    assert cast("dict[str, int]", said(firm.forge, "/pulls/1"))["commits"] == 252


def test_drafts_of_releases_are_for_those_who_may_write(firm: Small) -> None:
    firm.shop.release(firm.ann, "v1", firm.shop.heads["main"])
    firm.shop.release(firm.ann, "v2", firm.shop.heads["main"], draft=True)
    assert members(said(firm.forge, "/releases"), "tag_name") == ["v2", "v1"]
    firm.forge.router.granted = {"metadata": "read", "contents": "read"}
    assert members(said(firm.forge, "/releases"), "tag_name") == ["v1"]


def test_a_fork_is_named_at_the_head(firm: Small) -> None:
    firm.shop.open(firm.ben, "One", {"a.py": "1\n"}, fork="ben/shop", branch="mine")
    head = cast("dict[str, dict[str, object]]", said(firm.forge, "/pulls/1"))["head"]
    repository = cast("dict[str, object]", head["repo"])
    assert (head["label"], repository["full_name"]) == ("ben:mine", "ben/shop")


def test_the_timeline_leaves_out_what_only_graphql_tells(firm: Small) -> None:
    pull = firm.shop.open(firm.ann, "One", {"a.py": "1\n"})
    firm.shop.push(firm.ann, "next", firm.shop.heads["main"])
    pull.change_base(firm.ann, "next")
    firm.shop.deploy(firm.ben, pull.head_oid, "review")
    pull.review(firm.ben)
    pull.merge(firm.ben, "squash")
    found = members(said(firm.forge, "/issues/1/timeline"), "event")
    assert found == ["committed", "reviewed", "merged", "closed"]
    assert [each.kind for each in pull.events[:2]] == ["BaseRefChangedEvent", "DeployedEvent"]


def test_who_merged_is_shown_only_of_a_single_pull_request(firm: Small) -> None:
    firm.shop.open(firm.ann, "One", {"a.py": "1\n"}).merge(firm.ben)
    [listed] = cast("list[dict[str, object]]", said(firm.forge, "/pulls?state=all"))
    alone = cast("dict[str, dict[str, object]]", said(firm.forge, "/pulls/1"))
    assert "merged_by" not in listed
    assert alone["merged_by"]["login"] == "ben"


def test_the_nearest_of_four_levels_is_a_permission(firm: Small) -> None:
    firm.shop.roles[firm.ben] = "maintain"
    found = cast("dict[str, object]", said(firm.forge, "/collaborators/ben/permission"))
    assert (found["permission"], found["role_name"]) == ("write", "maintain")
    assert get(firm.forge, "/collaborators/nobody/permission").status == 404


def test_names_in_a_path_are_escaped(firm: Small) -> None:
    bot = firm.forge.bot("helper")
    firm.shop.roles[bot] = "write"
    firm.shop.push(firm.ann, "release/1", firm.shop.heads["main"])
    branch = cast("dict[str, object]", said(firm.forge, "/branches/release%2F1"))
    found = cast("dict[str, object]", said(firm.forge, "/collaborators/helper%5Bbot%5D/permission"))
    assert (branch["name"], found["permission"]) == ("release/1", "write")
    assert get(firm.forge, "/branches/release/1").status == 200


def test_an_owner_whom_nobody_knows_is_an_error_of_codeowners(firm: Small) -> None:
    assert get(firm.forge, "/codeowners/errors").status == 404
    firm.shop.direct(firm.ann, "Owners", {"CODEOWNERS": "* @ann @firm/team\n/a/ @mia # @who\n"})
    found = cast("dict[str, object]", said(firm.forge, "/codeowners/errors"))
    assert members(found["errors"], "message") == ["Unknown owner on line 2: @mia"]


@pytest.mark.parametrize(
    "path",
    ["/pulls/9", "/pulls/x", "/commits/nothing/status", "/rulesets/9", "/deployments/9/statuses"],
)
def test_what_is_not_there_is_404(firm: Small, path: str) -> None:
    assert get(firm.forge, path).status == 404
