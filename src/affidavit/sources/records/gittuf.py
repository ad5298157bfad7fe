"""The attestations of gittuf in a repository: the files below ``refs/gittuf/attestations``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.limit import limit
from affidavit.provenance.records import gittuf
from affidavit.sources.records.places import contents, files, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.records.model import Record
    from affidavit.provenance.signals import Signals
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.refs import Refs

REF = "refs/gittuf/attestations"
FOLDERS = (b"reference-authorizations/", b"github-pull-requests/", b"code-review-approvals/")
INDEX = b"code-review-approvals/review-index.json"
"""What gittuf finds its own approvals by: no attestation."""


def records(objects: Objects, refs: Refs, signals: Signals, ref: str = REF) -> Iterator[Record]:
    """What each attestation below `ref` says, by path; nothing where there is no such ref.

    What was left out is in ``objects.limits``.
    """
    tip = refs.get(ref)
    if tip is None:
        return
    commit = objects.peeled([tip]).get(tip, "")
    listed = files(objects, commit, into=lambda _: True, taken=lambda path: path != INDEX)
    known = [file for file in listed if file.path.startswith(FOLDERS)]
    for file, body in contents(objects, known):
        yield gittuf.read(body, f"{ref}:{shown(file.path)}", signals)
    if others := [shown(file.path) for file in listed if not file.path.startswith(FOLDERS)]:
        objects.notice(limit("records-not-known", _NOT_KNOWN, others))


_NOT_KNOWN = "Files in a tool's store of records are of no kind that is known, and were not read."
