"""A change record as an auditor reads it: parts with named rows, each value with its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.changes.record.value import Listed, Source, SourceKind, Stated, Strength
from affidavit.package.records.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.record.model import ChangeRecord


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One value in words, and what stands behind it."""

    words: str
    strength: Strength
    source: Source | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the record. `end` is what follows the lines, None where nothing does.

    It says that there is none, and where that is seen, or why the value or others are unknown.
    """

    field: str
    label: str
    lines: tuple[Line, ...]
    end: Line | None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Rows under one heading."""

    heading: str
    rows: tuple[Row, ...]


NONE = "none"
_PARTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "The change",
        (
            ("title", "title"),
            ("request", "request"),
            ("landed_at", "landed"),
            ("component", "component"),
            ("size", "size"),
            ("work_items", "work items"),
            ("reverts", "reverts"),
            ("labels", "labels"),
            ("emergency", "emergency"),
        ),
    ),
    (
        "Who made it",
        (
            ("authorship", "authorship"),
            ("agents", "AI agents"),
            ("prompting", "prompted by"),
            ("authors", "authors"),
        ),
    ),
    (
        "Review and approval",
        (
            ("reviewers", "reviews"),
            ("checklist", "checklist"),
            ("approvers", "approved by"),
            ("authority", "authority"),
            ("owners", "code owners"),
            ("merged_by", "merged by"),
            ("merged_at", "merged at"),
        ),
    ),
    ("Tests and scans", (("checks", "checks"), ("results", "ledger"))),
    ("Where it went", (("deployments", "deployments"), ("release", "release"))),
    (
        "What it touches",
        (("critical_paths", "critical paths"), ("risk_tier", "risk tier"), ("flags", "flags")),
    ),
)
LABELS = tuple(each for _, rows in _PARTS for each in rows)
"""The fields that have sources and what they are called, in the order in which they are shown."""
FIELDS = tuple(field for field, _ in LABELS)


def parts(record: ChangeRecord) -> tuple[Part, ...]:
    """All of `record` that has sources, in the order in which it is read."""
    return tuple(
        Part(heading=heading, rows=tuple(row(record, field, label) for field, label in rows))
        for heading, rows in _PARTS
    )


def row(record: ChangeRecord, field: str, label: str = "") -> Row:
    """One field of `record`."""
    value: object = getattr(record, field)
    assert isinstance(value, Stated | Listed)
    found = (value,) if isinstance(value, Stated) else value.items
    lines = tuple(_lines(found))
    return Row(field=field, label=label, lines=lines, end=_end(value, lines))


def _lines(found: tuple[Stated[object], ...]) -> Iterator[Line]:
    for one in found:
        if one.value is not None:
            yield Line(words=words(one.value), strength=one.strength, source=one.source)


def _end(value: Stated[object] | Listed[object], lines: tuple[Line, ...]) -> Line | None:
    if value.why is not None:
        what = "others unknown" if lines else "unknown"
        return Line(words=f"{what}: {value.why}", strength=Strength.UNKNOWN, source=None)
    if lines:
        return None
    in_git = value.source is not None and value.source.kind is SourceKind.COMMIT
    strength = Strength.CONTENT if in_git else Strength.RECORDED
    return Line(words=NONE, strength=strength, source=value.source)
