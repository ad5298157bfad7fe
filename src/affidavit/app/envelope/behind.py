"""The commits behind a landing, and the notes of git-ai on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.envelope.range import listed
from affidavit.app.noted import GIT_AI, LEGACY
from affidavit.base.errors import DamagedError, FormatError, UsageError
from affidavit.provenance.gitai_log import Log, parse
from affidavit.sources.git.header import header
from affidavit.sources.git.notes import note_bodies, notes
from affidavit.sources.git.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from affidavit.sources.git.header import Header
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs

MOST_COMMITS = 2_000
"""Commits behind a landing through which notes are carried."""
LARGEST_COMMIT = 1 << 20
"""Bytes of a commit whose parents are read."""


class Behind(NamedTuple):
    """The commits that a head brings, parents before children, with those around them.

    `notes` are the notes with lines, `refused` why others are not used.
    """

    order: tuple[str, ...]
    headers: Mapping[str, Header]
    notes: Mapping[str, Log]
    refused: Mapping[str, str]


def behind(git: PrivateGit, refs: Refs, landing: str, head: str) -> Behind:
    """What is behind the squash `landing` of `head`.

    Raises:
        UsageError: It is no squash, or too much is behind it.
        FormatError: It has a note already.
        DamagedError: A commit or the notes cannot be read.
        GitFailedError: git does not answer.
    """
    with Objects(git) as objects:
        own = _headers(git, objects, [landing, head])
        if len(own[landing].parents) != 1 or head == landing:
            raise UsageError("it is no squash: the commits behind it are on the branch themselves")
        base = own[landing].parents[0]
        count = f"--max-count={MOST_COMMITS + 1}"
        order = listed(git, "rev-list", "--topo-order", "--reverse", count, head, f"^{base}")
        if not order or len(order) > MOST_COMMITS:
            what = "no commit" if not order else f"more than {MOST_COMMITS:,} commits"
            raise UsageError(f"{what} is behind it" if not order else f"{what} are behind it")
        around = own | _headers(git, objects, order)
        parents = {each for one in around.values() for each in one.parents} - around.keys()
        there = objects.have(parents)
        around |= _headers(git, objects, sorted(there))
        logs, refused = _notes(git, objects, refs, (landing, *order))
    return Behind(order=tuple(order), headers=around, notes=logs, refused=refused)


def _headers(git: PrivateGit, objects: Objects, commits: Sequence[str]) -> dict[str, Header]:
    found = {}
    for one in objects.read(commits, max_size=LARGEST_COMMIT):
        read = header(one.body, git.id_length) if one.body and one.kind == "commit" else None
        if read is None or not read.tree:
            raise DamagedError(f"the commit {one.id[:12]} cannot be read")
        found[one.id] = read
    return found


def _notes(
    git: PrivateGit, objects: Objects, refs: Refs, commits: Sequence[str]
) -> tuple[dict[str, Log], dict[str, str]]:
    """The notes with lines on all but the first of `commits`, and which are refused."""
    tip = refs.get(GIT_AI)
    there = notes(git, objects, tip) if tip else {}
    if commits[0] in there or f"{LEGACY}{commits[0]}" in refs.ids:
        raise FormatError("it has a note of git-ai already, and that is never written over")
    if objects.limits:
        raise DamagedError(f"the notes cannot be read whole: {objects.limits[0].text}")
    wanted = {one: there[one] for one in commits[1:] if one in there}
    return parsed(wanted, note_bodies(objects, wanted))


def parsed(
    wanted: Mapping[str, Sequence[str]], bodies: Iterable[tuple[str, bytes]]
) -> tuple[dict[str, Log], dict[str, str]]:
    """The notes with lines of these commits and blobs, and why others are not used."""
    logs: dict[str, Log] = {}
    refused = {one: "there are several" for one, each in wanted.items() if len(each) > 1}
    read = set()
    for commit, body in bodies:
        read.add(commit)
        try:
            log = parse(body)
        except FormatError as error:
            refused.setdefault(commit, error.message)
            continue
        if log.files and commit not in refused:
            logs[commit] = log
    refused |= dict.fromkeys(wanted.keys() - read - refused.keys(), "it cannot be read")
    return logs, refused
