"""What a repository holds that could change its history's appearance, and was not used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from affidavit.base.limit import Limit, limit
from affidavit.sources.git.config import Setting, settings
from affidavit.sources.git.files import contents, exists, is_folder, leads_outside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from affidavit.sources.git.alternates import Stores
    from affidavit.sources.git.locate import Store
    from affidavit.sources.git.refs import Refs

_COMMON_FILES = ("config", "info/attributes", "info/grafts", "packed-refs", "refs", "shallow")
"""What is read of the common directory, beside objects."""
_REPLACED = "refs/replace/"
_PROGRAMS = re.compile(
    r"(?:alias|filter|credential|pager|difftool|mergetool|browser|man|guitool|hook)\..*"
    r"|core\.(?:fsmonitor|hookspath|sshcommand|editor|pager|gitproxy|askpass|attributesfile"
    r"|alternaterefscommand)"
    r"|include(?:if)?\.path|gpg\.program|diff\.(?:external|command|textconv)|merge\.driver"
    r"|sequence\.editor|uploadpack\.packobjectshook|url\.(?:pushinsteadof|insteadof)"
    r"|remote\.(?:uploadpack|receivepack|vcs)|protocol\.allow"
)
"""Settings by which git runs a program or reads another file; see git-config(1)."""


class _Notice(NamedTuple):
    id: str
    text: str
    present: Callable[[Path], bool]


def _says(common: Path, name: str) -> bool:
    return bool((contents(common / name, 64, within=common) or b"").strip())


_STORE_NOTICES = (
    _Notice(
        "commit-graph",
        "A commit-graph is present; it was not used, for git believes what it says of parents.",
        lambda info: exists(info / "info/commit-graph") or exists(info / "info/commit-graphs"),
    ),
    _Notice(
        "multi-pack-index",
        "A multi-pack-index is present; it was not used.",
        lambda objects: exists(objects / "pack/multi-pack-index"),
    ),
)
_COMMON_NOTICES = (
    _Notice(
        "grafts",
        "A grafts file is present, which gives commits other parents; it was not used.",
        lambda common: _says(common, "info/grafts"),
    ),
    _Notice(
        "attributes",
        "The repository's own attributes file is present; it was not used.",
        lambda common: _says(common, "info/attributes"),
    ),
)


def notices(store: Store, refs: Refs, borrowed: Stores) -> Iterator[Limit]:
    """A limit for each such thing in `store` and in the object stores it borrows from."""
    replaced = [name for name in refs.names() if name.startswith(_REPLACED)]
    if replaced:
        text = "Replacement refs show other objects in place of the real ones; they were not used."
        yield limit("replace-refs", text, replaced)
    yield from _present(_COMMON_NOTICES, (store.common_dir,))
    yield from _present(_STORE_NOTICES, borrowed.folders)
    yield from _borrowing(borrowed)
    yield from _elsewhere(store, borrowed)
    yield from _configured(store, borrowed)


def _present(kinds: Iterable[_Notice], folders: Iterable[Path]) -> Iterator[Limit]:
    for kind in kinds:
        if any(kind.present(folder) for folder in folders):
            yield Limit(kind.id, kind.text)


def _borrowing(borrowed: Stores) -> Iterator[Limit]:
    others = len(borrowed.folders) - 1
    if others:
        text = "Objects are borrowed from other object stores of this machine."
        yield Limit("alternates", text, others)
    if borrowed.absent:
        text = "Object stores that the repository borrows from are not there."
        yield Limit("alternates-absent", text, borrowed.absent, gap=True)


def _elsewhere(store: Store, borrowed: Stores) -> Iterator[Limit]:
    """What lies behind links; where they lead is not told, for it is this machine's."""
    common = store.common_dir
    outside = [name for name in _COMMON_FILES if leads_outside(common / name, common)]
    head = store.head_file
    if not head.is_symlink() or exists(head):
        outside += ["HEAD"] * leads_outside(head, store.git_dir)
    outside += [
        "objects/info/alternates"
        for folder in borrowed.folders
        if leads_outside(folder / "info" / "alternates", folder)
    ]
    if outside:
        text = "Files of the repository are links to places outside it; these were not read."
        yield limit("outside-file", text, outside, gap=True)
    linked = ["objects"] * leads_outside(store.objects, common)
    if store.work_tree is not None and not is_folder(store.work_tree / ".git"):
        linked.append(".git")
    if linked:
        text = "Parts of the repository lie elsewhere on this machine, by a link or a pointer file."
        yield limit("linked-store", text, linked)


def _configured(store: Store, borrowed: Stores) -> Iterator[Limit]:
    found = tuple(settings(store))
    if _promised(found) or any(map(_has_promisor_packs, borrowed.folders)):
        text = "This is a partial clone: objects may be absent, and none were fetched."
        yield Limit("partial-clone", text)
    programs = {s.name for s in found if _PROGRAMS.fullmatch(s.name)}
    addresses = {s.name for s in found if s.name == "remote.url" and b"::" in s.value}
    if programs or addresses:
        text = (
            "The repository's configuration names programs to run or other files to read; none of"
            " it was obeyed."
        )
        yield limit("configuration-not-obeyed", text, sorted(programs | addresses))


def _promised(found: tuple[Setting, ...]) -> bool:
    names = {"extensions.partialclone", "remote.promisor"}
    return any(s.name in names and s.value.lower() not in (b"false", b"") for s in found)


def _has_promisor_packs(objects: Path) -> bool:
    return any((objects / "pack").glob("*.promisor"))
