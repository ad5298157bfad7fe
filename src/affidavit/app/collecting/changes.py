"""Collecting pull requests, and what ran on their commits."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.collecting.due import due, is_forgotten
from affidavit.app.collecting.passes import Batch, Entry, Passes
from affidavit.base.errors import ForgeError
from affidavit.changes.forge.model import Checks, Line, Missing, PullRequest
from affidavit.sources.forge.lines import Progress
from affidavit.sources.forge.reading import Export
from affidavit.sources.github import pulls
from affidavit.sources.github.checks import ran_on
from affidavit.sources.github.graph import Sized, is_of_one
from affidavit.sources.github.transport import IN_A_ROW, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from affidavit.app.collecting.due import Due
    from affidavit.app.collecting.work import Recording, Work

AT_ONCE = 50
"""Pull requests, or commits, that are asked about at once to begin with."""
PULLS = "pull_requests"
CHECKS = "checks"


def pull_requests(work: Work, recording: Recording) -> None:
    """Collect the pull requests that changed."""
    page = partial(_page, work, Sized(AT_ONCE))
    whole = Passes(recording, PULLS, page, since=work.wanted.since).run()
    if not whole:
        recording.unavailable("hidden", status=200, needs=None)
    if work.known.unknowns or recording.count:
        found = due(Export(work.wanted.output))
        _again(work, recording, found.broken)
        earlier = [number for number, at in found.refused.items() if at < recording.began]
        _again(work, recording, earlier, of_all="permission")


def _again(
    work: Work, recording: Recording, numbers: Iterable[int], *, of_all: str | None = None
) -> None:
    """Ask once more for pull requests of which something is missing, and name those not told.

    Where it is missing still for the reason `of_all`, that is so of the others too.
    """
    row = 0
    for number in numbers:
        try:
            line = pulls.one(work.graph, number)
        except ForgeError as error:
            if not is_of_one(error):
                raise
            work.failed.append(f"pull request {number}: {error.message}")
            # Each of these took minutes; what is refused at once holds up nobody.
            row += isinstance(error, RefusedError) and error.status >= 500
            if row == IN_A_ROW:
                return
        else:
            row = 0
            recording.record([_completed(work, line)])
            assert isinstance(line.data, PullRequest)
            if of_all in {one.reason for one in line.data.missing}:
                return


def _page(work: Work, sized: Sized, cursor: str | None, _known: bool) -> Batch:  # noqa: FBT001
    """The pull requests after `cursor`; GraphQL does not say that nothing changed."""
    page = pulls.page(work.graph, sized, cursor)
    lines = [_completed(work, line) for line in page.lines]
    entries = [Entry(at, line) for at, line in zip(page.times, lines, strict=True)]
    return Batch(entries, page.cursor, total=page.total, hidden=page.hidden)


def _completed(work: Work, line: Line) -> Line:
    return line if work.completing is None else work.completing.completed(line)


def checks(found: Due, work: Work, recording: Recording) -> None:
    """Collect what ran on the commits that are due, some at a time."""
    sized = Sized(AT_ONCE)
    commits = found.commits()
    for at in range(0, len(commits), AT_ONCE):
        batch = commits[at : at + AT_ONCE]
        lines = ran_on(work.graph, work.rest, sized, batch)
        recording.record((_kept(found, one) for one in lines), total=len(commits))
        recording.progress(Progress(section=CHECKS))
    if found.whole:
        recording.done(since=found.since)


def _kept(found: Due, line: Line) -> Line:
    """`line`, marked where the forge may have forgotten what ran."""
    data = line.data
    assert isinstance(data, Checks)
    if not is_forgotten(found.closed.get(data.commit), line.origin.fetched_at):
        return line
    missing = (*data.missing, Missing("runs", "retention"))
    return msgspec.structs.replace(line, data=msgspec.structs.replace(data, missing=missing))
