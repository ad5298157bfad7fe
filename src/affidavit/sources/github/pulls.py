"""Pull requests from GitHub: page by page, each whole with its commits, reviews and events."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import msgspec

from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import Line, Missing, Origin
from affidavit.sources.github.accounts import instant
from affidavit.sources.github.answer import decoded_part, digest
from affidavit.sources.github.graph import NOTHING, Graph, Page, Reply, Sized, lost, present, untold
from affidavit.sources.github.nodes import Commits, Events, Pull, Reviews
from affidavit.sources.github.pull_request import record
from affidavit.sources.github.queries import MORE, ONE, PAGE

T = TypeVar("T")
MOST_PAGES = 1_000
"""How many further pages of one pull request's lists are asked for."""
_NAMES = {
    "timelineItems": "events",
    "mergedBy": "merged_by",
    "mergeCommit": "merge_commit",
    "autoMergeRequest": "auto_merge",
    "headRepository": "head_repository",
    "changedFiles": "changed_files",
}
"""What the fields of GraphQL are called in an export, where it is not the same."""


class PullPage(NamedTuple):
    """Some pull requests, the one changed last first.

    `times` are when each changed, `cursor` leads on to older ones, `total` is how many the
    repository has, and `hidden` how many of this page were not shown.
    """

    lines: tuple[Line, ...]
    times: tuple[str, ...]
    cursor: str | None
    total: int
    hidden: int


class _Connection(msgspec.Struct, rename="camel"):
    total_count: int
    page_info: Page
    nodes: list[msgspec.Raw] | None = None


class _Found(msgspec.Struct, rename="camel"):
    pull_requests: _Connection | None = None


class _Pages(msgspec.Struct):
    repository: _Found | None = None


class _FoundOne(msgspec.Struct, rename="camel"):
    pull_request: msgspec.Raw = NOTHING


class _One(msgspec.Struct):
    repository: _FoundOne | None = None


class _MoreOf(msgspec.Struct, rename="camel"):
    commits: Commits | None = None
    reviews: Reviews | None = None
    timeline_items: Events | None = None


class _FoundMore(msgspec.Struct, rename="camel"):
    pull_request: _MoreOf | None = None


class _More(msgspec.Struct):
    repository: _FoundMore | None = None


class _Whole(NamedTuple):
    """A pull request, what was received of it, and what is not known."""

    node: Pull
    raw: list[bytes]
    missing: list[Missing]


def page(graph: Graph, sized: Sized, after: str | None) -> PullPage:
    """The pull requests after the cursor `after`, from the one changed last.

    Raises:
        ForgeError: The forge does not tell.
    """

    def asked(size: int, patient: bool) -> Reply[_Pages]:  # noqa: FBT001 -- as `Sized` calls it
        return graph.ask(PAGE, {"size": size, "after": after}, _Pages, patient=patient)

    reply = sized.fitting(asked)
    found = reply.data.repository and reply.data.repository.pull_requests
    if not found:
        raise untold(reply.answer, reply.complaints)
    wholes = []
    for at, raw in enumerate(map(present, found.nodes or ())):
        if raw is not None:
            node = decoded_part(reply.answer, raw, Pull)
            wholes.append(_Whole(node, [raw], _missing(reply, 4, at)))
    lines = tuple(_line(graph, reply.answer.origin(b""), one) for one in wholes)
    return PullPage(
        lines=lines,
        times=tuple(instant(one.node.updated_at) for one in wholes),
        cursor=found.page_info.goes_on,
        total=found.total_count,
        hidden=len(found.nodes or ()) - len(wholes),
    )


def one(graph: Graph, number: int) -> Line:
    """The pull request `number`.

    Raises:
        ForgeError: The forge does not tell.
    """
    reply = graph.ask(ONE, {"number": number}, _One)
    raw = present(reply.data.repository.pull_request) if reply.data.repository else None
    if raw is None:
        raise untold(reply.answer, reply.complaints)
    node = decoded_part(reply.answer, raw, Pull)
    whole = _Whole(node, [raw], _missing(reply, 2, None))
    return _line(graph, reply.answer.origin(b""), whole)


def _missing(reply: Reply[T], depth: int, at: int | None) -> list[Missing]:
    """What the complaints say is not known of the node `at` of a list, or of the only one.

    `depth` is where in a path a field of the node is named.
    """
    found = []
    for complaint in reply.complaints:
        path = complaint.path or ()
        if at is not None and len(path) >= depth and path[depth - 1] != at:
            continue
        known = len(path) > depth and path[1] == ("pullRequest" if at is None else "pullRequests")
        field = str(path[depth]) if known else "record"
        found.append(lost(_NAMES.get(field, field), complaint))
    return list(dict.fromkeys(found))


def _line(graph: Graph, origin: Origin, whole: _Whole) -> Line:
    _complete(graph, whole)
    origin = msgspec.structs.replace(origin, digest=digest(b"".join(whole.raw)))
    return Line(origin=origin, data=record(whole.node, whole.missing))


def _complete(graph: Graph, whole: _Whole) -> None:
    """Ask for what did not fit the page, until all of it is there."""
    node = whole.node
    for _ in range(MOST_PAGES):
        cursors = {
            "commits": node.commits and node.commits.page_info.goes_on,
            "reviews": node.reviews and node.reviews.page_info.goes_on,
            "events": node.timeline_items and node.timeline_items.page_info.goes_on,
        }
        if not any(cursors.values()):
            return
        wanted = {f"more{name.capitalize()}": bool(at) for name, at in cursors.items()}
        try:
            reply = graph.ask(MORE, {"number": node.number, **cursors, **wanted}, _More)
        except ForgeError as error:
            graph.bear(error)
            whole.missing.extend(Missing(name, "error") for name, at in cursors.items() if at)
            return
        whole.raw.append(reply.answer.body)
        whole.missing.extend(_missing(reply, 2, None))
        more = reply.data.repository and reply.data.repository.pull_request
        if not more or not _extended(node, more):
            # What is short of its total is marked as such.
            return


def _extended(node: Pull, more: _MoreOf) -> bool:
    """Whether every list that was asked for came, and went on."""
    came = False
    if node.commits and more.commits:
        came |= _joined(node.commits, more.commits)
    if node.reviews and more.reviews:
        came |= _joined(node.reviews, more.reviews)
    if node.timeline_items and more.timeline_items:
        came |= _joined(node.timeline_items, more.timeline_items)
    return came


def _joined(
    of: Commits | Reviews | Events,
    more: Commits | Reviews | Events,
) -> bool:
    moved = more.page_info.endCursor != of.page_info.endCursor
    of.nodes = [*(of.nodes or ()), *(more.nodes or ())]
    of.page_info = more.page_info if moved else Page()
    return moved
