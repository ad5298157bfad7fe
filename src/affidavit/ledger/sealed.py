"""The schema of the fact that a release was looked at: its ends, and the report on it.

What each field means is in docs/formats/release.md.
"""

from __future__ import annotations

import msgspec

from affidavit.ledger.fields import Commitment, Digest, Size, Text


class ReleaseSealed(msgspec.Struct, frozen=True, kw_only=True):
    """A report on a release was made. The released commit and its tree are the subject.

    `repository` is a pseudonym, `base` the commit that it begins after, None from the beginning.
    """

    repository: Text
    repository_named: Commitment
    base: Text | None
    head: Text
    tree: Text
    base_named: Commitment | None = None
    head_named: Commitment
    landings: Size
    commits: Size
    changes: Size
    ai_changes: Size
    population: Digest
    report: Commitment
    """To the digest of release.json."""
    tool: Text


KIND = "release.sealed.v1"
SEALED: dict[str, type[msgspec.Struct]] = {KIND: ReleaseSealed}
CHANNEL = "release"
"""How these facts reach the keeper."""
OWN = "release:"
"""How the streams and ids of these facts begin."""
