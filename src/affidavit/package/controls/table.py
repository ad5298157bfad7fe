"""The worksheet of control tests as CSV: a line for each item and attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.package.csv_report import cell, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.changes.record.value import Source
    from affidavit.package.controls.data import ControlTests

COLUMNS = (
    *("test", "item", "of", "subject", "request", "occurred_at", "result", "rule"),
    *("attribute", "answer", "why", "evidence"),
)


def evidence(source: Source) -> str:
    """A source in one word: what it is, where, and the digest of what was read there."""
    digest = f"@{source.digest}" if source.digest else ""
    return f"{source.kind}:{source.at}{digest}"


def table(found: ControlTests) -> Iterator[str]:
    """The lines, the names of the columns first."""
    yield line(COLUMNS)
    for one in found.items:
        own = (
            *(one.test, one.item, one.of, one.subject or "", one.request or ""),
            *(one.occurred_at, one.result, one.rule or ""),
        )
        if not one.attributes:
            yield line([*map(cell, own), "", "", "", ""])
        for each in one.attributes:
            shown = " ".join(evidence(source) for source in each.sources)
            yield line([*map(cell, (*own, each.name, each.answer, each.why, shown))])
