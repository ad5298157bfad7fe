"""Records of a forge for tests: whole ones, of which a test says what matters to it."""

from __future__ import annotations

import msgspec

from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    BranchRules,
    CheckRun,
    Checks,
    Line,
    Missing,
    Origin,
    PullCommit,
    PullRequest,
    Record,
    Unavailable,
)
from affidavit.sources.forge.lines import FORMAT, Head

HEAD = Head(
    format=FORMAT,
    forge="github",
    host="github.com",
    repository="firm/shop",
    tool="affidavit 0.1.0",
)
AT = "2026-02-01T00:00:00Z"
ORIGIN = Origin(url="https://api.github.com/graphql", fetched_at=AT, digest="sha256:" + "0" * 64)
ANN = Account(login="ann", kind=AccountKind.PERSON, id=1)


def line(data: Record, *, fetched_at: str = AT) -> Line:
    """`data` with an origin."""
    return Line(origin=msgspec.structs.replace(ORIGIN, fetched_at=fetched_at), data=data)


def pull(number: int, **fields: object) -> PullRequest:
    """A pull request that was merged."""
    usual = PullRequest(
        number=number,
        id=number,
        url=f"https://github.com/firm/shop/pull/{number}",
        title=f"Number {number}",
        body="",
        state="merged",
        draft=False,
        created_at="2026-01-01T00:00:00Z",
        updated_at="2026-01-02T00:00:00Z",
        closed_at="2026-01-02T00:00:00Z",
        merged_at="2026-01-02T00:00:00Z",
        base_ref="main",
        base_oid="b" * 40,
        head_ref="work",
        head_oid=f"{number:040x}",
        head_repository="firm/shop",
        author=ANN,
        merged_by=ANN,
        merge_commit=None,
        auto_merge=None,
        labels=(),
        commits=(),
        reviews=(),
        events=(),
        changed_files=1,
        additions=1,
        deletions=0,
    )
    return msgspec.structs.replace(usual, **fields)


def pull_commit(oid: str, *, message: str = "Work") -> PullCommit:
    """A commit of Ann's."""
    return PullCommit(
        oid=oid,
        tree="7" * 40,
        message=message,
        author_name="Ann Lee",
        author_email="ann@firm.mail",
        author=ANN,
        committer_name="Ann Lee",
        committer_email="ann@firm.mail",
        committer=ANN,
        authored_at=AT,
        committed_at=AT,
        signed=None,
    )


def checks(commit: str, *conclusions: str | None, missing: tuple[Missing, ...] = ()) -> Checks:
    """Checks of which each run came to one of `conclusions`."""
    runs = tuple(
        CheckRun(
            id=number,
            name="test",
            app="github-actions",
            app_id=15368,
            status="completed" if conclusion else "in_progress",
            conclusion=conclusion,
            started_at=AT,
            completed_at=AT if conclusion else None,
        )
        for number, conclusion in enumerate(conclusions, 1)
    )
    return Checks(commit=commit, runs=runs, statuses=(), missing=missing)


def rules(at: str, *missing: Missing) -> BranchRules:
    """The rules of main at a time."""
    return BranchRules(branch="main", at=at, protection=None, rules=(), missing=missing)


def unavailable(what: str) -> Unavailable:
    """A section that could not be had."""
    return Unavailable(what=what, reason="permission", status=403, needs="contents=read", at=AT)
