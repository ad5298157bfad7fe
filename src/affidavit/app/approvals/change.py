"""The change that a person decides about: named by a revision or by the number of a request."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.branches import chosen
from affidavit.app.envelope.contents import Contents
from affidavit.app.receipts.commits import resolved
from affidavit.base.errors import (
    BranchNotFoundError,
    DamagedError,
    NoCommitsError,
    UsageError,
)
from affidavit.base.text import decode, shortened
from affidavit.changes.approval.predicate import Change
from affidavit.changes.envelope.touched import Change as Between
from affidavit.sources.git.commit import parse
from affidavit.sources.git.locate import locate
from affidavit.sources.git.merge_bases import merge_bases
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.raw import raw_changes
from affidavit.sources.git.refs import read_refs

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.base.commit import Commit
    from affidavit.sources.git.refs import Refs

PATIENCE = 120
"""Seconds that git may take to find where two histories parted."""
LONGEST_TITLE = 200
"""Characters of a commit's first line that are shown."""
_NUMBER = re.compile(r"#?([1-9][0-9]{0,8})")
_HEADS = ("refs/pull/{}/head", "refs/merge-requests/{}/head")
_COMMIT = 64 << 20


class Named(NamedTuple):
    """A commit with its tree and first line, and what it would change: in how many files.

    `lost` is why where it began is not known.
    """

    commit: str
    tree: str
    title: str
    files: int | None
    change: Change
    lost: str = ""


def named(repository: Path, text: str, base: str | None) -> Named:
    """The change that `text` names in the repository: a revision, or a request such as ``#12``.

    A request is known where its ref was fetched. `base` is the revision it is to be merged into;
    without one the tip of the main branch is taken, or its parent for what is merged already.

    Raises:
        UsageError: `text` or `base` names no commit.
        AffidavitError: The repository cannot be read; see docs/errors/.
    """
    refs = read_refs(locate(repository))
    number, revision = _request(refs, text)
    commit = _resolved(repository, revision)
    onto = _base(repository, refs, base)
    with ExitStack() as stack:
        git = stack.enter_context(PrivateGit(locate(repository), refs))
        objects = stack.enter_context(Objects(git))
        head = _read(objects, commit)
        parted = None if onto is None else _parted(git, onto, commit)
        if parted == commit:
            onto = parted = head.parents[0] if head.parents else None
        files, patch = _content(objects, parted, head.tree)
        lost = _lost(shallow=bool(git.shallow)) if parted is None and onto is not None else ""
    change = Change(base=onto, merge_base=parted, patch=patch, request=number)
    title = shortened(decode(head.message.split(b"\n", 1)[0]), LONGEST_TITLE)
    return Named(commit, head.tree, title, files, change, lost)


def _lost(*, shallow: bool) -> str:
    """What is said where it is not known where a change began."""
    why = "the clone is shallow: git fetch --unshallow" if shallow else "name what with --base"
    return f"where the change left its base is not known, and so not what it changes ({why})"


def _request(refs: Refs, text: str) -> tuple[int | None, str]:
    """The number of the request that `text` names, if it does, and the revision of its head."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None, text
    for form in _HEADS:
        head = refs.get(form.format(found[1]))
        if head is not None:
            return int(found[1]), head
    if text.startswith("#"):
        hint = f"git fetch REMOTE {_HEADS[0].format(found[1])}:{_HEADS[0].format(found[1])}"
        raise UsageError(f"the head of the request {text} is not here", hint=hint)
    return None, text


def _resolved(repository: Path, revision: str) -> str:
    """The commit that a revision names; who gave a number may have meant a request."""
    try:
        return resolved(repository, revision).commit
    except UsageError as error:
        if not _NUMBER.fullmatch(revision):
            raise
        head = _HEADS[0].format(revision)
        hint = f"for the request '#{revision}' fetch its head: git fetch REMOTE {head}:{head}"
        raise UsageError(error.message, hint=hint) from error


def _base(repository: Path, refs: Refs, base: str | None) -> str | None:
    if base is not None:
        return resolved(repository, base).commit
    try:
        (branch,), _ = chosen(refs, (), bare=False)
    except (BranchNotFoundError, NoCommitsError):
        return None
    return resolved(repository, branch.head).commit


def _read(objects: Objects, commit: str) -> Commit:
    body = objects.one(commit, kind="commit", max_size=_COMMIT)
    if body is None:
        raise DamagedError(f"the commit {commit} cannot be read")
    return parse(commit, body)


def _content(objects: Objects, parted: str | None, tree: str) -> tuple[int | None, str | None]:
    """How many files the change touches, and the digest of what it does to them, where known."""
    before = objects.tree_of(parted) if parted else ""
    touched = next(raw_changes(objects, [(before, tree)])) if before else None
    if touched is None:
        return None, None
    between = Between(before=before, after=tree, touched=touched)
    return len(touched), Contents(objects).patch(between)


def _parted(git: PrivateGit, base: str, head: str) -> str | None:
    """Where both histories parted; None where they have no such commit, or several."""
    found = merge_bases(git, base, head)
    return found[0] if len(found) == 1 else None
