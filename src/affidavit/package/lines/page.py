"""Lines as one page: it needs no network, and a script only sorts, filters and leads further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.package.html.words import count, escaped, moment, plural
from affidavit.package.lines import charted, frame, sections
from affidavit.package.lines.frame import Head, Page
from affidavit.package.lines.shipped import as_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from affidavit.audit.lines.model import FileLines, GroupLines, LinesReport

FILES = 500
"""Files in the page, those with most AI lines; the CSV and the JSON have all."""
GROUPS = 200
"""Rows of any other table."""
_PARTS = (
    ("summary", "Summary"),
    ("map", "Map"),
    ("trend", "Trend"),
    ("age", "Age"),
    ("groups", "Groups"),
    ("files", "Files"),
    ("grounds", "Classes"),
    ("limits", "Limits"),
    ("again", "Run it again"),
)
_NUM = "num"
_RANGE = (Head("Lines", _NUM), Head("AI lines", _NUM), Head("At least", _NUM),
          Head("At most", _NUM), Head("Drawn", "wide"), Head("Label", _NUM))  # fmt: skip


def page(report: LinesReport, again: str) -> str:
    """The whole page; `again` is the command that makes it again."""
    return "\n".join(_lines(report, again))


def _lines(report: LinesReport, again: str) -> Iterator[str]:
    title = f"{report.repository}: whose its lines are"
    yield from frame.begin(Page(title, _lead(), tuple(_facts(report)), _PARTS), report.repository)
    yield from sections.summary(report)
    yield from charted.where(report)
    yield from charted.landing(report)
    yield from sections.ages(report)
    yield from _groups(report)
    yield from _files(report)
    yield from sections.reading(report)
    yield frame.section("limits", "What this cannot see")
    yield from frame.limits(report.limits)
    yield "</section>"
    yield from _again(report, again)
    yield from frame.end(f"{report.tool.name} {report.tool.version}")


def _lead() -> str:
    return (
        "Whose each line is that stands in the files at this commit: an agent's, a person's by"
        " attestation, automation's, or nobody's known."
    )


def _facts(report: LinesReport) -> Iterator[tuple[str, str]]:
    yield "Commit", f"<code>{escaped(report.commit)}</code>"
    yield from as_facts(report.at)
    yield "Committed", moment(escaped(report.time)) if report.time else "undated"
    files = plural(len(report.files), "text file")
    binary = plural(report.binary_files, "binary file")
    yield "Lines", f"{count(report.total.lines)} in {files}; {binary} left out"
    tool = report.tool
    yield "Rules", f"{escaped(tool.rules_version)} <code>{escaped(tool.rules)}</code>"


def _groups(report: LinesReport) -> Iterator[str]:
    yield frame.section("groups", "By folder, language and owner")
    yield (
        '<p class="note">AI at least, and at most with what is undetermined. Label: the share by'
        " the labels of whole landings. A file of several owners counts for each.</p>"
    )
    yield from _group("Folder", "by-folder", report.directories)
    yield from _group("Language", "by-language", report.languages)
    yield from _group("Owner", "by-owner", report.owners)
    yield "</section>"


def _group(what: str, name: str, groups: Sequence[GroupLines]) -> Iterator[str]:
    heads = (Head(what), Head("Files", _NUM), *_RANGE)
    rows = ((one.name, count(one.files), *sections.range_cells(one)) for one in groups[:GROUPS])
    yield from frame.table(f"Lines by {what.lower()}", heads, rows, sort=name)
    if len(groups) > GROUPS:
        yield f'<p class="note">{count(len(groups) - GROUPS)} more are in the JSON.</p>'


def _files(report: LinesReport) -> Iterator[str]:
    found = sorted(report.files, key=lambda one: (-one.ai, -one.undetermined, one.path))
    shown, rest = found[:FILES], found[FILES:]
    yield frame.section("files", "Files with most AI lines")
    yield (
        '<form id="find" class="filter" hidden><label class="grow">Find a file by its path,'
        ' language or owner<input type="search" id="find-text"></label></form>'
        '<p id="find-said" class="found" role="status" hidden></p>'
    )
    heads = (Head("File"), Head("Language"), Head("Owners"), Head("Critical"), *_RANGE)
    yield from frame.table("Files, those with most AI lines first", heads, map(_file, shown),
                           sort="by-file")  # fmt: skip
    if rest:
        lines = count(sum(one.ai for one in rest))
        yield (
            f'<p class="note">{plural(len(rest), "further file")} with {lines} AI lines'
            " in the CSV and the JSON.</p>"
        )
    yield "</section>"


def _file(one: FileLines) -> tuple[str, ...]:
    owners = ", ".join(one.owners) or "none"
    critical = "critical" if one.critical else "no"
    return (one.path, one.language, owners, critical, *sections.range_cells(one))


def _again(report: LinesReport, again: str) -> Iterator[str]:
    yield frame.section("again", "Run it again")
    yield (
        "<p>In a clone with the same commits, notes and pull request refs, this gives the same"
        f" numbers:</p>\n<p><kbd>{escaped(again, frame.LONG)}</kbd></p>"
    )
    yield (
        '<p class="note">With <code>--format csv</code> or <code>json</code> all files are told;'
        " <code>affidavit blame FILE --format html</code> shows a file line by line. A copy to"
        f" compare with: <code>git blame --first-parent {escaped(report.commit)} -- FILE</code>"
        " names the same landings; docs/lines.md says where it differs.</p>\n</section>"
    )
