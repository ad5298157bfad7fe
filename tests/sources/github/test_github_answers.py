"""What is made of answers that are unusual, odd or hostile."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import httpx
import pytest

from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import Account, AccountKind, Missing, PullRequest, Ruleset
from affidavit.sources.github import pulls, rulesets
from affidavit.sources.github.accounts import Actor, User, account, moment
from affidavit.sources.github.activity import pushes
from affidavit.sources.github.answer import UntoldError
from affidavit.sources.github.checks import ran_on
from affidavit.sources.github.graph import GOOD, Sized
from affidavit.sources.github.rest import Rest
from affidavit.sources.github.transport import RefusedError
from collectors import API, Script, graph, transport

if TYPE_CHECKING:
    from collections.abc import Callable


def rest(answer: Callable[[httpx.Request], httpx.Response]) -> Rest:
    return Rest(transport(answer), "firm", "shop")


def node(**fields: object) -> dict[str, object]:
    """A pull request as GraphQL tells it, of which a test says what matters."""
    empty = {"totalCount": 0, "filteredCount": 0, "pageInfo": {"hasNextPage": False}, "nodes": []}
    return {
        "number": 1,
        "url": "https://github.com/firm/shop/pull/1",
        "state": "OPEN",
        "createdAt": "2026-01-01T00:00:00Z",
        "updatedAt": "2026-01-01T00:00:00Z",
        "labels": empty,
        "commits": empty,
        "reviews": empty,
        "timelineItems": empty,
        **fields,
    }


def page_of(*nodes: object, **more: object) -> httpx.Response:
    connection = {"totalCount": len(nodes), "pageInfo": {"hasNextPage": False}, "nodes": nodes}
    data = {"repository": {"pullRequests": connection}}
    return httpx.Response(200, json={"data": data, **more})


def pull_of(response: httpx.Response) -> PullRequest:
    (line,) = pulls.page(graph(Script(response)), Sized(50), None).lines
    assert isinstance(line.data, PullRequest)
    return line.data


def listed(name: str, total: int, *nodes: object) -> dict[str, object]:
    connection = {"totalCount": total, "pageInfo": {"hasNextPage": False}, "nodes": nodes}
    return {name: {**connection, "filteredCount": total}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"reviews": None}, Missing("reviews", "hidden")),
        (listed("reviews", 2), Missing("reviews", "truncated", total=2)),
        (listed("reviews", 1, None), Missing("reviews", "hidden", total=1)),
        (listed("reviews", 1, {"state": "NEW"}), Missing("reviews", "hidden", total=1)),
        (listed("timelineItems", 1, {"__typename": "X"}), Missing("events", "hidden", total=1)),
        (listed("commits", 300), Missing("commits", "truncated", total=300)),
        (listed("labels", 101), Missing("labels", "truncated", total=101)),
        ({"state": "MERGED"}, Missing("merge_commit", "hidden")),
    ],
)
def test_a_list_that_is_not_all_there_is_marked(
    fields: dict[str, object], expected: Missing
) -> None:
    assert pull_of(page_of(node(**fields))).missing == (expected,)


def test_the_digest_is_of_all_answers_that_a_record_was_made_from() -> None:
    review = {"state": "APPROVED", "fullDatabaseId": "1", "commit": {"oid": "a" * 40}}
    first = {
        "totalCount": 2,
        "pageInfo": {"hasNextPage": True, "endCursor": "x"},
        "nodes": [review],
    }
    last = {
        "totalCount": 2,
        "pageInfo": {"hasNextPage": False, "endCursor": "y"},
        "nodes": [{**review, "fullDatabaseId": "2"}],
    }
    more = {"data": {"repository": {"pullRequest": {"reviews": last}}}}
    script = Script(page_of(one := node(reviews=first)), httpx.Response(200, json=more))
    (line,) = pulls.page(graph(script), Sized(50), None).lines
    assert isinstance(line.data, PullRequest)
    assert ([each.id for each in line.data.reviews], line.data.missing) == ([1, 2], ())
    received = httpx.Response(200, json=one).content + httpx.Response(200, json=more).content
    assert line.origin.digest == f"sha256:{sha256(received).hexdigest()}"
    asked = json.loads(script.asked[1].content)["variables"]
    assert asked == {
        "owner": "firm",
        "name": "shop",
        "number": 1,
        "commits": None,
        "reviews": "x",
        "events": None,
        "moreCommits": False,
        "moreReviews": True,
        "moreEvents": False,
    }


@pytest.mark.parametrize(
    "odd",
    [
        node(state="GONE"),
        node(updatedAt="2026-13-01T00:00:00Z"),
        node(number="one"),
        node(commits={"totalCount": "many"}),
    ],
)
def test_a_pull_request_that_makes_no_sense_is_an_error(odd: dict[str, object]) -> None:
    with pytest.raises(ForgeError):
        pull_of(page_of(odd))


@pytest.mark.parametrize("depth", [5_000, 200_000])
def test_an_answer_of_nothing_but_brackets_is_an_error(depth: int) -> None:
    deep = httpx.Response(200, text='{"data":' + "[" * depth + "]" * depth + "}")
    with pytest.raises(ForgeError):
        pulls.page(graph(lambda _: deep), Sized(1), None)


def test_complaints_without_a_path_are_about_everything() -> None:
    told = page_of(node(), errors=[{"message": "odd"}])
    script = Script(*[told] * 6)
    (line,) = pulls.page(graph(script), Sized(50), None).lines
    assert isinstance(line.data, PullRequest)
    assert line.data.missing == (Missing("record", "error"),)
    sizes = [json.loads(one.content)["variables"]["size"] for one in script.asked]
    assert sizes == [50, 25, 12, 6, 3, 1]


def test_more_is_asked_for_again_once_it_goes_well() -> None:
    sized = Sized(50)
    told = page_of(node())
    pulls.page(graph(Script(httpx.Response(502), httpx.Response(502), told)), sized, None)
    assert sized.size == 12
    sizes = set()
    for _ in range(3 * GOOD + 3):
        pulls.page(graph(Script(told)), sized, None)
        sizes.add(sized.size)
    assert (sorted(sizes), sized.size) == ([12, 24, 48, 50], 50)


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(403, json={"message": "SAML"}), RefusedError),
        (httpx.Response(400, json={"message": "what?"}), ForgeError),
        (httpx.Response(200, json={"data": None}), UntoldError),
        (
            httpx.Response(
                200, json={"data": None, "errors": [{"type": "FORBIDDEN", "message": "no"}]}
            ),
            RefusedError,
        ),
        (
            httpx.Response(
                200,
                json={
                    "data": {"repository": None},
                    "errors": [{"type": "NOT_FOUND", "path": ["repository"], "message": "no"}],
                },
            ),
            RefusedError,
        ),
    ],
)
def test_an_answer_that_tells_nothing_is_an_error(
    response: httpx.Response, error: type[ForgeError]
) -> None:
    with pytest.raises(ForgeError) as caught:
        pulls.page(graph(lambda _: response), Sized(1), None)
    assert type(caught.value) is error


def test_commits_of_which_nothing_is_told_are_unknown() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        nodes = {"c0": None, "c1": {"oid": "b" * 40, "checkSuites": None}}
        return httpx.Response(200, json={"data": {"repository": nodes}})

    asked = ["a" * 40, "b" * 40]
    lines = ran_on(graph(answer), rest(answer), Sized(50), asked)
    hidden = Missing("runs", "hidden")
    assert [one.data.missing for one in lines] == [  # type: ignore[union-attr]
        (hidden, Missing("statuses", "hidden")),
        (hidden,),
    ]


def test_a_ruleset_of_an_old_server_has_no_versions() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/history"):
            return httpx.Response(404, headers={"x-github-enterprise-version": "3.18.2"})
        return httpx.Response(200, json={"id": 7, "bypass_actors": []})

    (line,) = rulesets.ruleset(rest(answer), 7, frozenset())
    assert isinstance(line.data, Ruleset)
    assert line.data.missing == (Missing("history", "version"),)


def test_so_many_versions_of_a_ruleset_are_not_all_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rulesets, "MOST_VERSIONS", 1)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/history"):
            found = [
                {"version_id": n, "updated_at": "2026-01-01T01:00:00.5+01:00"} for n in (3, 2, 1)
            ]
            return httpx.Response(200, json=found)
        if "/history/" in request.url.path:
            return httpx.Response(403, json={})
        return httpx.Response(404, json={})

    version, current = [one.data for one in rulesets.ruleset(rest(answer), 7, {3})]
    assert isinstance(version, Ruleset)
    assert (version.version, version.at, version.missing) == (
        2,
        "2026-01-01T00:00:00Z",
        (Missing("state", "permission"),),
    )
    assert isinstance(current, Ruleset)
    assert current.missing == (Missing("state", "permission"), Missing("history", "truncated"))


def test_a_push_without_a_time_is_an_error() -> None:
    push = {"id": 1, "ref": "r", "timestamp": "soon", "activity_type": "push"}
    answer = rest(lambda _: httpx.Response(200, json=[push])).get("activity")
    with pytest.raises(ForgeError, match="'soon' for a time"):
        list(pushes(answer))


def test_pages_that_lead_in_a_circle_end() -> None:
    here = f"{API}/repos/firm/shop/releases"
    script = Script(
        *[httpx.Response(200, headers={"link": f'<{here}>; rel="next"'}, text="[]")] * 2
    )
    assert len(list(rest(script).pages(here))) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2023-07-15T08:43:03.999-04:00", "2023-07-15T12:43:03Z"),
        ("2026-01-01", None),
        ("2026-01-01T00:00:00", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("xxxxxxxxxxxxxxxxxxxZ", None),
        (None, None),
    ],
)
def test_a_time_is_in_utc_or_none(text: str | None, expected: str | None) -> None:
    assert moment(text) == expected


@pytest.mark.parametrize(
    ("actor", "expected"),
    [
        (None, None),
        (Actor(), None),
        (Actor(typename="Team", slug="owners"), Account("owners", AccountKind.OTHER)),
        (
            Actor(typename="EnterpriseUserAccount", login="ann"),
            Account("ann", AccountKind.PERSON),
        ),
        (
            User("dependabot[bot]", 49699333, "Bot"),
            Account("dependabot", AccountKind.BOT, 49699333),
        ),
        (User("odd[bot]", 1, "User"), Account("odd[bot]", AccountKind.PERSON, 1)),
        (Actor(typename="Mannequin", login="old"), Account("old", AccountKind.OTHER)),
    ],
)
def test_an_account_is_a_person_a_bot_or_something_else(
    actor: Actor | User | None, expected: Account | None
) -> None:
    assert account(actor) == expected
