"""A git directory of our own that borrows the audited repository's objects, and nothing else.

The audited repository's configuration, hooks, attributes, replacements, commit-graph and
multi-pack-index are not used, and nothing can be written to it or fetched for it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from affidavit.base.errors import GitFailedError
from affidavit.base.limit import limit
from affidavit.sources.git.alternates import Stores, quoted, stores
from affidavit.sources.git.links import linked
from affidavit.sources.git.mend import mirrored
from affidavit.sources.git.notices import notices
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.program import Program, find_git, start
from affidavit.sources.git.shallow import boundary
from affidavit.sources.git.tree import EMPTY_TREE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from affidavit.base.limit import Limit
    from affidavit.sources.git.locate import Store
    from affidavit.sources.git.refs import Refs

_CONFIG = """\
[core]
\trepositoryformatversion = {version}
\tbare = true
\tcommitGraph = false
\tmultiPackIndex = false
\tuseReplaceRefs = false
[pack]
\twriteReverseIndex = false
[gc]
\tauto = 0
[maintenance]
\tauto = false
"""
_SHA256 = "[extensions]\n\tobjectformat = sha256\n"


_ODD_FILES = (
    "What bears the name of an object, a pack or an index is no regular file; it was not opened."
)


class PrivateGit:
    """git, run against the objects of one repository from a temporary directory.

    A context manager: the directory is made on entering and removed on leaving. `limits` names what
    the repository holds that was not used, and what is known to be absent.
    """

    def __init__(self, store: Store, refs: Refs) -> None:
        self._store = store
        self._refs = refs
        self._stack = ExitStack()
        self._folder = Path()
        self._program = Program("", (0, 0))
        self._stores = Stores(())
        self._odd: tuple[str, ...] = ()
        self._borrowed: tuple[Path, ...] = ()
        self._mended = False
        self.object_format = refs.object_format
        self.id_length = 40 if refs.object_format == "sha1" else 64
        """Hex digits of an id."""
        self.shallow: frozenset[str] = frozenset()
        """Commits below which history was cut off, and really is absent."""
        self.absent: frozenset[str] = frozenset()
        """The parents of those that are not there."""
        self.limits: tuple[Limit, ...] = ()

    def __enter__(self) -> Self:
        self._program = find_git()
        self._stores = stores(self._store.objects)
        with ExitStack() as stack:
            self._folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="affidavit-"))
            )
            self._make()
            self._try()
            self._bound()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _make(self) -> None:
        """The least that git accepts as a repository."""
        ours = self._folder
        for folder in ("objects/info", "objects/pack", "refs"):
            (ours / folder).mkdir(parents=True)
        (ours / "HEAD").write_bytes(b"ref: refs/heads/none\n")
        sha256 = self.object_format == "sha256"
        config = _CONFIG.format(version=int(sha256)) + (_SHA256 if sha256 else "")
        (ours / "config").write_text(config)
        mirrors, self._odd = linked(self._stores.folders, ours / "links")
        self._borrow(mirrors)

    def _try(self) -> None:
        """Ask for an object that every git knows without having it."""
        with Objects(self) as objects:
            if not objects.have([EMPTY_TREE[self.id_length]]):
                raise GitFailedError(
                    f"git cannot read {self.object_format} objects on this machine",
                    hint="Try a newer git.",
                )

    def _borrow(self, folders: Sequence[Path]) -> None:
        self._borrowed = tuple(folders)
        lines = b"".join(quoted(folder.absolute()) + b"\n" for folder in folders)
        (self._folder / "objects" / "info" / "alternates").write_bytes(lines)

    def mend(self) -> bool:
        """Set every pack index aside for one made anew from its pack; whether that was done.

        It can take minutes, and is for when objects turned out absent or damaged. Children that are
        running go on as before. Done at most once.
        """
        if self._mended:
            return False
        self._mended = True
        # Linked to once more: packs may have been made anew since.
        links, _ = linked(self._stores.folders, self._folder / "links-again")
        mirrors = mirrored(self, links, self._folder / "mirrors")
        if mirrors is None:
            return False
        self._borrow(mirrors)
        return True

    def settle(self) -> None:
        """Mend no more: several processes are about to share what there is."""
        self._mended = True

    def _bound(self) -> None:
        """Use those lines of the shallow file that are true."""
        found = boundary(self, self._store.shallow)
        self.shallow, self.absent = found.used, found.absent
        if found.used:
            lines = "".join(f"{id_}\n" for id_ in sorted(found.used))
            (self._folder / "shallow").write_text(lines)
        self.limits = (
            *self._refs.limits,
            *found.limits,
            *notices(self._store, self._refs, self._stores),
            *([limit("odd-object-files", _ODD_FILES, self._odd, gap=True)] if self._odd else []),
        )

    @property
    def borrowed(self) -> tuple[Path, ...]:
        """The folders of objects that are read: others once they were mended."""
        return self._borrowed

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment git runs in, built from nothing."""
        ours = str(self._folder)
        return {
            "PATH": os.defpath,
            "HOME": ours,
            "XDG_CONFIG_HOME": ours,
            "TMPDIR": ours,
            "GIT_DIR": ours,
            "GIT_CEILING_DIRECTORIES": ours,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            # Else rev-list writes each commit alone where it writes into a pipe.
            "GIT_FLUSH": "0",
            "GIT_ALLOW_PROTOCOL": "",
            "LC_ALL": "C",
        }

    def spawn(
        self,
        *arguments: str,
        stdin: int | IO[bytes] = subprocess.PIPE,
        objects: Path | None = None,
    ) -> subprocess.Popen[bytes]:
        """A running git with `arguments`; end it with `program.stop` and look at its status.

        `objects` has it see that object store of ours instead of the repository's.
        """
        other = {} if objects is None else {"GIT_OBJECT_DIRECTORY": os.fspath(objects)}
        try:
            return start(
                [self._program.path, *arguments],
                environment=self.environment | other,
                folder=self._folder,
                stdin=stdin,
            )
        except OSError as error:
            raise GitFailedError(f"git could not be started: {error.strerror}") from error

    def loose(self, id_: str) -> list[Path]:
        """Where a file that holds only the object `id_` may be."""
        return [folder / id_[:2] / id_[2:] for folder in self._borrowed]

    def lines(self, ids: Sequence[str]) -> IO[bytes]:
        """A file of ours with `ids`, one to a line, open at its start, for a child to read."""
        file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - the caller closes it
        file.write("".join(f"{id_}\n" for id_ in ids).encode("ascii"))
        file.seek(0)
        return file
