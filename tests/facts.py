"""Facts, stamps and entries to write tests about."""

from __future__ import annotations

from affidavit.ledger.entry import Blob, Fact, RecordedBy, Stamp, Subject

BY = RecordedBy(channel="cli", credential="uid:998")
DIGEST = "sha256:" + "ab" * 32
ACTED: dict[str, object] = {"agent": "reviewer", "action": "comment", "result": "ok"}


def a_fact(
    body: dict[str, object] | None = None,
    *,
    kind: str = "agent.acted.v1",
    stream: str = "session-7",
    id_: str | None = None,
    subject: Subject | None = None,
) -> Fact:
    """A fact that can be recorded, unless it is given what cannot."""
    return Fact(
        kind=kind,
        stream=stream,
        actor="agent:5f2c",
        body=ACTED if body is None else body,
        id=id_,
        subject=subject,
    )


def naming(*blobs: Blob) -> Fact:
    """A fact that names content."""
    return Fact(kind="x.y.v1", stream="s", actor="a", body={}, blobs=blobs)


def a_blob(digest: str = DIGEST, *, size: int = 3, media_type: str = "text/plain") -> Blob:
    """Content that a fact can name."""
    return Blob(digest=digest, media_type=media_type, size=size)


def a_stamp(id_: str = "id-1") -> Stamp:
    """What a keeper adds to a fact."""
    return Stamp(id=id_, time="2026-11-21T13:00:00.123456Z", tenant="default", recorded_by=BY)
