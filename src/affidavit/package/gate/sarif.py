"""The gate's answer as SARIF 2.1.0: a result for each requirement that is not met."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from affidavit.base.text import visible, visible_json
from affidavit.changes.gate.model import Status

if TYPE_CHECKING:
    from affidavit.changes.gate.answer import Answer
    from affidavit.changes.gate.model import Requirement

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
PLACE = "affidavit.toml"
"""The file that results are shown at: what is not met is of no line of the change."""
_LEVELS = {Status.UNMET: "error", Status.UNKNOWN: "warning"}


def text(answer: Answer) -> str:
    """The log."""
    name, _, version = answer.tool.partition(" ")
    rules = [
        {"id": one.id, "shortDescription": {"text": visible(one.required)}}
        for one in answer.requirements
    ]
    run = {
        "tool": {"driver": {"name": name or "affidavit", "version": version, "rules": rules}},
        "results": [
            _result(number, one)
            for number, one in enumerate(answer.requirements)
            if one.status is not Status.MET
        ],
        "properties": {"verdict": str(answer.verdict), "score": answer.score.points},
    }
    return visible_json(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))


def _result(number: int, one: Requirement) -> dict[str, object]:
    return {
        "ruleId": one.id,
        "ruleIndex": number,
        "level": _LEVELS[one.status],
        "message": {"text": sentence(one)},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": PLACE}, "region": {"startLine": 1}}}
        ],
    }


def sentence(one: Requirement) -> str:
    """What is asked for, what was found, and what to do, in a line."""
    return visible(f"{one.required}; found: {one.found}; looked at {one.where}; {one.how}")
