"""Collecting what REST lists from the newest down: deployments, releases, pushes."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from affidavit.app.collecting.passes import Batch, Entry, Passes
from affidavit.changes.forge.model import Deployment, Line, Push, Release
from affidavit.sources.forge.lines import Progress
from affidavit.sources.github.activity import pushes
from affidavit.sources.github.deployments import again
from affidavit.sources.github.deployments import deployments as of_page
from affidavit.sources.github.graph import Sized
from affidavit.sources.github.releases import releases as releases_of
from affidavit.sources.github.transport import see_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from affidavit.app.collecting.due import Due
    from affidavit.app.collecting.work import Recording, Work
    from affidavit.sources.github.answer import Answer

DEPLOYMENTS = "deployments"
RELEASES = "releases"
ACTIVITY = "activity"
MOST_AGAIN = 200
"""Deployments that had not ended and are asked about again."""
_UNCHANGED = 304
_FULL = "100"


def deployments(found: Due, work: Work, recording: Recording) -> None:
    """Collect the deployments that are new, and how those went on that had not ended."""
    sized = Sized(50)
    of = partial(of_page, work.graph, work.rest, sized)
    url = work.rest.url("deployments", per_page=_FULL)
    page = partial(_page, work, recording, url, of)
    # The newest first: a list that is cut off is short of the oldest.
    recording.record(again(work.rest, one) for one in islice(_newest(found), MOST_AGAIN))
    Passes(recording, DEPLOYMENTS, page, since=work.wanted.since).run()


def _newest(found: Due) -> list[Deployment]:
    return sorted(found.running, key=lambda one: one.id, reverse=True)


def activity(_found: Due, work: Work, recording: Recording) -> None:
    """Collect the pushes that are new."""
    url = work.rest.url("activity", per_page=_FULL)
    page = partial(_page, work, recording, url, pushes)
    Passes(recording, ACTIVITY, page, since=work.wanted.since).run()


def releases(found: Due, work: Work, recording: Recording) -> None:
    """Collect the releases that are new, changed, or no longer listed."""
    url = work.rest.url("releases", per_page=_FULL)
    # Of a longer list a tag tells of the first page alone, and what is edited stays where it was.
    short = recording.known.done is not None and len(found.releases) < int(_FULL)
    etag = recording.known.etags.get(url) if short else None
    left, etags = dict(found.releases), dict[str, str]()
    for answer in work.rest.pages(url, etag=etag):
        if answer.status == _UNCHANGED:
            left.clear()
            break
        see_told(answer)
        recording.record(_changed(releases_of(answer), found.releases, left))
        etags |= _etag(url, answer)
    recording.record(_gone(answer, left.values()))
    # A tag that is set after all records: it says that all of them are here.
    recording.progress(Progress(section=RELEASES, etags=etags))
    recording.done()


def _changed(
    lines: Iterable[Line], known: Mapping[int, Release], left: dict[int, Release]
) -> Iterator[Line]:
    """Those of `lines` that are not `known` just so; what is listed is taken out of `left`."""
    for line in lines:
        assert isinstance(line.data, Release)
        left.pop(line.data.id, None)
        if line.data != known.get(line.data.id):
            yield line


def _gone(answer: Answer, left: Iterable[Release]) -> Iterator[Line]:
    """The records of those that the list, whose last answer is `answer`, does not have any more."""
    for one in left:
        if one.gone_at is None:
            data = msgspec.structs.replace(one, gone_at=answer.at)
            yield Line(origin=answer.origin(), data=data)


def _page(  # noqa: PLR0913, PLR0917 -- bound by `partial`
    work: Work,
    recording: Recording,
    url: str,
    of: Callable[[Answer], Iterable[Line]],
    cursor: str | None,
    known: bool,  # noqa: FBT001 -- as `Passes` calls it
) -> Batch:
    """The page of the list at `url` that `cursor` leads to; nothing where it has not changed."""
    etag = recording.known.etags.get(url) if known else None
    answer = work.rest.transport.get(cursor or url, etag=etag)
    if answer.status == _UNCHANGED:
        return Batch((), None)
    see_told(answer)
    entries = [Entry(_made(line), line) for line in of(answer)]
    etags = _etag(url, answer) if cursor is None else {}
    return Batch(entries, work.rest.next_page(answer), etags=etags)


def _made(line: Line) -> str:
    data = line.data
    if isinstance(data, Push):
        return data.at
    assert isinstance(data, Deployment | Release)
    return data.created_at


def _etag(url: str, answer: Answer) -> dict[str, str]:
    found = answer.headers.get("etag")
    return {} if found is None or answer.url != url else {url: found}
