"""The sections of the page of lines that say what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.package.html.charts import line, stacked
from affidavit.package.html.words import at_least, count, escaped, percent, plural
from affidavit.package.lines.frame import Drawn, Head, key, legend, section, segments, style, table
from affidavit.package.lines.words import (
    CLASSES,
    MEANINGS,
    at_most,
    bounds,
    class_name,
    ground_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.audit.lines.model import Age, Counts, LinesReport, RecordsSeen

AGENTS = 100
"""Agents and models in the page; the JSON has all."""
_NUM, _WIDE = "num", "wide"


def summary(report: LinesReport) -> Iterator[str]:
    """The AI share as a range, the label's beside it, and the classes as a bar."""
    total = report.total
    yield section("summary", "Summary")
    if not total.lines:
        yield '<p class="nothing">There are no lines of text here.</p>\n</section>'
        return
    yield from _range(total)
    bar = stacked(segments(total), total.lines, "Lines by whose they are")
    yield f'<div class="figure wide-figure">{bar}{legend(total)}</div>'
    yield from _label(total)
    yield from _critical(report.critical)
    yield from _agents(report)
    yield from _behind(report)
    yield "</section>"


def _range(total: Counts) -> Iterator[str]:
    most = ""
    if total.undetermined:
        most = f" of {count(total.undetermined)} more it cannot be told;"
    yield (
        f'<p class="statement"><span class="big">{bounds(total)}</span>{count(total.ai)} of'
        f" {plural(total.lines, 'line')} are an agent's, as far as agents left a trace;{most}"
        f" nothing is said of {count(total.no_signal)}.</p>"
    )
    yield (
        '<p class="note">The upper bound counts what is undetermined, too. Neither counts lines'
        " without a signal: an agent that left no trace is not seen, and such a line is"
        " <b>unknown, not human</b>.</p>"
    )


def _label(total: Counts) -> Iterator[str]:
    yield (
        f"<p><b>By the labels of whole landings it would be"
        f" {percent(total.labelled, total.lines)}</b> ({count(total.labelled)} lines). A label"
        " counts every line of a landing that names an agent; here a line counts only where the"
        " commit that brought it, or a line-level record, names one.</p>"
    )


def _critical(critical: Counts) -> Iterator[str]:
    yield "<h3>Critical paths</h3>"
    if not critical.lines:
        yield '<p class="nothing">No critical path holds a line.</p>'
        return
    yield (
        f"<p><b>{bounds(critical)}</b> of {plural(critical.lines, 'line')} of critical paths"
        f" {'is' if critical.lines == 1 else 'are'} AI; by the labels of whole landings"
        f" {percent(critical.labelled, critical.lines)}.</p>"
    )
    bar = stacked(segments(critical), critical.lines, "Lines of critical paths")
    yield f'<div class="figure wide-figure">{bar}{legend(critical)}</div>'


def _agents(report: LinesReport) -> Iterator[str]:
    yield "<h3>Agents and models</h3>"
    if not report.agents:
        yield '<p class="nothing">No agent is named: that none was used is not shown.</p>'
        return
    heads = (Head("Agent"), Head("Model"), Head("Lines, at least", _NUM), Head("Share", _NUM),
             Head("Drawn", _WIDE), Head("Named, undetermined", _NUM))  # fmt: skip
    total = report.total.lines
    rows = (
        (
            one.agent,
            one.model or "not told",
            count(one.lines),
            percent(one.lines, total) if total else "no lines",
            Drawn(line(one.lines, total, "c-ai")),
            count(one.undetermined),
        )
        for one in report.agents[:AGENTS]
    )
    yield from table("Lines by agent and model", heads, rows, sort="agents")
    if len(report.agents) > AGENTS:
        yield f'<p class="note">{count(len(report.agents) - AGENTS)} more are in the JSON.</p>'
    yield (
        '<p class="note">A line of which two agents are named counts for each. Named,'
        " undetermined: the agent took part in what brought the line, and that the line is its own"
        " cannot be said.</p>"
    )


def _behind(report: LinesReport) -> Iterator[str]:
    seen = report.seen
    yield '<h3>How far it was looked behind landings</h3>\n<ul class="items">'
    yield f"<li>{plural(seen.landings, 'landing')} on the branch were followed.</li>"
    yield (
        f"<li>{plural(seen.split, 'landing')} told apart by the commits behind:"
        " each of their lines belongs to the commit that brought it.</li>"
    )
    yield (
        f"<li>{plural(seen.unsplit, 'squash', 'squashes')} not split, for want of the commits"
        " behind, where an agent is named: those lines are undetermined.</li>"
    )
    if not seen.records:
        yield "<li>No line-level record was used or refused.</li>"
    yield from (f"<li>{_record(one)}</li>" for one in seen.records)
    yield "</ul>"


def _record(one: RecordsSeen) -> str:
    """How the line-level records of one form were used."""
    refused = f"; {count(one.refused)} that did not fit refused" if one.refused else ""
    used = f"{plural(one.commits, 'commit')} with one that was used{refused}"
    if not one.attested:
        return f"Records of {escaped(one.source)}: {used}. They tell of whole files, not of lines."
    return (
        f"Line-level records of {escaped(one.source)}: {used}. They tell of"
        f" {plural(one.attested, 'line')}, of which their commits brought {count(one.brought)};"
        " nothing is said of the others."
    )


def reading(report: LinesReport) -> Iterator[str]:
    """What the classes mean, and on what grounds lines are of theirs."""
    yield section("grounds", "How to read the classes")
    yield '<dl class="classes">'
    for one, words in CLASSES.items():
        yield f"<div><dt>{key(f'c-{one}')}{words}</dt><dd>{MEANINGS[one]}</dd></div>"
    yield "</dl>"
    yield (
        "<p><b>Undetermined</b> is a gap: the line is an agent's or it is"
        " not, and the records do not say which. It bounds the AI share from above, and the table"
        " says what would settle it: the commits of squashes (<code>git fetch origin"
        " '+refs/pull/*/head:refs/pull/*/head'</code>), line-level records of agents, or history"
        " that was cut off.</p>"
    )
    heads = (Head("Class"), Head("Ground"), Head("Meaning"), Head("Lines", _NUM),
             Head("Share", _NUM))  # fmt: skip
    total = report.total.lines
    rows = (
        (
            class_name(one.line_class),
            one.ground,
            ground_words(one.ground),
            count(one.lines),
            percent(one.lines, total),
        )
        for one in report.grounds
    )
    yield from table("Lines by class and ground", heads, rows, sort="by-ground")
    yield "</section>"


def ages(report: LinesReport) -> Iterator[str]:
    """How old lines are, and how soon they go."""
    yield section("age", "Age, and how soon lines go")
    if not report.ages:
        yield '<p class="nothing">No line has a date.</p>'
    else:
        end = max(1, *(one.nine_tenths for one in report.ages))
        heads = (Head("Class"), Head("Lines", _NUM), Head("Drawn", "span"), Head("A tenth", _NUM),
                 Head("Half", _NUM), Head("Nine tenths", _NUM))  # fmt: skip
        rows = ((class_name(one.line_class), count(one.lines), Drawn(_span(one, end)),
                 *map(count, (one.tenth, one.median, one.nine_tenths)))
                for one in report.ages)  # fmt: skip
        yield from table("Age of the lines that are here, in days", heads, rows)
        yield (
            '<p class="note">A tenth, half and nine tenths of a kind of lines are no older than'
            " that at this commit. The bar reaches from a tenth to nine tenths; its mark is the"
            f" half; it ends at {plural(end, 'day')}.</p>"
        )
    yield from _fates(report)
    yield "</section>"


def _span(one: Age, end: int) -> str:
    left, wide = 100 * one.tenth / end, max(100 * (one.nine_tenths - one.tenth) / end, 0.8)
    half = 100 * one.median / end
    return (
        '<svg class="line" width="100%" height="12" aria-hidden="true">'
        '<rect class="empty" width="100%" height="12" rx="2"/>'
        f'<rect class="{style(one.line_class)}" x="{min(left, 99.2):.3f}%"'
        f' width="{wide:.3f}%" height="12"/>'
        f'<rect class="half" x="{min(half, 99.2):.3f}%" width="3" height="12"/></svg>'
    )


def _fates(report: LinesReport) -> Iterator[str]:
    yield "<h3>How soon lines go</h3>"
    if not any(one.added for one in report.fates):
        yield '<p class="nothing">Nothing landed long enough ago to say.</p>'
        return
    heads = (Head("Within"), Head("Lines that are"), Head("Landed", _NUM), Head("Gone", _NUM),
             Head("Share", _NUM), Head("Drawn", _WIDE))  # fmt: skip
    rows = (
        (
            plural(one.days, "day"),
            class_name(one.line_class),
            count(one.added),
            count(one.gone),
            percent(one.gone, one.added) if one.added else "none landed",
            Drawn(line(one.gone, one.added, style(one.line_class))),
        )
        for one in report.fates
    )
    yield from table("Lines changed or removed again", heads, rows)
    yield (
        '<p class="note">Of the lines that landed at least that long before this commit, those that'
        " went within that time, by what is known of each line, not by the label of its landing. Of"
        " the whole branch, whatever path was asked for.</p>"
    )


def range_cells(counts: Counts) -> tuple[str, ...]:
    """What a table says of a group: lines, AI at least and at most, drawn, undetermined, label."""
    lines, most = counts.lines, counts.ai + counts.undetermined
    upper = at_most(most, lines) if lines else "no lines"
    return (
        count(lines),
        count(counts.ai),
        at_least(counts.ai, lines) if lines else "no lines",
        upper,
        Drawn(_drawn(counts)),
        percent(counts.labelled, lines) if lines else "no lines",
    )


def _drawn(counts: Counts) -> str:
    total = counts.lines or 1
    ai, more = 100 * counts.ai / total, 100 * counts.undetermined / total
    return (
        '<svg class="line" width="100%" height="10" aria-hidden="true">'
        '<rect class="empty" width="100%" height="10" rx="2"/>'
        f'<rect class="c-ai" width="{ai:.3f}%" height="10"/>'
        f'<rect class="c-undetermined" x="{ai:.3f}%" width="{more:.3f}%" height="10"/></svg>'
    )
