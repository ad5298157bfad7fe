"""A desk to record results at: a repository with a commit, a ledger, and files beside them."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import msgspec

from affidavit.app.ledger.kept import vault
from affidavit.app.ledger.view import viewing
from affidavit.app.receipts.commits import Named
from affidavit.app.results.recording import shown
from affidavit.app.results.said import drafted
from affidavit.app.results.wanted import Wanted
from histories import Ended, ran
from receipts import ORIGIN, a_ledger

if TYPE_CHECKING:
    import pytest

    from affidavit.app.ledger.home import Home
    from affidavit.app.results.said import Read
    from affidavit.ledger.entry import Entry
    from gitrepo import Repo

ABOUT = Named("1" * 40, "2" * 40)
"""The commit and tree of facts that are only shown."""
SYSTEMS = ("GITHUB_ACTIONS", "GITLAB_CI", "AFFIDAVIT_SOCKET")


class Desk(NamedTuple):
    """Where results are recorded; `commit` is the newest of the repository."""

    folder: Path
    repo: Repo
    ledger: Home
    commit: str
    tree: str

    def file(self, name: str, data: object) -> Path:
        """A file with these bytes, or with this value as JSON."""
        return written(self.folder / name, data)

    def run(self, what: str, *args: str | Path, ledger: bool = True) -> Ended:
        """``affidavit record`` with `args`, about the newest commit."""
        about = ("--commit", "main", "--repo", self.repo.path)
        kept = ("--ledger", self.ledger.folder) if ledger else ()
        return ran("record", what, *about, *kept, *args, here=self.folder)

    def entries(self) -> list[Entry]:
        """What the ledger holds beside its first entry."""
        with viewing(self.ledger) as view:
            return [view.row(index).entry for index in range(1, view.rows.size())]

    def sizes(self) -> list[int]:
        """The bytes of each entry beside the first."""
        with viewing(self.ledger) as view:
            return [len(view.row(index).data) for index in range(1, view.rows.size())]

    def kept(self, commitment: object) -> str | None:
        """The value that the vault keeps for a commitment."""
        with ExitStack() as stack:
            found = stack.enter_context(vault(self.ledger, ORIGIN, writable=False))
            return found.reveal(str(commitment))


def written(path: Path, data: object) -> Path:
    """The file at `path`, with these bytes now, or with this value as JSON."""
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


def a_fact(
    read: Read, *, generator: str | None = None, producer: str | None = None
) -> dict[str, object]:
    """The fact about `read` as ``--print`` shows it, with what it commits to."""
    wanted = Wanted(
        files=(), revision="", repository=Path(), generator=generator, producer=producer
    )
    answer: object = json.loads(msgspec.json.encode(shown(drafted(read, wanted, ABOUT))))
    return cast("dict[str, object]", answer)


def a_body(
    read: Read, *, generator: str | None = None, producer: str | None = None
) -> dict[str, object]:
    """What the fact says, but for the version and the files."""
    fact = cast("dict[str, object]", a_fact(read, generator=generator, producer=producer)["fact"])
    body = cast("dict[str, object]", fact["body"])
    return {name: value for name, value in body.items() if name not in {"tool", "files"}}


def a_desk(folder: Path, repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk in `folder`, away from any system of CI."""
    for name in SYSTEMS:
        monkeypatch.delenv(name, raising=False)
    commit = repo.commit("One", files={"a.txt": "x\n"})
    tree = repo.git("rev-parse", "main^{tree}").decode().strip()
    return Desk(folder, repo, a_ledger(folder, monkeypatch), commit, tree)


def refused(done: Ended, code: str, status: int) -> str:
    """What a command that recorded nothing says, in one sentence."""
    assert (done.status, done.out) == (status, "")
    assert done.err.startswith(f"affidavit: {code}: ")
    return done.err.removeprefix(f"affidavit: {code}: ").splitlines()[0]
