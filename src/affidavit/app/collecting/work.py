"""A collection under way: whom it asks, where it writes, and what it knows from before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from affidavit.changes.forge.model import Line, Origin, Unavailable
from affidavit.sources.forge.lines import Done, Progress
from affidavit.sources.forge.reading import Section
from affidavit.sources.github.answer import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.app.collecting.completing import Completing
    from affidavit.app.collecting.wanted import Told, Wanted
    from affidavit.sources.forge.reading import Export
    from affidavit.sources.forge.writing import Writer
    from affidavit.sources.github.graph import Graph
    from affidavit.sources.github.rest import Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every section works with. `known` is the export as it was found."""

    wanted: Wanted
    graph: Graph
    rest: Rest
    writer: Writer
    known: Export
    told: Told
    completing: Completing | None
    branch: str | None
    """The default branch."""
    failed: list[str] = field(default_factory=list)
    """What was asked for alone and not told, and why; what is there of it stays as it was."""

    @property
    def at(self) -> str:
        """When the forge answered last, by its own clock."""
        return self.rest.transport.at

    def section(self, name: str, *, requests: int | None = None) -> Recording:
        """The section `name`, about to be written; so many requests were sent before it."""
        sent = self.rest.transport.requests
        return Recording(self, name, sent if requests is None else requests)


class Recording:
    """A section that is being written: counts its records and requests."""

    def __init__(self, work: Work, name: str, requests: int) -> None:
        self._work = work
        self._name = name
        self._requests = requests
        self.count = 0
        self.began = work.at
        self.known = work.known.sections.get(name, Section())

    def record(self, lines: Iterable[Line], *, total: int | None = None) -> None:
        """Write `lines`."""
        for line in lines:
            self._work.writer.record(line)
            self.count += 1
            self._work.told.step(self._name.replace("_", " "), self.count, total)

    def progress(self, progress: Progress) -> None:
        """Say how far it came."""
        self._work.writer.progress(progress)

    def done(self, *, since: str | None = None) -> None:
        """Say that it is whole as of when it began."""
        requests = self._work.rest.transport.requests - self._requests
        self._work.writer.done(
            Done(
                section=self._name,
                at=self.began,
                count=self.count,
                requests=requests,
                since=since,
            )
        )

    def unavailable(self, reason: str, *, status: int | None, needs: str | None) -> None:
        """Say that it could not be had; what stands of it is not whole."""
        at = self._work.at
        data = Unavailable(what=self._name, reason=reason, status=status, needs=needs, at=at)
        origin = Origin(url=self._work.rest.url(), fetched_at=at, digest=digest(b""))
        self._work.writer.record(Line(origin=origin, data=data))
