"""A device is proven by its maker's certificate, its signature, and that it speaks of this key."""

from __future__ import annotations

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding

from affidavit.base.errors import FormatError
from affidavit.identity.ssh.attestation import (
    AttestationProblem,
    Attested,
    Enrolment,
    NotAttested,
    attested,
)
from authenticator import (
    ECDSA_SK,
    MODEL,
    SECURITY_KINDS,
    Device,
    Key,
    Said,
    attestation_blob,
    authenticator_data,
    maker,
    plain_key,
    security_key,
    string,
)

P = AttestationProblem
CHALLENGE = bytes(range(32))
AT = "2026-06-01T12:00:00Z"
MAKER = maker()
DEVICE = MAKER.device()
KEY = security_key()


def enrolment(attestation: bytes, challenge: bytes = CHALLENGE, at: str = AT) -> Enrolment:
    return Enrolment(attestation=attestation, challenge=challenge, at=at)


GOOD = enrolment(DEVICE.attestation(KEY, CHALLENGE))


def problem(given: Enrolment, key: Key = KEY, roots: bytes = MAKER.pem) -> AttestationProblem:
    answer = attested(key.public, given, roots)
    assert isinstance(answer, NotAttested)
    return answer.problem


@pytest.mark.parametrize("application", ["ssh:", "ssh:work"])
@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_a_device_of_a_trusted_maker_is_proven(kind: str, application: str) -> None:
    key = security_key(kind, application=application)
    given = enrolment(DEVICE.attestation(key, CHALLENGE))
    answer = attested(key.public, given, maker("Another", seed=10).pem + MAKER.pem)
    assert isinstance(answer, Attested)
    assert (answer.model, answer.root[:7], len(answer.root)) == (MODEL.hex(), "sha256:", 71)


@pytest.mark.parametrize("flags", [0x41, 0x45, 0x5D])
def test_a_device_may_also_know_who_touched_it(flags: int) -> None:
    given = enrolment(DEVICE.attestation(KEY, CHALLENGE, Said(flags=flags)))
    assert isinstance(attested(KEY.public, given, MAKER.pem), Attested)


def test_extensions_may_follow_the_key_where_the_flags_say_so() -> None:
    said = Said(flags=0xC1, more=b"\xa1\x6bcredProtect\x02")
    given = enrolment(DEVICE.attestation(KEY, CHALLENGE, said))
    assert isinstance(attested(KEY.public, given, MAKER.pem), Attested)


def test_a_certificate_need_not_name_the_model() -> None:
    given = enrolment(MAKER.device(model=None).attestation(KEY, CHALLENGE))
    assert isinstance(attested(KEY.public, given, MAKER.pem), Attested)


SAID = [
    pytest.param(Said(about=security_key(seed=2)), P.OTHER_KEY, id="another key"),
    pytest.param(Said(about=security_key(ECDSA_SK)), P.OTHER_KEY, id="a key of the other kind"),
    pytest.param(Said(more=b"\xa0"), P.OTHER_KEY, id="extensions without their flag"),
    pytest.param(Said(flags=0xC1), P.OTHER_KEY, id="a flag without extensions"),
    pytest.param(Said(application="ssh:other"), P.APPLICATION, id="another application"),
    pytest.param(Said(flags=0x40), P.NOT_TOUCHED, id="nobody touched it"),
    pytest.param(Said(flags=0x44), P.NOT_TOUCHED, id="verified and not touched"),
    pytest.param(Said(flags=0x01), P.MALFORMED, id="no flag for a key"),
    pytest.param(Said(model=bytes(16)), P.CERTIFICATE, id="another model than its certificate"),
    pytest.param(Said(challenge=bytes(32)), P.BAD_SIGNATURE, id="another challenge"),
]


@pytest.mark.parametrize(("said", "expected"), SAID)
def test_what_the_device_says_is_checked(said: Said, expected: AttestationProblem) -> None:
    assert problem(enrolment(DEVICE.attestation(KEY, CHALLENGE, said))) is expected


DEVICES = [
    pytest.param(MAKER.device(unit="Web servers"), P.CERTIFICATE, id="no device's certificate"),
    pytest.param(MAKER.device(authority=True), P.CERTIFICATE, id="an authority"),
    pytest.param(
        MAKER.device(private=ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))),
        P.CERTIFICATE,
        id="a device that signs with another algorithm",
    ),
    pytest.param(
        MAKER.device(private=ec.derive_private_key(5, ec.SECP384R1())),
        P.CERTIFICATE,
        id="a device that signs on another curve",
    ),
    pytest.param(MAKER.device(until=2026), P.CERTIFICATE, id="an expired certificate"),
    pytest.param(maker(seed=10).device(), P.UNTRUSTED, id="a maker of the same name"),
    pytest.param(maker("Agent & Sons", seed=10).device(), P.UNTRUSTED, id="an unknown maker"),
]


@pytest.mark.parametrize(("device", "expected"), DEVICES)
def test_the_certificate_of_the_device_is_checked(
    device: Device, expected: AttestationProblem
) -> None:
    assert problem(enrolment(device.attestation(KEY, CHALLENGE))) is expected


def test_an_attestation_is_of_one_key_alone() -> None:
    assert problem(GOOD, security_key(seed=2)) is P.OTHER_KEY
    assert problem(GOOD, security_key(application="ssh:x")) is P.APPLICATION


def test_a_key_of_a_web_site_is_not_proven() -> None:
    key = security_key(application="https://example.com")
    assert problem(enrolment(DEVICE.attestation(key, CHALLENGE)), key) is P.APPLICATION


def test_a_plain_key_lies_in_no_device() -> None:
    assert problem(GOOD, plain_key()) is P.NOT_HARDWARE


def test_a_challenge_that_could_be_foreseen_proves_nothing() -> None:
    given = enrolment(DEVICE.attestation(KEY, b"fifteen bytes.."), b"fifteen bytes..")
    assert problem(given) is P.CHALLENGE


def test_a_key_that_speaks_for_itself_proves_nothing() -> None:
    blob = attestation_blob(b"", b"signature", authenticator_data(KEY, Said()))
    assert problem(enrolment(blob)) is P.SELF_ATTESTED


@pytest.mark.parametrize("at", ["2019-12-31T23:59:59Z", "2050-01-01T00:00:01Z"])
def test_certificates_are_judged_as_of_the_enrolment(at: str) -> None:
    assert problem(msgspec.structs.replace(GOOD, at=at)) is P.UNTRUSTED


BLOB = GOOD.attestation
SPOILED = [
    pytest.param(b"", id="nothing"),
    pytest.param(BLOB[:-1], id="cut off"),
    pytest.param(BLOB + b"\x00", id="more after the end"),
    pytest.param(BLOB.replace(b"v01", b"v00", 1), id="another version"),
    pytest.param(BLOB[:-5] + b"\x01" + BLOB[-4:], id="a reserved flag"),
    pytest.param(BLOB[:-4] + string(b"x"), id="a reserved field"),
    pytest.param(BLOB + bytes(65_536), id="very long"),
]


@pytest.mark.parametrize("blob", SPOILED)
def test_what_is_no_attestation_is_refused(blob: bytes) -> None:
    assert problem(enrolment(blob)) is P.MALFORMED


def with_data(wrapped: bytes) -> bytes:
    parts = (b"ssh-sk-attest-v01", DEVICE.certificate, b"signature", wrapped)
    return b"".join(string(one) for one in parts) + bytes(8)


@pytest.mark.parametrize(
    "wrapped",
    [
        b"",
        b"\x40",
        b"\x58",
        b"\x58\x02a",
        b"\x58\x01ab",
        b"\x5a" + bytes(9),
        b"\xa0",
        b"\x77" + bytes(23),
    ],
)
def test_data_that_are_not_laid_out_as_they_must_are_refused(wrapped: bytes) -> None:
    assert problem(enrolment(with_data(wrapped))) is P.MALFORMED


def test_a_certificate_that_cannot_be_read_proves_nothing() -> None:
    blob = attestation_blob(b"\x30\x00", b"signature", authenticator_data(KEY, Said()))
    assert problem(enrolment(blob)) is P.CERTIFICATE


def test_no_bit_of_an_attestation_can_be_changed() -> None:
    number, size = int.from_bytes(BLOB, "big"), len(BLOB)
    changed = [(number ^ 1 << at).to_bytes(size, "big") for at in range(0, size * 8, 97)]
    answers = [attested(KEY.public, enrolment(one), MAKER.pem) for one in changed]
    assert [one for one in answers if isinstance(one, Attested)] == []


@pytest.mark.parametrize("roots", [b"", b"hello", DEVICE.certificate])
def test_makers_certificates_that_are_none_are_an_error(roots: bytes) -> None:
    with pytest.raises(FormatError, match="the makers' certificates cannot be read"):
        attested(KEY.public, GOOD, roots)


def test_the_certificate_of_a_device_is_no_makers() -> None:
    pem = x509.load_der_x509_certificate(DEVICE.certificate).public_bytes(Encoding.PEM)
    with pytest.raises(FormatError, match="at most 100 authorities"):
        attested(KEY.public, GOOD, pem)


def test_a_time_that_is_none_is_an_error() -> None:
    with pytest.raises(FormatError, match="yesterday is not an RFC 3339 time"):
        attested(KEY.public, msgspec.structs.replace(GOOD, at="yesterday"), MAKER.pem)
