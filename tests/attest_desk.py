"""A firm whose landings statements are made about, and the statements read back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple, cast

from change_desk import Desk
from collectors import gathered
from histories import ran
from result_desk import written

if TYPE_CHECKING:
    from pathlib import Path

    from forges import Pull


class Stated(NamedTuple):
    """How the command ended: its status, what it told, and the statement if there is one."""

    status: int
    told: list[str]
    statement: dict[str, object] | None

    @property
    def predicate(self) -> dict[str, object]:
        """What the statement says."""
        assert self.statement is not None
        return cast("dict[str, object]", self.statement["predicate"])

    def names(self, *lists: str) -> list[str]:
        """The names in these lists of the predicate."""
        return [name for one in lists for name in cast("list[str]", self.predicate[one])]

    @property
    def subjects(self) -> list[str]:
        """The commit and the tree that it is about."""
        assert self.statement is not None
        found = cast("list[dict[str, dict[str, str]]]", self.statement["subject"])
        return [value for one in found for value in one["digest"].values()]


class AttestDesk(Desk):
    """The firm, whose records are collected before each statement."""

    def state(
        self, what: str, commit: str, *args: str | Path, forge: bool = True, signed: bool = False
    ) -> Stated:
        """``affidavit attest`` about `commit`."""
        if forge:
            self.forge.clock.advance(seconds=60)
            gathered(self.forge, self.export)
        records = ("--forge", self.export) if forge else ()
        about = ("--commit", commit, "--repo", self.shop.git.path, "--name", "firm/shop")
        how = () if signed else ("--unsigned",)
        done = ran("attest", what, *about, *records, *how, *args, here=self.folder)
        return Stated(done.status, done.err.splitlines(), json.loads(done.out or "null"))

    def tree(self, commit: str) -> str:
        """The tree of a commit."""
        return self.shop.git.run("rev-parse", f"{commit}^{{tree}}").decode().strip()

    def recorded(self, what: str, commit: str, data: object, *args: str) -> Path:
        """The folder of a ledger in which a result of a commit is recorded, too."""
        assert self.ledger is not None
        file = written(self.folder / f"{what}.in", data)
        about = ("--commit", commit, "--repo", self.shop.git.path, "--ledger", self.ledger.folder)
        done = ran("record", what, file, *about, *args, here=self.folder)
        assert (done.status, done.err) == (0, "")
        return self.ledger.folder

    def merged(self, *conclusions: str | None, style: str = "squash") -> tuple[Pull, str]:
        """A request that ben approved and cleo merged, after a check ended so each time."""
        pull = self.approved()
        if conclusions:
            suite = self.shop.checks.suite(pull.head_oid)
            for number, conclusion in enumerate(conclusions):
                self.shop.checks.run(suite, f"test {number}", conclusion)
        return pull, pull.merge(self.cleo, style)
