"""The request that a landing names, as far as git can tell that it is of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.changes.pull_request import judge, named_by_ref, takes_change

if TYPE_CHECKING:
    from affidavit.changes.landing import Facts
    from affidavit.changes.model import Inner, PullRequest
    from affidavit.changes.observe import Observed

_NUMBER = re.compile(r"(?<!#)#([1-9][0-9]{0,9})(?![0-9])", re.ASCII)


def named_request(own: Observed, facts: Facts, inner: Inner | None) -> PullRequest | None:
    """The request that `own` says it is of; `inner` are the commits behind a squash."""
    stated = own.stated
    if stated is None and len(own.parents) > 1 and takes_change(own.title):
        # Zuul merges a Gerrit change without naming it: the change names itself.
        top = facts.observed.get(own.parents[1])
        stated = top.stated if top and top.stated and top.stated.forge == "gerrit" else None
    if stated is None:
        return _by_ref(own, facts)
    ref = f"refs/pull/{stated.number}/head"
    head = facts.pulls.get(stated.number) if stated.forge == "github" else None
    agrees = head is not None and (head in own.parents[1:] or (inner and inner.head == head))
    found = judge(
        stated,
        forge_committer=own.forge_committer,
        signature_good=own.forge_signed,
        corroborated_by=ref if agrees else None,
    )
    return found or _by_ref(own, facts)


def _by_ref(own: Observed, facts: Facts) -> PullRequest | None:
    """The request whose number a merge's title names, and whose head is just what it merged."""
    if len(own.parents) < 2 or not facts.pulls:
        return None
    for number in _NUMBER.findall(own.title):
        if facts.pulls.get(number) in own.parents[1:]:
            return named_by_ref(number)
    return None
