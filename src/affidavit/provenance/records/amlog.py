"""Notes that say which mail a commit came from: where it was discussed, not who wrote it."""

from __future__ import annotations

import re
from urllib.parse import quote

from affidavit.provenance.records import documents as doc
from affidavit.provenance.records.model import Record

SOURCE = "amlog"
NO_FIELD = "lines that are no Message-Id"
UNREAD = f"Message-Ids after the first {doc.MOST_LINKS}, left out"

_PLAIN = "!$&'()*+,;:=@~"
"""What besides letters and digits stands for itself in such an address."""
_LINE = re.compile(rb"Message-Id:[ \t]*<([!-;=?-~]{1,900})>[ \t\r]*", re.IGNORECASE)


def read(note: bytes, *, place: str, commit: str) -> Record:
    """The mails that a note on `commit` names, as ``mid:`` addresses (RFC 2392)."""
    counts = doc.Counts()
    found: dict[str, None] = {}
    for line in note[: doc.MOST_BYTES].splitlines():
        if named := _LINE.fullmatch(line):
            found["mid:" + quote(named[1], safe=_PLAIN)] = None
        elif line.strip():
            counts.count(NO_FIELD)
    links = tuple(found)
    counts.count(UNREAD, max(len(links) - doc.MOST_LINKS, 0))
    return Record(
        source=SOURCE,
        place=place,
        commit=commit,
        links=links[: doc.MOST_LINKS],
        problems=counts.sentences(),
    )
