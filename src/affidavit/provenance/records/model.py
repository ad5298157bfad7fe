"""What a record of another tool states: of commits, and of the lines of files."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from affidavit.provenance.gitai_log import Spans
from affidavit.provenance.model import Claim


class Attests(StrEnum):
    """Whom lines are attested to."""

    AI = "ai"
    HUMAN = "human"
    """A tool that watched says that a person typed them."""
    MIXED = "mixed"
    """Both had a hand in them, and which in which line is not told."""
    UNKNOWN = "unknown"
    """The record speaks of them, and says that it does not know."""


class Part(StrEnum):
    """What somebody did for a commit or a tree, as a record states it."""

    AUTHOR = "author"
    """Opened the request, or wrote the change."""
    APPROVER = "approver"
    DISMISSED = "dismissed"
    """Approved, and the approval was taken back."""
    MERGER = "merger"
    ACTOR = "actor"
    """Moved the branch or the tag: merged, or pushed."""


class Deed(msgspec.Struct, frozen=True, order=True):
    """That somebody took a part. `who` is as recorded, such as ``login+id`` of an account."""

    part: Part
    who: str


class LineClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Lines of one file, as the record's commit has it.

    `path` is relative to the root with ``/`` between, as recorded. Without `spans` the record
    speaks of the file and not of lines. `digest` is a hash of the lines as given, of whatever form.
    `texts` are the SHA-256 digests (``sha256:…``) of what was written, where no number of a line is
    told: of each line with its line feed.
    """

    path: str
    attests: Attests
    spans: Spans | None = None
    agent: str = ""
    model: str | None = None
    session: str | None = None
    digest: str | None = None
    texts: tuple[str, ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record: where it stood, what it is about, and what it states.

    `source` is the form (``agent-trace``, ``entire``, …), `place` the ref, or the path in a tree or
    of a file. `commit` and `tree` are what it says that it is about; `time` is its own, RFC 3339.
    `links` say where more of it is: addresses of conversations, ``mid:`` and the id of a mail.
    `deeds` are who took which part, people and apps alike; nobody checked them. `stated` is what
    the form says besides, as pairs of a word and a value, such as ``("ref", "refs/heads/main")``.
    `problems` are sentences about what in it could not be read; none repeats what it says.
    """

    source: str
    place: str
    commit: str | None = None
    tree: str | None = None
    time: str | None = None
    claims: tuple[Claim, ...] = ()
    lines: tuple[LineClaim, ...] = ()
    links: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ()
    stated: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
