"""The tier of risk of a change: critical where a critical path is touched, else standard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.changes.record.value import Stated, Strength, content, unknown
from affidavit.changes.record.work import critical_paths

if TYPE_CHECKING:
    from affidavit.changes.record.material import Material

CRITICAL, STANDARD = "critical", "standard"


def risk_tier(material: Material) -> Stated[str]:
    """The tier, by the patterns of critical paths; unknown where its files are not known.

    One critical path is enough, whatever else it touched.
    """
    found = critical_paths(material)
    if found.items:
        source = found.items[0].source
        return Stated(value=CRITICAL, strength=Strength.CONTENT, source=source)
    return unknown(found.why) if found.why else content(STANDARD, material.newest.commit)
