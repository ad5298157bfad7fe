"""The commits of a pull request from a repository, where the forge does not list all of them."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import decode
from affidavit.changes.forge.model import Line, Missing, PullCommit, PullRequest
from affidavit.sources.git.commit import parse
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.program import stop
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.base.commit import Commit

LISTED = 250
"""How many commits of a pull request GitHub lists; one that has so many may have more."""
MOST = 20_000
"""Commits of one pull request that are read from the repository."""
PATIENCE = 60.0
"""Seconds that git is given to list them."""


@contextmanager
def completing(repository: Path | None) -> Iterator[Completing | None]:
    """What completes pull requests from `repository`, None where there is none.

    Raises:
        AffidavitError: It cannot be read; see docs/errors/.
    """
    if repository is None:
        yield None
        return
    store = locate(repository)
    with PrivateGit(store, read_refs(store)) as git, Objects(git) as objects:
        yield Completing(git, objects)


class Completing:
    """Completes pull requests whose head and base are in a repository."""

    def __init__(self, git: PrivateGit, objects: Objects) -> None:
        self._git = git
        self._objects = objects

    def completed(self, line: Line) -> Line:
        """`line`, its commits as the repository has them where the forge may not list all.

        Of those that only git tells, whose account made them is unknown, and marked so.
        """
        data = line.data
        if not isinstance(data, PullRequest) or not _may_lack(data):
            return line
        found = self._commits(data)
        if len(found) <= len(data.commits):
            return line
        listed = {one.oid: one for one in data.commits}
        commits = tuple(listed.get(one.id) or _told(one) for one in found)
        added = sum(one.oid not in listed for one in commits)
        kept = [one for one in data.missing if one.what != "commits"]
        missing = (*kept, Missing("commits.accounts", "truncated", total=added))
        whole = msgspec.structs.replace(data, commits=commits, missing=missing)
        return msgspec.structs.replace(line, data=whole)

    def _commits(self, data: PullRequest) -> list[Commit]:
        """What the head reaches and the base did not, the oldest first; empty if it is not here."""
        base = _base(data)
        if data.head_oid is None or base is None:
            return []
        tips = self._objects.peeled([data.head_oid, base])
        if tips.keys() != {data.head_oid, base}:
            return []
        ids = self._listed([data.head_oid, f"^{base}"])
        found = []
        for one in self._objects.read(islice(ids, MOST + 1)):
            if one.body is None or one.kind != "commit":
                return []
            found.append(parse(one.id, one.body))
        return found if len(found) <= MOST else []

    def _listed(self, asked: list[str]) -> list[str]:
        with self._git.lines(asked) as lines:
            child = self._git.spawn(
                "rev-list", "--topo-order", "--reverse", f"--max-count={MOST + 1}", "--stdin",
                stdin=lines,
            )  # fmt: skip
            try:
                out, _ = child.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                return []
            finally:
                stop(child)
        return out.decode("ascii", "replace").split() if child.returncode == 0 else []


def _may_lack(data: PullRequest) -> bool:
    marked = any(one.what == "commits" for one in data.missing)
    return marked or len(data.commits) >= LISTED


def _base(data: PullRequest) -> str | None:
    """A commit of the base branch from before the merge."""
    merged = data.merge_commit
    return merged.parents[0] if merged and merged.parents else data.base_oid


def _told(one: Commit) -> PullCommit:
    return PullCommit(
        oid=one.id,
        tree=one.tree,
        # The forge tells it so.
        message=decode(one.message).rstrip("\n"),
        author_name=one.author.name,
        author_email=one.author.email,
        author=None,
        committer_name=one.committer.name,
        committer_email=one.committer.email,
        committer=None,
        authored_at=None,
        committed_at=None,
        signed=None,
    )
