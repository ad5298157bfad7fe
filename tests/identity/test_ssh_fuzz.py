"""Whatever the bytes, the answer is one error with its problem, and nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from affidavit.base.errors import FormatError
from affidavit.identity.ssh.allowed import Found, parse_allowed
from affidavit.identity.ssh.attestation import Attested, Enrolment, attested
from affidavit.identity.ssh.errors import SshSignatureError
from affidavit.identity.ssh.keys import parse_key, parse_public_line
from affidavit.identity.ssh.patterns import matches
from affidavit.identity.ssh.revoked import parse_revoked
from affidavit.identity.ssh.signature import armored, parse_armored, parse_blob, unarmored
from affidavit.identity.ssh.verifying import verify
from authenticator import (
    NAMESPACE,
    PLAIN_KINDS,
    SECURITY_KINDS,
    maker,
    plain_key,
    security_key,
)

MESSAGE = b"message"
KEYS = [plain_key(kind) for kind in PLAIN_KINDS] + [security_key(kind) for kind in SECURITY_KINDS]
BLOBS = [key.sign_blob(MESSAGE) for key in KEYS]
MAKER = maker()
CHALLENGE = bytes(32)
SECURITY = security_key()
ATTESTATION = MAKER.device().attestation(SECURITY, CHALLENGE)


@st.composite
def spoiled(draw: st.DrawFn, whole: list[bytes]) -> bytes:
    """One of `whole` with a part of it replaced by other bytes, which may be more or fewer."""
    data = draw(st.sampled_from(whole))
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, min(len(data), start + 8)))
    return data[:start] + draw(st.binary(max_size=8)) + data[end:]


@given(st.binary(max_size=300) | spoiled(BLOBS))
def test_a_blob_is_a_signature_or_one_error(blob: bytes) -> None:
    with suppress(SshSignatureError):
        verify(parse_blob(blob), MESSAGE, NAMESPACE)


@given(spoiled(BLOBS))
def test_what_holds_is_what_was_signed(blob: bytes) -> None:
    if blob in BLOBS:
        return
    with pytest.raises(SshSignatureError):
        verify(parse_blob(blob), MESSAGE, NAMESPACE)


@given(st.binary(max_size=300) | spoiled([armored(blob) for blob in BLOBS]))
@example(b"")
def test_a_text_is_a_signature_or_one_error(data: bytes) -> None:
    with suppress(SshSignatureError):
        parse_armored(data)


@given(st.binary(min_size=1, max_size=500))
def test_what_is_armored_is_unarmored(blob: bytes) -> None:
    assert unarmored(armored(blob)) == blob


@given(st.binary(max_size=300) | spoiled([key.blob for key in KEYS]))
def test_a_blob_is_a_key_or_one_error(blob: bytes) -> None:
    with suppress(SshSignatureError):
        assert parse_key(blob).blob == blob


@given(st.text(max_size=100))
def test_a_line_is_a_key_or_one_error(text: str) -> None:
    with suppress(SshSignatureError):
        parse_public_line(text)


PIECES = [
    *("ann", " ", ",", '"', "\\", "\n", "!", "*", "=", "#", "namespaces", "valid-after"),
    *("20260101Z", "cert-authority", f'namespaces="{NAMESPACE}"', *(key.line for key in KEYS)),
]
WORDS = st.sampled_from(PIECES)


@given(st.text(max_size=200) | st.lists(WORDS, max_size=20).map("".join))
def test_a_file_of_allowed_signers_never_fails_and_uses_no_line_with_an_error(text: str) -> None:
    allowed = parse_allowed(text)
    bad = {one.line for one in allowed.problems if one.error}
    answers = [allowed.find(key.public, NAMESPACE, "2026-01-01T00:00:00Z") for key in KEYS]
    assert [one for one in answers if isinstance(one, Found) and one.line in bad] == []


@given(st.text(max_size=200))
def test_a_file_of_revocations_is_read_or_one_error(text: str) -> None:
    with suppress(FormatError):
        parse_revoked(text)


@given(st.text("ab*?!,", max_size=12))
def test_a_text_matches_itself_unless_it_is_a_pattern(text: str) -> None:
    assert matches(text, text) or set("*?!,") & set(text)


@given(st.binary(max_size=300) | spoiled([ATTESTATION]))
def test_an_attestation_is_proven_or_not(blob: bytes) -> None:
    enrolment = Enrolment(attestation=blob, challenge=CHALLENGE, at="2026-06-01T12:00:00Z")
    answer = attested(SECURITY.public, enrolment, MAKER.pem)
    assert isinstance(answer, Attested) == (blob == ATTESTATION)
