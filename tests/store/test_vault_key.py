"""The file of a tenant key."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
from typing import TYPE_CHECKING

import pytest

from affidavit.base.errors import KeyFileError
from affidavit.store.vault_key import TenantKey, create_tenant_key, read_tenant_key
from vaults import KEY, OTHER_KEY, Source

if TYPE_CHECKING:
    from pathlib import Path


def a_file(directory: Path, secret: bytes = KEY.secret, mode: int = 0o600) -> Path:
    path = directory / "tenant.key"
    path.write_bytes(secret)
    path.chmod(mode)
    return path


def test_a_new_key_is_for_its_owner_alone_and_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "keys" / "tenant.key"
    key = create_tenant_key(path, Source())
    assert read_tenant_key(path) == key
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)]
    assert modes == [0o600, 0o700]


def test_a_key_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = a_file(tmp_path)
    with pytest.raises(KeyFileError, match="File exists"):
        create_tenant_key(path, Source())
    assert path.read_bytes() == KEY.secret


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = a_file(tmp_path, mode=mode)
    with pytest.raises(KeyFileError, match=f"by others \\(mode {mode:04o}\\)") as refused:
        read_tenant_key(path)
    assert refused.value.hint.startswith(f"chmod 600 {path}")


@pytest.mark.parametrize("size", [0, 31, 33, 1_000])
def test_a_file_of_another_length_is_no_key(tmp_path: Path, size: int) -> None:
    with pytest.raises(KeyFileError, match="does not have 32 bytes"):
        read_tenant_key(a_file(tmp_path, bytes(size)))


def test_what_is_no_file_is_no_key(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "directory").mkdir(mode=0o700)
    for name, problem in {
        "pipe": "not a file",
        "directory": "not a file|Is a directory",
        "missing": "No such file",
    }.items():
        with pytest.raises(KeyFileError, match=problem):
            read_tenant_key(tmp_path / name)


def test_a_key_is_not_printed() -> None:
    assert (repr(KEY), len(KEY.id)) == ("TenantKey()", 16)
    assert KEY.id not in KEY.secret.hex()


def test_what_is_derived_differs_by_key_purpose_and_salt() -> None:
    derived = {
        KEY.derived("a", b""),
        KEY.derived("b", b""),
        KEY.derived("a", b"s"),
        OTHER_KEY.derived("a", b""),
    }
    assert (len(derived), {len(each) for each in derived}) == (4, {32})


def test_keys_are_derived_as_rfc_5869_says() -> None:

    extracted = hmac.digest(b"salt", KEY.secret, hashlib.sha256)
    expected = hmac.digest(extracted, b"purpose\x01", hashlib.sha256)
    assert KEY.derived("purpose", b"salt") == expected


def test_a_key_has_32_bytes() -> None:
    with pytest.raises(KeyFileError, match="not 31"):
        TenantKey(bytes(31))
