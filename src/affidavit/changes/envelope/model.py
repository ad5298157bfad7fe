"""The file of an envelope, `affidavit/envelope@1`; docs/formats/envelope.md has every field."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

import msgspec

from affidavit.base.canonical import canonical
from affidavit.base.digest import sha256
from affidavit.base.errors import EntryError, FormatError
from affidavit.changes.envelope.digest import after, blobs
from affidavit.changes.envelope.touched import Touched

FORMAT = "affidavit/envelope@1"
LARGEST = 32 << 20
"""Bytes of an envelope."""

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{40}(?:[0-9a-f]{24})?\Z")]
Mode = Annotated[str, msgspec.Meta(pattern=r"^[0-7]{6}\Z")]
Digest = Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
Commitment = Annotated[str, msgspec.Meta(pattern=r"^hmac-sha256:[0-9a-f]{64}\Z")]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an envelope: every field of it is written, also one that is null."""


class PathLine(Part, frozen=True, kw_only=True):
    """A path that differs. `path` is its text; where it is no UTF-8, `path_hex` are its bytes."""

    path: str | None
    path_hex: str | None
    old_mode: Mode
    new_mode: Mode
    old: Id | None
    new: Id | None


class Digests(Part, frozen=True, kw_only=True):
    """The three digests of the change; `patch` is null where files are missing or too large."""

    blobs: Digest
    patch: Digest | None
    after: Digest


class ClaimLine(Part, frozen=True, kw_only=True):
    """A claim that a commit, or a note on it, makes about an agent; `evidence` is its digest."""

    commit: Id
    rule: Text
    tier: Text
    role: Text
    agent: Text
    model: Text | None
    session: Text | None
    source: Text
    evidence: Digest


class FactLine(Part, frozen=True, kw_only=True):
    """A fact that was given: `digest` is its statement's, `signer` whom it says to be signed by.

    Nobody checked the signature here.
    """

    digest: Digest
    kind: Text
    commit: Id | None
    signer: Text | None
    result: Text | None


class Session(Part, frozen=True, kw_only=True):
    """What facts say of agents at work on these commits; a prompt is committed to, never shown."""

    digest: Digest
    agent: Text | None
    model: Text | None
    session: Text | None
    prompt: Commitment | None


class ReviewLine(Part, frozen=True, kw_only=True):
    """A review as the forge has it, by its id and the commit it was of; its author's number."""

    id: int | None
    state: Text
    commit: Id | None
    submitted_at: Text | None
    account: int | None
    account_kind: Text | None


class Request(Part, frozen=True, kw_only=True):
    """The request on the forge, as an export tells of it; `merged_as` is its merge commit."""

    number: int
    state: Text
    merged_as: Id | None
    reviews: tuple[ReviewLine, ...]


class Envelope(Part, frozen=True, kw_only=True):
    """All of it. `paths` and `digests` are null where the change is too large to be told."""

    format: Literal["affidavit/envelope@1"]
    repository: Text | None
    base: Id
    merge_base: Id
    before: Id
    head: Id
    tree: Id
    digests: Digests | None
    paths: tuple[PathLine, ...] | None
    commits: tuple[Id, ...]
    claims: tuple[ClaimLine, ...]
    sessions: tuple[Session, ...]
    request: Request | None
    approvals: tuple[FactLine, ...]
    tests: tuple[FactLine, ...]
    scans: tuple[FactLine, ...]
    unknown: tuple[Text, ...]

    def encode(self) -> bytes:
        """Its bytes: canonical JSON and a line feed."""
        return canonical(msgspec.to_builtins(self)) + b"\n"

    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        return sha256(self.encode())

    def touched(self) -> tuple[Touched, ...] | None:
        """Its paths as a change has them."""
        if self.paths is None:
            return None
        return tuple(
            Touched(_bytes(one), one.old_mode, one.new_mode, one.old or "", one.new or "")
            for one in self.paths
        )


def path_line(one: Touched) -> PathLine:
    """The line that tells of `one`."""
    try:
        path, path_hex = one.path.decode(), None
    except UnicodeDecodeError:
        path, path_hex = None, one.path.hex()
    return PathLine(
        path=path,
        path_hex=path_hex,
        old_mode=one.old_mode,
        new_mode=one.new_mode,
        old=one.old or None,
        new=one.new or None,
    )


def parse(data: bytes, place: str) -> Envelope:
    """The envelope that `data` is.

    Raises:
        FormatError: It is none, or its digests are not those of its paths; the message begins with
            `place`.
    """
    if len(data) > LARGEST:
        raise FormatError(f"{place}: an envelope has at most {LARGEST:,} bytes")
    try:
        found = msgspec.json.decode(data, type=Envelope)
        touched = found.touched()
        if data != found.encode():
            raise FormatError(f"{place}: it is not canonical JSON with just the fields of {FORMAT}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, EntryError) as error:
        raise FormatError(f"{place}: no {FORMAT}: {error}") from error
    except ValueError as error:
        raise FormatError(f"{place}: paths: a path is not told once, as text or in hex") from error
    _check(found, touched, place)
    return found


def _bytes(one: PathLine) -> bytes:
    if (one.path is None) == (one.path_hex is None):
        raise ValueError
    return one.path.encode() if one.path is not None else bytes.fromhex(one.path_hex or "")


def _check(found: Envelope, touched: tuple[Touched, ...] | None, place: str) -> None:
    if (touched is None) != (found.digests is None):
        raise FormatError(f"{place}: digests: they are there where the paths are")
    if touched is None or found.digests is None:
        return
    if any(one.path >= other.path for one, other in pairwise(touched)):
        raise FormatError(f"{place}: paths: they are not in the order of their bytes, each once")
    if (blobs(touched), after(touched)) != (found.digests.blobs, found.digests.after):
        raise FormatError(f"{place}: digests: they are not those of the paths")
