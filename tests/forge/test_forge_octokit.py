"""The forge speaks as GitHub's own descriptions say: its schema, and every answer of REST."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
)

from forges import SCHEMA, Answer, Forge, Request, filled
from prism import MODULES, Judge, judged, needs_octokit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = needs_octokit


# GraphQL.


def subset(ours: object, theirs: object, name: str) -> Iterator[str]:
    """What a type of ours says that theirs does not."""
    if isinstance(ours, GraphQLEnumType) and isinstance(theirs, GraphQLEnumType):
        yield from (f"{name}.{value}" for value in ours.values.keys() - theirs.values.keys())
    elif isinstance(ours, GraphQLUnionType) and isinstance(theirs, GraphQLUnionType):
        known = {each.name for each in theirs.types}
        yield from (f"{name} = {each.name}" for each in ours.types if each.name not in known)
    elif isinstance(ours, GraphQLInputObjectType) and isinstance(theirs, GraphQLInputObjectType):
        for field, value in ours.fields.items():
            if field not in theirs.fields or str(value.type) != str(theirs.fields[field].type):
                yield f"{name}.{field}"
    elif isinstance(ours, GraphQLObjectType | GraphQLInterfaceType) and isinstance(
        theirs, GraphQLObjectType | GraphQLInterfaceType
    ):
        yield from fields(ours, theirs, name)
    elif type(ours) is not type(theirs):
        yield name


def fields(
    ours: GraphQLObjectType | GraphQLInterfaceType,
    theirs: GraphQLObjectType | GraphQLInterfaceType,
    name: str,
) -> Iterator[str]:
    """The fields and arguments of ours that theirs has not, or of another type."""
    known = {each.name for each in theirs.interfaces}
    yield from (f"{name}: {each.name}" for each in ours.interfaces if each.name not in known)
    for field, value in ours.fields.items():
        other = theirs.fields.get(field)
        if other is None or str(other.type) != str(value.type):
            yield f"{name}.{field}"
            continue
        for argument, given in value.args.items():
            wanted = other.args.get(argument)
            if wanted is None or (str(wanted.type), wanted.default_value) != (
                str(given.type),
                given.default_value,
            ):
                yield f"{name}.{field}({argument})"
        asked = (each for each, what in other.args.items() if str(what.type).endswith("!"))
        yield from (f"{name}.{field}({each}) left out" for each in asked if each not in value.args)


def differences(ours: GraphQLSchema, theirs: GraphQLSchema) -> list[str]:
    return [
        line
        for name, each in ours.type_map.items()
        if not name.startswith("__")
        for line in subset(each, theirs.type_map.get(name), name)
    ]


@pytest.fixture(scope="module")
def github() -> GraphQLSchema:
    text = (MODULES / "@octokit" / "graphql-schema" / "schema.graphql").read_text()
    return build_schema(text, assume_valid=True)


def test_the_schema_is_a_part_of_github_s(github: GraphQLSchema) -> None:
    assert differences(build_schema(SCHEMA.read_text()), github) == []


@pytest.mark.parametrize(
    ("was", "becomes", "found"),
    [
        ("isDraft: Boolean!", "isDraft: Boolean", "PullRequest.isDraft"),
        ("isDraft: Boolean!", "draft: Boolean!", "PullRequest.draft"),
        ("number: Int!): ", "number: ID!): ", "Repository.pullRequest(number)"),
        ("  UNLABELED_EVENT\n", "  UNLABELLED_EVENT\n", "UNLABELLED_EVENT"),
    ],
)
def test_a_schema_that_says_else_is_found_out(
    github: GraphQLSchema, was: str, becomes: str, found: str
) -> None:
    changed = SCHEMA.read_text().replace(was, becomes)
    assert any(found in line for line in differences(build_schema(changed), github))


# REST.


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forge]:
    with Forge(tmp_path_factory.mktemp("firm")) as forge:
        filled(forge)
        yield forge


@pytest.fixture(scope="module")
def judge(firm: Forge) -> Iterator[Judge]:
    with judged(firm) as made:
        yield made


def paths(forge: Forge) -> Iterator[str]:
    """Every path that is answered, with everything that the firm has."""
    shop = forge.repositories["firm/shop"]
    yield from ("", "/pulls?state=all&per_page=100", "/branches/main", "/branches/main/protection")
    yield from ("/rules/branches/main", "/rulesets", "/deployments", "/environments", "/activity")
    yield from ("/collaborators", "/releases", "/codeowners/errors")
    yield "/actions/permissions/workflow"
    yield from (f"/collaborators/{login}/permission" for login in ("ann", "dan", "old"))
    for number in shop.pulls:
        yield from (f"/pulls/{number}{end}" for end in ("", "/commits", "/files", "/reviews"))
        yield f"/issues/{number}/timeline?per_page=100"
    for oid in sorted({*shop.checks.suites, *shop.checks.statuses, shop.heads["main"]}):
        yield from (f"/commits/{oid}{end}" for end in ("", "/pulls", "/status", "/statuses"))
        yield from (f"/commits/{oid}/check-runs?filter=all", f"/commits/{oid}/check-suites")
        yield from (f"/check-suites/{each.id}/check-runs" for each in shop.checks.suites[oid])
    for made in shop.rulesets.values():
        yield from (f"/rulesets/{made.id}", f"/rulesets/{made.id}/history")
        yield from (f"/rulesets/{made.id}/history/{each.id}" for each in made.versions)
    yield from (f"/deployments/{each.id}/statuses" for each in shop.deployments)


def test_every_answer_is_as_github_describes_it(firm: Forge, judge: Judge) -> None:
    with httpx.Client(base_url=judge.url, timeout=60, trust_env=False) as client:
        every = ["/rate_limit", *(f"/repos/firm/shop{each}" for each in paths(firm))]
        wrong = [path for path in every if client.get(path).status_code != 200]
    assert (wrong, judge.violations) == ([], [])


def test_a_status_is_set_as_github_describes(firm: Forge, judge: Judge) -> None:
    head = firm.repositories["firm/shop"].pulls[1].head_oid
    body = {"state": "success", "context": "affidavit/gate", "description": "All met"}
    with httpx.Client(base_url=judge.url, timeout=60, trust_env=False) as client:
        done = client.post(f"/repos/firm/shop/statuses/{head}", json=body)
        found = client.get("/repos/firm/shop/pulls?state=all&head=firm:change-1&base=main")
    assert (done.status_code, found.status_code, judge.violations) == (201, 200, [])


def test_the_collector_asks_and_is_answered_as_github_describes(
    firm: Forge, judge: Judge, tmp_path: Path
) -> None:
    environment = {**os.environ, "GITHUB_TOKEN": "a-token-of-the-test"}
    command = [sys.executable, "-m", "affidavit", "collect", "github", "firm/shop", "--api-url"]
    done = subprocess.run(
        [*command, judge.url, "--output", tmp_path / "forge.jsonl"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, judge.violations) == (0, []), done.stderr
    records = (tmp_path / "forge.jsonl").read_text().count('"record":"pull_request"')
    assert records == len(firm.repositories["firm/shop"].pulls)


def test_a_wrong_answer_is_found_out(firm: Forge, judge: Judge) -> None:
    def without_commit(_request: Request, answer: Answer) -> Answer:
        return replace(answer, body=re.sub(rb'"commit_id":"\w+",', b"", answer.body))

    firm.faults.order("/pulls/1/reviews", without_commit)
    target = "/repos/firm/shop/pulls/1/reviews"
    assert httpx.get(judge.url + target, trust_env=False).status_code == 500
    [(path, violation)] = judge.violations
    judge.violations.clear()
    assert (path, "commit_id" in violation) == (target, True)


def test_graphql_goes_past_the_judge(firm: Forge, judge: Judge) -> None:
    query = {"query": "{ rateLimit { limit } }"}
    answer = httpx.post(f"{judge.url}/graphql", json=query, trust_env=False)
    assert answer.json() == {"data": {"rateLimit": {"limit": firm.graphql.limit}}}
    link = httpx.get(f"{judge.url}/repos/firm/shop/activity", trust_env=False).headers["link"]
    assert link.startswith(f"<{judge.url}/repos/firm/shop/activity?after=")
