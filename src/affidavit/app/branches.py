"""Which branches are audited, and the ref that stands for each."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from affidavit.audit.model import Branch
from affidavit.base.errors import BranchNotFoundError, NoCommitsError
from affidavit.base.limit import Limit, limit
from affidavit.base.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from affidavit.sources.git.refs import Refs

REMOTE = "refs/remotes/origin/"
LOCAL = "refs/heads/"


def chosen(refs: Refs, asked: Sequence[str], *, bare: bool) -> tuple[list[Branch], list[Limit]]:
    """The branches to audit and what is to be said of the choice.

    Those `asked` for, else the one the repository itself holds to be its main branch.

    Raises:
        BranchNotFoundError: A name that was asked for is no branch, or none could be chosen.
        NoCommitsError: The repository has no commit.
    """
    if asked:
        found = _told_apart([_named(refs, name) for name in dict.fromkeys(asked)])
    else:
        found = [_default(refs, bare=bare)]
    return found, [one for branch in found for one in _differences(refs, branch, bare=bare)]


def _told_apart(branches: list[Branch]) -> list[Branch]:
    """The same, a ref asked for twice once, and two refs of one short name by their long ones."""
    unique = list({branch.ref: branch for branch in branches}.values())
    short = Counter(branch.name for branch in unique)
    return [
        branch
        if short[branch.name] == 1
        else msgspec.structs.replace(branch, name=branch.ref.removeprefix("refs/"))
        for branch in unique
    ]


def _named(refs: Refs, name: str) -> Branch:
    branch = _find(refs, name)
    if branch is None:
        names = {short(one) for one in refs.ids if one.startswith((REMOTE, LOCAL))}
        known = sorted(names - {"HEAD"})
        hint = f"branches here: {visible(', '.join(known[:10]))}" if known else ""
        raise BranchNotFoundError(f"there is no branch {name!r}", hint=hint)
    return branch


def _find(refs: Refs, name: str) -> Branch | None:
    """The remote-tracking ref of `name` before the local one; a full ref name is taken as it is."""
    candidates = [name] if name.startswith("refs/") else [REMOTE + name, LOCAL + name]
    for ref in candidates:
        id_ = refs.get(ref)
        if id_ is not None:
            return Branch(name=short(ref), ref=ref, head=id_)
    return None


def _default(refs: Refs, *, bare: bool) -> Branch:
    target, id_ = refs.head
    names = [short(refs.symbolic.get(REMOTE + "HEAD", ""))]
    if bare:
        names.append(short(target or ""))
    names += ["main", "master", short(target or "")]
    for name in names:
        branch = _find(refs, name) if name else None
        if branch:
            return branch
    if id_ is not None:
        return Branch(name=short(target) if target else "HEAD", ref="HEAD", head=id_)
    if not refs.ids and not refs.limits:
        raise NoCommitsError("the repository has no commit yet: there is nothing to audit")
    broken = next((item for one in refs.limits for item in one.items), "")
    why = (
        f"refs cannot be read as refs, such as {visible(broken)}"
        if broken
        else "there is no origin/HEAD, main or master, and HEAD names none"
    )
    raise BranchNotFoundError(
        f"no branch could be chosen: {why}",
        hint="name one with --branch" if refs.ids else "",
    )


def usual(refs: Refs) -> frozenset[str]:
    """The names that are audited where none is asked for, in a bare repository and in another."""
    found = set()
    for bare in (False, True):
        with suppress(BranchNotFoundError, NoCommitsError):
            found.add(_default(refs, bare=bare).name)
    return frozenset(found)


def short(ref: str) -> str:
    """The branch's name without what says where it is kept, here or at ``origin``."""
    return ref.removeprefix(REMOTE).removeprefix(LOCAL)


def _differences(refs: Refs, branch: Branch, *, bare: bool) -> list[Limit]:
    """A local branch that is not where its remote-tracking ref is."""
    local = refs.get(LOCAL + branch.name)
    if not branch.ref.startswith(REMOTE) or local is None or local == branch.head:
        return []
    text = (
        f"The local branch {visible(branch.name)} and origin/{visible(branch.name)} name different"
        " commits; the remote-tracking one was audited."
    )
    # A bare repository keeps no remote-tracking refs of its own accord: one may be a decoy.
    return [limit("branch-differs", text, [f"{LOCAL}{branch.name} {local}"], gap=bare)]
