"""Which commit a release is: the one of its tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.envelope.range import listed
from affidavit.app.records.shipping import tags
from affidavit.audit.lines.model import At
from affidavit.base.errors import NotShippedError, UsageError
from affidavit.base.limit import Limit, limit
from affidavit.base.text import shortened, visible
from affidavit.changes.record.value import Source, SourceKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from affidavit.app.gather import Source as Repository
    from affidavit.app.records.export import Records
    from affidavit.base.errors import AffidavitError
    from affidavit.changes.forge.model import Release
    from affidavit.changes.record.material import Kept

LATEST = "latest"
"""The word for the latest release; a tag of that name is given as ``tags/latest``."""
LONGEST = 200
"""Characters of a name that are told."""
NAMED = 5
"""Names of what there is that an error tells."""
_TAGS = "refs/tags/"
_ELSEWHERE = (
    "The latest release is that of the newest landing of the main branch with a tag; tags of other"
    " commits were not looked at."
)
_FETCH = "git fetch --tags brings the tags of the remote"


class Found(NamedTuple):
    """The commit that was asked for, by what it was found, and what is unsure of that."""

    commit: str
    at: At
    limits: tuple[Limit, ...] = ()


def released(source: Repository, head: str, name: str, records: Records | None) -> Found:
    """The release called `name`: a tag, or the title of a release of a forge's `records`.

    The latest is the one that was published last by the records; where they hold none, the newest
    landing of `head`, or itself, that has a tag.

    Raises:
        UsageError: There is no such release.
        NotShippedError: There is none at all, or its tag leads to no commit that is here.
    """
    known = tags(source.objects, source.refs)
    published = records.releases() if records else {}
    limits: tuple[Limit, ...] = ()
    if name == LATEST:
        tag = _published(published)
        limits = tuple(_unsure(records))
        if tag is None:
            tag, beside = _newest(source, head, known)
            limits += beside
    else:
        tag = _tag(name, known, published)
    if tag not in known:
        raise _not_here(source, tag, known, published)
    release = published.get(tag)
    at = At(
        kind="release",
        name=told(tag),
        latest=name == LATEST,
        time=release.data.published_at if release else None,
        source=release.source if release else Source(kind=SourceKind.TAG, at=told(_TAGS + tag)),
    )
    return Found(known[tag], at, limits)


def _published(published: Mapping[str, Kept[Release]]) -> str | None:
    """The tag of the release that was published last, of those that are still listed."""
    listed = ((one.data, tag) for tag, one in published.items() if one.data.gone_at is None)
    times = [(one.published_at, one.id, tag) for one, tag in listed if one.published_at]
    return max(times)[2] if times else None


def _unsure(records: Records | None) -> Iterator[Limit]:
    absent = records.absent.get("releases") if records else None
    if absent:
        text = (
            "Not all releases of the forge are known: a later one than the latest may be missing."
        )
        yield limit("release-unsure", text, [told(absent)], gap=True)


def _newest(
    source: Repository, head: str, known: Mapping[str, str]
) -> tuple[str, tuple[Limit, ...]]:
    """The tag of the newest landing that has one, and that others were not looked at."""
    named: dict[str, list[str]] = {}
    for tag in sorted(known):
        named.setdefault(known[tag], []).append(tag)
    line = listed(source.git, "rev-list", "--first-parent", head) if named else []
    found = [one for one in line if one in named]
    if found:
        beside = [told(tag) for one in named.keys() - set(found) for tag in named[one]]
        limits = (limit("tags-elsewhere", _ELSEWHERE, beside),) if beside else ()
        return named[found[0]][-1], limits
    if not known:
        raise NotShippedError("this clone has no tags, so no release is known", hint=_FETCH)
    raise NotShippedError(
        "no landing of the main branch has a tag, so none of its releases is the latest",
        hint=f"name one, or give --forge with releases: {several(known)}",
    )


def _tag(name: str, known: Mapping[str, str], published: Mapping[str, Kept[Release]]) -> str:
    """The tag that is meant: as it is spelled, or that of the release with this title."""
    short = name.removeprefix("refs/").removeprefix("tags/")
    if short in known:
        return short
    titled = [tag for tag, one in published.items() if one.data.name == name]
    if len(titled) > 1:
        raise UsageError(f"{told(name)!r} is the title of several releases: {several(titled)}")
    return titled[0] if titled else short


def _not_here(
    source: Repository,
    tag: str,
    known: Mapping[str, str],
    published: Mapping[str, Kept[Release]],
) -> AffidavitError:
    """Why a tag leads to no commit."""
    if _TAGS + tag in source.refs.ids:
        return NotShippedError(f"the tag {told(tag)} leads to no commit that is in this clone")
    if tag in published:
        why = f"the forge has a release of {told(tag)}, and the tag is not in this clone"
        return NotShippedError(why, hint=_FETCH)
    there = several({*known, *published})
    return UsageError(
        f"no tag or release is called {told(tag)!r}",
        hint=f"there are {there}" if there else f"there is none; {_FETCH}",
    )


def several(names: Collection[str]) -> str:
    """The last of `names` in their order by name, and how many more there are."""
    return enumerated([told(one) for one in sorted(names, reverse=True)])


def enumerated(shown: Sequence[str]) -> str:
    """The first of `shown`, and how many more there are."""
    more = len(shown) - NAMED
    return ", ".join(shown[:NAMED]) + (f" and {more:,} more" if more > 0 else "")


def told(name: str) -> str:
    """A name as it is told."""
    return visible(shortened(name, LONGEST))
