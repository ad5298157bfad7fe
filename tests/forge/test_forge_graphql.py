"""GraphQL of the forge: pages that stay good while time goes on, and GitHub's own limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from forges import Small, post, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PULLS = """query($first: Int!, $after: String, $to: OrderDirection!) {
  repository(owner: "firm", name: "shop") {
    pullRequests(first: $first, after: $after, orderBy: {field: UPDATED_AT, direction: $to}) {
      totalCount pageInfo { hasNextPage endCursor } nodes { number } } } }"""

DEEP = """pullRequests(first: 100) { nodes { reviews(first: 100) { nodes {
    onBehalfOf(first: 100) { totalCount } } } } }"""


@pytest.fixture
def firm(tmp_path: Path) -> Small:
    made = small(tmp_path)
    for number in range(1, 8):
        made.shop.open(made.ann, f"No. {number}", {f"{number}.py": "1\n"})
    return made


def inside(answer: dict[str, object], *path: str) -> dict[str, object]:
    """What is at the path below the data."""
    at: object = answer["data"]
    for step in path:
        at = cast("dict[str, object]", at)[step]
    return cast("dict[str, object]", at)


def pages(firm: Small, to: str = "ASC", size: int = 3) -> Iterator[list[int]]:
    """The numbers of each page, asked for when the one before was looked at."""
    after = None
    while True:
        said = post(firm.forge, PULLS, first=size, after=after, to=to)
        page = inside(said, "repository", "pullRequests")
        yield [node["number"] for node in cast("list[dict[str, int]]", page["nodes"])]
        info = cast("dict[str, object]", page["pageInfo"])
        if not info["hasNextPage"]:
            return
        after = info["endCursor"]


def errors(answer: dict[str, object]) -> list[tuple[str | None, str]]:
    found = cast("list[dict[str, str]]", answer["errors"])
    return [(each.get("type"), each["message"]) for each in found]


@pytest.mark.parametrize(
    ("to", "expected"),
    [("ASC", [[1, 2, 3], [4, 5, 6], [7]]), ("DESC", [[7, 6, 5], [4, 3, 2], [1]])],
)
def test_pages_are_in_the_order_asked_for(firm: Small, to: str, expected: list[list[int]]) -> None:
    assert list(pages(firm, to)) == expected


@pytest.mark.parametrize("touched", [1, 3, 4, 7])
def test_what_is_updated_between_two_pages_comes_again_and_nothing_is_missed(
    firm: Small, touched: int
) -> None:
    found = pages(firm)
    first = next(found)
    firm.shop.pulls[touched].label(firm.ben, "late")
    rest = [number for page in found for number in page]
    assert sorted({*first, *rest}) == [1, 2, 3, 4, 5, 6, 7]
    assert rest[-1] == touched


def test_from_the_newest_on_what_is_updated_meanwhile_is_not_met_again(firm: Small) -> None:
    found = pages(firm, "DESC")
    first = next(found)
    firm.shop.pulls[2].label(firm.ben, "late")
    assert (first, list(found)) == ([7, 6, 5], [[4, 3, 1]])


def test_a_list_inside_is_paged_by_its_own_cursor(firm: Small) -> None:
    pull = firm.shop.pulls[1]
    for count in range(4):
        pull.commit(firm.ann, f"{count}", {"1.py": f"{count}\n"})
    query = """query($id: ID!, $after: String) { node(id: $id) { ... on PullRequest {
        commits(first: 3, after: $after) { totalCount pageInfo { endCursor hasNextPage }
          nodes { commit { oid } } } } } }"""
    id_ = f"PR_{firm.shop.id}_1"
    page = inside(post(firm.forge, query, id=id_), "node", "commits")
    info = cast("dict[str, object]", page["pageInfo"])
    rest = inside(post(firm.forge, query, id=id_, after=info["endCursor"]), "node", "commits")
    nodes = [*cast("list[object]", page["nodes"]), *cast("list[object]", rest["nodes"])]
    assert nodes == [{"commit": {"oid": oid}} for oid in pull.commits]
    assert (page["totalCount"], info["hasNextPage"]) == (5, True)


def test_the_last_of_a_list_can_be_asked_for(firm: Small) -> None:
    pull = firm.shop.pulls[1]
    pull.commit(firm.ann, "More", {"1.py": "2\n"})
    query = """{ repository(owner: "firm", name: "shop") { pullRequest(number: 1) {
        commits(last: 1) { totalCount nodes { commit { oid } } } } } }"""
    assert inside(post(firm.forge, query), "repository", "pullRequest") == {
        "commits": {"totalCount": 2, "nodes": [{"commit": {"oid": pull.head_oid}}]}
    }


def test_only_the_events_asked_for_are_counted(firm: Small) -> None:
    pull = firm.shop.pulls[1]
    pull.label(firm.ben, "big")
    pull.merge(firm.ben)
    query = """{ repository(owner: "firm", name: "shop") { pullRequest(number: 1) {
        timelineItems(first: 5, itemTypes: [LABELED_EVENT, UNLABELED_EVENT]) {
          totalCount filteredCount nodes { __typename } } } } }"""
    assert inside(post(firm.forge, query), "repository", "pullRequest") == {
        "timelineItems": {
            "totalCount": 1,
            "filteredCount": 1,
            "nodes": [{"__typename": "LabeledEvent"}],
        }
    }


@pytest.mark.parametrize(
    ("of", "kind", "words"),
    [
        ("pullRequests { totalCount }", "MISSING_PAGINATION_BOUNDARIES", "must provide a `first`"),
        ("pullRequests(first: 101) { totalCount }", "EXCESSIVE_PAGINATION", "of 100 records"),
        ("pullRequests(first: 0) { totalCount }", "EXCESSIVE_PAGINATION", "Requesting 0 records"),
        (
            DEEP,
            "MAX_NODE_LIMIT_EXCEEDED",
            "1,010,100 possible nodes",
        ),
    ],
)
def test_what_asks_for_too_much_is_not_run(firm: Small, of: str, kind: str, words: str) -> None:
    answer = post(firm.forge, f'{{ repository(owner: "firm", name: "shop") {{ {of} }} }}')
    assert "data" not in answer
    [(found, message)] = errors(answer)
    assert (found, words in message) == (kind, True)


@pytest.mark.parametrize(
    ("query", "kind", "words"),
    [
        ('{ repository(owner: "firm", name: "no") { id } }', "NOT_FOUND", "'firm/no'"),
        ('{ node(id: "PR_1_99") { id } }', "NOT_FOUND", "global id of 'PR_1_99'"),
        ("{ repository(", None, "Syntax Error"),
        ("{ nothing }", None, "Cannot query field 'nothing' on type 'Query'"),
    ],
)
def test_what_is_not_there_is_an_error_in_the_answer(
    firm: Small, query: str, kind: str | None, words: str
) -> None:
    [(found, message)] = errors(post(firm.forge, query))
    assert (found, words in message) == (kind, True)


def test_of_several_nodes_one_that_is_not_there_is_null(firm: Small) -> None:
    ids = [f"PR_{firm.shop.id}_1", "PR_1_99"]
    answer = post(firm.forge, "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert answer["data"] == {"nodes": [{"id": ids[0]}, None]}
    assert [kind for kind, _ in errors(answer)] == ["NOT_FOUND"]


def test_what_the_token_may_not_is_null_with_an_error(firm: Small) -> None:
    firm.shop.checks.passes(firm.shop.heads["main"], "test")
    firm.forge.router.granted = {"metadata": "read", "statuses": "read"}
    query = """{ repository(owner: "firm", name: "shop") { object(expression: "main") {
        ... on Commit { status { state } checkSuites(first: 1) { totalCount } } } } }"""
    answer = post(firm.forge, query)
    assert inside(answer, "repository", "object") == {"status": None, "checkSuites": None}
    assert errors(answer) == [("FORBIDDEN", "Resource not accessible by personal access token")]
    firm.forge.router.granted["checks"] = "read"
    assert "errors" not in post(firm.forge, query)


def test_a_query_costs_its_connections_by_the_hundred(firm: Small) -> None:
    query = """{ rateLimit { cost nodeCount used remaining }
      repository(owner: "firm", name: "shop") { pullRequests(first: 50) { nodes {
        labels(first: 20) { totalCount } reviews(first: 50) { nodes {
          onBehalfOf(first: 2) { totalCount } } } } } } }"""
    # 1 + 50 + 50 + 50 x 50 connections; 50 + 50 x 20 + 50 x 50 + 50 x 50 x 2 nodes
    expected = {"cost": 26, "nodeCount": 8550, "used": 26, "remaining": 4974}
    assert inside(post(firm.forge, query), "rateLimit") == expected
    assert firm.forge.graphql.used == 26


def test_each_of_several_nodes_costs(firm: Small) -> None:
    query = """query($ids: [ID!]!) { rateLimit { cost nodeCount }
      nodes(ids: $ids) { ... on Commit { checkSuites(first: 20) { totalCount } } } }"""
    ids = [f"C_{firm.shop.id}_{oid}" for oid in firm.shop.heads.values()]
    expected = {"cost": 1, "nodeCount": len(ids) * 21}
    assert inside(post(firm.forge, query, ids=ids), "rateLimit") == expected


def test_who_somebody_is_to_the_repository(firm: Small) -> None:
    mia, old = firm.forge.account("mia"), firm.forge.account("old", kind="Mannequin")
    pull = firm.shop.open(mia, "First", {"m.py": "1\n"})
    for by in (firm.ben, old):
        pull.review(by, "COMMENTED")
    query = """query($id: ID!) { node(id: $id) { ... on PullRequest { authorAssociation
      reviews(first: 2) { nodes { authorAssociation authorCanPushToRepository } } } } }"""
    before = inside(post(firm.forge, query, id=f"PR_{firm.shop.id}_8"), "node")
    assert before == {
        "authorAssociation": "NONE",
        "reviews": {
            "nodes": [
                {"authorAssociation": "MEMBER", "authorCanPushToRepository": True},
                {"authorAssociation": "MANNEQUIN", "authorCanPushToRepository": False},
            ]
        },
    }
    pull.merge(firm.ben)
    after = inside(post(firm.forge, query, id=f"PR_{firm.shop.id}_8"), "node")
    assert after["authorAssociation"] == "CONTRIBUTOR"


def test_a_used_up_hour_is_200_with_an_error_until_it_is_over(firm: Small) -> None:
    firm.forge.graphql.limit = 2
    query = "{ rateLimit { remaining } }"
    assert [inside(post(firm.forge, query), "rateLimit")["remaining"] for _ in "12"] == [1, 0]
    assert errors(post(firm.forge, query))[0][0] == "RATE_LIMITED"
    firm.forge.clock.advance(hours=1)
    assert inside(post(firm.forge, query), "rateLimit")["remaining"] == 1
