"""The versions of a file of identities along the first parents of a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.config import FILE_NAME, MAX_INSIDE, config
from affidavit.base.errors import ConfigError
from affidavit.base.period import LATEST
from affidavit.identity.directory import Directory, directory
from affidavit.identity.versions import Version, Versions
from affidavit.sources.git.header import header
from affidavit.sources.git.tree import FILES, FOLDER, entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from affidavit.sources.git.graph import Graph
    from affidavit.sources.git.objects import Objects

UNREADABLE = "unreadable"
"""The content of a version whose commit or folder could not be read: nothing is known of it."""
LINKED = "linked"
"""The content of a version that is a symbolic link: what it leads to is not read."""
_LINK = b"120000"


class Landed(NamedTuple):
    """A commit on a branch, and when it came there, in seconds since 1970 UTC."""

    commit: str
    time: int


def first_parents(
    graph: Graph, head: str, *, landed: Mapping[str, int] | None = None
) -> list[Landed]:
    """The commits on a branch, the oldest first, each with the time when it came there.

    `landed` are times that are known better than from git. A committer's time is a claim: none
    counts as earlier than that of a commit before it. Those before the first time that is known
    count by that one.
    """
    links = graph.linked
    chain = []
    at = head
    while at in links:
        chain.append(at)
        at = next(iter(links[at]), "")
    chain.reverse()
    known = landed or {}
    times = [known.get(one, graph.times.get(one)) for one in chain]
    latest = next((time for time in times if time is not None), LATEST)
    found = []
    for commit, time in zip(chain, times, strict=True):
        latest = latest if time is None else max(latest, time)
        found.append(Landed(commit, latest))
    return found


def versions(objects: Objects, chain: Sequence[Landed], path: str = FILE_NAME) -> Versions:
    """The versions of the file at `path`; they are read while `objects` is open."""
    contents = file_ids(objects, [one.commit for one in chain], path)
    return Versions(list(_changes(chain, contents)), lambda content: _opened(objects, content))


def directory_in(objects: Objects, commit: str, path: str = FILE_NAME) -> Directory | None:
    """The directory that `commit` holds, such as the base of a change; ``None`` if unknown."""
    data = objects.blob_at(commit, path, MAX_INSIDE)
    return None if data is None else _understood(data, path)


def _changes(chain: Sequence[Landed], contents: Sequence[str]) -> Iterator[Version]:
    """A version for each commit whose file is another than before; none until there is one."""
    before = ""
    for (commit, time), content in zip(chain, contents, strict=True):
        if content != before:
            yield Version(time, commit, content)
            before = content


def _opened(objects: Objects, content: str) -> Directory | None:
    data = None if content == UNREADABLE else objects.one(content, kind="blob", max_size=MAX_INSIDE)
    return None if data is None else _understood(data, FILE_NAME)


def _understood(data: bytes, path: str) -> Directory | None:
    try:
        return directory(config(data, path, most=MAX_INSIDE).tables)
    except ConfigError:
        return None


def file_ids(
    objects: Objects, commits: Sequence[str], path: str, *, links: bool = False
) -> list[str]:
    """Of each commit the id of the file at `path`; empty where there is none.

    `UNREADABLE` where the commit or a folder cannot be read. With `links`, `LINKED` where a
    symbolic link has that path.
    """
    at = [_tree(body, one) for one, body in zip(commits, _bodies(objects, commits), strict=True)]
    *folders, name = path.encode().split(b"/")
    last = FILES | {_LINK} if links else FILES
    for part, modes in (*((one, frozenset({FOLDER})) for one in folders), (name, last)):
        known = dict.fromkeys(one for one in at if one not in {"", UNREADABLE})
        inside = {
            tree: _inside(body, part, modes, objects.raw_length)
            for tree, body in zip(known, _bodies(objects, known), strict=True)
        }
        at = [inside.get(one, one) for one in at]
    return at


def _bodies(objects: Objects, ids: Iterable[str]) -> Iterator[bytes | None]:
    return (found.body for found in objects.read(ids))


def _tree(body: bytes | None, commit: str) -> str:
    return (header(body, len(commit)).tree if body else "") or UNREADABLE


def _inside(body: bytes | None, name: bytes, modes: frozenset[bytes], raw_length: int) -> str:
    if body is None:
        return UNREADABLE
    # Most trees do not have it: that is seen at once, without a look at each entry.
    if b" %b\0" % name not in body:
        return ""
    found = entry(body, name, raw_length)
    if found is None or found.mode not in modes:
        return ""
    return LINKED if found.mode == _LINK else found.id
