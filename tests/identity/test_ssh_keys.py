"""Keys are read in one form only, and unsound ones are refused."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519

from affidavit.identity.ssh.curve import small_order
from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.keys import PublicKey, parse_key, parse_public_line
from authenticator import (
    ECDSA_SK,
    ED25519_SK,
    PLAIN_KINDS,
    SECURITY_KINDS,
    mpint,
    plain_key,
    security_key,
    string,
)

P = SshProblem
KEY, SK = plain_key(), security_key()
POINT = KEY.blob[-32:]
P256 = plain_key("ecdsa-sha2-nistp256").blob[-65:]


@pytest.mark.parametrize("kind", PLAIN_KINDS)
def test_a_plain_key_is_read(kind: str) -> None:
    key = plain_key(kind)
    assert parse_key(key.blob) == PublicKey(kind=kind, blob=key.blob, application=None)
    assert not parse_key(key.blob).hardware


@pytest.mark.parametrize("kind", SECURITY_KINDS)
def test_a_security_key_is_read_with_its_application(kind: str) -> None:
    key = security_key(kind, application="ssh:work")
    assert parse_key(key.blob) == PublicKey(kind=kind, blob=key.blob, application="ssh:work")
    assert parse_key(key.blob).hardware


def test_a_key_has_the_fingerprint_that_ssh_keygen_gives_it() -> None:
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIM0D+93KqicDwlFlbVzN2Z9WNbHgZTwGNrlRo6PbIdrU"
    assert KEY.public.line == line
    assert KEY.public.fingerprint == "SHA256:igN16hvhhh5m5rlMAC+NOfO05DzvuFDOOgDvRZFjTtU"


def body(kind: str, *parts: bytes) -> bytes:
    return string(kind.encode()) + b"".join(parts)


def rsa(exponent: bytes, modulus: bytes) -> bytes:
    return body("ssh-rsa", exponent, modulus)


BITS_2048 = mpint(2**2_047 + 9)
REFUSED = [
    pytest.param(b"", P.MALFORMED, id="nothing"),
    pytest.param(KEY.blob + b"x", P.MALFORMED, id="more after the end"),
    pytest.param(KEY.blob[:-1], P.MALFORMED, id="cut off"),
    pytest.param(KEY.blob + bytes(65_536), P.TOO_LARGE, id="very long"),
    pytest.param(body("ssh-dss", string(b"x")), P.UNSUPPORTED, id="DSA"),
    pytest.param(body("ssh-ed448", string(bytes(57))), P.UNSUPPORTED, id="Ed448"),
    pytest.param(body("ssh-ed25519", string(POINT[1:])), P.MALFORMED, id="31 bytes"),
    pytest.param(body("ssh-ed25519", string(bytes(32))), P.WEAK_KEY, id="a point of order four"),
    pytest.param(
        body(ED25519_SK, string(b"\x01" + bytes(31)), string(b"ssh:")), P.WEAK_KEY, id="neutral"
    ),
    pytest.param(body(ED25519_SK, string(POINT)), P.MALFORMED, id="no application"),
    pytest.param(body(ED25519_SK, string(POINT), string(b"\xff")), P.MALFORMED, id="no UTF-8"),
    pytest.param(body("ssh-ed25519-cert-v01@openssh.com"), P.CERTIFICATE, id="certificate"),
    pytest.param(body("sk-ssh-ed25519-cert-v01@openssh.com"), P.CERTIFICATE, id="certificate, sk"),
    pytest.param(
        body("ecdsa-sha2-nistp256", string(b"nistp384"), string(P256)), P.MALFORMED, id="curve"
    ),
    pytest.param(
        body("ecdsa-sha2-nistp256", string(b"nistp256"), string(b"\x02" + P256[1:33])),
        P.MALFORMED,
        id="compressed",
    ),
    pytest.param(
        body("ecdsa-sha2-nistp256", string(b"nistp256"), string(P256[:-1] + b"\x00")),
        P.MALFORMED,
        id="off the curve",
    ),
    pytest.param(
        body("ecdsa-sha2-nistp256", string(b"nistp256"), string(b"\x00")),
        P.MALFORMED,
        id="at infinity",
    ),
    pytest.param(
        body(ECDSA_SK, string(b"sk-nistp256"), string(P256), string(b"ssh:")),
        P.MALFORMED,
        id="curve, sk",
    ),
    pytest.param(rsa(mpint(65_537), mpint(2**1_023 + 9)), P.WEAK_KEY, id="RSA of 1,024 bits"),
    pytest.param(rsa(mpint(65_537), mpint(2**2_046 + 9)), P.WEAK_KEY, id="RSA of 2,047 bits"),
    pytest.param(rsa(mpint(65_537), mpint(2**16_384 + 9)), P.UNSUPPORTED, id="RSA too long"),
    pytest.param(rsa(mpint(2**64 + 1), BITS_2048), P.UNSUPPORTED, id="a long exponent"),
    pytest.param(rsa(mpint(2), BITS_2048), P.MALFORMED, id="an even exponent"),
    pytest.param(rsa(mpint(1), BITS_2048), P.MALFORMED, id="an exponent of one"),
    pytest.param(
        rsa(string(b"\x00\x01\x00\x01"), BITS_2048), P.MALFORMED, id="an exponent with a zero"
    ),
    pytest.param(
        rsa(mpint(65_537), string(b"\x80" + bytes(255))), P.MALFORMED, id="a negative modulus"
    ),
]


@pytest.mark.parametrize(("blob", "expected"), REFUSED)
def test_an_unsound_key_is_refused(blob: bytes, expected: SshProblem) -> None:
    with pytest.raises(SshSignatureError) as refused:
        parse_key(blob)
    assert refused.value.problem is expected


def test_rsa_of_2048_bits_is_enough() -> None:
    assert parse_key(plain_key("ssh-rsa", bits=2_048).blob).kind == "ssh-rsa"


def test_a_certificate_is_refused_in_so_many_words() -> None:
    with pytest.raises(SshSignatureError, match="certificates are not supported: the key is ssh-"):
        parse_key(body("ssh-rsa-cert-v01@openssh.com"))


def test_a_line_of_a_public_file_is_read() -> None:
    assert parse_public_line(f"{SK.line} ann at work\n") == SK.public


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519\xa0AAAA",
        "\n",
        "ssh-ed25519 !!!",
        f"ssh-rsa {KEY.line.split()[1]}",
        f"{KEY.line}\nx",
    ],
)
def test_another_line_is_refused(line: str) -> None:
    with pytest.raises(SshSignatureError) as refused:
        parse_public_line(line)
    assert refused.value.problem is P.MALFORMED


def test_a_point_of_small_order_signs_for_everybody() -> None:
    """The reason why such a point is no key: these 64 bytes hold for any message."""
    neutral = b"\x01" + bytes(31)
    ed25519.Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), b"anything")
    with pytest.raises(InvalidSignature):
        ed25519.Ed25519PublicKey.from_public_bytes(POINT).verify(neutral + bytes(32), b"anything")
    assert (small_order(neutral), small_order(POINT)) == (True, False)


PRIME = 2**255 - 19
D = -121_665 * pow(121_666, -1, PRIME) % PRIME


def doubled(y: int) -> int:
    """The y of twice a point with this y, by the curve's own equation."""
    xx = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    return (y * y + xx) * pow(2 - y * y + xx, -1, PRIME) % PRIME


@pytest.mark.parametrize("sign", [0, 0x80])
@pytest.mark.parametrize(
    "y",
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ],
)
def test_each_point_of_small_order_is_neutral_eight_times(y: str, sign: int) -> None:
    point = bytes.fromhex(y)
    number = int.from_bytes(point, "little")
    assert doubled(doubled(doubled(number))) == 1
    assert small_order(point[:-1] + bytes([point[-1] | sign]))


@pytest.mark.parametrize("more", [0, 1, 18])
def test_a_second_spelling_of_a_number_is_no_point(more: int) -> None:
    assert small_order((PRIME + more).to_bytes(32, "little"))
