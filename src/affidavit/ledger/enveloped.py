"""Schemas of the facts that a change was put into an envelope, and landed: no path, no name.

What each field means is in docs/formats/envelope.md.
"""

from __future__ import annotations

import msgspec

from affidavit.ledger.fields import Commitment, Digest, Size, Text


class ChangeEnveloped(msgspec.Struct, frozen=True, kw_only=True):
    """What a change was before it landed; its head and the head's tree are the subject.

    `envelope` is the digest of the file. `blobs`, `patch` and `after` are the three digests of the
    change; absent where it is too large. `left` counts what the lists have no room for.
    """

    envelope: Digest
    base: Text
    merge_base: Text
    blobs: Digest | None = None
    patch: Digest | None = None
    after: Digest | None = None
    paths: Size | None = None
    commits: Size
    commits_digest: Digest
    agents: tuple[Text, ...] = ()
    prompts: tuple[Commitment, ...] = ()
    approvals: tuple[Digest, ...] = ()
    reviews: tuple[Text, ...] = ()
    tests: tuple[Digest, ...] = ()
    scans: tuple[Digest, ...] = ()
    left: Size = 0


class ChangeJoined(msgspec.Struct, frozen=True, kw_only=True):
    """By which `rung` the landing of the subject was found to be the change of an envelope.

    `git` is the version that merged, absent where none could; `span` how many landings in a row,
    of which this is one, are the change together.
    """

    envelope: Digest
    head: Text
    head_tree: Text
    rung: Text
    span: Size
    git: Text | None = None


KIND = "change.enveloped.v1"
JOINED = "change.joined.v1"
ENVELOPED: dict[str, type[msgspec.Struct]] = {KIND: ChangeEnveloped, JOINED: ChangeJoined}
