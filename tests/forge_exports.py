"""Exports of a forge written by hand beside a repository that a test built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.audit import Request, audit
from affidavit.app.gather import Bounds
from affidavit.base.period import since, until
from affidavit.changes.forge.model import Deployment, DeploymentStatus, MergeCommit, Push
from forgelines import ANN, HEAD, line, pull
from gitobjects import Store
from histories import EARLIEST, LATEST, Silence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from affidavit.audit.model import Report
    from affidavit.changes.forge.model import PullRequest, Record

WHOLE = ("pull_requests", "activity", "deployments")
COLLECTED = "2026-12-31T00:00:00Z"


def request(number: int, commit: str, merged_at: str, **fields: object) -> PullRequest:
    """A request that was merged at a time, and became a commit."""
    became = MergeCommit(oid=commit, tree=None, parents=(), committed_at=merged_at, signed=None)
    usual: dict[str, object] = {"head_oid": None, "merged_at": merged_at, "merge_commit": became}
    return pull(number, **{**usual, **fields})


def push(number: int, before: str | None, after: str, at: str, **fields: object) -> Push:
    """A push to main."""
    usual = Push(
        id=number, ref="refs/heads/main", before=before, after=after, at=at, kind="push", actor=ANN
    )
    return msgspec.structs.replace(usual, **fields)


def deployment(number: int, commit: str, at: str, *states: str, **fields: object) -> Deployment:
    """A deployment to production, with what was said of it."""
    usual = Deployment(
        id=number,
        commit=commit,
        ref="main",
        task="deploy",
        environment="production",
        production=True,
        creator=ANN,
        created_at=at,
        statuses=tuple(DeploymentStatus(state=one, at=at, creator=ANN) for one in states),
    )
    return msgspec.structs.replace(usual, **fields)


def export(path: Path, records: Iterable[Record], sections: Iterable[str] = WHOLE) -> Path:
    """An export with `records`, of which `sections` are whole."""
    encode = msgspec.json.encode
    done = [
        encode({"done": {"section": one, "at": COLLECTED, "count": 0, "requests": 1}})
        for one in sections
    ]
    lines = [encode(HEAD), *(encode(line(one)) for one in records), *done]
    path.write_bytes(b"".join(one + b"\n" for one in lines))
    return path


def told(
    repo: Store | Path, forge: Path | None, *period: str | None, branches: tuple[str, ...] = ()
) -> Report:
    """The report on a repository with the export `forge`.

    The `period` is given as ``--since`` and ``--until`` take it, and is all of time without.
    """
    first, last = period or (EARLIEST, LATEST)
    bounds = Bounds(None if first is None else since(first), None if last is None else until(last))
    wanted = Request(
        repository=repo.path if isinstance(repo, Store) else repo,
        bounds=bounds,
        name="firm/shop",
        forge=forge,
        branches=branches,
    )
    return audit(wanted, Silence())
