"""A repository whose base says who may sign, and what is read of the approvals of its head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from affidavit.app.approvals.reading import Reading, signed_approvals
from affidavit.app.ledger.noting import REF
from affidavit.changes.approval.judging import About
from affidavit.sources.git.locate import locate
from affidavit.sources.git.objects import Objects
from affidavit.sources.git.private import PrivateGit
from affidavit.sources.git.refs import read_refs
from gitrepo import Repo
from signed_approvals import NOON, fact_of, line, signed

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.changes.approval.model import SignedApprovals
    from affidavit.changes.approval.predicate import Approval
    from affidavit.ledger.dsse import Envelope
    from authenticator import Key

ALLOWED = "affidavit/allowed_signers"
REVOKED = "affidavit/revoked_signers.toml"


class Desk:
    """A base with `allowed`, and a head that is to be merged into it."""

    def __init__(
        self, folder: Path, allowed: str, files: dict[str, bytes | str] | None = None
    ) -> None:
        self.repo = Repo(folder)
        given: dict[str, bytes | str] = {ALLOWED: allowed, **(files or {})}
        self.base = self.repo.commit("Who may sign", files=given)
        self.head = self.repo.commit("A change", branch="side", at="main")

    def tree(self, commit: str) -> str:
        """The tree of a commit."""
        return self.repo.git("rev-parse", f"{commit}^{{tree}}").decode().strip()

    def signed(
        self, key: Key, approval: Approval | None = None, *, commit: str | None = None
    ) -> Envelope:
        """A decision about the head, or about another commit, by `key`."""
        about = commit or self.head
        more = () if approval is None else (approval,)
        return signed(key, *more, commit=about, tree=self.tree(about))

    def note(self, *envelopes: Envelope, on: str | None = None) -> None:
        """Let the notes of the head, or of the commit `on`, be these."""
        lines = [line(fact_of(one)) for one in envelopes]
        self.repo.note(REF, on or self.head, b"\n".join(sorted(lines)) + b"\n")

    def read(self, **said: object) -> SignedApprovals:
        """What is read of the head at a gate, or with what is `said`."""
        store = locate(self.repo.path)
        refs = read_refs(store)
        with PrivateGit(store, refs) as git, Objects(git) as objects:
            wanted = Reading(
                repository=self.repo.path,
                about=About(commit=self.head, tree=self.tree(self.head)),
                base=self.base,
                git=git,
                objects=objects,
                now=NOON,
            )
            return signed_approvals(msgspec.structs.replace(wanted, **said))
