"""Where a repository holds Entire's checkpoints: on a branch of their own, or in a ref for each."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from affidavit.provenance.records.entire import read
from affidavit.sources.records.places import contents, files, shown, under

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.refs import Refs
    from affidavit.sources.records.places import File

_BRANCH = "entire/checkpoints/v1"
_REFS = "refs/entire/checkpoints/"
_MIRRORS = (f"{_REFS}v1", f"{_REFS}v1.1")
_OWN_REF = re.compile(r"refs/entire/checkpoints/([0-9A-Za-z]{2})/([0-9A-Za-z]{10,24}\1)")
"""In a folder by the last two characters of its id; on the branch it is by the first two."""
_FOLDER = re.compile(rb"[0-9A-Za-z]{2}(?:/[0-9A-Za-z]{10,24}(?:/[0-9]{1,4})?)?")
_METADATA = re.compile(rb"([0-9A-Za-z]{2})/([0-9A-Za-z]{10,24})/(?:([0-9]{1,4})/)?metadata\.json")
_OWN_FOLDER = re.compile(rb"[0-9]{1,4}")
_OWN_METADATA = re.compile(rb"()()(?:([0-9]{1,4})/)?metadata\.json")


def records(
    objects: Objects, refs: Refs, linked: Mapping[str, Sequence[str]] | None
) -> Iterator[Record]:
    """A record of each session of each checkpoint, for each commit that names it.

    `linked` has the commits by the checkpoint that their messages name; with None, where that is
    found out later, there is one record of each session, whose claims are of no commit yet. A
    checkpoint that is in several places is read from the first.
    """
    seen: set[str] = set()
    own = [name for name in under(refs, _REFS) if _OWN_REF.fullmatch(name)]
    for name in (*own, *_branches(refs)):
        yield from _read(objects, refs, name, linked, seen)


def are_there(refs: Refs) -> bool:
    """Whether the repository has checkpoints at all."""
    return bool(_branches(refs) or under(refs, _REFS))


def _branches(refs: Refs) -> list[str]:
    """The refs that may hold all checkpoints: the branch, its mirrors, those of remotes."""
    remotes = [each for each in under(refs, "refs/remotes/") if each.endswith(f"/{_BRANCH}")]
    told = [f"refs/heads/{_BRANCH}", *_MIRRORS, *remotes]
    return [name for name in told if refs.get(name)]


def _read(
    objects: Objects,
    refs: Refs,
    name: str,
    linked: Mapping[str, Sequence[str]] | None,
    seen: set[str],
) -> Iterator[Record]:
    own = _OWN_REF.fullmatch(name)
    folder, metadata = (_OWN_FOLDER, _OWN_METADATA) if own else (_FOLDER, _METADATA)
    commit = objects.peeled([refs.ids[name]]).get(refs.ids[name], "")
    listed = files(
        objects,
        commit,
        into=lambda path: folder.fullmatch(path) is not None,
        taken=lambda path: metadata.fullmatch(path) is not None,
    )
    chosen = {
        file.path: own[2] if own else checkpoint
        for checkpoint, each in groupby(listed, key=lambda file: _checkpoint(file, metadata))
        if checkpoint not in seen
        for file in _sessions(list(each), metadata)
    }
    for file, body in contents(objects, (file for file in listed if file.path in chosen)):
        checkpoint = chosen[file.path]
        place = f"{name}:{shown(file.path)}"
        commits = None if linked is None else linked.get(checkpoint, ())
        yield from read(body, place=place, checkpoint=checkpoint, commits=commits)
    seen.update(chosen.values())


def _checkpoint(file: File, metadata: re.Pattern[bytes]) -> str:
    found = metadata.fullmatch(file.path)
    return (found[1] + found[2]).decode("ascii") if found else ""


def _sessions(each: list[File], metadata: re.Pattern[bytes]) -> list[File]:
    """Those of its sessions; where it has none in folders, the file at its root is one's."""
    inner = [file for file in each if (found := metadata.fullmatch(file.path)) and found[3]]
    return inner or each
