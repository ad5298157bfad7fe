"""Where a repository holds receipts of AIIR: in a folder, or on a branch for them alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from affidavit.provenance.records.aiir import read
from affidavit.sources.records.places import contents, files, shown, tell_copies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affidavit.provenance.records.model import Record
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.refs import Refs

BRANCH = "refs/heads/receipts"
_FOLDERS = frozenset({b".aiir", b".aiir/receipts", b".receipts"})
_TAKEN = re.compile(
    rb"\.aiir/receipts\.jsonl|(?:\.aiir/|\.receipts/)(?:receipts/)?receipt_[\w-]+\.json"
)
_ON_BRANCH = re.compile(rb"receipt_[\w-]+\.json")


def records(objects: Objects, refs: Refs, *, at: str | None = None) -> Iterator[Record]:
    """The receipts in the files of the commit `at`, then those on the branch for them.

    AIIR keeps a receipt in its ledger and in a file of its own: what says the same is given once.
    """
    seen: set[Record] = set()
    copies = 0
    for one in _all(objects, refs, at):
        said = msgspec.structs.replace(one, place="")
        copies += said in seen
        if said not in seen:
            seen.add(said)
            yield one
    tell_copies(objects, copies)


def _all(objects: Objects, refs: Refs, at: str | None) -> Iterator[Record]:
    if at is not None:
        listed = files(objects, at, into=_FOLDERS.__contains__, taken=_is_taken)
        for file, body in contents(objects, listed):
            yield from read(body, place=shown(file.path))
    for name in (BRANCH, "refs/remotes/origin/receipts"):
        top = refs.get(name)
        commit = objects.peeled([top]).get(top, "") if top else ""
        listed = files(objects, commit, into=_nothing, taken=_is_on_branch) if commit else []
        for file, body in contents(objects, listed):
            yield from read(body, place=f"{name}:{shown(file.path)}")


def _nothing(_path: bytes) -> bool:
    return False


def _is_taken(path: bytes) -> bool:
    return _TAKEN.fullmatch(path) is not None


def _is_on_branch(path: bytes) -> bool:
    return _ON_BRANCH.fullmatch(path) is not None
