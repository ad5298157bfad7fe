"""Every field of the schema has a value in every place where it can be asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_leaf_type,
)

from forges import SCHEMA, Forge, Repository, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = build_schema(SCHEMA.read_text())
IDS = ("Repository", "PullRequest", "Commit", "CheckSuite", "Deployment", "Node", "GitObject")
GIVEN = {
    "Repository.pullRequest": "(number: 1)",
    "Repository.ref": '(qualifiedName: "refs/heads/main")',
    "Repository.refs": '(refPrefix: "refs/heads/", first: 2)',
    "Repository.object": '(expression: "main")',
    "PullRequest.timelineItems": "(first: 40)",
}


@cache
def selections(name: str, depth: int = 1) -> str:
    """All fields of a type, and of what they lead to."""
    of = OURS.type_map[name]
    if isinstance(of, GraphQLUnionType):
        inner = (f"... on {each.name} {selections(each.name, depth)}" for each in of.types)
        return "{ __typename " + " ".join(inner) + " }"
    assert isinstance(of, GraphQLObjectType | GraphQLInterfaceType)
    lines = ["__typename", *fields(of, depth)]
    if isinstance(of, GraphQLInterfaceType):
        every = OURS.get_possible_types(of)
        lines += [f"... on {each.name} {selections(each.name, depth)}" for each in every]
    return "{ " + " ".join(lines) + " }"


def fields(of: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> Iterator[str]:
    """Each field has a name of its own, so that a type's fields never clash with another's."""
    for name, field in of.fields.items():
        below = get_named_type(field.type)
        paged = "(first: 2)" if "first" in field.args else ""
        args = GIVEN.get(f"{of.name}.{name}", paged)
        label = f"{of.name}_{name}: {name}{args}"
        if is_leaf_type(below):
            yield label
        elif depth or below.name not in IDS:
            # What has an id is asked on its own: it need not be asked deep inside others.
            inner = depth - (below.name in IDS)
            yield f"{label} {selections(below.name, inner)}"


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """Everything of everything that has an id."""
    forge = Forge(tmp_path_factory.mktemp("firm"))
    filled(forge)
    said = [
        forge.query(
            f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {kind} {selections(kind)} }} }}",
            ids=ids[at : at + 10],
        )
        for kind, ids in ids_of(forge.repositories["firm/shop"]).items()
        for at in range(0, len(ids), 10)
    ]
    forge.stop()
    return said


def ids_of(shop: Repository) -> dict[str, list[str]]:
    suites = [each for found in shop.checks.suites.values() for each in found]
    return {
        "Repository": [f"R_{shop.id}"],
        "PullRequest": [f"PR_{shop.id}_{number}" for number in shop.pulls],
        "Commit": [f"C_{shop.id}_{oid}" for oid in shop.git.above(*shop.heads.values())],
        "CheckSuite": [f"CS_{each.id}" for each in suites],
        "Deployment": [f"DE_{each.id}" for each in shop.deployments],
    }


def test_every_field_has_a_value_of_its_type(answers: list[dict[str, object]]) -> None:
    assert [each["errors"] for each in answers if "errors" in each] == []


def test_every_type_is_seen(answers: list[dict[str, object]]) -> None:
    """What no answer holds is checked by nothing."""
    known = {
        name
        for name, each in OURS.type_map.items()
        if isinstance(each, GraphQLObjectType) and not name.startswith("__")
    }
    elsewhere = {"Query", "RateLimit"}
    assert known - elsewhere - set(kinds(answers)) == {"Blob", "EnterpriseUserAccount"}


def kinds(said: object) -> Iterator[str]:
    """The types that an answer names."""
    if isinstance(said, dict):
        if isinstance(said.get("__typename"), str):
            yield said["__typename"]
        said = list(said.values())
    if isinstance(said, list):
        for each in said:
            yield from kinds(each)
