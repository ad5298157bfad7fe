"""Where a ledger is found, and that one process at a time writes to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.home import Home, home, writing
from affidavit.base.errors import LedgerBusyError, NotALedgerError, StoreError
from affidavit.store.log import Log
from commands import FACT, begun, database, lines
from gitrepo import Repo
from ledgers import as_anybody, contents, open_folder

if TYPE_CHECKING:
    from pathlib import Path


def a_home(folder: Path) -> Path:
    (folder / ".affidavit").mkdir(parents=True)
    (folder / ".affidavit/ledger.db").write_bytes(b"")
    return folder / ".affidavit"


def test_a_ledger_is_found_from_below_it_and_by_its_folder(tmp_path: Path) -> None:
    found = a_home(tmp_path)
    below = tmp_path / "a/b"
    below.mkdir(parents=True)
    places = [home(None, below), home(None, tmp_path), home(tmp_path, below), home(found, below)]
    assert [one.folder for one in places] == [found] * 4
    assert places[0].database == found / "ledger.db"


def test_the_search_ends_with_the_work_tree(tmp_path: Path) -> None:
    a_home(tmp_path)
    (tmp_path / "other/.git").mkdir(parents=True)
    with pytest.raises(NotALedgerError, match="there is no ledger here"):
        home(None, tmp_path / "other")
    with pytest.raises(NotALedgerError, match="there is no ledger at"):
        home(tmp_path / "other", tmp_path)
    (tmp_path / "other/.git").rmdir()
    assert home(None, tmp_path / "other").folder == tmp_path / ".affidavit"


def test_a_ledger_that_another_account_keeps_to_itself_is_told() -> None:
    with open_folder() as folder:
        a_home(folder).chmod(0o700)
        os.chown(folder / ".affidavit", os.geteuid(), -1)
        if os.geteuid() != 0:
            (folder / ".affidavit").chmod(0)
        with as_anybody(), pytest.raises(StoreError, match="Permission denied"):
            home(None, folder)
        (folder / ".affidavit").chmod(0o700)


def test_git_sees_nothing_of_a_ledger(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("Begin")
    begun(tmp_path / "repo", facts=3)
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    status = ["git", "status", "--porcelain", "--untracked-files=all", "--", ".affidavit"]
    done = subprocess.run(
        status, cwd=tmp_path / "repo", env=environment, capture_output=True, check=True
    )
    assert done.stdout == b""


def test_no_key_lies_in_the_folder_of_a_ledger(tmp_path: Path) -> None:
    begun(tmp_path, facts=2)
    keys = [path for path in (tmp_path / "home").rglob("*.key") if path.name != "vault.key"]
    (seed,) = [path.read_text().strip().split("+", 4)[4] for path in keys]
    held = b"".join(one.read_bytes() for one in (tmp_path / ".affidavit").iterdir())
    assert b"PRIVATE+KEY" not in held
    assert seed.encode() not in held


def test_the_lock_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    place = Home(tmp_path)
    busy = pytest.raises(LedgerBusyError, match="another process writes to")
    with writing(place), busy as caught, writing(place, wait=0.05):
        pass
    assert caught.value.hint == (
        "wait for it; if it is affidavit ledger serve, stop it first:"
        " this needs the ledger for itself"
    )
    with writing(place, wait=0):
        pass


def test_a_lock_that_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError), writing(Home(tmp_path)):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_written_is_told() -> None:
    with open_folder() as folder:
        folder.chmod(0o555)
        with as_anybody(), pytest.raises(StoreError), writing(Home(folder)):
            pass
        with as_anybody(), pytest.raises(StoreError, match="Permission denied"):
            Home(folder / ".affidavit").make()


def test_processes_that_append_at_once_lose_nothing(tmp_path: Path) -> None:
    begun(tmp_path)
    environment = {
        **os.environ,
        "AFFIDAVIT_HOME": str(tmp_path / "home"),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
    }
    program = "from affidavit.cli.main import main; main()"
    command = [sys.executable, "-c", program, "ledger", "append"]
    writers = []
    for name in "abcdef":
        facts = lines(*({**FACT, "id": f"{name}{number}"} for number in range(20)))
        (tmp_path / name).write_bytes(facts)
        writers.append(subprocess.Popen([*command, name], cwd=tmp_path, env=environment))
    assert [writer.wait() for writer in writers] == [0] * 6
    with Log(database(tmp_path)) as log:
        entries = [json.loads(entry) for entry in contents(log)][1:]
    assert [one["sequence"] for one in entries] == list(range(120))
    assert {one["id"] for one in entries} == {f"{name}{n}" for name in "abcdef" for n in range(20)}
