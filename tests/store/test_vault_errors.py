"""Vaults that are missing, others', damaged, locked, full or read-only: one clear error each."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.base.errors import (
    AffidavitError,
    DamagedError,
    KeyFileError,
    LedgerBusyError,
    LedgerExistsError,
    NotALedgerError,
    StoreError,
)
from affidavit.store import vault_file
from affidavit.store.vault import Vault, create_vault
from affidavit.store.vault_seal import framed
from vaults import KEY, OTHER_KEY, Source, a_vault, by_sql, reopened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JO, MAX = "jo@example.org", "max@example.org"


def filled(directory: Path) -> tuple[str, str, str]:
    """A vault of two persons with a name each: the first person and both commitments."""
    with a_vault(directory) as vault, vault.batch():
        jo, max_ = vault.pseudonym("person", JO), vault.pseudonym("person", MAX)
        return jo, vault.commit(jo, "name", "Jo Doe"), vault.commit(max_, "name", "Max Roe")


def test_another_tenants_key_is_named(tmp_path: Path) -> None:
    filled(tmp_path)
    expected = f"made with the tenant key {KEY.id}, and {OTHER_KEY.id} was given"
    with pytest.raises(KeyFileError, match=expected):
        Vault(tmp_path / "vault.db", OTHER_KEY, random=Source())


def test_a_key_check_that_was_exchanged_opens_nothing(tmp_path: Path) -> None:
    _, name, _ = filled(tmp_path)
    by_sql(tmp_path, "UPDATE meta SET value = ? WHERE name = 'tenant_key'", OTHER_KEY.id)
    with Vault(tmp_path / "vault.db", OTHER_KEY, random=Source()) as vault:
        assert vault.subjects(JO) == ()
        with pytest.raises(DamagedError):
            vault.reveal(name)


@pytest.mark.parametrize("name", ["id", "tenant_key"])
def test_a_vault_that_does_not_know_itself_is_damaged(tmp_path: Path, name: str) -> None:
    filled(tmp_path)
    by_sql(tmp_path, "UPDATE meta SET value = '\x1b[2J' WHERE name = ?", name)
    with pytest.raises(DamagedError, match="about itself"):
        reopened(tmp_path)


def text(path: Path) -> None:
    path.write_text("no database, but long enough to be one" * 100)


def empty(path: Path) -> None:
    path.touch()


def directory(path: Path) -> None:
    path.mkdir()


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT)")


def extended(path: Path) -> None:
    filled(path.parent)
    by_sql(
        path.parent,
        "CREATE TRIGGER spy AFTER DELETE ON openings BEGIN"
        " INSERT INTO disposed VALUES (OLD.sealed); END",
    )


def of_another_version(path: Path) -> None:
    filled(path.parent)
    by_sql(path.parent, "UPDATE meta SET value = 'affidavit/vault@2' WHERE name = 'format'")


@pytest.mark.parametrize(
    "make",
    [lambda _: None, text, empty, directory, foreign, extended, of_another_version],
    ids=["nothing", "text", "empty", "directory", "foreign", "extended", "another version"],
)
def test_what_is_no_vault_is_said(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "vault.db")
    with pytest.raises(NotALedgerError, match="vault"):
        reopened(tmp_path)


@pytest.mark.parametrize("make", [text, foreign, extended])
def test_a_vault_is_not_made_over_something_else(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "vault.db")
    before = (tmp_path / "vault.db").read_bytes()
    with pytest.raises(LedgerExistsError, match=r"vault\.db"):
        create_vault(tmp_path / "vault.db", KEY, random=Source())
    assert (tmp_path / "vault.db").read_bytes() == before


def test_a_creation_that_was_cut_short_can_be_done_again(tmp_path: Path) -> None:
    empty(tmp_path / "vault.db")
    create_vault(tmp_path / "vault.db", KEY, random=Source())
    with reopened(tmp_path) as vault:
        assert vault.subjects(JO) == ()


def test_a_vault_is_not_made_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "vault.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match=r"vault\.db: "):
        create_vault(tmp_path / "vault.db", KEY, random=Source())
    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_directory_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file"):
        create_vault(tmp_path / "missing" / "vault.db", KEY, random=Source())


@pytest.mark.parametrize(
    "exchange",
    [
        "UPDATE openings SET subject = (SELECT max(id) FROM subjects)",
        "UPDATE openings SET subject = (SELECT min(id) FROM subjects)",
        "UPDATE openings SET field = 'title'",
        "UPDATE openings SET sealed = zeroblob(60)",
        "UPDATE openings SET sealed = 'text'",
        "UPDATE openings SET sealed = x'00'",
        "UPDATE openings SET subject = 'nobody'",
        "UPDATE subjects SET key = (SELECT key FROM subjects ORDER BY id LIMIT 1)",
        "UPDATE subjects SET key = (SELECT key FROM subjects ORDER BY id DESC LIMIT 1)",
        "UPDATE subjects SET key = 7",
        "DELETE FROM subjects",
    ],
)
def test_rows_that_were_exchanged_are_damage(tmp_path: Path, exchange: str) -> None:
    _, *names = filled(tmp_path)
    by_sql(tmp_path, exchange)
    with reopened(tmp_path) as vault, pytest.raises(DamagedError):
        _ = [vault.reveal(name) for name in names]


def test_a_commitment_that_was_moved_to_another_opening_is_damage(tmp_path: Path) -> None:
    _, jos, maxs = filled(tmp_path)
    by_sql(tmp_path, "DELETE FROM openings WHERE commitment = ?", bytes.fromhex(maxs[12:]))
    by_sql(tmp_path, "UPDATE openings SET commitment = ?", bytes.fromhex(maxs[12:]))
    with reopened(tmp_path) as vault:
        with pytest.raises(DamagedError):
            vault.reveal(maxs)
        assert vault.reveal(jos) is None


def test_an_opening_of_something_else_is_damage_though_its_key_sealed_it(tmp_path: Path) -> None:
    jo, name, _ = filled(tmp_path)
    with reopened(tmp_path) as vault:
        aad = framed("affidavit/vault-opening@1", jo, "name", name)
        forged = bytes(12) + vault._key_of(jo).encrypt(bytes(12), bytes(32) + b"Eve", aad)
        by_sql(tmp_path, "UPDATE openings SET sealed = ? WHERE subject = ?", forged, jo)
        with pytest.raises(DamagedError, match=jo):
            vault.reveal(name)


def test_a_vault_that_was_set_to_another_journal_is_set_back_or_not_used(tmp_path: Path) -> None:
    _, name, _ = filled(tmp_path)
    by_sql(tmp_path, "PRAGMA journal_mode = WAL")
    with pytest.raises(StoreError):
        reopened(tmp_path, writable=False)
    with reopened(tmp_path) as vault:
        assert vault.reveal(name) == "Jo Doe"
    with reopened(tmp_path, writable=False) as vault:
        assert vault.reveal(name) == "Jo Doe"


def test_a_database_that_does_not_take_a_setting_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    monkeypatch.setattr(vault_file, "_SETTINGS", (("secure_delete", "OFF", 1),))
    with pytest.raises(StoreError, match="SQLite does not set secure_delete to OFF"):
        reopened(tmp_path)


def test_a_path_that_the_system_refuses_is_said(tmp_path: Path) -> None:
    with pytest.raises((StoreError, NotALedgerError), match="vault"):
        Vault(tmp_path / ("x" * 300), KEY, random=Source())


@settings(max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 3_000), st.binary(min_size=1, max_size=4)), max_size=5),
    st.just(0) | st.integers(0, 40_000),
)
def test_any_damage_is_an_error_or_costs_a_value_and_never_changes_one(
    tmp_path_factory: pytest.TempPathFactory, patches: list[tuple[int, bytes]], end: int
) -> None:
    directory = tmp_path_factory.mktemp("vault")
    jo, *names = filled(directory)
    path = directory / "vault.db"
    data = bytearray(path.read_bytes())
    used = [at for at, byte in enumerate(data) if byte]
    for number, patch in patches:
        at = used[number % len(used)]
        data[at : at + len(patch)] = patch
    path.write_bytes(data[: end or None])
    try:
        with reopened(directory) as vault:
            shown = [vault.reveal(name) for name in names]
            vault.commit(jo, "name", "Jo")
            vault.dispose(jo)
    except AffidavitError:
        return
    assert shown[0] in {"Jo Doe", None}
    assert shown[1] in {"Max Roe", None}


def test_a_vault_opened_to_read_shows_and_changes_nothing(tmp_path: Path) -> None:
    jo, name, _ = filled(tmp_path)
    before = (tmp_path / "vault.db").read_bytes()
    with reopened(tmp_path, writable=False) as vault:
        assert (vault.reveal(name), vault.pseudonym("person", JO)) == ("Jo Doe", jo)
        for use in (vault.dispose, lambda id_: vault.commit(id_, "name", "x")):
            with pytest.raises(StoreError, match="readonly"):
                use(jo)
    assert (tmp_path / "vault.db").read_bytes() == before


def test_a_full_disk_undoes_the_batch_and_nothing_else(tmp_path: Path) -> None:
    jo, name, _ = filled(tmp_path)
    with reopened(tmp_path) as vault:
        vault._file.rows("PRAGMA max_page_count = 1")
        with pytest.raises(StoreError, match="full"):
            vault.commit(jo, "prompt", "x" * 100_000)
        assert vault.values_of(jo, "prompt") == ()
        vault._file.rows("PRAGMA max_page_count = 1000")
        vault.commit(jo, "prompt", "x" * 100_000)
        assert vault.reveal(name) == "Jo Doe"


def swallowing(vault: Vault, jo: str) -> None:
    """A batch whose author goes on after SQLite has undone it."""
    with vault.batch():
        vault.commit(jo, "title", "before")
        vault._file._db.rollback()
        vault.commit(jo, "title", "after")


def test_a_batch_that_was_undone_is_not_gone_on_with(tmp_path: Path) -> None:
    jo, *_ = filled(tmp_path)
    with reopened(tmp_path) as vault:
        with pytest.raises(StoreError, match="was undone"):
            swallowing(vault, jo)
        assert vault.values_of(jo, "title") == ()


def test_a_writer_is_waited_for_and_then_said_to_be_there(tmp_path: Path) -> None:
    jo, name, _ = filled(tmp_path)
    with reopened(tmp_path) as writer, reopened(tmp_path) as vault:
        with writer.batch():
            writer.commit(jo, "name", "Jo")
            for use in (vault.dispose, lambda id_: vault.commit(id_, "name", "x")):
                with pytest.raises(LedgerBusyError, match="held by another process"):
                    use(jo)
            assert vault.reveal(name) == "Jo Doe"
        assert vault.values_of(jo, "name") == ("Jo Doe", "Jo")
        assert vault.dispose(jo).values == 2


def test_a_disposal_waits_for_a_reader_and_otherwise_does_nothing(tmp_path: Path) -> None:
    jo, name, _ = filled(tmp_path)
    with reopened(tmp_path) as vault:
        with closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM meta").fetchall()
            with pytest.raises(LedgerBusyError):
                vault.dispose(jo)
        assert (vault.reveal(name), vault.is_disposed(jo)) == ("Jo Doe", False)
        assert vault.dispose(jo).keys == 1
