"""The gate's answer as JUnit XML: a case for each requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from affidavit.base.text import visible
from affidavit.changes.gate.model import Status
from affidavit.package.gate.sarif import sentence

if TYPE_CHECKING:
    from affidavit.changes.gate.answer import Answer
    from affidavit.changes.gate.model import Requirement

_ELEMENTS = {Status.UNMET: "failure", Status.UNKNOWN: "error"}


def text(answer: Answer) -> str:
    """The report."""
    count = {status: sum(one.status is status for one in answer.requirements) for status in Status}
    counts = (
        f'tests="{len(answer.requirements)}" failures="{count[Status.UNMET]}"'
        f' errors="{count[Status.UNKNOWN]}"'
    )
    cases = "".join(map(_case, answer.requirements))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites {counts}><testsuite name="affidavit gate" {counts}>{cases}\n'
        "</testsuite></testsuites>"
    )


def _case(one: Requirement) -> str:
    name = quoteattr(one.id)
    if one.status is Status.MET:
        return f'\n<testcase classname="affidavit.gate" name={name}/>'
    element = _ELEMENTS[one.status]
    told = f"<{element} message={quoteattr(visible(one.found))}>{escape(sentence(one))}</{element}>"
    return f'\n<testcase classname="affidavit.gate" name={name}>{told}</testcase>'
