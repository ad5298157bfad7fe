"""The landings whose lines are to be written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.envelope.range import listed
from affidavit.app.receipts.commits import commit_of
from affidavit.base.errors import UsageError
from affidavit.base.period import since

if TYPE_CHECKING:
    from affidavit.app.claims_written.model import Asked
    from affidavit.app.gather import Source
    from affidavit.app.lines.held import Lines

_DOTS = re.compile(r"(?<!\.)\.\.(?!\.)")


class Ends(NamedTuple):
    """A range as it was typed; without an end it ends at the head of the main branch."""

    start: str | None
    end: str | None


def ends(typed: str | None) -> Ends:
    """What `typed` names: one commit, or a range ``A..B``.

    Raises:
        UsageError: It is neither.
    """
    parts = _DOTS.split(typed or "")
    if len(parts) > 2 or "..." in (typed or "") or (len(parts) == 2 and not parts[0]):
        raise UsageError(
            f"{(typed or '')[:200]!a} is no range of landings", hint="such as v1.0..v1.1, or A.."
        )
    return Ends(parts[0], parts[1] or None) if len(parts) == 2 else Ends(None, parts[0] or None)


class Chosen(NamedTuple):
    """Landings by their numbers, the oldest first, and how many have no time to choose them by."""

    numbers: tuple[int, ...]
    undated: int


def chosen(source: Source, found: Lines, asked: Asked) -> Chosen:
    """The landings that are `asked` for.

    Raises:
        UsageError: The range begins with what is no commit.
        PeriodError: The time is none.
        GitFailedError: git cannot list them.
    """
    branch, start = found.branch, ends(asked.typed).start
    if start is not None:
        base = commit_of(source.git, source.refs, source.objects, start)
        wanted = {*listed(source.git, "rev-list", "--first-parent", branch.head, f"^{base}")}
    elif asked.since is not None:
        wanted = {*branch.landings}
    else:
        wanted = {branch.head}
    numbers = [number for number, one in enumerate(branch.landings) if one in wanted]
    if asked.since is None:
        return Chosen(tuple(numbers), 0)
    first = since(asked.since)
    times = {number: branch.times.get(branch.landings[number]) for number in numbers}
    dated = {number: time for number, time in times.items() if time is not None}
    late = tuple(number for number, time in dated.items() if time >= first)
    return Chosen(late, len(times) - len(dated))
