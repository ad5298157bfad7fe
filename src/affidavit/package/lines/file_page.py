"""A file as a page: beside its lines whose they are, what brought them, and who reviewed it."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.text import decode, visible
from affidavit.package.html.charts import stacked
from affidavit.package.html.words import GRADES, count, escaped, moment, plural
from affidavit.package.lines import frame
from affidavit.package.lines.frame import Drawn, Head, Page
from affidavit.package.lines.shipped import as_facts
from affidavit.package.lines.words import bounds, class_name, ground_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.audit.lines.blame import (
        BlamedHand,
        BlamedLanding,
        BlamedLines,
        BlameReport,
        Reviewed,
    )

LINES = 20_000
"""Lines in the page, the first."""
LONGEST = 1_000
"""Characters of a line."""
MUCH = 4_000_000
"""Characters of all lines together."""
LANDINGS = 1_000
"""Landings in the table, those that brought most of the file."""
_SHORT = 10
_PARTS = (
    ("summary", "Summary"),
    ("file", "Lines"),
    ("landings", "Landings"),
    ("limits", "Limits"),
    ("again", "Run it again"),
)


class _Run(NamedTuple):
    """Lines that follow each other, and how many of them the page has."""

    one: BlamedLines
    text: Sequence[bytes]


def page(report: BlameReport, text: Sequence[bytes], again: str) -> str:
    """The whole page; `again` is the command that makes it again."""
    return "\n".join(_lines(report, text, again))


def _lines(report: BlameReport, text: Sequence[bytes], again: str) -> Iterator[str]:
    title = f"{report.path}: whose its lines are"
    lead = f"Whose each line of <b>{escaped(report.path)}</b> is, and what brought it."
    yield from frame.begin(Page(title, lead, tuple(_facts(report)), _PARTS), report.path)
    runs = _bounded(report.lines, text)
    landings = _most(report)
    yield from _summary(report)
    yield from _code(report, runs, landings)
    yield from _landings(report, landings)
    yield frame.section("limits", "What this cannot see")
    yield from frame.limits(report.limits)
    yield f"</section>\n{frame.section('again', 'Run it again')}"
    yield f"<p><kbd>{escaped(again, frame.LONG)}</kbd></p>\n</section>"
    yield from frame.end("affidavit")


def _facts(report: BlameReport) -> Iterator[tuple[str, str]]:
    yield "Repository", escaped(report.repository)
    yield "Commit", f"<code>{escaped(report.at)}</code>"
    yield from as_facts(report.asked)
    yield "Lines", count(report.total.lines)
    yield "Landings that brought them", count(len(report.landings))


def _summary(report: BlameReport) -> Iterator[str]:
    total = report.total
    yield frame.section("summary", "Summary")
    if not total.lines:
        yield '<p class="nothing">The file has no line.</p>\n</section>'
        return
    yield (
        f'<p class="statement"><span class="big">{bounds(total)}</span>{count(total.ai)} of'
        f" {plural(total.lines, 'line')} are an agent's, as far as agents left a trace; by the"
        f" labels of whole landings {count(total.labelled)}.</p>"
    )
    bar = stacked(frame.segments(total), total.lines, "Lines by whose they are")
    yield f'<div class="figure">{bar}{frame.legend(total)}</div>\n</section>'


def _bounded(lines: Sequence[BlamedLines], text: Sequence[bytes]) -> tuple[_Run, ...]:
    """The runs with as much of the text as a page has."""
    found, room = [], MUCH
    for one in lines:
        start, end = one.first - 1, min(one.first - 1 + one.lines, LINES)
        held = []
        for line in text[start:end]:
            room -= min(len(line), LONGEST)
            if room < 0:
                break
            held.append(line)
        if held:
            found.append(_Run(one, held))
        if len(held) < one.lines:
            break
    return tuple(found)


def _most(report: BlameReport) -> dict[str, BlamedLanding]:
    """The landings that brought most, by commit."""
    brought: dict[str, int] = {}
    for one in report.lines:
        brought[one.landing] = brought.get(one.landing, 0) + one.lines
    found = sorted(report.landings, key=lambda one: (-brought.get(one.commit, 0), one.commit))
    return {one.commit: one for one in islice(found, LANDINGS)}


def _code(
    report: BlameReport, runs: Iterable[_Run], linked: Mapping[str, BlamedLanding]
) -> Iterator[str]:
    yield frame.section("file", "Line by line")
    yield (
        '<p class="note">Beside each run of lines: whose they are, the agent and its model, the'
        " commit that brought them, and the grade and the reviewer of what landed. A line's number"
        " is a link to it.</p>"
    )
    yield (
        '<table class="code"><caption class="quiet">The lines of the file</caption><colgroup>'
        '<col class="whose"><col class="number"><col></colgroup>\n<thead><tr>'
        '<th scope="col">Whose, and by what</th><th scope="col" class="at">Line</th>'
        '<th scope="col">Text</th></tr></thead>'
    )
    reviews = {one.commit: one.review for one in report.landings}
    shown, returns = 0, 0
    for run in runs:
        yield from _run(run, reviews.get(run.one.landing), linked=run.one.landing in linked)
        shown += len(run.text)
        returns += sum(line.endswith(b"\r") for line in run.text)
    yield "</table>"
    if shown < report.total.lines:
        yield (
            f'<p class="note"><b>{plural(report.total.lines - shown, "further line")}</b> of'
            f" {count(report.total.lines)} not in this page; <code>--format json</code> tells of"
            " all.</p>"
        )
    if returns:
        yield (
            f'<p class="note">{plural(returns, "line")} in this page with a carriage return at the'
            " end, which is not shown.</p>"
        )
    yield "</section>"


def _run(run: _Run, review: Reviewed | None, *, linked: bool) -> Iterator[str]:
    one, rows = run.one, len(run.text)
    short = ' class="short"' if rows < 3 else ""
    head = (
        f'<th scope="rowgroup" rowspan="{rows}"{short}>{_whose(one)}'
        f'<span class="by">{_commit(one, linked=linked)}{_review(review)}</span></th>'
    )
    yield f'<tbody class="{frame.style(one.line_class)}">'
    for number, line in enumerate(run.text, one.first):
        yield (
            f'<tr id="L{number}">{head}<td class="at"><a href="#L{number}">{number}</a></td>'
            f'<td class="text">{_text(line)}</td></tr>'
        )
        head = ""
    yield "</tbody>"


def _whose(one: BlamedLines) -> str:
    hands = ", ".join(map(_hand, one.hands))
    told = f"<b>{escaped(class_name(one.line_class))}</b> {escaped(hands)}".strip()
    return f'<span class="by" title="{escaped(ground_words(one.ground))}">{told}</span> '


def _hand(hand: BlamedHand) -> str:
    return f"{hand.agent} {hand.model}" if hand.model else hand.agent


def _commit(one: BlamedLines, *, linked: bool) -> str:
    code = f"<code>{escaped(one.commit[:_SHORT])}</code>"
    return f'<a href="#c-{escaped(one.landing)}">{code}</a>' if linked else code


def _review(review: Reviewed | None) -> str:
    if review is None:
        return ""
    by = f" {', '.join(review.by)}" if review.by else ""
    return escaped(f" · {review.grade}{by}")


def _text(line: bytes) -> str:
    """A line with its tabs, and every other character that is not seen told by its number."""
    text = decode(line[: 4 * LONGEST + 4].removesuffix(b"\r"))
    cut, more = text[:LONGEST], len(text) > LONGEST
    shown = escape(cut) if cut.isprintable() else "".join(map(_character, cut))
    if not more:
        return shown
    rest = plural(len(line), "byte")
    return f"{shown}<em> … cut here: the line has {rest}</em>"


def _character(one: str) -> str:
    told = one if one == "\t" else visible(one)
    return escape(told) if told == one else f'<i class="odd">{told}</i>'


def _landings(report: BlameReport, found: Mapping[str, BlamedLanding]) -> Iterator[str]:
    yield frame.section("landings", "Landings that brought these lines")
    heads = tuple(map(Head, ("Landing", "Title", "Landed", "Label", "Review", "By", "Evidence")))
    rows = map(_landing, found.values())
    yield from frame.table("Landings, those with most lines first", heads, rows, sort="by-landing")
    if len(report.landings) > len(found):
        more = count(len(report.landings) - len(found))
        yield f'<p class="note">{more} more are in the JSON.</p>'
    yield (
        '<p class="note">A landing is what was merged into the branch: a merge, a squash, or a'
        " commit. Where a line names another commit, it is one behind its landing.</p>\n</section>"
    )


def _landing(one: BlamedLanding) -> tuple[str, ...]:
    anchor = escaped(one.commit)
    name = f'<code id="c-{anchor}">{escaped(one.commit[:_SHORT])}</code>'
    landed = moment(one.landed_at) if one.landed_at else "undated"
    grade, by, evidence = "not looked for", "", ""
    if one.review:
        grade = _grade(one.review.grade)
        by = ", ".join(one.review.by) or "nobody named"
        evidence = "; ".join(one.review.evidence)
    title = one.title or "not told"
    return (Drawn(name), title, landed, class_name(one.label), grade, by, evidence)


def _grade(text: str) -> str:
    words = {str(grade): words for grade, words in GRADES.items()}.get(text)
    return f"{text} {words}" if words else text
