"""Connections: a page of a list, with cursors that say nothing to the client."""

from __future__ import annotations

from base64 import b64decode, b64encode
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    View = dict[str, object]

Item = TypeVar("Item")


def cursor(of: str) -> str:
    """An opaque cursor."""
    return b64encode(f"cursor:v2:{of}".encode()).decode()


def position(given: object) -> str | None:
    """What a cursor stands for, None for none."""
    if not isinstance(given, str):
        return None
    try:
        return b64decode(given, validate=True).decode().removeprefix("cursor:v2:")
    except ValueError:
        raise ValueError(f"`{given}` does not appear to be a valid cursor.") from None


def connection(
    items: Sequence[Item], view: Callable[[Item], object], args: Mapping[str, object]
) -> View:
    """A page of `items`, which are only ever added to at the end."""
    after, before = position(args.get("after")), position(args.get("before"))
    start = int(after) + 1 if after is not None else 0
    end = min(int(before), len(items)) if before is not None else len(items)
    first, last = _window(start, end, args)
    return _page(items, view, (first, last), lambda at: cursor(str(at)))


def keyed(
    items: Sequence[Item],
    view: Callable[[Item], object],
    args: Mapping[str, object],
    *,
    key: Callable[[Item], tuple[str, int]],
) -> View:
    """A page of `items` whose cursors are their keys: items may move between two pages.

    The items are put in the order that is asked for, by their keys.
    """
    order = cast("Mapping[str, str]", args.get("orderBy") or {})
    descending = order.get("direction") == "DESC"
    ascending = sorted(items, key=key)
    ordered = ascending[::-1] if descending else ascending
    start, after = 0, position(args.get("after"))
    if after is not None:
        text, _, number = after.rpartition("|")
        of = (text, int(number))
        if descending:
            start = len(items) - bisect_left(ascending, of, key=key)
        else:
            start = bisect_right(ascending, of, key=key)
    window = _window(start, len(items), args)
    return _page(ordered, view, window, lambda at: cursor("|".join(map(str, key(ordered[at])))))


def _window(start: int, end: int, args: Mapping[str, object]) -> tuple[int, int]:
    first, last = cast("int | None", args.get("first")), cast("int | None", args.get("last"))
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    return start, max(start, end)


def _page(
    items: Sequence[Item],
    view: Callable[[Item], object],
    window: tuple[int, int],
    named: Callable[[int], str],
) -> View:
    start, end = window
    shown = range(start, min(end, len(items)))

    def edges(_info: object) -> list[View]:
        return [{"cursor": named(at), "node": view(items[at])} for at in shown]

    return {
        "totalCount": len(items),
        "filteredCount": len(items),
        "pageCount": len(shown),
        "nodes": lambda _info: [view(items[at]) for at in shown],
        "edges": edges,
        "pageInfo": {
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
            "startCursor": named(shown[0]) if shown else None,
            "endCursor": named(shown[-1]) if shown else None,
        },
    }
