"""Tests whose source is not read yet: every item is unknown, and says what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.controls.model import Item, item, unknown

if TYPE_CHECKING:
    from affidavit.controls.cc8.case import Case

SOURCES = {
    "AFF-CC8.1-02": ("work item", "no tracker of work items is read", "work items"),
    "AFF-CC8.1-09": ("stages", "no log of the stages of work is read", "stages of work items"),
    "AFF-CC8.1-14": ("failure", "no tracker of failed changes is read", "failed changes"),
}


def unsourced(test: str, case: Case) -> Item:
    """The row of a change under a test of `SOURCES`."""
    name, why, lacks = SOURCES[test]
    return item(test, case.subject, unknown(name, why, lacks=lacks))
