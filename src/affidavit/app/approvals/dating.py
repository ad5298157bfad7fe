"""When an approval was there, by records that its signer does not control.

A ledger's keeper states a time of its own, which counts for nothing here. What counts is a witness
that cosigned, or an authority that stamped, a checkpoint under which the entry lies; that it does
is shown anew from the entry's own bytes.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from affidavit.app.anchor.files import QUERY, STAMP
from affidavit.base.errors import AffidavitError, FormatError
from affidavit.changes.approval.model import Seen, TimeBy
from affidavit.ledger.checkpoint import parse_checkpoint
from affidavit.ledger.cosignature import check_cosignature, covers
from affidavit.ledger.key import parse_vkey
from affidavit.ledger.note import Outcome, parse_note
from affidavit.ledger.tile import subtree_of
from affidavit.ledger.tree import inclusion, leaf_hash, root_of_inclusion
from affidavit.store.rows import tiles_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cryptography.x509 import Certificate

    from affidavit.app.ledger.view import View
    from affidavit.ledger.key import VerifierKey

AHEAD = 3_600
"""Seconds by which a witness's clock may be ahead of ours."""
MOST_CHECKPOINTS = 1_000
"""Checkpoints that are looked at for one entry, the smallest first."""


class Dating:
    """Dates entries of the ledger in `view`.

    `witnesses` and `roots`, of authorities, are trusted from outside. `now`, seconds since 1970,
    bounds what a witness may say.
    """

    def __init__(
        self,
        view: View,
        witnesses: Sequence[VerifierKey],
        roots: Sequence[Certificate],
        *,
        now: int,
    ) -> None:
        self._view = view
        own = {parse_vkey(one).public for one in view.claimed_keys()}
        self._witnesses = tuple(one for one in witnesses if one.public not in own)
        self._roots = tuple(roots)
        self._now = now

    def seen(self, index: int) -> Seen | None:
        """When entry `index` was there: by a witness, else by an authority, else unknown."""
        return self._by_witness(index) or self._by_authority(index)

    def _by_witness(self, index: int) -> Seen | None:
        if not self._witnesses:
            return None
        for size, _ in self._after(index):
            times = [time for one in self._witnesses if (time := self._cosigned(size, one))]
            if times and self._holds(index, size):
                return Seen(_written(min(times)), TimeBy.WITNESS)
        return None

    def _after(self, index: int) -> Iterator[tuple[int, bytes]]:
        found = 0
        for size, note in self._view.rows.checkpoints():
            if size > index and found < MOST_CHECKPOINTS:
                found += 1
                yield size, note

    def _cosigned(self, size: int, witness: VerifierKey) -> int | None:
        """When `witness` says that it saw the checkpoint of `size`; 0 is no time."""
        with suppress(AffidavitError):
            note = parse_note(self._view.checkpoint_of(size))
            outcome, time = check_cosignature(note, witness)
            if outcome is Outcome.GOOD and time and covers(witness, parse_checkpoint(note)):
                return time if time <= self._now + AHEAD else None
        return None

    def _by_authority(self, index: int) -> Seen | None:
        from affidavit.app.anchor.judging import (  # noqa: PLC0415 -- few ledgers have stamps
            Expected,
            Status,
            judged,
        )

        times = list[datetime]()
        for size, stamp in self._view.rows.anchors(STAMP) if self._roots else ():
            note = self._view.rows.checkpoint(size)
            if size <= index or note is None:
                continue
            moment = datetime.fromtimestamp(self._now, UTC)
            nonces = self._nonces(size, note)
            asked = Expected(note=note, nonces=nonces, roots=self._roots, now=moment)
            with suppress(FormatError):
                found = judged(stamp, asked)
                if found.status is Status.VERIFIED and found.time and self._holds(index, size):
                    times.append(found.time)
        if not times:
            return None
        return Seen(_written(int(min(times).timestamp())), TimeBy.AUTHORITY)

    def _nonces(self, size: int, note: bytes) -> set[int]:
        from affidavit.app.anchor.query import nonce_of  # noqa: PLC0415 -- few ledgers have stamps

        imprint, found = hashlib.sha256(note).digest(), set[int]()
        for at, request in self._view.rows.anchors(QUERY):
            if at == size:
                with suppress(FormatError):
                    found.add(nonce_of(request, imprint))
        return found

    def _holds(self, index: int, size: int) -> bool:
        """Whether the entry lies under the root that the checkpoint of `size` states."""
        with suppress(AffidavitError):
            stated = parse_checkpoint(parse_note(self._view.checkpoint_of(size)))
            path = inclusion(index, size, subtree_of(tiles_at(self._view.rows, size)))
            leaf = leaf_hash(self._view.rows.entry(index))
            return (stated.size, stated.root) == (size, root_of_inclusion(leaf, index, size, path))
        return False


def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
