"""Runs queries against the world, with GitHub's schema and its own limits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    build_schema,
    default_field_resolver,
    execute_sync,
    parse,
    validate,
)

from forge.accounts import Account
from forge.gql import checks, commits, hosting, pulls
from forge.gql.cost import Cost, RefusedError, cost

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphql import GraphQLResolveInfo

    from forge.gql.paging import View
    from forge.limits import Pool
    from forge.repository import Repository
    from forge.world import World

NEEDS = {
    ("Repository", "pullRequests"): "pull_requests=read",
    ("Repository", "pullRequest"): "pull_requests=read",
    ("Repository", "deployments"): "deployments=read",
    ("Repository", "releases"): "contents=read",
    ("Repository", "branchProtectionRules"): "administration=read",
    ("Commit", "checkSuites"): "checks=read",
    ("Commit", "statusCheckRollup"): "checks=read",
    ("Commit", "status"): "statuses=read",
    ("Commit", "deployments"): "deployments=read",
}
"""What a token needs for a field: without it there is null and an error."""
SCHEMA = Path(__file__).with_name("schema.graphql")


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a query and what it cost."""

    body: dict[str, object]
    cost: Cost


@lru_cache(maxsize=1)
def schema() -> GraphQLSchema:
    """The part of GitHub's schema that is answered."""
    return build_schema(SCHEMA.read_text())


@lru_cache(maxsize=200)
def _checked(query: str) -> tuple[DocumentNode, tuple[GraphQLError, ...]]:
    document = parse(query)
    return document, tuple(validate(schema(), document))


def _error(error: GraphQLError) -> View:
    shown = cast("View", error.formatted)
    origin = error.original_error if isinstance(error.original_error, RefusedError) else error
    kind = getattr(origin, "kind", None)
    return {"type": kind, **shown} if kind else shown


class Engine:
    """Answers queries from what the world holds; `may` tells what the token has."""

    def __init__(self, world: World, pool: Pool, may: Callable[[str], bool]) -> None:
        self._world, self._pool, self._may = world, pool, may

    def run(self, query: str, variables: Mapping[str, object]) -> Result:
        """The answer to a query. Errors are in it; none of them is raised."""
        try:
            document, errors = _checked(query)
            price = Cost() if errors else cost(schema(), document, variables)
        except GraphQLError as error:
            return Result({"errors": [_error(error)]}, Cost())
        if errors:
            return Result({"errors": [_error(each) for each in errors]}, Cost())
        done = execute_sync(
            schema(),
            document,
            self._root(price),
            variable_values=dict(variables),
            field_resolver=self._allowed,
        )
        body: dict[str, object] = {"data": done.data}
        if done.errors:
            body["errors"] = [_error(each) for each in done.errors]
        return Result(body, price)

    def _allowed(self, of: object, info: GraphQLResolveInfo[None], **args: object) -> object:
        """The value of a field, if the token has what the field needs."""
        needed = NEEDS.get((info.parent_type.name, info.field_name))
        if needed and not self._may(needed):
            raise RefusedError("Resource not accessible by personal access token", "FORBIDDEN")
        return default_field_resolver(of, info, **args)

    def _root(self, price: Cost) -> View:
        return {
            "rateLimit": lambda _info, **_args: self._limit(price),
            "repository": lambda _info, **args: self._repository(
                str(args["owner"]), str(args["name"])
            ),
            "node": lambda _info, **args: self.node(str(args["id"])),
            "nodes": lambda _info, **args: [
                self._listed(each) for each in cast("list[str]", args["ids"])
            ],
            "viewer": commits.actor(Account(login="collector", id=1)),
        }

    def _limit(self, price: Cost) -> View:
        used = self._pool.used + price.points
        return {
            "limit": self._pool.limit,
            "cost": price.points,
            "remaining": max(0, self._pool.limit - used),
            "used": used,
            "resetAt": self._pool.reset_text(),
            "nodeCount": price.nodes,
        }

    def _repository(self, owner: str, name: str) -> View:
        found = self._world.repositories.get(f"{owner}/{name}".lower())
        if found is None:
            raise RefusedError(
                f"Could not resolve to a Repository with the name '{owner}/{name}'.", "NOT_FOUND"
            )
        return hosting.repository(found)

    def _listed(self, id_: str) -> View | RefusedError | None:
        # An error in a list stands for its own place, and for no other.
        try:
            return self.node(id_)
        except RefusedError as error:
            return error

    def node(self, id_: str) -> View | None:
        """What has this global id.

        Raises:
            RefusedError: Nothing has it.
        """
        kind, _, rest = id_.partition("_")
        number, _, inner = rest.partition("_")
        found: View | None = None
        for one in self._world.repositories.values():
            if str(one.id) == number:
                found = found or _of_repository(one, kind, inner)
            found = found or _of_all(one, kind, rest)
        if found is None:
            message = f"Could not resolve to a node with the global id of '{id_}'"
            raise RefusedError(message, "NOT_FOUND")
        return found


def _of_repository(one: Repository, kind: str, inner: str) -> View | None:
    """What the repository has under an id that begins with its own number."""
    if kind == "C":
        return commits.commit(one, inner)
    if kind == "PR" and inner.isdigit():
        pull = one.pulls.get(int(inner))
        return pulls.pull(pull) if pull else None
    return hosting.repository(one) if kind == "R" else None


def _of_all(one: Repository, kind: str, number: str) -> View | None:
    """What the repository has under a number that is nobody else's."""
    if kind == "CS":
        every = (suite for found in one.checks.suites.values() for suite in found)
        return next((checks.suite(one, each) for each in every if str(each.id) == number), None)
    if kind == "DE":
        made = (each for each in one.deployments if str(each.id) == number)
        return next((hosting.deployment(one, each) for each in made), None)
    return None
