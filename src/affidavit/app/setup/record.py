"""What a set-up wrote, kept beside it so that it can be taken back: ``affidavit/.init.json``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from affidavit.base.errors import InputError

if TYPE_CHECKING:
    from affidavit.app.setup.tree import WorkTree

PLACE = "affidavit/.init.json"
_Path = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Digest = Annotated[str, msgspec.Meta(pattern="^sha256:[0-9a-f]{64}$")]
_OURS = re.compile(
    r"affidavit\.toml|affidavit/[A-Za-z0-9_][\w.-]*|affidavit/policy/[A-Za-z0-9_][\w.-]*"
    r"|docs/security/[a-z-]+\.md|\.github/workflows/affidavit-[a-z]+\.yml|\.github/CODEOWNERS"
    r"|\.github/pull_request_template\.md|\.gitlab/affidavit\.gitlab-ci\.yml|\.gitlab-ci\.yml"
    r"|\.gitlab/CODEOWNERS|\.gitlab/merge_request_templates/Default\.md|\.githooks/pre-push",
    re.ASCII,
)
_FOLDERS = frozenset(
    {
        *("affidavit", "affidavit/policy", "docs", "docs/security", ".github"),
        *(".github/workflows", ".gitlab", ".gitlab/merge_request_templates", ".githooks"),
    }
)


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file that was written, with the digest of its bytes."""

    path: _Path
    digest: _Digest


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that was written. `hooks` is whether ``core.hooksPath`` was set."""

    format: Literal["affidavit/init@1"] = "affidavit/init@1"
    files: Annotated[tuple[Written, ...], msgspec.Meta(max_length=1_000)] = ()
    folders: Annotated[tuple[_Path, ...], msgspec.Meta(max_length=100)] = ()
    hooks: bool = False

    def joined(self, other: Record) -> Record:
        """Both, the newer digest of a path that stands in both."""
        files = {one.path: one for one in (*self.files, *other.files)}
        return Record(
            files=tuple(files[path] for path in sorted(files)),
            folders=tuple(sorted({*self.folders, *other.folders})),
            hooks=self.hooks or other.hooks,
        )

    def encoded(self) -> bytes:
        """Its bytes."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2) + b"\n"


def parsed(data: bytes) -> Record:
    """The record in `data`, which anybody may have written: it names nothing but our files.

    Raises:
        InputError: It is none; the message names what is wrong.
    """
    try:
        found = msgspec.json.decode(data, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{PLACE}: {error}") from error
    for one in found.files:
        if not _OURS.fullmatch(one.path):
            raise InputError(f"{PLACE}: {one.path!r} is no file that a set-up writes")
    for folder in found.folders:
        if folder not in _FOLDERS:
            raise InputError(f"{PLACE}: {folder!r} is no folder that a set-up makes")
    return found


def recorded(tree: WorkTree) -> Record | None:
    """The record of the set-ups in `tree`, None where there was none.

    Raises:
        InputError: It is not what it has to be.
    """
    data = tree.read(PLACE)
    return None if data is None else parsed(data)
