"""A ledger, a repository and a receipt of its newest commit, to write tests about."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from affidavit.app.clock import chance
from affidavit.app.ledger.home import Home
from affidavit.app.ledger.kept import begun
from affidavit.app.ledger.verifying import Trusted
from affidavit.app.receipts.creating import Wanted, created
from affidavit.app.receipts.verifying import Asked, verified
from affidavit.base.errors import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from affidavit.app.receipts.result import Verified
    from gitrepo import Repo

ORIGIN = "example.com/receipts"
REVIEWER = "Ben Example <ben@mail.example>"
PROMPT = "Write the parser.\n"


class Made(NamedTuple):
    """A receipt, and the keys (as verifier keys) of its log and its signer."""

    ledger: Home
    repository: Path
    commit: str
    file: Path
    log: str
    signer: str
    prompt: Path
    opening: Path

    def asked(self) -> Asked:
        """All that can be asked, with the keys that are the right ones."""
        return Asked(
            trusted=Trusted(keys=(self.log,)),
            signers=(self.signer,),
            repository=self.repository,
            prompt=self.prompt,
            opening=self.opening,
        )

    def trusting(self) -> Asked:
        """What is asked without a repository and a prompt."""
        return Asked(trusted=Trusted(keys=(self.log,)), signers=(self.signer,))

    def changed(self, data: bytes, asked: Asked | None = None) -> Verified | None:
        """What verifying comes to when the file holds `data`; None where that is no receipt."""
        other = self.file.with_name("changed.json")
        other.write_bytes(data)
        try:
            return verified(other, asked or self.trusting())
        except FormatError:
            return None


def a_ledger(folder: Path, monkeypatch: pytest.MonkeyPatch, *, origin: str = ORIGIN) -> Home:
    """An empty ledger whose keys are in a folder of the test's own."""
    monkeypatch.setenv("AFFIDAVIT_HOME", str(folder / "config"))
    place = Home(folder / "kept" / ".affidavit")
    begun(place, origin, lambda custody: custody.new_secret(chance(32)))
    return place


def log_key(place: Home) -> str:
    """The verifier key that a ledger says to have."""
    from affidavit.app.ledger.view import viewing  # noqa: PLC0415

    with viewing(place) as view:
        return view.rows.meta("vkey")


def a_receipt(place: Home, repo: Repo, folder: Path) -> Made:
    """A receipt that says all that one can say."""
    prompt, test = folder / "prompt.txt", folder / "junit.xml"
    prompt.write_text(PROMPT)
    test.write_text("<ok/>")
    done = created(
        place,
        Wanted(
            revision="HEAD",
            repository=repo.path,
            output=folder / "receipt.json",
            agent="Claude Code",
            model="some-model-1",
            session="session-7",
            prompt=prompt,
            reviewers=(REVIEWER,),
            tests=(test,),
        ),
    )
    return Made(
        ledger=place,
        repository=repo.path,
        commit=done.commit,
        file=folder / "receipt.json",
        log=log_key(place),
        signer=done.signer,
        prompt=prompt,
        opening=folder / "receipt.json.opening.json",
    )
