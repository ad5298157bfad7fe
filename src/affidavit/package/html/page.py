"""The page put together: template, style and script, with their hashes in the page's policy."""

from __future__ import annotations

import base64
import hashlib
import marshal
from importlib.resources import files
from typing import TYPE_CHECKING

from affidavit.package.html import data, evidence, rows, sections
from affidavit.package.html.charts import Share, line, nested, stacked
from affidavit.package.html.figures import Group, figure, group, parts
from affidavit.package.html.words import at_least, count, moment, percent, plural, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment, Template

    from affidavit.audit.model import Report

SENTENCE = 2_000
"""Characters of any other text that is put in."""
HERE = "\0"
"""Where the landings' data goes; nothing foreign that is shown can hold it."""
STATIC = 1_000
"""Landings that stand in the page without a script; the script shows all."""


def render(report: Report) -> str:
    """The whole page for `report`; the same text for the same report."""
    return b"".join(pieces(report, compiled())).decode()


def compiled() -> bytes:
    """The page's template made ready, the same for every report: it takes a tenth of a second."""
    return marshal.dumps(_environment().compile(_asset("template.html.j2")))


def pieces(report: Report, template: bytes) -> Iterator[bytes]:
    """The same piece by piece, in UTF-8: a page of 20,000 landings is long."""
    reasons = evidence.reasons(report.exceptions)
    landings = data.encoded(report.landings, reasons)
    for piece in _template(template).generate(_views(report, reasons)):
        before, here, after = piece.partition(HERE)
        yield before.encode()
        if here:
            yield landings
        yield after.encode()


def _views(report: Report, reasons: evidence.Reasons) -> dict[str, object]:
    """What the template shows."""
    style, script = _asset("style.css"), _asset("app.js")
    tables = sections.Tables(report)
    groups = (
        group(report.metrics, "ai", "AI landings"),
        group(report.metrics, "other", "Other landings"),
    )
    return {
        "report": report,
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
        "data": HERE,
        "rows": "\n".join(rows.row(each, reasons) for each in report.landings[:STATIC]),
        "static": STATIC,
        "figures": {
            name: figure(metric, bound=name.startswith("ai_changes"))
            for name, metric in report.metrics.items()
        },
        "missing": figure(None),
        "groups": groups,
        "bars": [_bar(each) for each in groups],
        "parts": parts(report.metrics),
        "share": Share(report.months, [row.agent for row in tables.strips]),
        "exceptions": sections.exceptions(report),
        "tables": tables,
    }


def _bar(group: Group) -> str:
    """The group's landings by review grade, as far as the grades are known."""
    segments = [(style, words, found.numerator) for style, words, found in group.parts]
    total = max((found.denominator for _, _, found in group.parts), default=0)
    return stacked(segments, total, group.name)


def _template(code: bytes) -> Template:
    """The template of what `compiled` made in a process of this very run."""
    environment = _environment()
    made = marshal.loads(code)  # noqa: S302 -- never from a file
    return environment.template_class.from_code(environment, made, environment.make_globals(None))


def _environment() -> Environment:
    """Escapes all that is put in, and makes foreign text visible before.

    Jinja2 is imported here: it takes longer to load than a small report takes to audit.
    """
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415
    from markupsafe import Markup  # noqa: PLC0415

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: shown(value, SENTENCE) if type(value) is str else value,
    )
    environment.globals |= {
        "line": line,
        "nested": nested,
        "count": count,
        "moment": moment,
        "percent": percent,
        "at_least": at_least,
        "plural": plural,
    }
    # For markup that this package made itself, escaping what is foreign in it.
    environment.filters["ours"] = Markup
    return environment


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    """The hash of an element's text as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
