"""What an envelope says and about what: in-toto Statement, version 1.

A statement here names each thing that it is about as a subject of its own with one digest. For a
set of digests matches where any of them does: a commit and its tree in one set would vouch for
every commit that has the tree. Whoever needs both asks with `commit_and_tree`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.base.errors import FormatError
from affidavit.ledger.dsse import IN_TOTO, LARGEST_ENVELOPE, Envelope, fields, parsed, text, written

if TYPE_CHECKING:
    from affidavit.ledger.dsse import Json

STATEMENT = "https://in-toto.io/Statement/v1"
"""The type of a statement."""
MOST_SUBJECTS = 100
"""Subjects of a statement that are read."""
COMMIT = "gitCommit"
"""The digest of a git commit: its id, SHA-1 or SHA-256."""
TREE = "gitTree"
"""The digest of a git tree."""

_NAMES = {"_type", "predicate", "predicateType", "subject"}
_DIGEST = re.compile(r"[0-9a-f]{1,128}")
_GIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Artifact:
    """A thing that a statement is about: a name, and the digest by which alone it is matched."""

    name: str
    algorithm: str
    digest: str
    """Lower-case hex."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Things, and what is said of them: a predicate of the type that a URI names."""

    subjects: tuple[Artifact, ...]
    predicate_type: str
    predicate: dict[str, Json]

    def encode(self) -> bytes:
        """The statement in canonical JSON (RFC 8785), the payload of an envelope."""
        subjects: list[Json] = [
            {"digest": {one.algorithm: one.digest}, "name": one.name} for one in self.subjects
        ]
        return written(
            {
                "_type": STATEMENT,
                "predicate": self.predicate,
                "predicateType": self.predicate_type,
                "subject": subjects,
            }
        )


def of_commit(commit: str, tree: str) -> tuple[Artifact, ...]:
    """The two subjects of a statement about a commit."""
    return (Artifact("commit", COMMIT, commit), Artifact("tree", TREE, tree))


def commit_and_tree(statement: Statement, place: str = "statement") -> tuple[str, str]:
    """The ids of the commit and the tree that `statement` is about.

    Raises:
        FormatError: It does not name both, or one of them more than once.
    """
    commits, trees = (_only(statement, each, place) for each in (COMMIT, TREE))
    if len(commits) != len(trees):
        raise FormatError(f"{place}: commit and tree are ids of two object formats")
    return commits, trees


def _only(statement: Statement, algorithm: str, place: str) -> str:
    found = [one.digest for one in statement.subjects if one.algorithm == algorithm]
    if len(found) != 1:
        raise FormatError(f"{place}: there is not just one subject with a {algorithm}")
    return found[0]


def statement_of(envelope: Envelope, *, place: str = "statement") -> Statement:
    """The statement that `envelope` carries. No signature is checked.

    Raises:
        FormatError: It carries something else; the message begins with `place`.
    """
    if envelope.payload_type != IN_TOTO:
        raise FormatError(f"{place}: the payload is not of the type {IN_TOTO}")
    return parse_statement(envelope.payload, place=place)


def parse_statement(data: bytes, *, place: str = "statement") -> Statement:
    """The statement that the JSON in `data` writes.

    Raises:
        FormatError: It is none, lacks a field or has one that is not known; the message begins
            with `place`.
    """
    found = fields(parsed(data, place, largest=LARGEST_ENVELOPE), _NAMES, place)
    if found["_type"] != STATEMENT:
        raise FormatError(f"{place}: _type is not {STATEMENT}")
    subjects, predicate = found["subject"], found["predicate"]
    if not isinstance(subjects, list) or not 1 <= len(subjects) <= MOST_SUBJECTS:
        raise FormatError(f"{place}: subject is not a list of 1 to {MOST_SUBJECTS}")
    if not isinstance(predicate, dict):
        raise FormatError(f"{place}: predicate is not an object")
    artifacts = tuple(
        _artifact(one, f"{place}: subject {number}") for number, one in enumerate(subjects, 1)
    )
    if len({one.name for one in artifacts}) != len(artifacts):
        raise FormatError(f"{place}: two subjects have one name")
    kind = text(found["predicateType"], f"{place}: predicateType")
    return Statement(artifacts, kind, predicate)


def _artifact(value: Json, place: str) -> Artifact:
    found = fields(value, {"digest", "name"}, place)
    digests = found["digest"]
    if not isinstance(digests, dict) or len(digests) != 1:
        raise FormatError(f"{place} has not just one digest")
    [(algorithm, digest)] = digests.items()
    pattern = _GIT if algorithm in (COMMIT, TREE) else _DIGEST
    if not isinstance(digest, str) or not pattern.fullmatch(digest):
        raise FormatError(f"{place}: the digest is not lower-case hex of its length")
    name = text(found["name"], f"{place}: name")
    return Artifact(name, text(algorithm, f"{place}: the digest's algorithm"), digest)
