"""Repositories that share notes: two clones and their remote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.ledger.noting import REF, Shared, noted_lines
from gitrepo import Repo, git

if TYPE_CHECKING:
    from pathlib import Path

WHO = ("-c", "user.name=Ben", "-c", "user.email=ben@example.com")


class Clones:
    """A bare remote, and two clones of it with two commits."""

    def __init__(self, folder: Path) -> None:
        source = Repo(folder / "source")
        self.commit = source.commit("One")
        self.second = source.commit("Two")
        self.remote = folder / "remote.git"
        git("clone", "-q", "--bare", source.path, self.remote)
        self.paths = [folder / name for name in ("alice", "ben")]
        for path in self.paths:
            git("clone", "-q", self.remote, path)
        self.alice, self.ben = map(Shared, self.paths)

    def lines(self, path: Path | None = None) -> dict[str, list[bytes]]:
        return noted_lines(path or self.remote)


def put(repository: Path, commit: str, body: bytes) -> str:
    """Let the note on `commit` be `body`, whatever it was, as git alone can; the blob's id."""
    blob = git("hash-object", "-w", "--stdin", cwd=repository, stdin=body).decode().strip()
    git(*WHO, "notes", f"--ref={REF}", "add", "-f", "-C", blob, commit, cwd=repository)
    return blob


def blob_on(repository: Path, commit: str) -> str:
    """The id of the note on `commit`."""
    return git("rev-parse", f"{REF}:{commit}", cwd=repository).decode().strip()


def body_on(repository: Path, commit: str) -> bytes:
    """The bytes of the note on `commit`."""
    return git("cat-file", "blob", blob_on(repository, commit), cwd=repository)
