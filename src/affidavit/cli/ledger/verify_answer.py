"""What ``affidavit ledger verify`` says: in lines, and as data."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import msgspec

from affidavit.cli.ledger.verify_about import asking, named
from affidavit.verify.proofs import ENDS_IN_NEWLINE
from affidavit.verify.result import counted, moment, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.verify.gap import Gap
    from affidavit.verify.result import Problem, Result

FORMAT = "affidavit/verification@1"
SHOWN = 50
"""Problems that are printed; all of those kept are in the JSON."""
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def shown(result: Result) -> dict[str, object]:
    """The whole result, as JSON has it; docs/formats/verification.md names its fields."""
    found = msgspec.to_builtins(result)
    about, asked = found.pop("about"), found["asked"]
    before = result.about.predecessor
    about["predecessor"] = None if before is None else before._asdict()
    if asked is not None and result.asked is not None:
        asked["against"] = [one._asdict() for one in result.asked.against]
    found["ranges"] = [one._asdict() for one in result.ranges]
    found["notices"] = [one._asdict() for one in result.notices]
    found["witnessed"] = [one._asdict() for one in result.witnessed]
    found["gap"] = None if result.gap is None else result.gap._asdict()
    found["totals"] = {str(code): count for code, count in result.totals}
    found["exit_status"] = result.status.exit_status
    return {"format": FORMAT, **{str(key): value for key, value in (found | about).items()}}


def lines(result: Result, *, asked: bool) -> Iterator[str]:
    """The result in words; `asked` says whether a key or a policy was given."""
    yield f"status         {result.status}"
    yield f"log            {result.origin or 'unknown'}{_extent(result)}"
    if result.size is not None and result.root is not None:
        root = base64.b64encode(result.root).decode()
        yield f"checkpoint     {counted(result.size)}, root {root}"
    for one in result.ranges:
        yield f"{one.kind:<14} {span(one.start, one.end)}: {one.text}"
    if result.gap is not None:
        yield f"largest gap    {_gap(result.gap, result.about.first_time or '')}"
    if 0 < result.complete_to < result.entries:
        later = f"an end cut off after {counted(result.complete_to)} would not show"
        yield f"not known      {later}"
    for reason in result.reasons:
        yield f"because        {reason}"
    yield from named(result)
    for skipped in result.skipped:
        yield f"not looked at  {skipped}"
    for notice in result.notices:
        yield f"{'hint' if notice.code == ENDS_IN_NEWLINE else 'note':<14} {notice.text}"
    yield from asking(result)
    yield from _problems(result)
    if not asked:
        yield "hint           give --key or --policy: a log that brings its own key proves nothing"


def _extent(result: Result) -> str:
    """How many entries it has, and when the first and the last were recorded."""
    if not result.entries:
        return ""
    about, extent = result.about, f", {counted(result.entries)}"
    if about.first_time is None or about.last_time is None:
        return extent
    return f"{extent} of {about.first_time[:19]}Z to {about.last_time[:19]}Z by its keeper's clock"


def _problems(result: Result) -> Iterator[str]:
    """How many problems there are, and the first of them."""
    total = sum(count for _, count in result.totals)
    if total:
        yield f"problems       {total:,}"
        yield from map(_line, result.problems[:SHOWN])
    if total > SHOWN:
        yield f"  and {total - SHOWN:,} more"


def _gap(gap: Gap, opened: str) -> str:
    """For how long too few witnesses saw the log, and between which of its checkpoints."""
    if gap.start is None:
        return "no witness that counts saw the log at any time that is known"
    start = "its first entry" if moment(gap.start)[:19] == opened[:19] else "first seen"
    begin = start if gap.first is None else counted(gap.first)
    end = ", with too few since" if gap.last is None else f" ({counted(gap.last)})"
    between = f"{moment(gap.start)} ({begin}) to {moment(gap.end)}{end}"
    return f"{_length(gap.seconds())} with too few witnesses: {between}"


def _length(seconds: int) -> str:
    """A length of time, in its two largest units."""
    parts = list[str]()
    for unit, length in _UNITS:
        number, seconds = divmod(seconds, length)
        if number or parts:
            parts.append(f"{number:,} {unit}")
    return " ".join(parts[:2]) or "0 s"


def _line(problem: Problem) -> str:
    if problem.index is not None:
        where = f"entry {problem.index:,}"
    elif problem.size is not None:
        where = f"checkpoint {problem.size:,}"
    else:
        where = problem.place
    return f"  {where}: {problem.code}: {problem.text} ({problem.place})"
