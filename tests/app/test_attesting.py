"""Signing a statement that is written for others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from affidavit.app.attesting import enveloped
from affidavit.app.ledger.signers import write_secret
from affidavit.base.errors import FormatError
from affidavit.ledger.dsse import check, parse_envelope
from affidavit.ledger.key import SigningKey
from affidavit.ledger.note import Outcome
from affidavit.ledger.statement import commit_and_tree, statement_of
from affidavit.provenance.records.writing_statements import Revision, Verified, verification_result

if TYPE_CHECKING:
    from pathlib import Path

KEY = SigningKey.from_secret("ci.firm.example", b"\x07" * 32)
ABOUT = Revision("1" * 40, "2" * 40)
FOUND = Verified(
    verifier="https://firm.example/v1", time="2026-03-04T05:06:07Z", properties=("FIRM_REVIEWED",)
)


def test_a_statement_is_signed_on_one_line_by_the_key_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_secret(path, KEY)
    line = enveloped(verification_result(ABOUT, FOUND), path)
    found = parse_envelope(line)
    assert (line.count(b"\n"), check(found, KEY.key)) == (1, Outcome.GOOD)
    assert commit_and_tree(statement_of(found)) == (ABOUT.commit, ABOUT.tree)


def test_without_a_file_this_account_signs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    line = enveloped(verification_result(ABOUT, FOUND), name="firm.example/ann")
    (one,) = parse_envelope(line).signatures
    assert one.keyid.startswith("firm.example/ann+")


def test_what_is_no_bare_statement_is_not_signed(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_secret(path, KEY)
    with pytest.raises(FormatError):
        enveloped(b"{}", path)
    with pytest.raises(FormatError) as caught:
        enveloped(enveloped(verification_result(ABOUT, FOUND), path), path)
    assert caught.value.message == "what is to be signed is signed already"


def test_what_would_be_too_large_to_be_read_is_not_signed(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_secret(path, KEY)
    many = tuple(f"FIRM_{'X' * 190}_{number}" for number in range(5_000))
    found = Verified(verifier=FOUND.verifier, time=FOUND.time, properties=many)
    with pytest.raises(FormatError) as caught:
        enveloped(verification_result(ABOUT, found), path)
    assert caught.value.message == "an envelope has more than the 1,048,576 bytes that are read"
