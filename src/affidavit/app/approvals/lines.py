"""The allowed signers along the landings of a base: who gave a key its line, and who was first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from affidavit.app.config import FILE_NAME, MAX_INSIDE, config
from affidavit.base.errors import ConfigError, GitFailedError
from affidavit.base.text import decode
from affidavit.identity.ssh.allowed import AllowedSigners, Found, parse_allowed
from affidavit.provenance.trailers import people as named_people
from affidavit.sources.git.answer import LATE, answer
from affidavit.sources.git.commit import parse
from affidavit.sources.git.header import header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from affidavit.base.commit import Ident
    from affidavit.identity.ssh.keys import PublicKey
    from affidavit.sources.git.objects import Objects
    from affidavit.sources.git.private import PrivateGit

LARGEST_SIGNERS = 1 << 20
"""Bytes of a file of allowed signers that are read."""
MOST_CHANGES = 200
"""Commits that changed the allowed signers, the newest first, that are looked at."""
MOST_LANDINGS = 10_000
"""Commits that changed the allowed signers or what is set of the gate, to find the first."""
MOST_CLEARED = 4
"""Bases whose histories are left out of a walk: the newest hold those of most others."""
MOST_COMMITS = 1_000
"""Commits that brought a line, whose authors are looked at."""
PATIENCE = 120
"""Seconds that git may take to find those commits."""
_COMMIT = 1 << 20
_LINE = 1_000
_CO_AUTHOR = re.compile(rb"^co-authored-by:([^\n]*)", re.MULTILINE | re.IGNORECASE)


class Cleared:
    """Bases in whose history nothing stood beside a landing: that need not be walked again."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, ...], list[str]] = {}

    def of(self, key: tuple[str, ...]) -> tuple[str, ...]:
        """The newest ones that are known for what `key` names."""
        return tuple(self._of.get(key, ())[-MOST_CLEARED:])

    def add(self, key: tuple[str, ...], base: str) -> None:
        """Note one more."""
        self._of.setdefault(key, []).append(base)


class Lines:
    """Reads the file `path` and what lies beside it, at `base` and where it came from.

    `cleared` is what was found out at other bases of the repository.
    """

    def __init__(
        self, git: PrivateGit, objects: Objects, *, base: str, path: str,
        cleared: Cleared | None = None,
    ) -> None:  # fmt: skip
        self.path = path
        self._git = git
        self._objects = objects
        self._base = base
        self._cleared = cleared or Cleared()
        self._listed: dict[tuple[tuple[str, ...], int], tuple[str, ...]] = {}

    def file(self, path: str, most: int, at: str | None = None) -> bytes | None:
        """The file at `path` in the base, or in the commit `at`; None where there is none."""
        return self._objects.blob_at(at or self._base, path, most)

    def signers(self, commit: str) -> AllowedSigners:
        """The lines of the file in `commit`."""
        data = self.file(self.path, LARGEST_SIGNERS, commit) or b""
        return parse_allowed(data.decode("utf-8", "replace"))

    def named(self, fingerprint: str | None, principals: tuple[str, ...]) -> PublicKey | None:
        """The key of that fingerprint whose line at the base has these principals."""
        entries = self.signers(self._base).entries
        same = (one.key for one in entries if one.principals == principals)
        return next((one for one in same if one.fingerprint == fingerprint), None)

    def holds(self, commit: str, key: PublicKey, found: Found) -> bool:
        """Whether the file has a line of the key with the same principals in `commit`."""
        same = (one for one in self.signers(commit).entries if one.key.blob == key.blob)
        return any(set(one.principals) == set(found.principals) for one in same)

    def tree(self, commit: str) -> str:
        """The tree of a commit."""
        return self._objects.tree_of(commit)

    def parents(self, commit: str) -> tuple[str, ...]:
        """The parents of a commit."""
        body = next(self._objects.read([commit], head=_COMMIT)).body
        return header(body, self._git.id_length).parents if body else ()

    def enrolling(self, key: PublicKey, found: Found) -> str | None:
        """The landing since which the key and its principals stand in the file without a break.

        None also where another line of history had them besides.
        """
        named = ("line", key.fingerprint, *sorted(found.principals))
        return self.since(self.path, lambda one: self.holds(one, key, found), named=named)

    def since(
        self, path: str, says: Callable[[str], bool], *, named: tuple[str, ...]
    ) -> str | None:
        """The landing since which commits `say` so of the file at `path`, likewise.

        `named` tells one such question from another.
        """
        for commit in self._landings((path,), MOST_CHANGES):
            if not says(commit) or commit in self._git.shallow:
                return None
            parents = self.parents(commit)
            if not parents or not says(parents[0]):
                return None if self._is_beside(commit, (path,), says, named) else commit
        return None

    def _is_beside(
        self, commit: str, paths: tuple[str, ...], says: Callable[[str], bool],
        named: tuple[str, ...],
    ) -> bool:  # fmt: skip
        """Whether a commit that is neither before nor after a landing `says` so as well.

        Who merges what is there into a line of their own makes that the line of first parents: the
        landings of before are then beside it.
        """
        key = (commit, *paths, *named)
        known = tuple(f"^{one}" for one in self._cleared.of(key))
        ends = (self._base, f"^{commit}")
        most = f"--max-count={MOST_LANDINGS}"
        others = self._list("--full-history", most, *ends, *known, "--", *paths)
        rest: list[str] = []
        if others:
            near = {*self._list("--full-history", "--ancestry-path", *ends, "--", *paths)}
            rest = [one for one in others if one not in near and says(one)]
        if rest:
            # Nearly always none is left, and the list of all that came after is long.
            after = {*self._list("--ancestry-path", *ends, "--")}
            rest = [one for one in rest if one not in after]
        if rest or len(others) == MOST_LANDINGS:
            return True
        self._cleared.add(key, self._base)
        return False

    def founding(self) -> str | None:
        """The landing that brought the first version of the file, before there was any gate.

        None where that is not known, and where a gate was there first, or lines or a gate beside
        it: who moves the file, or merges what is there into another beginning, cannot begin anew.
        """
        paths = (self.path, FILE_NAME)
        listed = self._landings(paths, MOST_LANDINGS)
        if self._git.shallow or len(listed) == MOST_LANDINGS:
            return None
        for commit in reversed(listed):
            if self._has_lines(commit):
                beside = self._is_beside(commit, paths, self._has_begun, ("begun",))
                return None if beside else commit
            if self._may_gate(commit):
                return None
        return None

    def hands(self, commit: str, *, without: str | None) -> tuple[Ident, ...] | None:
        """Authors, committers and co-authors of what `commit` reaches and `without` does not.

        None where these are too many commits, or one cannot be read.
        """
        ends = (commit,) if without is None else (commit, f"^{without}")
        ids = self._list(f"--max-count={MOST_COMMITS}", *ends, "--")
        found: dict[Ident, None] = {}
        for one in self._objects.read(ids, max_size=_COMMIT):
            if one.body is None or one.kind != "commit":
                return None
            found |= dict.fromkeys(_hands(one.id, one.body))
        return tuple(found) if 0 < len(ids) < MOST_COMMITS else None

    def _has_lines(self, commit: str) -> bool:
        return self.file(self.path, LARGEST_SIGNERS, commit) is not None

    def _has_begun(self, commit: str) -> bool:
        return self._has_lines(commit) or self._may_gate(commit)

    def _may_gate(self, commit: str) -> bool:
        data = self.file(FILE_NAME, MAX_INSIDE, commit)
        try:
            return data is not None and config(data, FILE_NAME, most=MAX_INSIDE).gate is not None
        except ConfigError:
            return True

    def _landings(self, paths: tuple[str, ...], most: int) -> tuple[str, ...]:
        """The landings that changed one of `paths`, the newest first."""
        if (paths, most) not in self._listed:
            wanted = ("--first-parent", f"--max-count={most}", self._base, "--", *paths)
            self._listed[paths, most] = self._list(*wanted)
        return self._listed[paths, most]

    def _list(self, *wanted: str) -> tuple[str, ...]:
        arguments = ("--literal-pathspecs", "rev-list", *wanted)
        status, out = answer(self._git, *arguments, seconds=PATIENCE)
        if status == LATE:
            raise GitFailedError("git does not find the changes of a file in time")
        if status:
            raise GitFailedError("git cannot find the changes of the allowed signers")
        return tuple(out.decode("ascii", "replace").split())


def _hands(id_: str, body: bytes) -> Iterable[Ident]:
    """Everybody whom a commit names as one who wrote it."""
    commit = parse(id_, body)
    yield commit.author
    yield commit.committer
    for found in _CO_AUTHOR.finditer(commit.message):
        yield from named_people(decode(found[1][:_LINE]))
