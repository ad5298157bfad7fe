"""A project that somebody else made: nothing in its `.affidavit` leads a command elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.home import Home, home
from affidavit.base.errors import NotALedgerError, StoreError
from commands import FACT, begun, database, lines, ran, refused
from ledgers import as_anybody, open_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PARTS = ["ledger.db", "vault.db", "lock"]


def a_clone(folder: Path) -> Path:
    """A work tree."""
    (folder / ".git").mkdir(parents=True)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """Every file below `folder`."""
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_folder_that_is_a_link_to_another_ledger_is_not_followed(tmp_path: Path) -> None:
    begun(tmp_path / "mine", facts=1)
    clone = a_clone(tmp_path / "clone")
    (clone / ".affidavit").symlink_to("../mine/.affidavit")
    before = files(tmp_path / "mine")
    for args in (["append"], ["append", "--ledger", "."], ["list"], ["checkpoint"]):
        message = refused(ran(*args, here=clone, stdin=lines(FACT)), "AFF-NOT-A-LEDGER", 4)
        assert message.endswith(".affidavit is a symbolic link, and a ledger's are not followed")
    assert files(tmp_path / "mine") == before


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lead", ["../../other", "nowhere"])
def test_a_part_of_a_ledger_that_is_a_link_is_not_followed(
    tmp_path: Path, part: str, lead: str
) -> None:
    here = begun(tmp_path / "here", facts=1)
    (tmp_path / "other").write_bytes(b"other")
    (here / ".affidavit" / part).unlink(missing_ok=True)
    (here / ".affidavit" / part).symlink_to(lead)
    for given in (None, here, here / ".affidavit"):
        with pytest.raises(NotALedgerError, match=f"{part} is a symbolic link"):
            home(given, here)
    with pytest.raises(NotALedgerError, match=f"{part} is a symbolic link"):
        Home(here / ".affidavit").make()
    assert (tmp_path / "other").read_bytes() == b"other"
    assert not (here / ".affidavit/nowhere").exists()


def test_a_ledger_that_is_named_by_a_link_of_the_callers_is_found(tmp_path: Path) -> None:
    here = begun(tmp_path / "here")
    for name, target in (("tree", here), ("folder", here / ".affidavit")):
        (tmp_path / name).symlink_to(target)
        assert home(tmp_path / name, tmp_path).database.samefile(database(here))


@pytest.mark.parametrize("target", ["../../precious", "../../nothing", "."])
def test_a_ledger_is_not_begun_through_a_link_to_a_file(tmp_path: Path, target: str) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    clone = a_clone(tmp_path / "clone")
    (clone / ".affidavit").mkdir()
    (clone / ".affidavit/.gitignore").symlink_to(target)
    message = refused(ran("init", here=clone), "AFF-STORE", 5)
    assert message.endswith(".affidavit: .gitignore in it is not a plain file")
    assert (tmp_path / "precious").read_bytes() == b"precious"
    assert not (tmp_path / "nothing").exists()
    assert [one.name for one in (clone / ".affidavit").iterdir()] == [".gitignore"]


@pytest.mark.parametrize("target", ["../elsewhere", "../nothing"])
def test_a_ledger_is_not_begun_through_a_link_to_a_folder(tmp_path: Path, target: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    clone = a_clone(tmp_path / "clone")
    (clone / ".affidavit").symlink_to(target)
    message = refused(ran("init", here=clone), "AFF-NOT-A-LEDGER", 4)
    assert ".affidavit is a symbolic link" in message
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (tmp_path / "nothing").exists()


def test_a_gitignore_that_is_there_already_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / ".affidavit").mkdir()
    (tmp_path / ".affidavit/.gitignore").write_bytes(b"mine\n")
    Home(tmp_path / ".affidavit").make()
    assert (tmp_path / ".affidavit/.gitignore").read_bytes() == b"mine\n"
    Home(tmp_path / "new/.affidavit").make()
    assert (tmp_path / "new/.affidavit/.gitignore").read_bytes() == b"*\n"


def test_another_accounts_ledger_is_used_only_if_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = begun(tmp_path, facts=1)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(NotALedgerError, match=r"\.affidavit belongs to another account \(uid"):
        home(None, here)
    assert home(here, tmp_path).database == database(here)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("part", [".", "ledger.db", "vault.db", "lock"])
def test_a_part_of_a_ledger_that_is_another_accounts_is_as_good_as_all(
    tmp_path: Path, part: str
) -> None:
    here = begun(tmp_path, facts=1)
    os.chown(here / ".affidavit" / part, 12345, -1)
    with pytest.raises(NotALedgerError, match="belongs to another account") as caught:
        home(None, here)
    assert caught.value.message.endswith("belongs to another account (uid 12345)")
    assert caught.value.hint == f"if you trust that account: --ledger {here / '.affidavit'}"


def begins(place: Path) -> object:
    return Home(place / ".affidavit").is_begun()


def makes(place: Path) -> None:
    Home(place / ".affidavit").make()


def names(place: Path) -> object:
    return home(place, place)


def searches(place: Path) -> object:
    return home(None, place)


@pytest.mark.parametrize("use", [begins, makes, names, searches])
def test_a_folder_that_may_not_be_entered_is_told(use: Callable[[Path], object]) -> None:
    with open_folder() as folder:
        (folder / "closed").mkdir(mode=0)
        with (
            as_anybody(),
            pytest.raises(StoreError, match=r"closed/\.affidavit: Perm"),
        ):
            use(folder / "closed")
        (folder / "closed").chmod(0o700)


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="name too long"):
        home(tmp_path / ("x" * 300), tmp_path)
