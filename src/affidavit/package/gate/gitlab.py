"""The gate's answer as a code quality report of GitLab: an issue for each that is not met."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from affidavit.base.text import visible_json
from affidavit.changes.gate.model import Status
from affidavit.package.gate.sarif import PLACE, sentence

if TYPE_CHECKING:
    from affidavit.changes.gate.answer import Answer

_SEVERITIES = {Status.UNMET: "blocker", Status.UNKNOWN: "critical"}


def text(answer: Answer) -> str:
    """The report; an issue has the same fingerprint for the same head and requirement."""
    issues = [
        {
            "description": sentence(one),
            "check_name": f"affidavit-gate-{one.id}",
            "fingerprint": hashlib.sha256(f"{answer.change.head} {one.id}".encode()).hexdigest(),
            "severity": _SEVERITIES[one.status],
            "location": {"path": PLACE, "lines": {"begin": 1}},
        }
        for one in answer.requirements
        if one.status is not Status.MET
    ]
    return visible_json(json.dumps(issues))
