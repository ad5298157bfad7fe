"""The sections of a release's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.package.html.charts import line, stacked
from affidavit.package.html.words import (
    AUTHORSHIPS,
    GRADES,
    at_least,
    count,
    escaped,
    plural,
)
from affidavit.package.records.words import words as told
from affidavit.package.release import words
from affidavit.provenance.model import Authorship

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeVar

    from affidavit.audit.release.model import Files, Group, Release
    from affidavit.audit.release.totals import Brief
    from affidavit.changes.record.value import Listed, Stated

    T = TypeVar("T")

_STYLES = {
    Authorship.AI: "a-ai",
    Authorship.MIXED: "a-mixed",
    Authorship.ASSISTED: "a-assisted",
    Authorship.AUTOMATION: "a-auto",
    Authorship.HUMAN: "a-human",
    Authorship.NO_SIGNAL: "a-none",
}
_LONG = 2_000
COMPONENTS = 200
"""Components that the page lists; the JSON has all."""


def summary(release: Release) -> Iterator[str]:
    """How many changes, whose, and how they were reviewed."""
    totals = release.totals
    yield from _section("summary", "Summary")
    for one in words.notices(release.range, release.population.again):
        yield f'<p class="note"><b>{escaped(one)}</b></p>'
    every, ai = totals.every, totals.ai
    if not every.changes:
        yield '<p class="nothing">Nothing landed in this release.</p>\n</section>'
        return
    yield (
        f'<p class="statement"><span class="big">at least {at_least(ai.changes, every.changes)}'
        f"</span>{count(ai.changes)} of {plural(every.changes, 'change')} are AI changes, as far as"
        " agents left a trace: a lower bound.</p>"
    )
    parts = [
        (_STYLES[one], AUTHORSHIPS[one], totals.authorship.get(str(one), 0)) for one in Authorship
    ]
    yield f'<div class="figure">{stacked(parts, every.changes, "Changes by authorship")}'
    spoken = ", ".join(f"{name} {count(number)}" for _, name, number in parts if number)
    yield f'<p class="note">{escaped(spoken)}</p></div>'
    yield from _reviews(totals.ai, totals.other)
    yield from _agents(release)
    yield "</section>"


def _section(name: str, heading: str) -> Iterator[str]:
    yield f'<section id="{name}" aria-labelledby="{name}-h" tabindex="-1">'
    yield f'<h2 id="{name}-h">{heading}</h2>'


def _scroll(name: str) -> str:
    """The beginning of what may be wider than the page, and can be moved by keys."""
    return f'<div class="scroll" role="region" aria-label="{name}" tabindex="0">'


def _reviews(ai: Group, other: Group) -> Iterator[str]:
    for name, group in (("AI changes", ai), ("Other changes", other)):
        if group.changes:
            parts = [
                (str(grade).lower(), f"{grade} {GRADES[grade]}", group.grades.get(str(grade), 0))
                for grade in sorted(GRADES, reverse=True)
            ]
            yield f'<div class="figure"><p>{name} by review grade</p>'
            yield stacked(parts, group.changes, f"{name} by review grade")
            yield f'<p class="note">{escaped(words.review(group))}</p></div>'
    yield from _lines(ai, other)


def _lines(*groups: Group) -> Iterator[str]:
    yield "<table><caption>Lines changed, as the forge tells them</caption>\n<thead><tr>"
    yield '<th scope="col"><span class="quiet">Group</span></th>'
    for head in ("Changes", "Lines known of", "Added", "Removed"):
        yield f'<th scope="col" class="num">{head}</th>'
    yield "</tr></thead>\n<tbody>"
    for name, one in zip(("AI changes", "Other changes"), groups, strict=True):
        known = one.lines.known
        told_ = (count(one.lines.added), count(one.lines.removed)) if known else ("unknown",) * 2
        cells = (count(one.changes), count(known), *told_)
        yield f'<tr><th scope="row">{name}</th>'
        yield "".join(f'<td class="num">{cell}</td>' for cell in cells) + "</tr>"
    yield "</tbody></table>"


def _agents(release: Release) -> Iterator[str]:
    if not release.totals.agents:
        yield '<p class="nothing">No agent is named: that none was used is not shown.</p>'
        return
    yield '<h3>Agents</h3>\n<ul class="items">'
    for one in release.totals.agents:
        models = f"; models {', '.join(one.models)}" if one.models else "; models unknown"
        text = f"{one.agent}: {plural(one.landings, 'landing')}, {one.assisted:,} assisted{models}"
        yield f"<li>{escaped(text)}</li>"
    yield "</ul>"


def files(release: Release) -> Iterator[str]:
    """Which files at the released commit AI changes touched, by component."""
    share = release.share
    yield from _section("files", "AI changes in the released files")
    yield (
        '<p class="note">Of the files that stand at the released commit and that the release'
        " changed: how many an AI change of this release touched since the file was last made new,"
        " and of how many it was the last to. <b>These are files, not lines, and lower bounds.</b>"
        " What was made before this release is not looked at.</p>"
    )
    differing = "unknown" if share.differing is None else count(share.differing)
    gone = "unknown" if share.gone is None else count(share.gone)
    yield f"<p>Between the two ends {differing} files are new or other, and {gone} are gone.</p>"
    for text in words.doubts(release.share):
        yield f'<p class="note"><b>{escaped(text)}</b></p>'
    yield f"{_scroll('By component')}<table><caption>By component</caption>\n<thead><tr>"
    yield '<th scope="col">Component</th><th scope="col" class="wide"><span class="quiet">'
    yield "Share</span></th>"
    for head in ("Files", "Changed", "AI touched", "AI last", "No signal"):
        yield f'<th scope="col" class="num">{head}</th>'
    yield "</tr></thead>\n<tbody>"
    yield from _component(share.every, "All")
    for one in share.components[:COMPONENTS]:
        yield from _component(one, one.component)
    yield "</tbody></table></div>"
    more = len(share.components) - COMPONENTS
    if more > 0:
        yield f'<p class="note">{count(more)} more are in release.json.</p>'
    yield "</section>"


def _component(one: Files, name: str) -> Iterator[str]:
    present = "unknown" if one.present is None else count(one.present)
    share = at_least(one.ai_touched, one.changed) if one.changed else "none changed"
    cells = (present, count(one.changed), "", count(one.ai_last), count(one.no_signal))
    yield f'<tr><th scope="row">{escaped(name)}</th>'
    yield f'<td class="wide">{line(one.ai_touched, one.changed, "ai")}</td>'
    for cell in cells:
        text = cell or f'{count(one.ai_touched)} <span class="share">{share}</span>'
        yield f'<td class="num">{text}</td>'
    yield "</tr>"


def evidence(release: Release) -> Iterator[str]:
    """What is recorded of the released commit: checks, results, deployments, artefacts."""
    yield from _section("evidence", "The released commit")
    yield (
        '<p class="note">What the forge and the ledger hold about this commit, or about another'
        " with the same tree. What a ledger holds somebody handed in: <b>nobody checked it</b>.</p>"
    )
    yield from _items("Checks", release.checks, words.check)
    yield from _items("Tests, scans and other results", release.results, told)
    yield from _items("Deployments", release.deployments, told)
    yield from _items("Provenance of artefacts", release.artifacts, words.artifact)
    yield f"<h3>The forge's release</h3>\n<p>{escaped(words.published(release))}</p>\n</section>"


def _items(heading: str, found: Listed[T], say: Callable[[T], str]) -> Iterator[str]:
    yield f'<h3>{heading}</h3>\n<ul class="items">'
    for one in found.items:
        if one.value is not None:
            yield f"<li>{escaped(say(one.value), _LONG)}{_behind(one)}</li>"
    if last := words.end(found):
        yield f'<li class="unknown">{escaped(last)}</li>'
    yield "</ul>"


def _behind(one: Stated[T]) -> str:
    if one.source is None:
        return ""
    digest = f" <code>{escaped(one.source.digest)}</code>" if one.source.digest else ""
    at = f"{one.strength}, {one.source.kind} {one.source.at}"
    return f'<br><span class="behind">{escaped(at)}{digest}</span>'


def changes(briefs: Sequence[Brief]) -> Iterator[str]:
    """Every change, with a link to its record."""
    yield from _section("changes", plural(len(briefs), "change"))
    yield (
        '<p class="note">The whole record of each is in <a href="records/changes.html">'
        "records/changes.html</a>.</p>"
    )
    yield f'{_scroll("Changes")}<table class="list-of-changes"><thead><tr>'
    for head in ("Change", "Request", "Title", "Authorship", "Grade", "Approved by", "Exceptions"):
        yield f'<th scope="col">{head}</th>'
    yield "</tr></thead>\n<tbody>"
    for one in briefs:
        agents = f" ({', '.join(one.agents)})" if one.ai else ""
        cells = (
            _request(one.request),
            one.title,
            AUTHORSHIPS[Authorship(one.authorship)] + agents,
            one.grade,
            _approved(one),
            ", ".join(one.exceptions) or "none",
        )
        link = f'<a href="records/changes.html#c-{escaped(one.commit)}">{escaped(one.id)}</a>'
        yield f'<tr><th scope="row">{link}</th>'
        yield "".join(f"<td>{escaped(cell)}</td>" for cell in cells) + "</tr>"
    yield "</tbody></table></div>\n</section>"


def _request(number: str | None) -> str:
    if number is None:
        return "none known"
    return f"#{number}" if number.isdecimal() else number


def _approved(one: Brief) -> str:
    if one.approvers:
        return ", ".join(one.approvers)
    return "unknown" if one.approved is None else "nobody"


def exceptions(release: Release) -> Iterator[str]:
    """What is put before a person to explain."""
    yield from _section("exceptions", plural(len(release.exceptions), "exception"))
    yield '<ul class="items">'
    for one in release.exceptions:
        text = f"{one.commit[: words.SHORT]} {one.id}: {one.reason}"
        yield f"<li>{escaped(text, _LONG)}</li>"
    if not release.exceptions:
        yield '<li class="nothing">none</li>'
    yield "</ul>\n</section>"


def limits(release: Release) -> Iterator[str]:
    """What is not known, and what this report cannot see."""
    yield from _section("limits", "What is not known")
    yield '<ul class="items">'
    unknown = release.unknown or ("nothing that was looked for",)
    yield from (f"<li>{escaped(one, _LONG)}</li>" for one in unknown)
    yield '</ul>\n<h3>What this report cannot see, or did not use</h3>\n<ul class="limits">'
    for one in release.limits:
        items = f": {', '.join(one.items)}" if one.items else ""
        number = f" ({count(one.count)})" if one.count else ""
        yield f"<li><b>{escaped(one.id)}</b> {escaped(f'{one.text}{number}{items}', _LONG)}</li>"
    yield "</ul>\n</section>"
