"""What a query costs: connections asked for, and nodes that may come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    InlineFragmentNode,
    get_named_type,
    value_from_ast_untyped,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import (
        DocumentNode,
        FragmentDefinitionNode,
        GraphQLInterfaceType,
        GraphQLSchema,
        SelectionSetNode,
    )

MOST_NODES = 500_000


class RefusedError(GraphQLError):
    """The forge does not run this; `kind` is the type that its error has."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Cost:
    """How many connections are resolved, how many nodes may come back, the largest page asked."""

    requests: int = 0
    nodes: int = 0
    page: int = 0

    @property
    def points(self) -> int:
        """What is taken from the hour's allowance."""
        return max(1, round(self.requests / 100))

    def plus(self, other: Cost) -> Cost:
        """Both together."""
        return Cost(
            self.requests + other.requests,
            self.nodes + other.nodes,
            max(self.page, other.page),
        )


class Counting:
    """Counts one document with its variables."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, object],
    ) -> None:
        self._schema, self._fragments = schema, fragments
        self._variables = dict(variables)

    def of(
        self,
        selections: SelectionSetNode | None,
        parent: GraphQLObjectType | GraphQLInterfaceType | None,
        times: int = 1,
    ) -> Cost:
        """The cost of these selections, made `times` times."""
        total = Cost()
        for each in (selections.selections if selections else ()) or ():
            if isinstance(each, FieldNode):
                total = total.plus(self._field(each, parent, times))
            elif isinstance(each, FragmentSpreadNode):
                fragment = self._fragments[each.name.value]
                on = self._type(fragment.type_condition.name.value)
                total = total.plus(self.of(fragment.selection_set, on, times))
            elif isinstance(each, InlineFragmentNode):
                named = each.type_condition
                on = self._type(named.name.value) if named else parent
                total = total.plus(self.of(each.selection_set, on, times))
        return total

    def _type(self, name: str) -> GraphQLObjectType | GraphQLInterfaceType | None:
        found = self._schema.get_type(name)
        return found if hasattr(found, "fields") else None  # type: ignore[return-value]  # it has

    def _field(
        self, node: FieldNode, parent: GraphQLObjectType | GraphQLInterfaceType | None, times: int
    ) -> Cost:
        field = parent.fields.get(node.name.value) if parent else None
        if field is None:
            return Cost()
        below = get_named_type(field.type)
        inner = below if hasattr(below, "fields") else None
        given = {
            each.name.value: value_from_ast_untyped(each.value, self._variables)
            for each in node.arguments or ()
        }
        if "first" in field.args:
            size = _page_size(node.name.value, given)
            rest = self.of(node.selection_set, inner, times * size)
            page = size if node.name.value == "pullRequests" else 0
            return rest.plus(Cost(times, times * size, page))
        ids = given.get("ids")
        count = len(ids) if isinstance(ids, list) else 1
        rest = self.of(node.selection_set, inner, times * count)
        return rest.plus(Cost(0, count if count > 1 else 0, count if isinstance(ids, list) else 0))


def _page_size(name: str, given: Mapping[str, object]) -> int:
    size = given.get("first") if given.get("first") is not None else given.get("last")
    if not isinstance(size, int):
        raise RefusedError(
            "You must provide a `first` or `last` value to properly paginate the "
            f"`{name}` connection.",
            "MISSING_PAGINATION_BOUNDARIES",
        )
    if not 1 <= size <= 100:
        raise RefusedError(
            f"Requesting {size} records on the `{name}` connection exceeds the `first` limit of "
            "100 records.",
            "EXCESSIVE_PAGINATION",
        )
    return size


def cost(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, object]) -> Cost:
    """What the document costs with these variables.

    Raises:
        RefusedError: A connection has no bounds, or more than 500,000 nodes may come back.
    """
    from graphql import FragmentDefinitionNode, OperationDefinitionNode  # noqa: PLC0415

    fragments = {
        each.name.value: each
        for each in document.definitions
        if isinstance(each, FragmentDefinitionNode)
    }
    counting = Counting(schema, fragments, variables)
    total = Cost()
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode):
            total = total.plus(counting.of(each.selection_set, schema.query_type))
    if total.nodes > MOST_NODES:
        raise RefusedError(
            f"This query requests up to {total.nodes:,} possible nodes which exceeds the maximum "
            f"limit of {MOST_NODES:,}.",
            "MAX_NODE_LIMIT_EXCEEDED",
        )
    return total
