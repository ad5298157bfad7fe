"""What was written of landings, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.claims_written.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.claims_written.model import AgentLines, Row, Written

MOST = 1_000
"""Landings that text names."""
WORDS = {
    Outcome.WRITTEN: "written",
    Outcome.READY: "not written: --to or --notes does",
    Outcome.NOTED: "with a note already, which is never written over",
    Outcome.NOTHING: "with nothing to write",
}


def text(found: Written) -> Iterator[str]:
    """The landings with lines, and the totals."""
    shown = [one for one in found.rows if one.outcome is not Outcome.NOTHING or one.left_out]
    for one in shown[:MOST]:
        yield f"{one.landing[:12]}   {one.outcome:<8} {_lines(one)}"
        yield from (f"               {told}" for told in one.left_out)
    if len(shown) > MOST:
        yield f"and {len(shown) - MOST:,} landings more"
    yield f"form           {found.form}"
    if found.place is not None:
        yield f"place          {found.place}"
    if found.untouched is not None:
        yield f"untouched      {found.untouched} stays as it is: there is nothing to write"
    yield f"landings       {len(found.rows):,} up to {found.head[:12]}"
    for outcome, words in WORDS.items():
        count = sum(one.outcome is outcome for one in found.rows)
        if count:
            yield f"{outcome:<14} {count:,} {words}"
    if found.undated:
        yield f"undated        {found.undated:,} landings have no time: not known if asked for"
    for limit in found.limits:
        yield f"  {limit.id}: {limit.text}"


def _lines(one: Row) -> str:
    told = [_agent(each) for each in one.agents]
    told += [f"{one.persons:,} lines of persons"] if one.persons else []
    return ", ".join(told) or "no lines"


def _agent(one: AgentLines) -> str:
    model = f" ({one.model})" if one.model else ""
    wide = ", by their commit" if one.by_commit else ""
    return f"{one.lines:,} lines of {one.agent}{model}{wide}"
