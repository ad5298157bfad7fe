"""The files of code owners at the bases of landings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.identity.versions import UNREADABLE, file_ids
from affidavit.base.text import decode
from affidavit.changes.record.material import CodeOwners
from affidavit.changes.record.owners import (
    LARGEST,
    MOST_PATTERNS,
    MOST_RULES,
    PLACES,
    OwnerRules,
    TooManyRulesError,
)
from affidavit.sources.git.objects import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from affidavit.sources.git.objects import Objects

HELD = 4
"""Files whose rules are held at once; they are read again when another is asked for."""
_TOO_MANY = f"has more than {MOST_RULES:,} rules or {MOST_PATTERNS:,} characters of patterns"


class _Read(NamedTuple):
    """The rules of a file, or why they are not known."""

    rules: OwnerRules | None
    why: str | None


class Owning:
    """Tells the code owners that were in force where a landing came in, while `objects` is open.

    `bases` are the commits that landings came in on, empty where there is none.
    """

    def __init__(self, objects: Objects, bases: Mapping[str, str | None]) -> None:
        self._objects = objects
        self._bases = bases
        self._places: dict[str, tuple[str, str]] = {}
        self._read = lru_cache(maxsize=HELD)(self._read_now)
        left = list(dict.fromkeys(one for one in bases.values() if one))
        for path in PLACES:
            for commit, id_ in zip(left, file_ids(objects, left, path), strict=True):
                if id_:
                    self._places[commit] = (path, id_)
            left = [one for one in left if one not in self._places]

    def of(self, landing: str) -> CodeOwners:
        """The file of code owners that was in force for a landing."""
        base = self._bases.get(landing)
        if base is None:
            return CodeOwners(commit=landing, path="", why="what it landed on is not here")
        path, id_ = self._places.get(base, ("", ""))
        if not id_:
            return CodeOwners(commit=base or landing, path="")
        if id_ == UNREADABLE:
            return CodeOwners(commit=base, path=path, why="the files at its base cannot be read")
        found = self._read(id_)
        why = f"{path} at its base {found.why}" if found.why else None
        return CodeOwners(commit=base, path=path, rules=found.rules, why=why)

    def _read_now(self, id_: str) -> _Read:
        found = next(self._objects.read([id_], max_size=LARGEST))
        if found.state is State.TOO_LARGE:
            return _Read(None, f"has more than {LARGEST:,} bytes, which a forge does not load")
        if found.state is not State.OK or found.kind != "blob" or found.body is None:
            return _Read(None, "cannot be read")
        try:
            return _Read(OwnerRules(decode(found.body)), None)
        except TooManyRulesError:
            return _Read(None, _TOO_MANY)
