"""Envelopes in files, and what they say of a repository held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.base.errors import UnreadableError
from affidavit.changes.envelope.ladder import Candidate
from affidavit.changes.envelope.model import LARGEST, Envelope, parse
from affidavit.changes.envelope.touched import Change
from affidavit.sources.git.files import contents
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.raw import raw_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from affidavit.sources.git.private import PrivateGit


class Refused(msgspec.Struct, frozen=True):
    """An envelope that is used for no join, and why."""

    digest: str
    why: str


def envelope_at(path: Path) -> Envelope:
    """The envelope in the file at `path`.

    Raises:
        FormatError: It is none.
        UnreadableError: It cannot be read.
    """
    data = contents(path, LARGEST + 1)
    if data is None:
        raise UnreadableError(f"{path} is no file")
    return parse(data, str(path))


def candidates_of(
    git: PrivateGit, envelopes: Iterable[Envelope], places: Mapping[str, int]
) -> tuple[list[Candidate], list[Refused]]:
    """The changes of `envelopes`, each held against its commits where the repository has them.

    One that says otherwise than its commits is refused. Where the head is no longer there, its
    word is taken for what changed, and it is joined by nothing that carries. `places` are those of
    the branch's commits among its landings.
    """
    found: list[Candidate] = []
    refused: list[Refused] = []
    with Objects(git) as objects:
        for one in {one.digest(): one for one in envelopes}.values():
            have = objects.have([one.head, one.merge_base])
            why = _contradiction(objects, one) if len(have) == 2 else None
            if why is not None:
                refused.append(Refused(one.digest(), why))
            else:
                found.append(_candidate(one, places, known=len(have) == 2))
    return found, refused


def _contradiction(objects: Objects, one: Envelope) -> str | None:
    """What the envelope says that its commits do not; None where they agree."""
    trees = (objects.tree_of(one.merge_base), objects.tree_of(one.head))
    if trees != (one.before, one.tree):
        return "its trees are not those of its commits"
    touched = one.touched()
    if touched is not None and next(raw_changes(objects, [trees])) != touched:
        return "its paths are not those that differ between its commits"
    return None


def _candidate(one: Envelope, places: Mapping[str, int], *, known: bool) -> Candidate:
    request = one.request
    return Candidate(
        key=one.digest(),
        head=one.head,
        change=Change(
            before=one.before,
            after=one.tree,
            touched=one.touched(),
            patch=one.digests.patch if one.digests else None,
        ),
        number=str(request.number) if request else None,
        # Whoever wrote the envelope wrote this: it is no record of a forge.
        said_as=(request.merged_as,) if request and request.merged_as else (),
        base=one.merge_base,
        since=places.get(one.merge_base),
        commits=len(one.commits),
        known=known,
    )
