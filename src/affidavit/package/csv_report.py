"""``landings.csv``, ``exceptions.csv`` and ``deployments.csv``, safe to open in a spreadsheet."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING

import msgspec

from affidavit.base.text import visible
from affidavit.package.place import replacing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from affidavit.audit.forge import ForgeDeployment, ForgeSource
    from affidavit.audit.model import Report
    from affidavit.changes.model import Landing, Participant

CELL = 32_000
"""Characters of one cell: spreadsheets cut at 32,767."""
ROWS = 1_000
"""Rows that are written together."""
_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
_SPLIT = re.compile(r';(\s*+)(?=["\s]*+[=+\-@\uff1d\uff0b\uff0d\uff20])')
_SPECIAL = re.compile('[,"\r\n]')
_KNOWN = {True: "yes", False: "no", None: "unknown"}
LANDING_COLUMNS = (
    "change",
    "commit",
    "landed_at",
    "committed_at",
    "branches",
    "kind",
    "marks",
    "title",
    "authorship",
    "unrefined",
    "agents",
    "pull_request_forge",
    "pull_request_number",
    "pull_request_proof",
    "review_grade",
    "self_merged",
    "authors",
    "commits",
    "claims",
    "critical_paths",
    "exceptions",
)
COUNTED_COLUMNS = ("counted_at", "counted_by")
"""What a row of a landing has beside where a forge's records were read."""
SWORN_COLUMNS = (
    "gate",
    "gate_decided_at",
    "gate_told_by",
    "gate_source",
    "gate_digest",
    "signatures",
    "signed_proven",
)
"""What a row of a landing has beside where signed statements were read."""
EXCEPTION_COLUMNS = ("id", "commit", "reason")
DEPLOYMENT_COLUMNS = (
    "deployment",
    "environment",
    "production",
    "ref",
    "commit",
    "deployed_at",
    "state",
    "held",
)


def write_landings(report: Report, place: Path) -> None:
    """Write one row for each landing.

    Raises:
        OutputError: It cannot be written.
    """
    beside: list[tuple[tuple[str, ...], Callable[[Landing], Sequence[str]]]] = []
    if not isinstance(report.forge, msgspec.UnsetType):
        beside.append((COUNTED_COLUMNS, _counted))
    if "gated_changes" in report.metrics:
        beside.append((SWORN_COLUMNS, _sworn))
    columns = LANDING_COLUMNS + tuple(name for names, _ in beside for name in names)
    cells = [_landing, *(of for _, of in beside)]
    _write(place, columns, ([one for of in cells for one in of(row)] for row in report.landings))


def write_exceptions(report: Report, place: Path) -> None:
    """Write one row for each exception.

    Raises:
        OutputError: It cannot be written.
    """
    rows = ((one.id, one.commit, cell(one.reason)) for one in report.exceptions)
    _write(place, EXCEPTION_COLUMNS, rows)


def write_deployments(forge: ForgeSource, place: Path) -> None:
    """Write one row for each deployment that no change is known to belong to.

    Raises:
        OutputError: It cannot be written.
    """
    _write(place, DEPLOYMENT_COLUMNS, map(_deployment, forge.deployments.rows))


def cell(text: str) -> str:
    """`text` on one line, with a quote before what a spreadsheet would take for a formula.

    Also after each semicolon: where that is the separator of lists, a cell may be split there. For
    every cell that holds anything typed by somebody; the others are words of ours.
    """
    shown = visible(text)
    if ";" in shown:
        shown = _SPLIT.sub(r";\1'", shown)
    return "'" + shown if shown.lstrip()[:1] in _FORMULA else shown


_repeated = lru_cache(maxsize=10_000)(cell)
"""The same for cells that many rows share."""


@lru_cache(maxsize=10_000)
def _people(who: tuple[Participant, ...]) -> str:
    return cell("; ".join(map(_person, who))[:CELL])[:CELL]


@lru_cache(maxsize=10_000)
def _person(who: Participant) -> str:
    return f"{who.name} <{who.email}> ({who.kind}: {', '.join(who.roles)})"


def _write(place: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = map(line, chain((columns,), rows))
    with replacing(place) as file:
        while together := list(islice(lines, ROWS)):
            file.write("".join(together).encode())


def line(cells: Sequence[str]) -> str:
    """`cells` as a line of RFC 4180: what holds a comma, a quote or a break stands in quotes.

    The standard library's writer looks at each character and takes three times as long.
    """
    text = ",".join(cells)
    if '"' in text or "\r" in text or "\n" in text:
        text = ",".join([_quoted(one) if _SPECIAL.search(one) else one for one in cells])
    elif text.count(",") >= len(cells):
        text = ",".join([f'"{one}"' if "," in one else one for one in cells])
    return text + "\r\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _counted(one: Landing) -> Sequence[str]:
    told = one.counted
    return ("", "") if isinstance(told, msgspec.UnsetType) else (told.at, told.by)


def _sworn(one: Landing) -> Sequence[str]:
    told = one.sworn
    if isinstance(told, msgspec.UnsetType):
        return ("",) * len(SWORN_COLUMNS)
    gate = told.gate
    decided = (gate.at, gate.by, gate.source, gate.digest) if gate else ("",) * 4
    return (
        gate.state if gate else "",
        *(cell(each or "") for each in decided),
        str(len(told.approvals)),
        str(told.proven),
    )


def _deployment(one: ForgeDeployment) -> Sequence[str]:
    return (
        str(one.id),
        cell(one.environment or ""),
        _KNOWN[one.production],
        cell(one.ref or ""),
        cell(one.commit),
        one.at,
        cell(one.state or ""),
        one.held,
    )


def _landing(one: Landing) -> Sequence[str]:
    pull = one.pull_request
    merged = _KNOWN[one.review.self_merged]
    return (
        one.change,
        one.commit,
        one.landed_at,
        one.committed_at or "",
        _repeated(" ".join(one.branches)),
        one.kind,
        " ".join(one.marks),
        cell(one.title),
        one.authorship,
        "yes" if one.unrefined else "no",
        _repeated(" ".join(sorted({claim.agent for claim in one.deciding}))) if one.ai else "",
        pull.forge if pull else "",
        cell(pull.number) if pull else "",
        pull.proof if pull else "",
        one.review.grade,
        merged,
        _people(one.authors),
        str(len(one.commits)),
        " ".join(dict.fromkeys(claim.rule for claim in one.claims)) if one.claims else "",
        _repeated("; ".join(one.critical_paths)[:CELL])[:CELL] if one.critical_paths else "",
        " ".join(one.exceptions),
    )
