"""GitHub's own examples of what it sends: our forge has their form, and what we read can be read.

GitHub sends webhooks in the form of REST. What is asked of GraphQL alone is given to it here by the
names that the same things have there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

import httpx
import msgspec
import pytest

from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    CheckRun,
    Deployment,
    DeploymentStatus,
    PullRequest,
    Push,
    Release,
    ReviewState,
)
from affidavit.changes.forge.model import Repository as RepositoryRecord
from affidavit.sources.github.accounts import User
from affidavit.sources.github.activity import pushes
from affidavit.sources.github.answer import Answer
from affidavit.sources.github.converting import review
from affidavit.sources.github.deployments import deployments
from affidavit.sources.github.graph import Graph, Sized
from affidavit.sources.github.nodes import Pull, ReviewNode
from affidavit.sources.github.pull_request import record
from affidavit.sources.github.releases import releases
from affidavit.sources.github.repository import repository
from affidavit.sources.github.rest import Rest
from affidavit.sources.github.suite_runs import Workflow, all_runs
from collectors import API, transport
from forges import Forge, filled, said
from prism import needs_octokit
from webhooks import Shape, examples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = needs_octokit
NOBODY = Workflow(None, None, None, None, None)


def parts(event: str, name: str) -> list[Shape]:
    """The object `name` of each of them."""
    return [cast("Shape", one[name]) for one in examples(event) if one.get(name)]


def within(found: object) -> Iterator[Shape]:
    """Every object in it, itself too."""
    below: Sequence[object] = []
    if isinstance(found, dict):
        yield found
        below = list(found.values())
    elif isinstance(found, list):
        below = found
    for one in below:
        yield from within(one)


def answer(data: object) -> Answer:
    body = json.dumps(data).encode()
    return Answer(url=API, status=200, headers={}, body=body, at="2026-01-05T08:00:00Z")


def rest(*answers: tuple[str, object]) -> Rest:
    """REST that answers a path with a given end so, and nothing else."""

    def told(request: httpx.Request) -> httpx.Response:
        found = [data for end, data in answers if request.url.path.endswith(end)]
        return httpx.Response(200, json=found[0]) if found else httpx.Response(404, json={})

    return Rest(transport(told), "firm", "shop")


def login(account: object) -> str | None:
    """Who that is, as an export names them."""
    named = cast("dict[str, str] | None", account)
    return None if named is None else named["login"].removesuffix("[bot]")


def named(account: Account | None) -> str | None:
    return None if account is None else account.login


# The form.


def forms(objects: Sequence[Shape], path: str = "") -> dict[str, set[type]]:
    """Of each member, however deep, what it can be; null is left out."""
    found: dict[str, set[type]] = {}
    for name in {name for one in objects for name in one}:
        there = [one[name] for one in objects if one.get(name) is not None]
        found[f"{path}{name}"] = {type(one) for one in there}
        below = [one for one in there if isinstance(one, dict)]
        found |= forms(below, f"{path}{name}.") if below else {}
    return found


def always(objects: Sequence[Shape]) -> set[str]:
    """The members that every one of them has."""
    return set.intersection(*map(set, objects))


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[Shape]]]:
    """What the forge of the tests says of the same things."""
    with Forge(tmp_path_factory.mktemp("firm")) as forge:
        filled(forge)
        shop = forge.repositories["firm/shop"]

        def each(targets: Sequence[str], of: str = "") -> list[Shape]:
            told = [said(forge, one) for one in targets]
            lists = [cast("dict[str, object]", one)[of] for one in told] if of else told
            return [one for some in lists for one in cast("list[Shape]", some)]

        pulls = [f"/pulls/{number}" for number in shop.pulls]
        made = [f"/deployments/{one.id}/statuses" for one in shop.deployments]
        commits = [f"/commits/{oid}" for oid in shop.checks.suites]
        yield {
            "pull_request": [cast("Shape", said(forge, one)) for one in pulls],
            # One that nobody sent in yet is in no webhook.
            "review": [
                one
                for one in each([f"{one}/reviews" for one in pulls])
                if one["state"] != "PENDING"
            ],
            "check_run": each([f"{one}/check-runs?filter=all" for one in commits], "check_runs"),
            "check_suite": each([f"{one}/check-suites" for one in commits], "check_suites"),
            "deployment": each(["/deployments"]),
            "deployment_status": each(made),
            "release": each(["/releases"]),
            "repository": [cast("Shape", said(forge, ""))],
        }


@pytest.mark.parametrize(
    ("event", "name", "left_out"),
    [
        ("pull_request", "pull_request", {"rebaseable"}),
        ("pull_request_review", "review", set()),
        ("check_run", "check_run", set()),
        ("check_suite", "check_suite", set()),
        ("deployment", "deployment", set()),
        ("deployment_status", "deployment_status", set()),
        ("release", "release", set()),
        ("pull_request", "repository", set()),
    ],
)
def test_the_forge_of_the_tests_has_the_form_of_the_examples(
    ours: dict[str, list[Shape]], event: str, name: str, left_out: set[str]
) -> None:
    there, here = parts(event, name), ours[name]
    assert always(there) - always(here) == left_out
    known, found = forms(there), forms(here)
    both = {one for one in known.keys() & found.keys() if known[one] and found[one]}
    assert {one: found[one] for one in both if not found[one] <= known[one]} == {}
    assert len(both) > 10


def test_a_user_has_the_form_of_the_examples(ours: dict[str, list[Shape]]) -> None:
    there = [one for one in within(examples("pull_request")) if "login" in one and "type" in one]
    here = [one for one in within(ours) if "login" in one and "type" in one]
    assert always(there) <= always(here)
    assert {one["type"] for one in there} <= {one["type"] for one in here}


# What we read.


def test_every_account_of_the_examples_is_read_for_what_it_is() -> None:
    kinds = {
        "User": AccountKind.PERSON,
        "Bot": AccountKind.BOT,
        "Organization": AccountKind.OTHER,
    }
    found = [
        one
        for event in ("pull_request", "check_run", "release", "deployment_status", "push")
        for one in within(examples(event))
        if isinstance(one.get("login"), str) and "type" in one
    ]
    assert {one["type"] for one in found} == set(kinds)
    for one in found:
        expected = Account(
            login(one) or "", kinds[cast("str", one["type"])], cast("int", one["id"])
        )
        assert msgspec.convert(one, User).account() == expected


def test_releases_are_read() -> None:
    for one in parts("release", "release"):
        (found,) = releases(answer([one]))
        assert found.data == Release(
            id=cast("int", one["id"]),
            tag=cast("str", one["tag_name"]),
            target=cast("str", one["target_commitish"]),
            name=cast("str | None", one["name"]),
            draft=cast("bool", one["draft"]),
            created_at=cast("str", one["created_at"]),
            published_at=cast("str | None", one["published_at"]),
            author=msgspec.convert(one["author"], User).account(),
        )


def test_check_runs_are_read() -> None:
    for one in parts("check_run", "check_run"):
        told = rest(("/check-runs", {"total_count": 1, "check_runs": [one]}))
        (found,) = all_runs(told, 1, NOBODY).runs
        assert found == CheckRun(
            id=cast("int", one["id"]),
            name=cast("str", one["name"]),
            app=None,
            app_id=None,
            status=cast("str", one["status"]),
            conclusion=cast("str | None", one["conclusion"]),
            started_at=cast("str | None", one["started_at"]),
            completed_at=cast("str | None", one["completed_at"]),
        )


def test_deployments_are_read_with_their_steps() -> None:
    nothing = httpx.Response(200, json={"data": {"nodes": [None]}})
    graph = Graph(transport(lambda _: nothing), "firm", "shop")
    for one in examples("deployment_status"):
        made, step = cast("Shape", one["deployment"]), cast("Shape", one["deployment_status"])
        told = rest(("/statuses", [step]))
        (found,) = deployments(graph, told, Sized(50), answer([made]))
        assert isinstance(found.data, Deployment)
        assert (found.data.id, found.data.commit, found.data.ref, found.data.task) == (
            made["id"], made["sha"], made["ref"], made["task"],
        )  # fmt: skip
        assert (found.data.environment, named(found.data.creator)) == (
            made["environment"],
            login(made["creator"]),
        )
        assert found.data.statuses == (
            DeploymentStatus(
                state=cast("str", step["state"]),
                at=cast("str", step["created_at"]),
                creator=msgspec.convert(step["creator"], User).account(),
            ),
        )


def test_repositories_are_read() -> None:
    for one in parts("release", "repository"):
        told = rest(("/shop", one), ("/environments", {"total_count": 0, "environments": []}))
        found = repository(told).data
        assert isinstance(found, RepositoryRecord)
        expected = (one["id"], one["full_name"], one["default_branch"], one["private"])
        assert (found.id, found.name, found.default_branch, found.private) == expected


def test_pushes_have_what_an_activity_names() -> None:
    for number, one in enumerate(examples("push")):
        names = {"ref": one["ref"], "before": one["before"], "after": one["after"]}
        told = {"id": number, "timestamp": "2026-01-05T08:00:00Z", "activity_type": "push"}
        (found,) = pushes(answer([{**told, **names, "actor": one["sender"]}]))
        assert isinstance(found.data, Push)
        assert {"ref": found.data.ref, "before": found.data.before, "after": found.data.after} == (
            names
        )
        assert found.data.ref.startswith("refs/")
        assert named(found.data.actor) == login(one["sender"])


# What we ask of GraphQL.

_SAME = "number title body additions deletions"
_RENAMED = {
    "url": "html_url",
    "isDraft": "draft",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
    "closedAt": "closed_at",
    "mergedAt": "merged_at",
    "changedFiles": "changed_files",
}


def actor(user: Shape | None) -> Shape | None:
    if user is None:
        return None
    return {"__typename": user["type"], "login": login(user), "databaseId": user["id"]}


def node(one: Shape) -> Shape:
    """A pull request of REST as GraphQL tells it."""
    base, head = cast("dict[str, Shape]", one["base"]), cast("dict[str, Shape]", one["head"])
    commits = {"totalCount": 0, "filteredCount": 0, "pageInfo": {}, "nodes": []}
    state = "MERGED" if one.get("merged") else cast("str", one["state"]).upper()
    merged = {"oid": one["merge_commit_sha"]} if one.get("merged") else None
    whose = head["repo"] and {"nameWithOwner": head["repo"]["full_name"]}
    return {
        **{name: one.get(name) for name in _SAME.split()},
        **{name: one.get(theirs) for name, theirs in _RENAMED.items()},
        "fullDatabaseId": str(one["id"]),
        "state": state,
        "baseRefName": base["ref"],
        "baseRefOid": base["sha"],
        "headRefName": head["ref"],
        "headRefOid": head["sha"],
        "headRepository": whose,
        "author": actor(cast("Shape | None", one["user"])),
        "mergedBy": actor(cast("Shape | None", one.get("merged_by"))),
        "mergeCommit": merged,
        "labels": {"totalCount": len(cast("list[Shape]", one["labels"])), "nodes": one["labels"]},
        **dict.fromkeys(("commits", "reviews", "timelineItems"), commits),
    }


def test_pull_requests_are_read() -> None:
    found = parts("pull_request", "pull_request")
    for one in found:
        read = record(msgspec.convert(node(one), Pull), ())
        assert isinstance(read, PullRequest)
        assert (read.number, read.id, read.title, read.body, read.url) == (
            one["number"], one["id"], one["title"], one["body"], one["html_url"],
        )  # fmt: skip
        assert read.state == ("merged" if one.get("merged") else one["state"])
        assert (read.created_at, read.updated_at, read.closed_at, read.merged_at) == (
            one["created_at"], one["updated_at"], one["closed_at"], one["merged_at"],
        )  # fmt: skip
        assert (named(read.author), read.missing) == (login(one["user"]), ())
    assert {cast("str", one["state"]) for one in found} == {"open", "closed"}


def test_reviews_are_read() -> None:
    states: dict[str, ReviewState] = {one.value: one for one in ReviewState}
    for one in parts("pull_request_review", "review"):
        given = {
            "fullDatabaseId": str(one["id"]),
            "state": cast("str", one["state"]).upper(),
            "submittedAt": one["submitted_at"],
            "authorAssociation": one["author_association"],
            "body": one["body"] or "",
            "author": actor(cast("Shape | None", one["user"])),
            "commit": {"oid": one["commit_id"]},
        }
        read = review(msgspec.convert(given, ReviewNode))
        assert read is not None
        assert (read.id, read.state, read.commit) == (
            one["id"],
            states[cast("str", one["state"])],
            one["commit_id"],
        )
        assert (read.submitted_at, named(read.author)) == (one["submitted_at"], login(one["user"]))
        assert (read.association, read.checklist) == (one["author_association"], ())
