"""What OpenSSL's own authority answers is verified here, and what is kept by OpenSSL."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from local import Chain, OpenSSL, served, told
from rfc3161_client import decode_timestamp_response

from affidavit.app.anchor.query import query
from affidavit.app.anchor.token import ordered
from commands import begun, ran

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="there is no openssl to be the authority"
)
CHAIN = Chain()


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSSL:
    """The authority of `CHAIN`, run by ``openssl ts``."""
    return OpenSSL(CHAIN, tmp_path / "openssl")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a ledger."""
    return begun(tmp_path / "here")


def requested(here: Path) -> bytes:
    assert ran("anchor", "--request", "q.tsq", here=here).status == 0
    return (here / "q.tsq").read_bytes()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
@pytest.mark.parametrize("with_chain", ["no", "yes"])
def test_what_openssl_stamps_is_verified(
    here: Path, openssl: OpenSSL, algorithm: str, with_chain: str
) -> None:
    openssl.algorithm, openssl.with_chain = algorithm, with_chain
    (here / "a.tsr").write_bytes(openssl.answer(requested(here)))
    root = openssl.folder / "root.pem"
    assert ran("anchor", "--token", "a.tsr", "--ca", root, here=here).status == 0
    assert ran("anchor", "--list", "--ca", root, here=here).status == 0


def test_openssl_is_asked_over_http(here: Path, openssl: OpenSSL) -> None:
    with served(lambda handler, request: told(handler, openssl.answer(request))) as url:
        done = ran("anchor", "--tsa", url, "--ca", openssl.folder / "root.pem", "--json", here=here)
    assert (done.status, json.loads(done.out)["status"]) == (0, "verified")


def test_openssl_reads_what_is_asked(openssl: OpenSSL) -> None:
    shown = openssl.shown(query(bytes(range(32)), 0xF1F2F3F4F5F6F7F8))
    assert "Hash Algorithm: sha256" in shown
    assert "Nonce: 0xF1F2F3F4F5F6F7F8" in shown
    assert "Certificate required: yes" in shown


def test_putting_certificates_in_order_changes_nothing_that_is_signed(
    here: Path, openssl: OpenSSL
) -> None:
    request = requested(here)
    answer = openssl.answer(request)
    with pytest.raises(ValueError, match="InvalidSetOrdering"):
        decode_timestamp_response(answer)
    sorted_answer = ordered(answer)
    assert (len(sorted_answer), sorted_answer == answer) == (len(answer), False)
    assert ordered(sorted_answer) == sorted_answer
    decode_timestamp_response(sorted_answer)
    assert openssl.verifies(answer, request)
    assert openssl.verifies(sorted_answer, request)


def cut(answer: bytes) -> bytes:
    return answer[:-1]


def turned(answer: bytes) -> bytes:
    return answer[:-3] + bytes([answer[-3] ^ 1]) + answer[-2:]


@pytest.mark.parametrize(("change", "status"), [(cut, 4), (turned, 1)])
def test_what_openssl_stamped_and_somebody_changed_is_not_kept(
    here: Path, openssl: OpenSSL, change: Callable[[bytes], bytes], status: int
) -> None:
    (here / "a.tsr").write_bytes(change(openssl.answer(requested(here))))
    root = openssl.folder / "root.pem"
    assert ran("anchor", "--token", "a.tsr", "--ca", root, here=here).status == status
    assert ran("anchor", "--list", here=here).status == 3


def test_what_is_kept_is_verified_by_openssl_as_well(here: Path, openssl: OpenSSL) -> None:
    request = requested(here)
    (here / "a.tsr").write_bytes(openssl.answer(request))
    assert ran("anchor", "--token", "a.tsr", here=here).status == 3
    assert ran("export", "out", here=here).status == 0
    (kept,) = (here / "out/anchors").glob("*.tsr")
    (asked,) = (here / "out/anchors").glob("*.tsq")
    assert asked.read_bytes() == request
    assert openssl.verifies(kept.read_bytes(), request)
    (note,) = (here / "out/anchors").glob("*.note")
    assert openssl.verifies_data(kept.read_bytes(), note.read_bytes())
    assert ran("verify", "out", here=here).status == 3
