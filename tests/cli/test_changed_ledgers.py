"""What commands say of a ledger that somebody wrote into, or that nobody here has a key of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.kept import custody
from affidavit.ledger.bundle import Place, line_of
from affidavit.ledger.key import SigningKey
from facts import a_fact
from histories import ran
from receipts import ORIGIN, a_ledger

if TYPE_CHECKING:
    from pathlib import Path

KEY = SigningKey.from_secret("laptop.example", b"\x01" * 32)
SHOW = ("facts", "show", "b.jsonl", "--signers", "s.toml", "--ledger", ".")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a ledger that has imported a bundle of one line, which lies there too."""
    project = a_ledger(tmp_path, monkeypatch).folder.parent
    line, _ = line_of(a_fact(), Place("ab" * 16), [KEY], last=True)
    (project / "b.jsonl").write_bytes(line)
    signers = f'[[signers]]\nvkey = "{KEY.key.encode()}"\nname = "l"\nkinds = ["*"]\n'
    (project / "s.toml").write_text(signers)
    assert ran("ledger", "import", "b.jsonl", "--signers", "s.toml", here=project).status == 0
    return project


def change(project: Path) -> None:
    """Change the imported entry, as who can write to the database can."""
    path = project / ".affidavit" / "ledger.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TRIGGER runs_no_update")
        for first, data in database.execute("SELECT first, entries FROM runs").fetchall():
            other = data.replace(b"comment", b"approve")
            database.execute("UPDATE runs SET entries = ? WHERE first = ?", (other, first))


def forget(project: Path) -> None:
    """Take the account's record of its keys away."""
    assert project.is_dir()
    (custody(ORIGIN).folder / "log.toml").unlink()


def test_statements_are_shown_as_imported_by_a_ledger_that_verifies(here: Path) -> None:
    done = ran(*SHOW, here=here)
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "total          1 good, 1 imported"


def test_a_ledger_that_no_key_here_verifies_is_told_and_decides_nothing(here: Path) -> None:
    forget(here)
    said = "ledger         not verified: this account has no key of the log: only its own was used"
    done = ran(*SHOW, here=here)
    assert (done.status, done.out.splitlines()[-2]) == (3, said)
    done = ran(*SHOW, "--json", here=here)
    assert (done.status, len(done.out.splitlines()), done.err) == (3, 1, f"{said}\n")


@pytest.mark.parametrize("keyless", [False, True])
def test_no_statement_is_shown_from_a_ledger_that_does_not_verify(
    here: Path, *, keyless: bool
) -> None:
    change(here)
    if keyless:
        forget(here)
    done = ran(*SHOW, here=here)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("affidavit: AFF-DAMAGED: the ledger does not verify: ")


@pytest.mark.parametrize("args", [("show", "1"), ("show", "1", "--json"), ("prove", "1", "--json")])
def test_an_entry_that_was_changed_is_neither_shown_nor_proved(
    here: Path, args: tuple[str, ...]
) -> None:
    assert ran("ledger", *args, here=here).status == 0
    change(here)
    done = ran("ledger", *args, here=here)
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[0] == (
        "affidavit: AFF-DAMAGED: entry 1 is not in the tree that the newest checkpoint states"
    )
