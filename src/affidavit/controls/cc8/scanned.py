"""Whether a scanner looked at what was merged, and left nothing open at the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.controls.cc8.case import NO_LEDGER, said
from affidavit.controls.cc8.lacking import LEDGER, REQUESTS
from affidavit.controls.criteria import SEVERITIES
from affidavit.controls.model import Item, item, no, unknown, yes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.controls.cc8.case import Case, Facts, Scan
    from affidavit.controls.model import Attribute
    from affidavit.ledger.results import ScanReported, ScanTool

TEST = "AFF-CC8.1-06"
_LEVELS = {"note": "low", "warning": "medium", "error": "high"}
"""What a finding without a severity counts as, by its level."""
_FAILED, _UNKNOWN = "unsuccessful", "unknown"


def scanned(case: Case) -> Item:
    """The row of a change."""
    if case.facts is None:
        return item(TEST, case.subject, unknown("scan", NO_LEDGER, lacks=LEDGER))
    scans = _newest([one for one in case.facts.scans if _of_head(one, case)])
    if not scans:
        return item(TEST, case.subject, _none(case, case.facts))
    asked = (each for one in scans for each in _asked(one, case.criteria.scan_threshold))
    return item(TEST, case.subject, *asked)


def _of_head(scan: Scan, case: Case) -> bool:
    """Whether it is of what was merged: of the head, or of the very same files."""
    if case.request is None:
        return case.lost is None and scan.commit in case.heads
    same = scan.tree is not None and scan.tree == case.head_tree
    return scan.commit == case.request.head_oid or (same and scan.commit in case.heads)


def _none(case: Case, facts: Facts) -> Attribute:
    """Why there is no scan of what was merged."""
    if case.lost is not None:
        return unknown("scan", case.lost, case.source, lacks=REQUESTS)
    if facts.cut:
        why = "the ledger holds more about its commits than is looked at"
        return unknown("scan", why, lacks=LEDGER)
    landed = [one for one in facts.scans if one.commit in case.heads]
    if landed and case.head_tree is None:
        why = "what landed was scanned; whether its files are those of the head is unknown"
        return unknown("scan", why, landed[0].source, lacks=REQUESTS)
    return no("scan", "no scan of the merged head is recorded", *(one.source for one in landed))


def _newest(scans: Sequence[Scan]) -> tuple[Scan, ...]:
    """Of each set of tools the newest scan."""
    found = {frozenset(_called(tool) for tool in one.body.tools): one for one in scans}
    return tuple(found.values())


def _called(tool: ScanTool) -> tuple[str, str]:
    return tool.role, tool.name or (tool.named or "")


def _asked(scan: Scan, threshold: str) -> Iterator[Attribute]:
    by = f" by {said(scan.body.producer.name)}" if scan.body.producer else ""
    apart = {True: "independent", False: "not independent", None: "independence unknown"}
    when = f"recorded at {scan.time}{by}, {apart[scan.body.independent]}"
    yield yes("scan", f"{', '.join(_names(scan.body))}, {when}", scan.source)
    loose = [said(_called(one)[1]) for one in scan.body.tools if not (one.version or one.digest)]
    if loose or not scan.body.tools:
        why = f"without a version or a digest: {', '.join(loose) or 'the tool is not named'}"
        yield no("pinned", why, scan.source)
    else:
        yield yes("pinned", "each tool and pack of rules has a version or a digest", scan.source)
    yield _open(scan, threshold)


def _names(body: ScanReported) -> list[str]:
    return [said(_called(one)[1]) for one in body.tools] or ["a tool without a name"]


def _open(scan: Scan, threshold: str) -> Attribute:
    """Whether anything is open at or above the threshold."""
    body = scan.body
    if body.result == _FAILED:
        return no("nothing open", "the scanner did not end well", scan.source)
    above = SEVERITIES[SEVERITIES.index(threshold) :]
    count = sum(body.severities.get(one, 0) for one in above)
    if count:
        return no("nothing open", f"{count:,} open at {threshold} or above", scan.source)
    if body.result not in ("clean", "findings"):
        why = f"the result of the scan is {said(body.result)}"
        return unknown("nothing open", why, scan.source, lacks=LEDGER)
    unrated = sum(body.levels.get(one, 0) for one, as_ in _LEVELS.items() if as_ in above)
    if not body.severities.get("unrated", 0) or not unrated:
        return yes("nothing open", f"nothing at {threshold} or above", scan.source)
    if body.severities["unrated"] == body.open:
        why = f"{unrated:,} open without a severity, by level at {threshold} or above"
        return no("nothing open", why, scan.source)
    why = f"{body.severities['unrated']:,} open have no severity, and may be at {threshold}"
    return unknown("nothing open", why, scan.source, lacks=LEDGER)
