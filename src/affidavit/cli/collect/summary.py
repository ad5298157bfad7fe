"""What a collection came to, in lines and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.base.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.app.collecting.collect import Collected
    from affidavit.sources.forge.reading import Unknown

FORMAT = "affidavit/collected@1"
ENOUGH = 100
"""Pull requests from which on it is told how many requests 1,000 of them cost."""
SHOWN = 20
"""How many kinds of unknown things are listed, and how many things that were not told."""


def summary(done: Collected) -> Iterator[str]:
    """The lines that tell a person."""
    head = done.export.head
    yield f"collected      {visible(head.repository)} from {visible(head.host)}"
    for name in done.sections:
        yield f"{name.replace('_', ' '):<14} {_section(done, name)}"
    unknowns = done.export.unknowns.most_common()
    for one, count in unknowns[:SHOWN]:
        yield f"unknown        {visible(_unknown(one, count))}"
    if len(unknowns) > SHOWN:
        yield f"unknown        and {len(unknowns) - SHOWN:,} more kinds"
    for failed in done.failed[:SHOWN]:
        yield f"not told       {visible(failed)}"
    if len(done.failed) > SHOWN:
        yield f"not told       and {len(done.failed) - SHOWN:,} more"
    yield f"requests       {done.requests:,}{_rate(done)}"
    yield f"export         {done.export.path}"


def _section(done: Collected, name: str) -> str:
    section = done.export.sections.get(name)
    told = f"{done.counts.get(name, 0):,} new or changed"
    if section is None or section.done is None:
        return f"{told}, not whole"
    since = f", changed since {section.done.since}" if section.done.since else ""
    return visible(f"{told}, whole as of {section.done.at}{since}")


def _unknown(one: Unknown, count: int) -> str:
    needs = f", needs {one.needs}" if one.needs else ""
    of = "" if one.record == "unavailable" else f" of {count:,} {one.record.replace('_', ' ')}"
    return f"{one.what}{of}: {one.reason}{needs}"


def _rate(done: Collected) -> str:
    rate = _per_thousand(done)
    return "" if rate is None else f", {rate:,} for 1,000 pull requests"


def _per_thousand(done: Collected) -> int | None:
    """Requests for 1,000 pull requests; of few, what is asked once would be most of it."""
    pulls = done.counts.get("pull_requests", 0)
    return round(done.requests * 1000 / pulls) if pulls >= ENOUGH else None


def as_data(done: Collected) -> dict[str, object]:
    """The same for programs."""
    export = done.export
    return {
        "format": FORMAT,
        "repository": export.head.repository,
        "host": export.head.host,
        "export": str(export.path),
        "whole": done.whole,
        "sections": {
            name: {
                "written": done.counts.get(name, 0),
                "done": section.done if (section := export.sections.get(name)) else None,
            }
            for name in done.sections
        },
        "records": dict(export.counts),
        "unknown": [
            {
                "record": one.record,
                "what": one.what,
                "reason": one.reason,
                "needs": one.needs,
                "count": count,
            }
            for one, count in export.unknowns.most_common()
        ],
        "failed": list(done.failed),
        "requests": done.requests,
        "requests_per_1000_pull_requests": _per_thousand(done),
    }
