"""The key that an account signs statements with."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from affidavit.app.ledger.signers import write_secret
from affidavit.app.receipts.signer import FILE, signer
from affidavit.base.errors import KeyFileError, UsageError
from affidavit.ledger.note import COSIGNATURE, SigningKey

if TYPE_CHECKING:
    from pathlib import Path


def of(folder: Path, name: str | None = None) -> SigningKey:
    return signer({"AFFIDAVIT_HOME": str(folder)}, name, os.urandom)


def test_the_key_is_made_on_first_use_and_stays(tmp_path: Path) -> None:
    first = of(tmp_path / "new")
    assert of(tmp_path / "new").key == first.key
    assert first.name.startswith("affidavit.invalid/signer/")


def test_only_its_account_can_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    of(tmp_path)
    assert [(one.name, stat.S_IMODE(one.stat().st_mode)) for one in tmp_path.iterdir()] == [
        (FILE, 0o600)
    ]


def test_two_accounts_have_two_keys(tmp_path: Path) -> None:
    assert of(tmp_path / "a").key != of(tmp_path / "b").key


def test_the_name_is_the_one_that_was_given(tmp_path: Path) -> None:
    assert of(tmp_path, "example.com/alice").name == "example.com/alice"
    assert of(tmp_path).name == "example.com/alice"


def test_a_key_of_another_name_is_not_used(tmp_path: Path) -> None:
    of(tmp_path, "example.com/alice")
    with pytest.raises(UsageError, match=r"this account signs as example\.com/alice, not as"):
        of(tmp_path, "example.com/ben")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "n" * 201, "\u00e9"])
def test_what_cannot_name_a_key_is_refused_before_one_is_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a signer"):
        of(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    of(tmp_path)
    (tmp_path / FILE).chmod(0o644)
    with pytest.raises(KeyFileError, match="others can read this key"):
        of(tmp_path)


def test_a_key_for_cosignatures_is_not_used(tmp_path: Path) -> None:
    secret = SigningKey.from_secret("a.example", bytes(32), algorithm=COSIGNATURE)
    write_secret(tmp_path / FILE, secret)
    with pytest.raises(KeyFileError, match="Ed25519 key of type 0x01"):
        of(tmp_path)


def test_a_file_that_is_no_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("no key")
    (tmp_path / FILE).chmod(0o600)
    with pytest.raises(KeyFileError):
        of(tmp_path)


def test_a_disk_that_takes_no_key_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_made: Path, _path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(KeyFileError, match="Permission denied"):
        of(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_many_at_once_on_first_use_sign_with_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(of, [tmp_path] * 16))
    assert len({str(one.key) for one in keys}) == 1
    assert [one.name for one in tmp_path.iterdir()] == [FILE]
