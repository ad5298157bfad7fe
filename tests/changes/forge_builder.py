"""Records of a forge for tests: a request, approved and merged, and its variants."""

from __future__ import annotations

from affidavit.changes.forge.model import (
    Account,
    AccountKind,
    Event,
    MergeCommit,
    PullCommit,
    PullRequest,
    Review,
    ReviewState,
)

HOST = "github.com"
BASE, HEAD, OLDER, MERGE = "b" * 40, "c" * 40, "a" * 40, "d" * 40
MERGED = "2026-03-01T12:00:00Z"
ADA = Account("ada", AccountKind.PERSON, 1)
BEN = Account("ben", AccountKind.PERSON, 2)
CY = Account("cy", AccountKind.PERSON, 3)
COPILOT = Account("copilot-swe-agent", AccountKind.BOT, 198982749)


def commit(
    oid: str = HEAD, author: Account | None = ADA, *, message: str = "Work", email: str = ""
) -> PullCommit:
    name = author.login if author else "nobody"
    return PullCommit(
        oid=oid,
        tree=None,
        message=message,
        author_name=name,
        author_email=email or f"{name}@firm.mail",
        author=author,
        committer_name=name,
        committer_email=email or f"{name}@firm.mail",
        committer=author,
        authored_at="2026-03-01T09:00:00Z",
        committed_at="2026-03-01T09:00:00Z",
        signed=None,
    )


def review(  # noqa: PLR0913 -- each is a field that decides
    author: Account | None = BEN,
    state: ReviewState = ReviewState.APPROVED,
    at: str | None = "2026-03-01T11:00:00Z",
    *,
    commit: str | None = HEAD,
    number: int = 11,
) -> Review:
    return Review(
        id=number, state=state, author=author, submitted_at=at, edited_at=None, commit=commit
    )


def dismissal(
    at: str, *, number: int = 11, was: ReviewState | None = ReviewState.APPROVED
) -> Event:
    return Event(kind="review_dismissed", at=at, actor=CY, review=number, was=was)


def event(kind: str, at: str, actor: Account | None = ADA, **fields: object) -> Event:
    return Event(kind=kind, at=at, actor=actor, **fields)  # type: ignore[arg-type]


def request(**fields: object) -> PullRequest:
    """A request of Ada's, approved by Ben on its head, then merged by Cy."""
    usual: dict[str, object] = {
        "number": 7,
        "id": 70,
        "url": "https://github.com/firm/app/pull/7",
        "title": "Work",
        "body": None,
        "state": "merged",
        "draft": False,
        "created_at": "2026-03-01T09:30:00Z",
        "updated_at": MERGED,
        "closed_at": MERGED,
        "merged_at": MERGED,
        "base_ref": "main",
        "base_oid": BASE,
        "head_ref": "work",
        "head_oid": HEAD,
        "head_repository": "firm/app",
        "author": ADA,
        "merged_by": CY,
        "merge_commit": MergeCommit(
            oid=MERGE, tree=None, parents=(BASE, HEAD), committed_at=MERGED, signed=None
        ),
        "auto_merge": None,
        "labels": (),
        "commits": (commit(),),
        "reviews": (review(),),
        "events": (),
        "changed_files": 1,
        "additions": 1,
        "deletions": 0,
    }
    return PullRequest(**{**usual, **fields})  # type: ignore[arg-type]
