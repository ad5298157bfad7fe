"""What a vault keeps, finds, shows and disposes of."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affidavit.base.errors import FormatError, StoreError
from affidavit.ledger.commitment import Opening
from affidavit.store.vault import Disposed, Status, Vault
from vaults import a_vault, by_sql, reopened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JO = "jo@example.org"
NOBODY = "person:" + "0" * 32
UNKNOWN = "hmac-sha256:" + "0" * 64


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with a_vault(tmp_path) as made:
        yield made


def test_a_vault_is_for_its_owner_alone(vault: Vault, tmp_path: Path) -> None:
    vault.pseudonym("person", JO)
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert files == {"vault.db": 0o600, "vault.db-journal": 0o600}


@pytest.mark.parametrize(
    ("setting", "value"),
    [("secure_delete", 1), ("journal_mode", "truncate"), ("synchronous", 2), ("temp_store", 2)],
)
def test_a_vault_is_set_to_forget_and_to_be_durable(
    vault: Vault, setting: str, value: object
) -> None:
    assert vault._file.rows(f"PRAGMA {setting}") == [(value,)]


def test_the_same_value_has_the_same_pseudonym_however_it_is_typed(vault: Vault) -> None:
    jo = vault.pseudonym("person", JO)
    typed = ["Jo@Example.ORG", " jo@example.org\n", JO]
    assert [vault.pseudonym("person", each) for each in typed] == [jo] * 3
    zoe = vault.pseudonym("person", "Zo\u00eb")
    assert vault.pseudonym("person", "ZOE\u0308") == zoe != jo


def test_things_are_told_apart_by_case(vault: Vault) -> None:
    assert vault.pseudonym("thing", "README") != vault.pseudonym("thing", "readme")


def test_a_pseudonym_shows_the_kind_and_nothing_of_the_value(vault: Vault) -> None:
    ids = [vault.pseudonym(kind, JO) for kind in ("agent", "person", "thing")]
    assert [each.partition(":")[0] for each in ids] == ["agent", "person", "thing"]
    assert len({each.partition(":")[2] for each in ids}) == 3


@pytest.mark.parametrize("kind", ["", "Person", "a b", "a:b", "1a", "a" * 33])
def test_a_kind_is_a_lower_case_word(vault: Vault, kind: str) -> None:
    with pytest.raises(FormatError, match="no kind of subject"):
        vault.pseudonym(kind, JO)


def test_what_was_kept_is_there_when_the_vault_is_opened_again(tmp_path: Path) -> None:
    with a_vault(tmp_path) as vault:
        jo = vault.pseudonym("person", JO)
        name = vault.commit(jo, "name", "Jo Doe")
    with reopened(tmp_path) as vault:
        assert vault.pseudonym("person", JO) == jo
        assert (vault.reveal(name), vault.status(name)) == ("Jo Doe", Status.KEPT)


def test_an_opening_opens_its_commitment(vault: Vault) -> None:
    title = vault.commit(vault.pseudonym("thing", "1"), "title", "Fix login")
    opening = vault.opening(title)
    assert opening is not None
    assert opening == Opening(field="title", value="Fix login", salt=opening.salt)
    assert opening.commitment() == title


def test_equal_values_have_commitments_that_do_not_tell(vault: Vault) -> None:
    jo = vault.pseudonym("person", JO)
    first, second = (vault.commit(jo, "name", "Jo Doe") for _ in range(2))
    assert first != second
    assert [vault.reveal(first), vault.reveal(second)] == ["Jo Doe"] * 2


def test_several_values_are_kept_at_once_or_not_at_all(vault: Vault) -> None:
    jo = vault.pseudonym("person", JO)
    made = vault.commit_all(jo, [("name", "Jo"), ("email", JO), ("name", "Jo Doe")])
    assert [vault.reveal(each) for each in made] == ["Jo", JO, "Jo Doe"]
    with pytest.raises(FormatError):
        vault.commit_all(jo, [("name", "J. Doe"), ("No Field", "")])
    assert vault.values_of(jo, "name") == ("Jo", "Jo Doe")


def test_who_was_named_by_another_process_meanwhile_keeps_that_name(vault: Vault) -> None:
    jo = vault.pseudonym("person", JO)
    assert vault._new_subject("person", vault._lookup("person", JO)) == jo


def test_the_newest_value_of_a_field_is_shown_and_all_are_kept(vault: Vault) -> None:
    jo, max_ = vault.pseudonym("person", JO), vault.pseudonym("person", "max@example.org")
    for name in ("Jo", "Jo Doe"):
        vault.commit(jo, "name", name)
    vault.commit(max_, "name", "Max")
    assert vault.values_of(jo, "name") == ("Jo", "Jo Doe")
    assert vault.value_of(jo, "name") == "Jo Doe"
    assert vault.value_of(jo, "title") is None
    assert vault.value_of(NOBODY, "name") is None


def test_subjects_are_found_by_a_value_in_every_kind(vault: Vault) -> None:
    found = [vault.pseudonym(kind, JO) for kind in ("thing", "person", "agent", "a", "zz")]
    vault.pseudonym("person", "max@example.org")
    assert vault.subjects(JO) == tuple(sorted(found))
    assert vault.subjects("nobody@example.org") == ()


def test_a_person_is_found_by_another_address_too(vault: Vault) -> None:
    jo = vault.pseudonym("person", JO)
    for _ in range(2):
        vault.add_name(jo, "jo@home.example")
    assert vault.subjects("JO@home.example") == (jo,)
    assert vault.dispose(jo) == Disposed(subject=jo, keys=1, lookups=2, values=0)
    assert vault.subjects("jo@home.example") == ()


def test_an_address_is_one_persons(vault: Vault) -> None:
    jo, max_ = vault.pseudonym("person", JO), vault.pseudonym("person", "max@example.org")
    with pytest.raises(StoreError, match=f"found by is {jo}'s"):
        vault.add_name(max_, JO)


def test_disposal_destroys_all_of_one_subject_and_nothing_of_another(vault: Vault) -> None:
    jo, max_ = vault.pseudonym("person", JO), vault.pseudonym("person", "max@example.org")
    ours = [vault.commit(jo, field, "x") for field in ("name", "title")]
    other = vault.commit(max_, "name", "Max")
    assert [vault.kept_about(each) for each in (jo, max_, NOBODY)] == [2, 1, 0]
    assert vault.dispose(jo) == Disposed(subject=jo, keys=1, lookups=1, values=2)
    assert [vault.kept_about(each) for each in (jo, max_)] == [0, 1]
    assert [vault.reveal(each) for each in (*ours, other)] == [None, None, "Max"]
    statuses = [vault.status(each) for each in (*ours, other, UNKNOWN)]
    assert statuses == [Status.DISPOSED, Status.DISPOSED, Status.KEPT, Status.UNKNOWN]
    assert [vault.is_disposed(each) for each in (jo, max_, NOBODY)] == [True, False, False]
    assert (vault.subjects(JO), vault.values_of(jo, "name")) == ((), ())


def test_a_second_disposal_destroys_nothing_more(vault: Vault) -> None:
    jo = vault.pseudonym("person", JO)
    vault.dispose(jo)
    assert vault.dispose(jo) == Disposed(subject=jo, keys=0, lookups=0, values=0)


def test_a_disposal_can_be_repeated_on_a_vault_that_does_not_know_the_subject(
    vault: Vault,
) -> None:
    assert vault.dispose(NOBODY) == Disposed(subject=NOBODY, keys=0, lookups=0, values=0)
    assert vault.is_disposed(NOBODY)


def test_after_a_disposal_the_same_value_is_somebody_new(vault: Vault) -> None:
    jo = vault.pseudonym("person", JO)
    vault.dispose(jo)
    again = vault.pseudonym("person", JO)
    assert (again != jo, vault.subjects(JO)) == (True, (again,))


@pytest.mark.parametrize("disposed", ["was disposed of", "does not know"])
def test_nothing_is_kept_about_a_subject_that_has_no_key(vault: Vault, disposed: str) -> None:
    if disposed == "was disposed of":
        vault.dispose(NOBODY)
    with pytest.raises(StoreError, match=disposed):
        vault.commit(NOBODY, "name", "Jo")
    with pytest.raises(StoreError, match=disposed):
        vault.add_name(NOBODY, "Jo")


@pytest.mark.parametrize("subject", ["", "jo", "ci:github", "person:" + "A" * 32, NOBODY + "\n"])
def test_an_id_that_no_vault_gives_is_refused(vault: Vault, subject: str) -> None:
    for use in (vault.dispose, vault.is_disposed, lambda id_: vault.commit(id_, "name", "x")):
        with pytest.raises(FormatError, match="no pseudonymous id"):
            use(subject)


@pytest.mark.parametrize("value", ["\ud800", "x" * (1 << 20) + "x"])
def test_a_value_that_cannot_be_committed_to_is_refused(vault: Vault, value: str) -> None:
    jo = vault.pseudonym("person", JO)
    for use in (vault.subjects, lambda text: vault.commit(jo, "name", text)):
        with pytest.raises(FormatError, match="value"):
            use(value)


def spoiled(vault: Vault, jo: str) -> None:
    with vault.batch():
        vault.commit(jo, "name", "Jo")
        with vault.batch():
            vault.pseudonym("person", "max@example.org")
        vault.dispose(jo)
        raise KeyError


def test_a_batch_is_kept_whole_or_not_at_all(vault: Vault, tmp_path: Path) -> None:
    jo = vault.pseudonym("person", JO)
    before = by_sql(tmp_path, "SELECT id, key FROM subjects")
    with pytest.raises(KeyError):
        spoiled(vault, jo)
    assert by_sql(tmp_path, "SELECT id, key FROM subjects") == before
    assert (vault.is_disposed(jo), vault.values_of(jo, "name")) == (False, ())
    assert vault.subjects("max@example.org") == ()


def test_a_source_that_gives_too_few_bytes_is_not_used(tmp_path: Path) -> None:
    a_vault(tmp_path).close()
    key = reopened(tmp_path)
    key._random = lambda size: bytes(size - 1)
    with key, pytest.raises(StoreError, match="gave 15 bytes for 16"):
        key.pseudonym("person", JO)


VALUE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
STEPS = st.lists(
    st.tuples(st.just("commit"), st.integers(0, 3), VALUE)
    | st.tuples(st.just("dispose"), st.integers(0, 3), st.just("")),
    max_size=25,
)


@settings(max_examples=25)
@given(STEPS)
def test_a_vault_behaves_like_a_list_of_what_was_put_in(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str]]
) -> None:
    directory = tmp_path_factory.mktemp("vault")
    kept: dict[str, tuple[int, str | None]] = {}
    with a_vault(directory) as vault:
        for step, who, value in steps:
            subject = vault.pseudonym("thing", str(who))
            if step == "commit":
                kept[vault.commit(subject, "title", value)] = who, value
            else:
                vault.dispose(subject)
                kept |= {each: (owner, None) for each, (owner, _) in kept.items() if owner == who}
    with reopened(directory, writable=False) as vault:
        assert {each: vault.reveal(each) for each in kept} == {
            each: value for each, (_, value) in kept.items()
        }
        for who in range(4):
            mine = tuple(text for owner, text in kept.values() if owner == who and text is not None)
            (subject,) = vault.subjects(str(who)) or (NOBODY,)
            assert vault.values_of(subject, "title") == mine
