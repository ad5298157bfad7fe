"""What is no signature of a form that is read is refused, each with its own problem."""

from __future__ import annotations

import pytest

from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.signature import armored, parse_armored, parse_blob
from authenticator import (
    ECDSA_SK,
    NAMESPACE,
    Key,
    mpint,
    plain_key,
    security_key,
    signed,
    string,
    written,
)

P = SshProblem
MESSAGE = b"message"
KEY, SK = plain_key(), security_key()
ECDSA, RSA = plain_key("ecdsa-sha2-nistp256"), plain_key("ssh-rsa")
GOOD = KEY.sign_blob(MESSAGE)
DATA = signed(MESSAGE, NAMESPACE, "sha512")


def problem(blob: bytes) -> SshProblem:
    with pytest.raises(SshSignatureError) as refused:
        parse_blob(blob)
    return refused.value.problem


def with_made(key: Key, made: bytes) -> bytes:
    return written(key.blob, made)


def made(name: str, raw: bytes, after: bytes = b"") -> bytes:
    return string(name.encode()) + string(raw) + after


def test_a_signature_is_read_with_all_its_parts() -> None:
    found = parse_armored(SK.sign(MESSAGE, hash_="sha256", flags=0x05, counter=2**32 - 1))
    assert (found.key, found.namespace, found.hash) == (SK.public, NAMESPACE, "sha256")
    assert (found.algorithm, found.flags, found.counter) == (SK.kind, 0x05, 2**32 - 1)


def test_a_plain_key_has_neither_flags_nor_counter() -> None:
    found = parse_blob(GOOD)
    assert (found.flags, found.counter, len(found.raw)) == (None, None, 64)


HEAD, REST = b"SSHSIG" + (1).to_bytes(4, "big"), GOOD[10:]
OUTER = [
    pytest.param(b"", P.MALFORMED, id="nothing"),
    pytest.param(b"SSHSIX" + GOOD[6:], P.MALFORMED, id="another magic"),
    pytest.param(b"SSHSIG" + (2).to_bytes(4, "big") + REST, P.UNSUPPORTED, id="version 2"),
    pytest.param(b"SSHSIG" + bytes(4) + REST, P.UNSUPPORTED, id="version 0"),
    pytest.param(GOOD[:-1], P.MALFORMED, id="cut off"),
    pytest.param(GOOD + b"\x00", P.MALFORMED, id="more after the end"),
    pytest.param(GOOD + bytes(65_536), P.TOO_LARGE, id="very long"),
    pytest.param(HEAD + b"\xff\xff\xff\xff" + REST, P.MALFORMED, id="a length beyond the end"),
    pytest.param(written(KEY.blob, KEY.made(DATA, 0, 0), hash_="sha1"), P.UNSUPPORTED, id="SHA-1"),
    pytest.param(
        written(KEY.blob, KEY.made(DATA, 0, 0), hash_="sha384"), P.UNSUPPORTED, id="SHA-384"
    ),
    pytest.param(
        written(KEY.blob, KEY.made(DATA, 0, 0), namespace=""), P.MALFORMED, id="no namespace"
    ),
    pytest.param(
        written(KEY.blob, KEY.made(DATA, 0, 0), namespace="a\x00b"), P.MALFORMED, id="NUL"
    ),
    pytest.param(GOOD.replace(b"approval", b"\xff" * 8), P.MALFORMED, id="no UTF-8"),
    pytest.param(
        GOOD.replace(b"v1\x00\x00\x00\x00", b"v1\x00\x00\x00\x01x"), P.MALFORMED, id="reserved"
    ),
]


@pytest.mark.parametrize(("blob", "expected"), OUTER)
def test_another_frame_is_refused(blob: bytes, expected: SshProblem) -> None:
    assert problem(blob) is expected


RAW = bytes(64)
NUMBERS = mpint(5) + mpint(6)
INNER = [
    pytest.param(KEY, made("ssh-ed25519", RAW[:-1]), P.MALFORMED, id="63 bytes"),
    pytest.param(KEY, made("ssh-ed25519", RAW + b"\x00"), P.MALFORMED, id="65 bytes"),
    pytest.param(KEY, made("ssh-ed25519", RAW, b"x"), P.MALFORMED, id="more after the bytes"),
    pytest.param(KEY, made("rsa-sha2-512", RAW), P.UNSUPPORTED, id="RSA by another key"),
    pytest.param(KEY, made(SK.kind, RAW, bytes(5)), P.UNSUPPORTED, id="a plain key with flags"),
    pytest.param(SK, made("ssh-ed25519", RAW), P.UNSUPPORTED, id="a security key without flags"),
    pytest.param(SK, made(SK.kind, RAW, bytes(4)), P.MALFORMED, id="a counter of three bytes"),
    pytest.param(SK, made(SK.kind, RAW, bytes(6)), P.MALFORMED, id="a counter of five bytes"),
    pytest.param(SK, made(ECDSA_SK, NUMBERS, bytes(5)), P.UNSUPPORTED, id="the other kind"),
    pytest.param(RSA, made("ssh-rsa", RAW), P.UNSUPPORTED, id="RSA with SHA-1"),
    pytest.param(RSA, made("rsa-sha2-384", RAW), P.UNSUPPORTED, id="RSA with SHA-384"),
    pytest.param(
        RSA,
        made("rsa-sha2-512-cert-v01@openssh.com", RAW),
        P.UNSUPPORTED,
        id="RSA of a certificate",
    ),
    pytest.param(ECDSA, made(ECDSA.kind, mpint(5)), P.MALFORMED, id="one number"),
    pytest.param(ECDSA, made(ECDSA.kind, NUMBERS + b"\x00"), P.MALFORMED, id="after two numbers"),
    pytest.param(
        ECDSA, made(ECDSA.kind, string(b"\x00\x05") + mpint(6)), P.MALFORMED, id="a zero too many"
    ),
    pytest.param(ECDSA, made(ECDSA.kind, string(b"\x85") + mpint(6)), P.MALFORMED, id="negative"),
    pytest.param(ECDSA, made(ECDSA.kind, string(b"") + mpint(6)), P.MALFORMED, id="no bytes"),
    pytest.param(ECDSA, made(ECDSA.kind, mpint(5) + string(b"\x00")), P.MALFORMED, id="zero"),
    pytest.param(
        security_key(ECDSA_SK),
        made("webauthn-" + ECDSA_SK, NUMBERS, bytes(5)),
        P.WEBAUTHN,
        id="WebAuthn",
    ),
]


@pytest.mark.parametrize(("key", "inner", "expected"), INNER)
def test_what_the_key_cannot_have_made_is_refused(
    key: Key, inner: bytes, expected: SshProblem
) -> None:
    assert problem(with_made(key, inner)) is expected


BEGIN, END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
BODY = armored(GOOD).splitlines()[1:-1]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([], P.ARMOR, id="nothing"),
        pytest.param([BEGIN, END], P.ARMOR, id="no body"),
        pytest.param([*BODY, END], P.ARMOR, id="no beginning"),
        pytest.param([BEGIN, *BODY], P.ARMOR, id="no end"),
        pytest.param([b"hello", BEGIN, *BODY, END], P.ARMOR, id="text before"),
        pytest.param([BEGIN, *BODY, END, b"hello"], P.ARMOR, id="text after"),
        pytest.param([BEGIN, *BODY, END, BEGIN, *BODY, END], P.ARMOR, id="two"),
        pytest.param([BEGIN, b" " + BODY[0], *BODY[1:], END], P.ARMOR, id="a blank"),
        pytest.param([BEGIN, b"", *BODY, b"=", END], P.ARMOR, id="padding too much"),
        pytest.param([BEGIN, b"!" + BODY[0], *BODY[1:], END], P.ARMOR, id="no base64"),
        pytest.param([BEGIN, b"\xff\xfe", END], P.ARMOR, id="no text"),
        pytest.param([BEGIN, b"QUJ=", END], P.ARMOR, id="stray bits"),
        pytest.param([BEGIN, b"QUJD" * 40_000, END], P.TOO_LARGE, id="very long"),
    ],
)
def test_other_text_is_refused(lines: list[bytes], expected: SshProblem) -> None:
    with pytest.raises(SshSignatureError) as refused:
        parse_armored(b"\n".join([*lines, b""]))
    assert refused.value.problem is expected


def test_lines_may_be_of_any_length_and_lines_at_the_end_empty() -> None:
    text = b"\n".join([BEGIN, b"".join(BODY), END, b"", b"", b""])
    assert parse_armored(text) == parse_blob(GOOD)


def test_what_is_said_names_the_place_and_escapes_what_it_shows() -> None:
    spoiled = written(KEY.blob, KEY.made(DATA, 0, 0), hash_="md5\x1b[31m")
    with pytest.raises(SshSignatureError) as refused:
        parse_blob(spoiled)
    assert refused.value.message == r"the hash md5\u001b[31m is not supported"
    assert (refused.value.code, refused.value.exit_status) == ("AFF-FORMAT", 4)
