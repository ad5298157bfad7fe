"""Content that facts name: what was brought with them, and what the log has already."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from affidavit.base.errors import EntryError
from affidavit.store.log import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from affidavit.ledger.entry import Fact
    from affidavit.store.log import Log

LARGEST_BLOB = 256 << 20
"""Bytes of a blob."""


def kept(contents: Iterable[bytes]) -> dict[bytes, Kept]:
    """Blobs to keep, by their SHA-256.

    Raises:
        EntryError: One is too large.
    """
    found = {}
    for data in contents:
        if len(data) > LARGEST_BLOB:
            raise EntryError(f"blobs: one has at most {LARGEST_BLOB:,} bytes")
        digest = hashlib.sha256(data).digest()
        found[digest] = Kept(digest, "application/octet-stream", data)
    return found


class Blobs:
    """What there is of content: `brought` with the facts, or in the log already."""

    def __init__(self, brought: Mapping[bytes, Kept], log: Log) -> None:
        self._brought = brought
        self._log = log

    def checked(self, fact: Fact) -> Fact:
        """`fact`, whose content is all here.

        Raises:
            EntryError: It names content nobody has, or of another size.
        """
        for blob in fact.blobs:
            size = self._size(blob.digest)
            if size is None:
                raise EntryError(
                    f"blobs: nothing here has the digest {blob.digest[:80]!a}",
                    hint="give the content with --blob FILE",
                )
            if size != blob.size:
                raise EntryError(f"blobs: {blob.digest} has {size:,} bytes")
        return fact

    def _size(self, name: str) -> int | None:
        try:
            digest = bytes.fromhex(name.removeprefix("sha256:"))
        except ValueError:
            return None
        if digest in self._brought:
            return len(self._brought[digest].data)
        return self._log.rows.blob_size(digest)
