"""Time stamps as files of an export, for programs that know RFC 3161 and not this one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.ledger.view import View

STAMP = "rfc3161"
"""The kind of an anchor that is an authority's whole answer."""
QUERY = "rfc3161-query"
"""The kind of one that is our request."""


def anchor_files(view: View) -> Iterator[tuple[str, bytes]]:
    """Path and content of each time stamp, of its request, and of the note that was stamped."""
    for kind, ending in ((STAMP, "tsr"), (QUERY, "tsq")):
        for size, data in view.rows.anchors(kind):
            name = hashlib.sha256(data).hexdigest()[:16]
            yield f"anchors/{size}.{name}.{ending}", data
            note = view.rows.checkpoint(size)
            if note is not None:
                yield f"anchors/{size}.note", note
