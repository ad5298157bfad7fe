"""A firm on a forge with state, whose change records tests look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from affidavit.app.audit import Request
from affidavit.app.gather import Bounds
from affidavit.app.records.asking import Found, Wanted, found, records
from affidavit.cli.progress import Silent
from collectors import gathered
from histories import ran

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.app.ledger.home import Home
    from affidavit.changes.record.model import ChangeRecord
    from affidavit.changes.record.value import Listed
    from forges import Forge, Pull, Repository
    from histories import Ended


class Desk:
    """A repository of Ann, Ben and Cleo, its forge, and where its records are collected."""

    def __init__(self, forge: Forge, folder: Path) -> None:
        self.forge = forge
        self.folder = folder
        self.ann = forge.account("ann", "Ann Lee", "ann@firm.mail")
        self.ben = forge.account("ben", "Ben Ode", "ben@firm.mail")
        self.cleo = forge.account("cleo", "Cleo Park", "cleo@firm.mail")
        self.shop: Repository = forge.repository("firm/shop")
        self.export = folder / "shop.jsonl"
        self.ledger: Home | None = None

    def opened(self, name: str = "cart.py", *, body: str = "", message: str = "Add a cart") -> Pull:
        return self.shop.open(self.ann, message.partition("\n")[0], {name: "x = 1\n"},
                              body=body, message=message)  # fmt: skip

    def approved(
        self, name: str = "cart.py", *, body: str = "", message: str = "Add a cart"
    ) -> Pull:
        pull = self.opened(name, body=body, message=message)
        pull.review(self.ben)
        return pull

    def found(self, *, forge: bool = True, **collected: object) -> Found:
        if forge:
            gathered(self.forge, self.export, **collected)  # type: ignore[arg-type]
        request = Request(
            repository=self.shop.git.path,
            name="firm/shop",
            forge=self.export if forge else None,
            bounds=Bounds(since=0),
        )
        return found(Wanted(request=request, ledger=self.ledger), Silent())

    def records(self, *, forge: bool = True, **collected: object) -> list[ChangeRecord]:
        every = self.found(forge=forge, **collected)
        return list(records(every, every.changes, Silent()))

    def newest(self, *, forge: bool = True, **collected: object) -> ChangeRecord:
        return self.records(forge=forge, **collected)[0]

    def run(self, *args: str | Path, forge: bool = True) -> Ended:
        """``affidavit`` with `args`, about the whole of the history, which begins in 2026."""
        records = ("--forge", self.export) if forge else ()
        about = ("--name", "firm/shop", "--since", "2025-01-01", *records)
        return ran(*args, self.shop.git.path, *about, here=self.folder)


def told(found: Listed[object]) -> tuple[tuple[object, ...], str | None]:
    """The values of a list, and what is said of others."""
    return found.values, found.why
