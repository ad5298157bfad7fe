"""Merges that show no review: of a branch into itself, or of what its merger opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.changes.people import handle
from affidavit.changes.pull_request import merge_source

if TYPE_CHECKING:
    from affidavit.changes.hands import Roll
    from affidavit.changes.observe import Observed

_OF = re.compile(r"\AMerge (?:remote-tracking )?branch .* of (?P<url>\S+)")


def is_back_merge(title: str, branches: frozenset[str], slug: str) -> bool:
    """Whether a merge says that it merged an audited branch itself, as ``git pull`` does.

    A merge of a fork's branch of the same name is none where the message names the fork's address
    and the repository's own is known.
    """
    if title.startswith("Merge pull request") or not any(map(title.__contains__, branches)):
        return False
    source = merge_source(title)
    if source is None or source.removeprefix("origin/") not in branches:
        return False
    found = _OF.match(title)
    if not found or not slug:
        return True
    address = found["url"].removesuffix(".git").rstrip("/")
    return address.endswith((f"/{slug}", f":{slug}"))


def from_own_fork(own: Observed, named: Roll, slug: str) -> bool:
    """Whether the request came from the account of whoever merged it, who then opened it."""
    owner = (own.stated.source_owner or "").casefold() if own.stated else ""
    if not owner or owner == slug.partition("/")[0].casefold():
        return False
    called = handle(owner)
    return any(owner in one.aliases or called in one.handles for one in named.merging)
