"""The commit that a name stands for: a name of two commits stands for none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.app.receipts.commits import commit_of, spelled
from affidavit.base.errors import UsageError
from affidavit.base.text import visible
from affidavit.sources.git.answer import answer

if TYPE_CHECKING:
    from affidavit.app.gate.hands import Opened

_ID = re.compile(r"[0-9a-f]+")
_SHORTEST = 4
"""Digits that git takes for an id, at least."""
_STEPS = re.compile(r"[~^]")
_PLACES = ("", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/")
"""Where git looks for a short name."""


def commit_named(opened: Opened, name: str) -> str:
    """The commit that `name` stands for; a whole id is that, whatever a branch may be called.

    Raises:
        UsageError: It stands for none that is here, or for several: who made a tag that is called
            as a branch decides nothing.
    """
    if len(name) == opened.git.id_length and _ID.fullmatch(name):
        found = opened.objects.peeled([name]).get(name)
        if found is None:
            raise UsageError(f"{name} is no commit that is here", hint="fetch it first")
        return found
    commit = commit_of(opened.git, opened.refs, opened.objects, name)
    _see_one(opened, _STEPS.split(spelled(name), maxsplit=1)[0])
    return commit


def _see_one(opened: Opened, start: str) -> None:
    """See that `start` stands for one commit alone."""
    if start in ("HEAD", "@"):
        return
    refs = {place + start: id_ for place in _PLACES if (id_ := opened.refs.get(place + start))}
    commits = {name: found for name, id_ in refs.items()
               if (found := opened.objects.peeled([id_]).get(id_))}  # fmt: skip
    if commits and _may_be_id(opened, start):
        # git passes an id by where a ref has its name: who made the ref would decide.
        raise UsageError(f"{start} may be an id, and is {named(commits)}", hint=_WHOLE)
    if len({*commits.values()}) > 1:
        raise UsageError(f"{visible(start)} is the name of {named(commits)}", hint=_WHOLE)


def _may_be_id(opened: Opened, start: str) -> bool:
    """Whether `start` may be an id cut short: an object that is here begins so."""
    if len(start) < _SHORTEST or not _ID.fullmatch(start):
        return False
    status, said = answer(opened.git, "rev-parse", f"--disambiguate={start}")
    return bool(status or said.strip())


def named(names: dict[str, str]) -> str:
    """Refs as they are told, each with its commit."""
    return " and of ".join(f"{visible(one)} ({oid[:12]})" for one, oid in names.items())


_WHOLE = "give the whole name, such as refs/heads/main or refs/remotes/origin/main"
