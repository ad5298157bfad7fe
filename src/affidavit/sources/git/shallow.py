"""Where history was cut off: the shallow file, believed only where it is true.

git obeys every line of that file, and shows no parents for a commit it names; so a forged line
hides history. A line counts here only if the commit's parents really are absent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from affidavit.base.limit import Limit, limit
from affidavit.sources.git.files import contents
from affidavit.sources.git.header import header
from affidavit.sources.git.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from affidavit.sources.git.private import PrivateGit

FILE_BYTES = 64 << 20
"""How much of a shallow file is read."""
_ID = re.compile(rb"^[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """The commits below which history is absent, and what is to be said about it."""

    used: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    """Their parents that are not there."""
    limits: tuple[Limit, ...] = ()


def boundary(git: PrivateGit, file: Path) -> Boundary:
    """Those commits of the shallow file `file` of which at least one parent is absent."""
    text = contents(file, FILE_BYTES, within=file.parent)
    if not text:
        return Boundary()
    named = sorted({found[0].decode("ascii").lower() for found in _ID.finditer(text)})
    with Objects(git) as objects:
        parents = dict(_parents(objects, named, git.id_length))
        above = {parent for some in parents.values() for parent in some}
        absent = above - objects.have(sorted(above))
    used = frozenset(id_ for id_, some in parents.items() if absent.intersection(some))
    refused = [id_ for id_, some in parents.items() if some and id_ not in used]
    return Boundary(used=used, absent=frozenset(absent), limits=tuple(_limits(used, refused)))


def _parents(
    objects: Objects, ids: list[str], id_length: int
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for found in objects.read(ids, head=1 << 20):
        if found.kind == "commit" and found.body is not None:
            yield found.id, header(found.body, id_length).parents


def _limits(used: frozenset[str], refused: list[str]) -> Iterator[Limit]:
    if used:
        yield limit(
            "shallow",
            "This is a shallow clone: what lies before these commits is not here, and change ids"
            " are counted from them, so that they differ in a whole clone.",
            sorted(used),
            gap=True,
        )
    if refused:
        yield limit(
            "shallow-not-used",
            "The shallow file would have hidden the parents of commits that have them here; those"
            " lines were not used.",
            refused,
        )
