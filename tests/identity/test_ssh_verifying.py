"""A signature says what its key says of a touch, and no more."""

from __future__ import annotations

import msgspec
import pytest

from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.signature import SshSignature, parse_armored, parse_blob
from affidavit.identity.ssh.verifying import Presence, verify
from authenticator import (
    ECDSA_SK,
    NAMESPACE,
    PLAIN_KINDS,
    SECURITY_KINDS,
    plain_key,
    security_key,
    signed,
    written,
)

MESSAGE = b"message"
SK, KEY = security_key(), plain_key()


def refusal(signature: SshSignature, message: bytes = MESSAGE) -> tuple[SshProblem, str]:
    with pytest.raises(SshSignatureError) as refused:
        verify(signature, message, NAMESPACE)
    return refused.value.problem, refused.value.message


@pytest.mark.parametrize("kind", PLAIN_KINDS)
def test_a_plain_key_shows_nobody(kind: str) -> None:
    signature = parse_armored(plain_key(kind).sign(MESSAGE))
    assert verify(signature, MESSAGE, NAMESPACE) is Presence.SOFTWARE


@pytest.mark.parametrize("kind", SECURITY_KINDS)
@pytest.mark.parametrize(
    ("flags", "presence"),
    [
        (0x00, Presence.NONE),
        (0x04, Presence.NONE),
        (0x3E, Presence.NONE),
        (0x01, Presence.TOUCHED),
        (0x3B, Presence.TOUCHED),
        (0x05, Presence.VERIFIED),
        (0x3F, Presence.VERIFIED),
    ],
)
def test_the_flags_of_a_security_key_say_what_was_done(
    kind: str, flags: int, presence: Presence
) -> None:
    signature = parse_armored(security_key(kind).sign(MESSAGE, flags=flags))
    assert verify(signature, MESSAGE, NAMESPACE) is presence


@pytest.mark.parametrize("flags", [0x41, 0x45, 0x81, 0xC5])
def test_flags_that_speak_of_data_that_are_not_there_are_refused(flags: int) -> None:
    problem, message = refusal(parse_armored(SK.sign(MESSAGE, flags=flags)))
    assert problem is SshProblem.FLAGS
    assert message == f"the flags 0x{flags:02x} speak of data that no SSH signature has"


@pytest.mark.parametrize("application", ["ssh:", "ssh:work"])
def test_an_application_of_ssh_is_good(application: str) -> None:
    key = security_key(ECDSA_SK, application=application)
    assert verify(parse_armored(key.sign(MESSAGE)), MESSAGE, NAMESPACE) is Presence.TOUCHED


@pytest.mark.parametrize("application", ["", "ssh", "SSH:", "https://example.com"])
def test_another_application_is_refused(application: str) -> None:
    key = security_key(application=application)
    assert refusal(parse_armored(key.sign(MESSAGE)))[0] is SshProblem.APPLICATION


def test_a_signature_for_another_purpose_is_refused() -> None:
    problem, message = refusal(parse_armored(KEY.sign(MESSAGE, "git")))
    assert problem is SshProblem.WRONG_NAMESPACE
    assert message == f"the signature is for the namespace git, not {NAMESPACE}"


@pytest.mark.parametrize("kind", [*PLAIN_KINDS, *SECURITY_KINDS])
def test_another_message_is_refused(kind: str) -> None:
    key = security_key(kind) if kind in SECURITY_KINDS else plain_key(kind)
    problem, message = refusal(parse_armored(key.sign(MESSAGE)), b"another")
    assert problem is SshProblem.BAD_SIGNATURE
    assert message == "the signature is not by its key over this message"


@pytest.mark.parametrize("key", [security_key(seed=2), security_key(application="ssh:other")])
def test_the_signature_of_one_security_key_is_not_anothers(key: object) -> None:
    signature = parse_armored(SK.sign(MESSAGE))
    other = msgspec.structs.replace(signature, key=getattr(key, "public"))  # noqa: B009
    assert refusal(other)[0] is SshProblem.BAD_SIGNATURE


@pytest.mark.parametrize(("field", "value"), [("flags", 0x05), ("flags", 0x00), ("counter", 8)])
def test_flags_and_counter_are_signed(field: str, value: int) -> None:
    edited = msgspec.structs.replace(parse_armored(SK.sign(MESSAGE)), **{field: value})
    assert refusal(edited)[0] is SshProblem.BAD_SIGNATURE


@pytest.mark.parametrize("change", [{"flags": None}, {"counter": None}, {"key": KEY.public}])
def test_the_parts_of_a_signature_fit_the_kind_of_its_key(change: dict[str, object]) -> None:
    with pytest.raises(SshSignatureError) as refused:
        msgspec.structs.replace(parse_armored(SK.sign(MESSAGE)), **change)
    assert refused.value.problem is SshProblem.MALFORMED


def test_the_name_of_the_hash_is_signed() -> None:
    edited = msgspec.structs.replace(parse_armored(KEY.sign(MESSAGE)), hash="sha256")
    assert refusal(edited)[0] is SshProblem.BAD_SIGNATURE


@pytest.mark.parametrize("algorithm", ["rsa-sha2-256", "rsa-sha2-512"])
def test_rsa_signs_with_either_hash(algorithm: str) -> None:
    key = plain_key("ssh-rsa")
    made = key.made(signed(MESSAGE, NAMESPACE, "sha512"), 0, 0, algorithm)
    assert verify(parse_blob(written(key.blob, made)), MESSAGE, NAMESPACE) is Presence.SOFTWARE


def test_a_number_of_rsa_may_leave_out_its_leading_zeros() -> None:
    key = plain_key("ssh-rsa")
    short = next(
        signature
        for number in range(4_000)
        if (signature := parse_armored(key.sign(b"%d" % number))).raw[0] == 0
        and (message := b"%d" % number)
    )
    stripped = msgspec.structs.replace(short, raw=short.raw.lstrip(b"\x00"))
    assert verify(stripped, message, NAMESPACE) is Presence.SOFTWARE


def test_a_number_of_rsa_is_no_longer_than_its_key() -> None:
    signature = parse_armored(plain_key("ssh-rsa").sign(MESSAGE))
    longer = msgspec.structs.replace(signature, raw=b"\x00" + signature.raw)
    assert refusal(longer)[0] is SshProblem.BAD_SIGNATURE


def test_a_number_beyond_the_curve_is_a_bad_signature() -> None:
    signature = parse_armored(plain_key("ecdsa-sha2-nistp256").sign(MESSAGE))
    huge = b"\x00\x00\x00\x21\x00" + b"\xff" * 32
    assert refusal(msgspec.structs.replace(signature, raw=huge + huge))[0] is (
        SshProblem.BAD_SIGNATURE
    )
