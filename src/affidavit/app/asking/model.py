"""What a forge tells of one request: the records an export has of it, and as of when."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import InputError
from affidavit.base.text import shortened, visible
from affidavit.changes.forge.model import (
    Account,
    BranchRules,
    Checks,
    Missing,
    PullRequest,
    Push,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HEADS = "refs/heads/"
MERGES = frozenset({"pr_merge", "merge_queue_merge"})
"""Kinds of pushes by which the forge merged a request: nobody pushed those commits by hand."""
_encode = msgspec.json.Encoder(order="deterministic").encode


class NoRequestError(InputError):
    """The forge, or the export, has no request that was asked for."""


class SeveralRequestsError(InputError):
    """Several open requests have the head that was asked for: `numbers`. None is chosen."""

    def __init__(self, head: str, numbers: Sequence[int]) -> None:
        named = ", ".join(f"#{one}" for one in numbers)
        super().__init__(
            f"the head {head} is that of several open requests: {named}",
            hint="say which one is meant: what holds for one branch need not hold for another",
        )
        self.numbers = tuple(numbers)


def see_meant(request: PullRequest, *, head: str | None, base: str | None) -> None:
    """See that `request` has this head still, and is for this branch; None is any.

    Raises:
        NoRequestError: It is another by now: whoever asks has to look again.
    """
    if head is not None and request.head_oid != head:
        raise NoRequestError(f"the head of the request {request.number} is not {head} (any more)")
    if base is not None and request.base_ref != base:
        named = visible(shortened(base, 200))
        raise NoRequestError(f"the request {request.number} is not for {named} (any more)")


class ForgeNow(msgspec.Struct, frozen=True, kw_only=True):
    """A request and what belongs to it, as a forge of the sort `forge` told at the time `at`.

    `checks` are by commit: the head's, and those of `group`, the commit by which a merge queue
    tests it. A commit that is not there was not told: it may have checks. `rules` are those of the
    base branch. `pushes` are those to the head's branch, in the order of time. `twins` are other
    open requests with the same head: what is posted to the commit is posted to them, too.
    `default_branch` is the repository's, None where it was not told.
    `missing` names which of these are not known, or not whole; what a record lacks itself stands
    in that record, and `unknown` has both.
    """

    forge: str
    host: str
    repository: str
    at: str
    request: PullRequest
    checks: Mapping[str, Checks]
    rules: BranchRules | None
    pushes: tuple[Push, ...]
    twins: tuple[int, ...]
    group: str | None = None
    default_branch: str | None = None
    missing: tuple[Missing, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of all of it: that this, and nothing else, was read."""
        return f"sha256:{sha256(_encode(self)).hexdigest()}"

    @property
    def unknown(self) -> tuple[tuple[str, Missing], ...]:
        """What is not known: the record that lacks it (empty where it is a whole one), and what."""
        return tuple(self._unknown())

    @property
    def arrivals(self) -> Mapping[str, str]:
        """When each commit that was pushed to the head's branch was so first."""
        found: dict[str, str] = {}
        for one in self.pushes:
            if one.after:
                found[one.after] = min(one.at, found.get(one.after, one.at))
        return found

    @property
    def pushers(self) -> tuple[Account, ...]:
        """The accounts that pushed to the head's branch, each once, as its first push came."""
        found = (one.actor for one in self.pushes if one.actor and one.kind not in MERGES)
        return tuple(dict.fromkeys(found))

    def _unknown(self) -> Iterator[tuple[str, Missing]]:
        yield from (("", one) for one in self.missing)
        yield from (("request", one) for one in self.request.missing)
        for commit, told in sorted(self.checks.items()):
            yield from ((f"checks {commit}", one) for one in told.missing)
        yield from (("rules", one) for one in (self.rules.missing if self.rules else ()))


def is_own(request: PullRequest, repository: str) -> bool:
    """Whether the head's branch lies in `repository` itself, and not in a fork."""
    return (request.head_repository or "").casefold() == repository.casefold()
