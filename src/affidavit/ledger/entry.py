"""Entries: facts as they lie in the log.

An entry is the canonical JSON (`affidavit.base.canonical`) of its envelope and body, in at most
65,535 bytes, for a C2SP entry bundle gives each 16 bits of length. Entries of one stream are
numbered from 0 without gaps, and each names the digest of the one before it: what was dropped from
a stream before it reached the log shows, too. The format is docs/formats/entry.md.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from affidavit.base.canonical import LARGEST, canonical
from affidavit.base.errors import DamagedError, EntryError
from affidavit.ledger.tree import leaf_hash

VERSION = 1
LARGEST_ENTRY = 65_535
"""Bytes of an entry."""
KIND = re.compile(r"[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]{0,3}")
"""A kind ends in its version."""
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
"""A git object's id, SHA-1 or SHA-256."""
_LONGEST = {
    "actor": 256,
    "id": 128,
    "recorded_by.channel": 128,
    "recorded_by.credential": 256,
    "stream": 256,
    "tenant": 128,
}
"""Characters."""
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
"""Printable ASCII, with single spaces inside."""


class Blob(msgspec.Struct, frozen=True, kw_only=True):
    """Content kept beside the log; `size` is bytes."""

    digest: str
    media_type: str
    size: int


class Subject(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a fact is about: digests of things, a commit and its tree."""

    commit: str | None = None
    digests: tuple[str, ...] = ()
    tree: str | None = None


class RecordedBy(msgspec.Struct, frozen=True, kw_only=True):
    """How a fact reached the keeper, and by whose right."""

    channel: str
    credential: str


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody wants recorded. The keeper adds the rest of the envelope.

    A given `id` makes a repeated append harmless: the second finds the entry of the first.
    """

    kind: str
    stream: str
    actor: str
    body: dict[str, object]
    id: str | None = None
    subject: Subject | None = None
    blobs: tuple[Blob, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An entry as read back. Its fields are declared in the order of canonical JSON.

    `time` is RFC 3339 UTC by the keeper's clock, `previous` the digest of the stream's entry
    before this one. Fields this version does not know stay in the stored bytes.
    """

    actor: str
    blobs: tuple[Blob, ...] = ()
    body: msgspec.Raw
    id: str
    kind: str
    previous: str | None = None
    recorded_by: RecordedBy
    sequence: int
    stream: str
    subject: Subject | None = None
    tenant: str
    time: str
    version: int


class Link(NamedTuple):
    """Where a stream stands: the number and digest of its newest entry."""

    sequence: int
    digest: str


START = Link(-1, "")
"""Before a stream's first entry."""


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """What the keeper says of an entry."""

    id: str
    time: str
    tenant: str
    recorded_by: RecordedBy


_NO_SUBJECT = Subject()
_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Entry)


def sealed(fact: Fact, stamp: Stamp, link: Link) -> bytes:
    """The bytes of the entry that records `fact` after `link` of its stream.

    Raises:
        EntryError: The fact is outside the format; the message names the field.
    """
    _check(fact, stamp)
    entry = Entry(
        actor=fact.actor,
        blobs=fact.blobs,
        body=msgspec.Raw(_canonical_body(fact.body)),
        id=stamp.id,
        kind=fact.kind,
        previous=link.digest or None,
        recorded_by=stamp.recorded_by,
        sequence=link.sequence + 1,
        stream=fact.stream,
        subject=None if fact.subject == _NO_SUBJECT else fact.subject,
        tenant=stamp.tenant,
        time=stamp.time,
        version=VERSION,
    )
    data = _encoder.encode(entry)
    if len(data) > LARGEST_ENTRY:
        raise EntryError(
            f"body: the entry has {len(data):,} bytes, at most {LARGEST_ENTRY:,} are possible",
            hint="keep large content as a blob and name its digest",
        )
    return data


def _canonical_body(body: object) -> bytes:
    try:
        return canonical(body)
    except EntryError as error:
        raise EntryError(f"body: {error.message}") from error


def entry_digest(data: bytes) -> str:
    """The digest of the entry with these bytes: its leaf hash (RFC 6962), so that one hash does."""
    return "rfc6962:" + leaf_hash(data).hex()


def next_link(data: bytes, sequence: int) -> Link:
    """Where the stream stands after the entry with these bytes and this number."""
    return Link(sequence, entry_digest(data))


def read_entry(data: bytes, index: int) -> Entry:
    """The entry with these bytes.

    Raises:
        DamagedError: They are no entry; `index` names it.
    """
    try:
        # What is inside the body is not decoded: it could be no text at all.
        if "\n" in data.decode():
            raise DamagedError(f"entry {index}: its bytes are several lines")
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedError(f"entry {index}: its bytes are no entry: {error}") from error


def _check(fact: Fact, stamp: Stamp) -> None:
    if not KIND.fullmatch(fact.kind):
        raise EntryError(
            f"kind: {fact.kind[:80]!a} is no versioned kind", hint="such as agent.acted.v1"
        )
    texts = {
        "actor": fact.actor,
        "id": stamp.id,
        "recorded_by.channel": stamp.recorded_by.channel,
        "recorded_by.credential": stamp.recorded_by.credential,
        "stream": fact.stream,
        "tenant": stamp.tenant,
    }
    for name, text in texts.items():
        if len(text) > _LONGEST[name] or not _PLAIN.fullmatch(text):
            raise EntryError(f"{name}: not 1 to {_LONGEST[name]} printable ASCII characters")
    for blob in fact.blobs:
        _check_blob(blob)
    if fact.subject is not None:
        _check_subject(fact.subject)


def _check_blob(blob: Blob) -> None:
    if not DIGEST.fullmatch(blob.digest):
        raise EntryError("blobs: a digest is sha256: and 64 lowercase hex digits")
    if not 0 <= blob.size <= LARGEST:
        raise EntryError("blobs: a size is 0 to 2^53 - 1 bytes")
    if not _PLAIN.fullmatch(blob.media_type):
        raise EntryError("blobs: a media type is printable ASCII, such as text/plain")


def _check_subject(subject: Subject) -> None:
    for name, value in (("commit", subject.commit), ("tree", subject.tree)):
        if value is not None and not COMMIT.fullmatch(value):
            raise EntryError(f"subject.{name}: not 40 or 64 lowercase hex digits")
    for digest in subject.digests:
        if not _PLAIN.fullmatch(digest) or ":" not in digest or len(digest) > 256:
            raise EntryError("subject.digests: each is an algorithm, a colon and the digest")
