"""The commits from a base to a head, and what they change together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import DamagedError, GitFailedError, UsageError
from affidavit.changes.envelope.touched import Change
from affidavit.sources.git.answer import LATE, answer
from affidavit.sources.git.merge_bases import merge_bases
from affidavit.sources.git.raw import raw_changes

if TYPE_CHECKING:
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit

MOST = 10_000
"""Commits of one change."""
PATIENCE = 120
"""Seconds that git may take to list them."""

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """From `merge_base` to `head`: the commits, newest first, and the change against it."""

    base: str
    merge_base: str
    head: str
    commits: tuple[str, ...]
    change: Change


def range_of(git: PrivateGit, objects: Objects, base: str, head: str) -> Range:
    """What `head` brings that `base` has not; both are full ids of commits.

    Raises:
        UsageError: They have no common beginning, or several newest ones, or the head brings
            nothing, or too much.
        DamagedError: A tree cannot be read.
        GitFailedError: git does not answer.
    """
    found = merge_bases(git, base, head)
    if len(found) != 1:
        many = "several newest commits" if found else "no commit"
        hint = "the clone is shallow: git fetch --unshallow" if git.shallow and not found else ""
        raise UsageError(f"{base[:12]} and {head[:12]} have {many} in common", hint=hint)
    brought = listed(git, "rev-list", "--topo-order", f"--max-count={MOST + 1}", head, f"^{base}")
    if not brought or len(brought) > MOST:
        what = "no commit" if not brought else f"more than {MOST:,} commits"
        raise UsageError(f"{head[:12]} brings {what} that {base[:12]} has not")
    before, after = objects.tree_of(found[0]), objects.tree_of(head)
    if not before or not after:
        raise DamagedError(f"the tree of {found[0][:12]} or {head[:12]} cannot be read")
    touched = next(raw_changes(objects, [(before, after)]))
    return Range(
        base=base,
        merge_base=found[0],
        head=head,
        commits=tuple(brought),
        change=Change(before=before, after=after, touched=touched),
    )


def listed(git: PrivateGit, *arguments: str) -> list[str]:
    """The ids that git lists, in its order.

    Raises:
        GitFailedError: git does not answer.
    """
    status, out = answer(git, *arguments, seconds=PATIENCE)
    if status == LATE:
        raise GitFailedError(f"git {arguments[0]} does not answer in time")
    if status not in (0, 1):
        raise GitFailedError(f"git {arguments[0]} cannot follow the history: it is not whole")
    return [line for line in out.decode("ascii", "replace").split() if _ID.fullmatch(line)]
