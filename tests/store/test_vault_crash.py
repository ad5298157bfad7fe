"""Processes that are killed in the middle, and two that write at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from affidavit.store.vault import Status
from vault_hands import VALUES
from vaults import a_vault, left_of, on_disk, reopened, secrets

HANDS = Path(__file__).parents[1] / "vault_hands.py"
ROUNDS = 40


def command(*words: object) -> list[str]:
    return [sys.executable, str(HANDS), *map(str, words)]


def test_a_disposal_that_is_killed_has_destroyed_everything_or_nothing(tmp_path: Path) -> None:
    with a_vault(tmp_path) as vault:
        with vault.batch():
            jo, max_ = (vault.pseudonym("person", name) for name in ("jo", "max"))
            made = [vault.commit(jo, "title", str(number) * 9) for number in range(60)]
            kept = [vault.commit(max_, "title", str(number) * 9) for number in range(60)]
        stored = secrets(tmp_path, vault, jo)
    subprocess.run(command("copies", tmp_path, jo, ROUNDS), check=True)
    outcomes = set()
    for number in range(1, ROUNDS + 1):
        copy = tmp_path / str(number)
        with reopened(copy) as vault:
            disposed = vault.is_disposed(jo)
            expected = Status.DISPOSED if disposed else Status.KEPT
            assert {vault.status(each) for each in made} == {expected}
            assert [vault.reveal(each) for each in kept] == [str(at) * 9 for at in range(60)]
            assert vault.subjects("jo") == (() if disposed else (jo,))
        if disposed:
            assert left_of(stored, on_disk(copy)) == []
        outcomes.add(disposed)
    assert outcomes == {True, False}


def test_processes_that_write_at_once_agree_on_every_pseudonym(tmp_path: Path) -> None:
    a_vault(tmp_path).close()
    running = [
        subprocess.Popen(command("names", tmp_path), stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = [process.communicate()[0].split() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert answers[0] == answers[1] == answers[2]
    with reopened(tmp_path) as vault:
        ids = [vault.pseudonym("person", f"p{number}@example.org") for number in range(VALUES)]
    assert ids == answers[0]
