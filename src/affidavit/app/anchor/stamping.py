"""Time stamps of a ledger's checkpoints: asked for, taken in, listed.

The request is kept beside the ledger before it goes anywhere, so that an answer that comes days
later is known to be to it. What an authority answered is kept as it came, and judged anew whenever
it is looked at.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from affidavit.app.anchor.authority import UnansweredError, answer, check_address
from affidavit.app.anchor.files import QUERY, STAMP
from affidavit.app.anchor.judging import (
    LARGEST_BUNDLE,
    Expected,
    Judged,
    Status,
    judged,
    nonce_in,
    roots_of,
)
from affidavit.app.anchor.query import nonce_of, query
from affidavit.app.anchor.token import LARGEST_ANSWER
from affidavit.app.clock import chance, now, written
from affidavit.app.ledger.view import viewing
from affidavit.base.errors import DamagedError, FormatError, UnreadableError
from affidavit.store.beside import keep_anchor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from cryptography.x509 import Certificate

    from affidavit.app.ledger.home import Home
    from affidavit.app.ledger.view import View

    Roots: TypeAlias = tuple[Certificate, ...] | None
    """Certificates that are trusted; None where nobody was named."""
    Nonces: TypeAlias = Mapping[int, Collection[int]]
    """What was asked with, by the size of the checkpoint that it was asked for."""


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """A time stamp of the checkpoint of `size`; `time` is the authority's, in RFC 3339.

    `kept` tells whether it is kept beside the ledger, `length` how many bytes it has.
    """

    size: int
    status: Status
    time: str | None
    reason: str
    length: int
    kept: bool
    kind: str = STAMP


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A request for a time stamp of the checkpoint of `size`, and its nonce."""

    size: int
    nonce: int
    request: bytes


def requested(place: Home) -> Asked:
    """A request for a time stamp of the newest checkpoint, kept so that its answer is known.

    Raises:
        AffidavitError: The ledger cannot be read or written to.
    """
    with viewing(place) as view:
        newest = view.rows.newest_checkpoint()
    if newest is None:
        raise DamagedError("the ledger has no checkpoint")
    size, note = newest
    nonce = int.from_bytes(chance(8))
    request = query(hashlib.sha256(note).digest(), nonce)
    keep_anchor(place.database, size, QUERY, hashlib.sha256(request).digest(), request)
    return Asked(size=size, nonce=nonce, request=request)


def stamped(place: Home, url: str, roots: Roots) -> Anchor:
    """A time stamp of the newest checkpoint by the authority at `url`; kept unless it fails.

    Raises:
        UsageError: There can be no authority at `url`.
        FormatError: What it answers is no answer of an authority.
        AffidavitError: The ledger cannot be read or written to.
    """
    check_address(url)
    asked = requested(place)
    try:
        told = answer(url, asked.request)
    except UnansweredError as error:
        return _anchor(asked.size, b"", Judged(Status.UNANSWERED, str(error)), kept=False)
    return _taken(place, told, roots, asked)


def taken(place: Home, file: Path, roots: Roots) -> Anchor:
    """The answer in a file, to a request of `requested`; kept unless it fails.

    Raises:
        FormatError: It is no answer of an authority.
        UnreadableError: The file cannot be read.
        AffidavitError: The ledger cannot be read or written to.
    """
    return _taken(place, contents(file, LARGEST_ANSWER), roots, None)


def listed(place: Home, roots: Roots) -> Iterator[Anchor]:
    """Every time stamp that is kept, judged anew, by the size of its checkpoint.

    Raises:
        AffidavitError: The ledger cannot be read.
    """
    with viewing(place) as view:
        nonces = _nonces(view)
        for size, told in view.rows.anchors(STAMP):
            note = view.rows.checkpoint(size)
            try:
                outcome = _judged(note, told, nonces.get(size, ()), roots)
            except FormatError as error:
                outcome = Judged(Status.FAILED, error.message)
            yield _anchor(size, told, outcome, kept=True)


def roots_in(file: Path | None) -> Roots:
    """The certificates that are trusted; None where no file is given.

    Raises:
        FormatError: The file holds no certificates in PEM.
        UnreadableError: It cannot be read.
    """
    return None if file is None else roots_of(contents(file, LARGEST_BUNDLE), str(file))


def contents(file: Path, largest: int) -> bytes:
    """The bytes of a file, at most `largest`.

    Raises:
        UnreadableError: It cannot be read, or has more.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(largest + 1)
    except OSError as error:
        raise UnreadableError(f"{file}: {error.strerror}") from error
    if len(data) > largest:
        raise UnreadableError(f"{file} has more than {largest:,} bytes")
    return data


def _taken(place: Home, told: bytes, roots: Roots, asked: Asked | None) -> Anchor:
    """The answer `told` kept, if it is one to the request `asked`, or to any that is kept."""
    with viewing(place) as view:
        nonces = _nonces(view) if asked is None else {asked.size: {asked.nonce}}
        size = _size_of(told, nonces)
        if size is None:
            outcome = Judged(Status.FAILED, "it answers no request that this ledger made")
            return _anchor(view.size, told, outcome, kept=False)
        outcome = _judged(view.rows.checkpoint(size), told, nonces[size], roots)
    kept = outcome.status in (Status.VERIFIED, Status.UNVERIFIED)
    if kept:
        keep_anchor(place.database, size, STAMP, hashlib.sha256(told).digest(), told)
    return _anchor(size, told, outcome, kept=kept)


def _size_of(told: bytes, nonces: Nonces) -> int | None:
    """Of which checkpoint a stamp was asked for that `told` answers; one refused has no nonce."""
    nonce = nonce_in(told)
    sizes = [size for size, known in nonces.items() if nonce is None or nonce in known]
    if not sizes and len(nonces) == 1:
        return next(iter(nonces))
    return max(sizes, default=None)


def _nonces(view: View) -> Nonces:
    """The nonces with which stamps were asked for, by the size of the checkpoint."""
    found = dict[int, set[int]]()
    for size, request in view.rows.anchors(QUERY):
        imprint = hashlib.sha256(view.rows.checkpoint(size) or b"").digest()
        # A row that is no request of ours answers for nothing.
        with suppress(FormatError):
            found.setdefault(size, set()).add(nonce_of(request, imprint))
    return found


def _judged(note: bytes | None, told: bytes, nonces: Collection[int], roots: Roots) -> Judged:
    if note is None:
        return Judged(Status.FAILED, "the ledger has no checkpoint of that size")
    moment = datetime.fromtimestamp(now() / 1_000_000, UTC)
    return judged(told, Expected(note=note, nonces=nonces, roots=roots, now=moment))


def _anchor(size: int, told: bytes, outcome: Judged, *, kept: bool) -> Anchor:
    time = outcome.time
    return Anchor(
        size=size,
        status=outcome.status,
        time=None if time is None else written(round(time.timestamp() * 1_000_000)),
        reason=outcome.reason,
        length=len(told),
        kept=kept,
    )
