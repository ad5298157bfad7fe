"""What is left of a subject that was disposed of: nothing a dictionary could be tried on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.store.vault import Status
from dictionary import Attack
from vaults import KEY, OTHER_KEY, a_vault, by_sql, left_of, on_disk, reopened, secrets

if TYPE_CHECKING:
    from pathlib import Path

    from affidavit.store.vault import Vault

DICTIONARY = {
    "email": ["jo@example.org", "max@example.org", "ann@example.org"],
    "name": ["Jo Doe", "Max Roe"],
    "landing.title": ["Fix login", "Fix logout"],
    "landing.path": ["src/login.py"],
    "session.command": ["rm -rf build"],
    "session.prompt": ["Fix the login.\n"],
}
"""For each field we keep: the true value first."""
TRUE = {values[0] for values in DICTIONARY.values()}
ANNS = "ann@example.org"


def recorded(vault: Vault) -> tuple[str, bytes]:
    """A person of whom one value of every field was recorded, and the facts; Ann is another."""
    with vault.batch():
        jo = vault.pseudonym("person", "jo@example.org")
        facts = [
            {"actor": jo, "body": {field: vault.commit(jo, field, values[0])}}
            for field, values in DICTIONARY.items()
        ]
        ann = vault.pseudonym("person", ANNS)
        facts.append({"actor": ann, "body": {"email": vault.commit(ann, "email", ANNS)}})
    return jo, b"\n".join(json.dumps(fact).encode() for fact in facts)


def test_before_a_disposal_the_tenant_key_confirms_every_value(tmp_path: Path) -> None:
    with a_vault(tmp_path) as vault:
        _, facts = recorded(vault)
    assert Attack(facts, tmp_path, DICTIONARY).confirmed(KEY) == TRUE | {ANNS}


@pytest.mark.parametrize("key", [None, OTHER_KEY])
def test_without_the_tenant_key_no_value_is_confirmed(tmp_path: Path, key: None) -> None:
    with a_vault(tmp_path) as vault:
        _, facts = recorded(vault)
    assert Attack(facts, tmp_path, DICTIONARY).confirmed(key) == set()


def test_after_a_disposal_nothing_is_confirmed_even_with_the_tenant_key(tmp_path: Path) -> None:
    with a_vault(tmp_path) as vault:
        jo, facts = recorded(vault)
        vault.dispose(jo)
    assert Attack(facts, tmp_path, DICTIONARY).confirmed(KEY) == {ANNS}


def test_the_attack_would_find_what_an_ordinary_database_leaves(tmp_path: Path) -> None:
    with a_vault(tmp_path) as vault:
        _, facts = recorded(vault)
    for table in ("openings", "lookups", "subjects"):
        by_sql(tmp_path, f"DELETE FROM {table}")  # noqa: S608 -- the names above
    assert Attack(facts, tmp_path, DICTIONARY).confirmed(KEY) == TRUE | {ANNS}


def test_the_attack_would_find_a_salt_that_was_left_in_the_clear(tmp_path: Path) -> None:
    with a_vault(tmp_path) as vault:
        jo = vault.pseudonym("person", "jo@example.org")
        title = vault.commit(jo, "landing.title", "Fix login")
        opening = vault.opening(title)
        vault.dispose(jo)
    assert opening
    (tmp_path / "vault.db-journal").write_bytes(b"\x00" * 8 + opening.salt)
    assert Attack(title.encode(), tmp_path, DICTIONARY).confirmed() == {"Fix login"}


def test_no_value_ever_lies_in_the_file(tmp_path: Path) -> None:
    with a_vault(tmp_path) as vault:
        recorded(vault)
        assert [value for value in TRUE if value.encode() in on_disk(tmp_path)] == []


def test_what_is_stored_of_a_subject_is_found_before_and_gone_after_its_disposal(
    tmp_path: Path,
) -> None:
    with a_vault(tmp_path) as vault:
        jo, _ = recorded(vault)
        stored = secrets(tmp_path, vault, jo)
        assert len(stored) == 2 + 2 * len(DICTIONARY)
        salts = stored[-len(DICTIONARY) :]
        assert [one for one in stored if one not in on_disk(tmp_path)] == salts
        vault.dispose(jo)
        assert left_of(stored, on_disk(tmp_path)) == []


@settings(max_examples=20)
@given(
    values=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6_000)), max_size=60),
    gone=st.lists(st.integers(0, 5), max_size=4),
    together=st.booleans(),
    seed=st.integers().map(str),
)
def test_no_byte_of_a_disposed_subject_is_left_however_pages_were_split(
    tmp_path_factory: pytest.TempPathFactory,
    values: list[tuple[int, int]],
    gone: list[int],
    together: bool,  # noqa: FBT001 -- drawn
    seed: str,
) -> None:
    directory = tmp_path_factory.mktemp("vault")
    with a_vault(directory, seed=seed) as vault:
        subjects = [vault.pseudonym("thing", str(number)) for number in range(6)]
        kept = [(who, size, vault.commit(subjects[who], "x", "y" * size)) for who, size in values]
        stored = [each for who in set(gone) for each in secrets(directory, vault, subjects[who])]
        if together:
            with vault.batch():
                done = [vault.dispose(subjects[who]) for who in gone]
        else:
            done = [vault.dispose(subjects[who]) for who in gone]
        assert sum(each.values for each in done) == sum(who in gone for who, *_ in kept)
        assert left_of(stored, on_disk(directory)) == []
        expected = [None if who in gone else "y" * size for who, size, _ in kept]
        assert [vault.reveal(commitment) for *_, commitment in kept] == expected


def test_a_disposal_whose_end_was_cut_off_is_finished_by_the_next_who_writes(
    tmp_path: Path,
) -> None:
    with a_vault(tmp_path) as vault:
        title = vault.commit(vault.pseudonym("person", "jo"), "landing.title", "Fix login")
    # as if rows had been moved, and the machine had stopped before the file was written anew
    path = tmp_path / "vault.db"
    by_sql(tmp_path, "CREATE TABLE spare (data BLOB)")
    by_sql(tmp_path, "INSERT INTO spare VALUES (?)", b"a copy of a moved row")
    by_sql(tmp_path, "DROP TABLE spare")
    by_sql(tmp_path, "INSERT INTO meta VALUES ('rewrite', '00')")
    with reopened(tmp_path, writable=False):
        assert b"a copy of a moved row" in path.read_bytes()
    with reopened(tmp_path) as vault:
        assert b"a copy of a moved row" not in path.read_bytes()
        assert vault.status(title) is Status.KEPT
    assert by_sql(tmp_path, "SELECT value FROM meta WHERE name = 'rewrite'") == []
