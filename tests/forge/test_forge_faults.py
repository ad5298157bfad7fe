"""The faults of the forge, over real HTTP: what a client gets to see of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from forges import Small, faults, small

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TITLES = """{ repository(owner: "firm", name: "shop") {
    pullRequests(first: 20) { nodes { title } } } }"""


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Small]:
    made = small(tmp_path)
    for number in range(3):
        made.shop.open(made.ann, f"No. {number}", {f"{number}.py": "1\n"})
    with made.forge:
        yield made


@pytest.fixture
def client(firm: Small) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=firm.forge.url, trust_env=False) as made:
        yield made


def titles(client: httpx.Client) -> httpx.Response:
    return client.post("/graphql", json={"query": TITLES})


def pulls(client: httpx.Client) -> httpx.Response:
    return client.get("/repos/firm/shop/pulls")


def test_what_was_asked_is_kept_with_its_headers(firm: Small, client: httpx.Client) -> None:
    client.get("/repos/firm/shop/pulls?state=all", headers={"X-Mark": "a"})
    titles(client)
    asked = ["GET /repos/firm/shop/pulls?state=all", "POST /graphql"]
    assert (firm.forge.asked(), firm.forge.asked("graphql")) == (asked, asked[1:])
    assert firm.forge.log[0].headers["x-mark"] == "a"


def test_a_fault_strikes_as_often_as_ordered_and_where(firm: Small, client: httpx.Client) -> None:
    firm.forge.faults.order("GET .*/pulls", faults.server_error(503), times=2, after=1)
    assert titles(client).status_code == 200
    assert [pulls(client).status_code for _ in "12345"] == [200, 503, 503, 200, 200]


def test_a_fault_that_is_taken_back_strikes_no_more(firm: Small, client: httpx.Client) -> None:
    made = firm.forge.faults.order(".", faults.server_error(), times=None)
    assert (pulls(client).status_code, made.struck) == (502, 1)
    firm.forge.faults.clear()
    assert pulls(client).status_code == 200


@pytest.mark.parametrize("status", [403, 429])
def test_a_primary_limit_names_its_end(firm: Small, client: httpx.Client, status: int) -> None:
    firm.forge.faults.order(".", faults.primary_limit(firm.forge.core, status))
    answer = pulls(client)
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (status, "0")
    assert int(answer.headers["x-ratelimit-reset"]) > firm.forge.clock.now


@pytest.mark.parametrize(("wait", "header"), [(30, "30"), (None, None)])
def test_a_secondary_limit_may_name_a_wait(
    firm: Small, client: httpx.Client, wait: int | None, header: str | None
) -> None:
    firm.forge.faults.order(".", faults.secondary_limit(403, retry_after=wait))
    answer = pulls(client)
    assert (answer.status_code, answer.headers.get("retry-after")) == (403, header)
    assert "secondary rate limit" in answer.json()["message"]
    assert answer.headers["x-ratelimit-remaining"] != "0"


def test_limits_of_graphql_are_200_with_errors(firm: Small, client: httpx.Client) -> None:
    firm.forge.faults.order(".", faults.primary_limit(firm.forge.graphql, 200))
    firm.forge.faults.order(".", faults.secondary_limit(200), after=1)
    first, second = titles(client), titles(client)
    assert (first.status_code, first.json()["errors"][0]["type"]) == (200, "RATE_LIMITED")
    assert first.headers["x-ratelimit-remaining"] == "0"
    assert "secondary rate limit" in second.json()["errors"][0]["message"]


def test_only_pages_that_are_too_large_time_out(firm: Small, client: httpx.Client) -> None:
    firm.forge.faults.order(".", faults.page_over(15), times=None)
    smaller = {"query": TITLES.replace("first: 20", "first: 15")}
    assert (titles(client).status_code, client.post("/graphql", json=smaller).status_code) == (
        502,
        200,
    )
    sizes = [client.get("/repos/firm/shop/pulls", params={"per_page": n}) for n in (15, 16)]
    assert [answer.status_code for answer in sizes] == [200, 502]
    assert "x-forge-page" not in titles(client).headers


def test_a_truncated_body_ends_early(firm: Small, client: httpx.Client) -> None:
    firm.forge.faults.order(".", faults.truncated())
    with pytest.raises(httpx.RemoteProtocolError):
        pulls(client)
    assert pulls(client).status_code == 200


def test_a_slow_answer_takes_longer_than_a_client_waits(firm: Small, client: httpx.Client) -> None:
    firm.forge.faults.order(".", faults.slow(0.5))
    with pytest.raises(httpx.ReadTimeout):
        client.get("/repos/firm/shop/pulls", timeout=0.1)


@pytest.mark.parametrize(
    ("needs", "status", "header"),
    [("administration=read", 403, "administration=read"), ("", 404, None)],
)
def test_what_is_forbidden_names_the_permission_or_hides(
    firm: Small, client: httpx.Client, needs: str, status: int, header: str | None
) -> None:
    firm.forge.faults.order("/pulls", faults.forbidden(needs, status))
    answer = pulls(client)
    assert answer.status_code == status
    assert answer.headers.get("x-accepted-github-permissions") == header


def test_a_node_may_be_missing_with_or_without_an_error(firm: Small, client: httpx.Client) -> None:
    path = ("repository", "pullRequests", "nodes", 1)
    firm.forge.faults.order(".", faults.nothing_at(*path))
    firm.forge.faults.order(".", faults.nothing_at(*path, message="hidden"), after=1)
    silent, loud = titles(client).json(), titles(client).json()
    nodes = [{"title": "No. 0"}, None, {"title": "No. 2"}]
    assert silent == {"data": {"repository": {"pullRequests": {"nodes": nodes}}}}
    assert loud["data"] == silent["data"]
    assert loud["errors"] == [{"path": list(path), "message": "hidden"}]


def test_an_error_may_stand_beside_whole_data(firm: Small, client: httpx.Client) -> None:
    firm.forge.faults.order(".", faults.partial_error("repository", kind="INTERNAL"))
    answer = titles(client).json()
    assert len(answer["data"]["repository"]["pullRequests"]["nodes"]) == 3
    assert answer["errors"] == [
        {"type": "INTERNAL", "path": ["repository"], "message": "Something went wrong"}
    ]


def test_links_and_redirects_may_lead_to_another_host(firm: Small, client: httpx.Client) -> None:
    firm.forge.faults.order("/pulls", faults.link_to("http://127.0.0.1:9"))
    firm.forge.faults.order(
        "/pulls", faults.redirect_to("http://127.0.0.1:9{target}", 307), after=1
    )
    link = client.get("/repos/firm/shop/pulls?per_page=1").links["next"]["url"]
    assert link == "http://127.0.0.1:9/repos/firm/shop/pulls?per_page=1&page=2"
    moved = pulls(client)
    assert (moved.status_code, moved.headers["location"]) == (
        307,
        "http://127.0.0.1:9/repos/firm/shop/pulls",
    )


def test_what_is_no_query_is_refused(client: httpx.Client) -> None:
    answers = [client.post("/graphql", content=each) for each in (b"", b"[]", b'{"a": 1}')]
    assert [each.status_code for each in answers] == [400, 400, 400]
    assert client.get("/graphql").status_code == 404
