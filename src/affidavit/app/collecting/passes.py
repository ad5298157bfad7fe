"""Reading a list from its newest entry down, so that nothing can be skipped.

What changes meanwhile moves to the front: a pass that was interrupted goes on where it stood, and
a second one, from the front down to where the first began, brings what changed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.errors import InputError
from affidavit.sources.forge.lines import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from affidavit.app.collecting.work import Recording
    from affidavit.changes.forge.model import Line

OVERLAP = timedelta(minutes=10)
"""So far back a list is read again: what a forge tells may lag behind what happened."""
_FORM = "%Y-%m-%dT%H:%M:%SZ"


class Entry(NamedTuple):
    """A record, and when it was made or changed."""

    at: str
    line: Line


class Batch(NamedTuple):
    """A page of a list, the newest first; `cursor` leads on, None at the end.

    `etags` are those of its answer. `hidden` is how many entries the forge did not show.
    """

    entries: Sequence[Entry]
    cursor: str | None
    total: int | None = None
    hidden: int = 0
    etags: Mapping[str, str] = MappingProxyType({})


class _Plan(NamedTuple):
    """A pass: from `cursor`, or the front, down to `floor`, or the end.

    `top` is the newest entry that was there when it began, `watermark` up to when all is here.
    """

    cursor: str | None
    top: str | None
    floor: str | None
    watermark: str | None


class Passes:
    """The list of a section, read with `page` (the page at a cursor; whether it may be unchanged).

    Only what changed at or after `since` is wanted.
    """

    def __init__(
        self,
        recording: Recording,
        name: str,
        page: Callable[[str | None, bool], Batch],
        *,
        since: str | None,
    ) -> None:
        self._recording = recording
        self._name = name
        self._page = page
        self._since = since
        self._pages = 0
        self._hidden = 0
        self._front: set[tuple[str, str]] = set()
        """What was written of the front, which is read twice."""

    def run(self) -> bool:
        """Read what is not here yet, and say when it is; whether it all was shown."""
        known = self._recording.known
        before = known.done
        again = before is not None and covers(before.since, self._since)
        plan = self._plan(again=again)
        watermark = self._pass(plan)
        if self._pages > 1 or plan.cursor:
            watermark = self._pass(_Plan(None, None, _back(watermark), watermark))
        if self._hidden:
            return False
        self._recording.done(since=before.since if before and again else self._since)
        return True

    def _plan(self, *, again: bool) -> _Plan:
        known, before = self._recording.known.progress, self._recording.known.done
        watermark = known.watermark if known and again else None
        # Where no earlier pass says so, the end is that of what is to be whole.
        floor = before.since if before and again else self._since
        if known and known.cursor:
            return _Plan(known.cursor, known.top, known.floor if watermark else floor, watermark)
        return _Plan(None, None, _back(watermark) if watermark else floor, watermark)

    def _pass(self, plan: _Plan) -> str | None:
        """Read down to the floor; the time up to which everything is here then."""
        cursor, top = plan.cursor, plan.top
        while True:
            # A first pass has to see every page, whether it changed or not.
            batch = self._page(cursor, plan.watermark is not None and cursor is None)
            self._pages += 1
            self._hidden += batch.hidden
            entries = batch.entries
            if top is None and entries:
                top = entries[0].at
            wanted = [one for one in entries if plan.floor is None or one.at >= plan.floor]
            self._recording.record(self._unwritten(wanted, top), total=batch.total)
            ended = batch.cursor is None or len(wanted) < len(entries)
            cursor = None if ended else batch.cursor
            # What was not shown is looked for again.
            reached = top if ended and top and not self._hidden else plan.watermark
            self._recording.progress(
                Progress(
                    section=self._name,
                    cursor=cursor,
                    top=None if ended else top,
                    floor=None if ended else plan.floor,
                    watermark=reached,
                    etags=dict(batch.etags),
                )
            )
            if ended:
                return reached

    def _unwritten(self, entries: Sequence[Entry], top: str | None) -> list[Line]:
        """Those of `entries` that were not written just so already."""
        front = _back(top)
        found = []
        for one in entries:
            known = (one.at, one.line.origin.digest)
            if known not in self._front:
                found.append(one.line)
            if front is None or one.at >= front:
                self._front.add(known)
        return found


def covers(since: str | None, wanted: str | None) -> bool:
    """Whether what is whole since `since` has all since `wanted`; None is the beginning."""
    return since is None or (wanted is not None and since <= wanted)


def _back(moment: str | None) -> str | None:
    """Some time before `moment`, which is in the form of an export."""
    if moment is None:
        return None
    try:
        at = datetime.strptime(moment, _FORM).replace(tzinfo=UTC) - OVERLAP
    except (ValueError, OverflowError) as error:
        raise InputError(f"the export's watermark {moment[:40]!r} is no time") from error
    return at.strftime(_FORM)
