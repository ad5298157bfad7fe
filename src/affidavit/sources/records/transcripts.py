"""Where a repository holds transcripts of coding tools: files of a commit, Entire's checkpoints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.base.limit import limit
from affidavit.provenance.records.edits import LARGEST
from affidavit.provenance.records.transcripts import read
from affidavit.sources.git.objects import State
from affidavit.sources.records.places import named, shown, tell_copies, under

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit
    from affidavit.sources.git.refs import Refs
    from affidavit.sources.records.places import File

_HISTORIES = frozenset({b".aider.chat.history.md", b".aider.llm.history"})
_FOLDERS = (b"/.claude/projects/", b"/.cursor/", b"/agent-transcripts/")
_CHECKPOINTS = "entire/checkpoints/v1"
_BRANCHES = ("refs/heads/", "refs/remotes/")
_IN_CHECKPOINT = re.compile(rb"[0-9A-Za-z]{2}/[0-9A-Za-z]{10,24}/(?:[0-9]{1,4}/)?full\.jsonl")


def records(
    git: PrivateGit, objects: Objects, refs: Refs, *, at: str | None = None
) -> Iterator[Record]:
    """What the transcripts in the files of the commit `at`, then those that Entire kept, say.

    Of each transcript the first record is of all of it. A file that stands in several places is
    read once; ``objects.limits`` tells of that and of what was left out.
    """
    seen: set[str] = set()
    copies = 0
    for prefix, commit, taken in _places(objects, refs, at):
        listed = named(git, objects, commit, taken) if commit else []
        new = {file.id: file for file in reversed(listed) if file.id not in seen}
        copies += len(listed) - len(new)
        seen.update(new)
        yield from _read(objects, sorted(new.values()), prefix)
    tell_copies(objects, copies)


def _places(
    objects: Objects, refs: Refs, at: str | None
) -> Iterator[tuple[str, str, Callable[[bytes], bool]]]:
    if at is not None:
        yield "", at, _is_named
    for name in under(refs, *_BRANCHES):
        if name.endswith(f"/{_CHECKPOINTS}"):
            commit = objects.peeled([refs.ids[name]]).get(refs.ids[name], "")
            yield f"{name}:", commit, _is_in_checkpoint


def _is_named(path: bytes) -> bool:
    name = path.rpartition(b"/")[2]
    if not name.endswith(b".jsonl"):
        return name in _HISTORIES
    return name.startswith(b"rollout-") or any(folder in b"/" + path for folder in _FOLDERS)


def _is_in_checkpoint(path: bytes) -> bool:
    return _IN_CHECKPOINT.fullmatch(path) is not None


def _read(objects: Objects, listed: list[File], prefix: str) -> Iterator[Record]:
    large: list[str] = []
    bodies = objects.read([file.id for file in listed], max_size=LARGEST)
    for file, found in zip(listed, bodies, strict=True):
        place = prefix + shown(file.path)
        if found.state is State.TOO_LARGE:
            large.append(place)
        elif found.body is not None and found.kind == "blob":
            yield from read(found.body, place).records
    if large:
        objects.notice(limit("transcripts-too-large", _TOO_LARGE, large, gap=True))


_TOO_LARGE = f"Transcripts of more than {LARGEST:,} bytes were not read."
