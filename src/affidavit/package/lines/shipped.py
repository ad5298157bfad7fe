"""The release or deployment whose lines are told, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from affidavit.changes.record.value import SourceKind
from affidavit.package.html.words import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.audit.lines.model import At
    from affidavit.changes.record.value import Source


class Shipped(NamedTuple):
    """What was asked for: its sort, and all that is told of it. Both are plain text."""

    kind: str
    told: str


def shipped(at: At | msgspec.UnsetType) -> Iterator[Shipped]:
    """What was asked for, if it was a release or what is deployed."""
    if isinstance(at, msgspec.UnsetType):
        return
    place = _place(at.source)
    if at.kind == "deployment":
        yield Shipped("deployed", f"what was deployed to {at.name} at {at.time}, by {place}")
        return
    on_branch = " on the main branch" if at.source.kind is SourceKind.TAG else ""
    latest = f", the latest{on_branch}" if at.latest else ""
    published = f", published {at.time}" if at.time else ""
    yield Shipped("release", f"the release {at.name}{latest}{published}, by {place}")


def one_line(one: Shipped) -> str:
    """The same as a line of a summary."""
    return f"{one.kind:<14} {one.told}"


def as_facts(at: At | msgspec.UnsetType) -> Iterator[tuple[str, str]]:
    """The same as facts of a page's head: a term, and markup."""
    for one in shipped(at):
        yield one.kind.capitalize(), escaped(one.told)


def _place(source: Source) -> str:
    """Where it is recorded."""
    match source.kind:
        case SourceKind.LEDGER:
            return f"entry {source.at} of the ledger, as somebody recorded it"
        case SourceKind.TAG:
            return "its tag"
    return f"the forge's record ({source.at}, asked {source.fetched_at})"
