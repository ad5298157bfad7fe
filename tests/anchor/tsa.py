"""A time stamping authority for tests, which can be told to do anything wrong.

It writes its tokens byte by byte as RFC 3161 and RFC 5652 say, so that every part can be another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

STAMPING = (ExtendedKeyUsageOID.TIME_STAMPING,)
ATTRIBUTE = "1.2.840.113549.1.9"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
SHA256 = bytes.fromhex("300d06096086480165030402010500")
ECDSA = bytes.fromhex("300a06082a8648ce3d040302")


def wrapped(tag: int, *parts: bytes) -> bytes:
    """One DER element."""
    content = b"".join(parts)
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + content


def number(value: int) -> bytes:
    return wrapped(2, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    found = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc >> 7 * at & 0x7F for at in range(max(1, -(-arc.bit_length() // 7)))]
        found += bytes(0x80 | one for one in reversed(groups[1:])) + bytes(groups[:1])
    return wrapped(6, bytes(found))


def sequence(*parts: bytes) -> bytes:
    return wrapped(0x30, *parts)


def attribute(kind: str, *values: bytes) -> bytes:
    return sequence(oid(kind), wrapped(0x31, *values))


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


def name_of(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def issued(
    name: str,
    by: Pair | None = None,
    *,
    usage: tuple[x509.ObjectIdentifier, ...] = (),
    critical: bool = True,
    days: tuple[datetime, datetime] = (NOW - YEAR, NOW + YEAR),
    ca: bool = False,
) -> Pair:
    """A new certificate for `name`, issued by `by` or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(name))
        .issuer_name(by.certificate.subject if by else name_of(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(days[0])
        .not_valid_after(days[1])
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usage), critical=critical)
    return Pair(builder.sign(by.key if by else key, hashes.SHA256()), key)


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """All that goes into an answer; `replace` one part to get it wrong."""

    imprint: bytes
    nonce: int | None
    signer: Pair
    others: tuple[Pair, ...] = ()
    time: datetime = NOW
    status: int = 0
    named: bytes | None = None
    """The signing certificate attribute; by default that of RFC 5816, of the signer."""
    content: str = f"{ATTRIBUTE}.16.1.4"
    content_type: str = f"{ATTRIBUTE}.16.1.4"
    algorithm: bytes = SHA256
    unsorted: bool = False
    brought: bool = True
    signers: int = 1
    more: tuple[bytes, ...] = field(default=())

    def but(self, **changes: object) -> Stamp:
        return replace(self, **changes)  # type: ignore[arg-type]

    def answer(self) -> bytes:
        info = self._info()
        return sequence(sequence(number(self.status)), self._token(info))

    def _info(self) -> bytes:
        return sequence(
            number(1),
            oid("1.2.3.4.1"),
            sequence(self.algorithm, wrapped(4, self.imprint)),
            number(7),
            wrapped(0x18, self.time.strftime("%Y%m%d%H%M%SZ").encode()),
            b"" if self.nonce is None else number(self.nonce),
        )

    def _token(self, info: bytes) -> bytes:
        certificates = [one.der for one in (self.signer, *self.others)]
        certificates.sort(reverse=self.unsorted)
        data = sequence(
            number(3),
            wrapped(0x31, SHA256),
            sequence(oid(self.content), wrapped(0xA0, wrapped(4, info))),
            wrapped(0xA0, *certificates) if self.brought else b"",
            wrapped(0x31, *[self._signer_info(info)] * self.signers),
        )
        return sequence(oid("1.2.840.113549.1.7.2"), wrapped(0xA0, data))

    def _signer_info(self, info: bytes) -> bytes:
        named = certificate_v2(self.signer) if self.named is None else self.named
        attributes = sorted(
            [
                attribute(f"{ATTRIBUTE}.3", oid(self.content_type)),
                attribute(f"{ATTRIBUTE}.4", wrapped(4, hashlib.sha256(info).digest())),
                *([named] if named else []),
                *self.more,
            ]
        )
        certificate = self.signer.certificate
        signed = self.signer.key.sign(wrapped(0x31, *attributes), ec.ECDSA(hashes.SHA256()))
        return sequence(
            number(1),
            sequence(certificate.issuer.public_bytes(), number(certificate.serial_number)),
            SHA256,
            wrapped(0xA0, *attributes),
            ECDSA,
            wrapped(4, signed),
        )


def certificate_v1(signer: Pair) -> bytes:
    """The attribute of RFC 2634, section 5.4."""
    hashed = wrapped(4, hashlib.sha1(signer.der, usedforsecurity=False).digest())
    return attribute(f"{ATTRIBUTE}.16.2.12", sequence(sequence(sequence(hashed))))


def certificate_v2(signer: Pair, algorithm: str = "") -> bytes:
    """The attribute of RFC 5035, its hash SHA-256 unless told otherwise."""
    oids = {"sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3"}
    stated = sequence(oid(oids.get(algorithm, "1.2.3"))) if algorithm else b""
    chosen = algorithm if algorithm in oids else "sha256"
    hashed = wrapped(4, hashlib.new(chosen, signer.der).digest())
    return attribute(f"{ATTRIBUTE}.16.2.47", sequence(sequence(sequence(stated, hashed))))
