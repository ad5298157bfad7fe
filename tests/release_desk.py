"""A firm that releases: its forge, a ledger with what ran on the release, and the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from affidavit.app.ledger.view import viewing
from change_desk import Desk
from histories import ran
from receipts import a_ledger
from result_desk import SYSTEMS, written
from result_samples import slsa_1

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from affidavit.ledger.entry import Entry
    from forges import Forge
    from histories import Ended

CLAUDE = "Add a cart\n\nCo-Authored-By: Claude <noreply@anthropic.com>"
JUNIT = b'<testsuite tests="2"><testcase name="a"/><testcase name="b"/></testsuite>'


class ReleaseDesk(Desk):
    """Version 1.0, and 1.1 with an AI change that Ben approved and one that nobody did."""

    def __init__(self, forge: Forge, folder: Path) -> None:
        super().__init__(forge, folder)
        self.approved("first.py").merge(self.cleo, "squash")
        self.first = self.shop.heads["main"]
        self.shop.release(self.ann, "v1.0", self.first)
        self.approved("shop/cart.py", message=CLAUDE).merge(self.cleo, "squash")
        self.opened("shop/till.py", message="Add a till").merge(self.ann, "squash")
        self.second = self.shop.heads["main"]
        suite = self.shop.checks.suite(self.second)
        self.shop.checks.run(suite, "test", "success")
        self.shop.checks.run(suite, "scan", "failure")
        self.shop.release(self.ann, "v1.1", self.second)
        made = self.shop.deploy(self.ben, self.second, "production", state=None)
        self.shop.deployed(made, "success", by=self.ben)
        self.found()

    def release(
        self, typed: str, *args: str | Path, forge: bool = True, ledger: bool = False
    ) -> Ended:
        """``affidavit release`` of `typed` with `args`."""
        about: list[str | Path] = ["--name", "firm/shop"]
        if forge:
            about += ["--forge", self.export]
        if ledger and self.ledger is not None:
            about += ["--ledger", self.ledger.folder]
        return ran("release", typed, self.shop.git.path, *about, *args, here=self.folder)

    def said(self, typed: str, *, forge: bool = True, ledger: bool = False) -> dict[str, object]:
        """What the command answers in JSON."""
        done = self.release(typed, "--json", forge=forge, ledger=ledger)
        assert (done.status, done.err) == (0, "")
        return cast("dict[str, object]", json.loads(done.out))

    def with_ledger(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Begin a ledger, and record tests and a build of version 1.1 in it."""
        for name in SYSTEMS:
            monkeypatch.delenv(name, raising=False)
        self.ledger = a_ledger(self.folder, monkeypatch)
        self.record("test", written(self.folder / "junit.xml", JUNIT))
        built = written(self.folder / "slsa.json", slsa_1(commit=self.second))
        self.record("build", built)

    def record(self, what: str, file: Path, *, commit: str = "v1.1") -> None:
        """Record a result of a commit."""
        assert self.ledger is not None
        about = ("--commit", commit, "--repo", self.shop.git.path, "--ledger", self.ledger.folder)
        done = ran("record", what, file, *about, here=self.folder)
        assert done.status == 0, done.err

    def sealed(self) -> list[Entry]:
        """The entries of releases."""
        assert self.ledger is not None
        with viewing(self.ledger) as view:
            rows = (view.row(index).entry for index in range(view.size))
            return [one for one in rows if one.kind == "release.sealed.v1"]
