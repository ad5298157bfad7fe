"""Keys of every kind that SSH signs with, made in software: plain ones and security keys.

A security key here is what an agent could write too: it sets the flags it is told to. A `Maker`
attests a key as the maker of a device does, with certificates made up for the test.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from affidavit.identity.ssh.keys import PublicKey, parse_key
from affidavit.identity.ssh.signature import armored

Private: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

ED25519_SK, ECDSA_SK = "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"
SECURITY_KINDS = (ED25519_SK, ECDSA_SK)
PLAIN_KINDS = (
    "ssh-ed25519",
    "ssh-rsa",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
)
CURVES: dict[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm]] = {
    "nistp256": (ec.SECP256R1(), hashes.SHA256()),
    "nistp384": (ec.SECP384R1(), hashes.SHA384()),
    "nistp521": (ec.SECP521R1(), hashes.SHA512()),
}
NAMESPACE = "affidavit-approval@v1"
MODEL = bytes(range(16))


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def mpint(number: int) -> bytes:
    """`number`, above zero, in the fewest bytes that do not look negative."""
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


@cache
def _rsa(_seed: int, bits: int) -> rsa.RSAPrivateKey:
    """One key for each number in a run of the tests; it differs between runs."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


@dataclass(frozen=True)
class Key:
    """A key that signs. Security keys have an `application`; the rest is what SSH writes."""

    kind: str
    private: Private
    application: str | None = None

    @property
    def blob(self) -> bytes:
        body = string(self.kind.encode()) + _public(self.private)
        return body if self.application is None else body + string(self.application.encode())

    @property
    def public(self) -> PublicKey:
        return parse_key(self.blob)

    @property
    def line(self) -> str:
        return self.public.line

    @property
    def openssh(self) -> bytes:
        """The private key as a file of OpenSSH; security keys have none."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )

    def sign(
        self,
        message: bytes,
        namespace: str = NAMESPACE,
        *,
        hash_: str = "sha512",
        flags: int = 0x01,
        counter: int = 7,
    ) -> bytes:
        """The armored signature; `flags` and `counter` matter to security keys alone."""
        made = self.made(signed(message, namespace, hash_), flags, counter)
        return armored(written(self.blob, made, namespace=namespace, hash_=hash_))

    def sign_blob(self, message: bytes, namespace: str = NAMESPACE, *, flags: int = 0x01) -> bytes:
        """The signature without its armor, as an envelope keeps it."""
        made = self.made(signed(message, namespace, "sha512"), flags, 7)
        return written(self.blob, made, namespace=namespace)

    def made(self, data: bytes, flags: int, counter: int, algorithm: str | None = None) -> bytes:
        """What the key makes of `data`: the innermost part of a signature."""
        name = algorithm or ("rsa-sha2-512" if self.kind == "ssh-rsa" else self.kind)
        if self.application is None:
            return string(name.encode()) + string(_raw(self.private, data, name))
        state = bytes([flags]) + counter.to_bytes(4, "big")
        place = hashlib.sha256(self.application.encode()).digest()
        raw = _raw(self.private, place + state + hashlib.sha256(data).digest(), name)
        return string(name.encode()) + string(raw) + state


def signed(message: bytes, namespace: str, hash_: str) -> bytes:
    digest = hashlib.new(hash_, message).digest()
    parts = (namespace.encode(), b"", hash_.encode(), digest)
    return b"SSHSIG" + b"".join(string(part) for part in parts)


def written(key: bytes, made: bytes, *, namespace: str = NAMESPACE, hash_: str = "sha512") -> bytes:
    """The parts of a signature put together."""
    head = b"SSHSIG" + (1).to_bytes(4, "big") + string(key)
    return head + b"".join(string(part) for part in (namespace.encode(), b"", hash_.encode(), made))


def _public(private: Private) -> bytes:
    match private:
        case ed25519.Ed25519PrivateKey():
            return string(private.public_key().public_bytes_raw())
        case rsa.RSAPrivateKey():
            numbers = private.public_key().public_numbers()
            return mpint(numbers.e) + mpint(numbers.n)
        case _:
            form = serialization.PublicFormat.UncompressedPoint
            point = private.public_key().public_bytes(serialization.Encoding.X962, form)
            return string(b"nistp%d" % private.curve.key_size) + string(point)


def _raw(private: Private, data: bytes, algorithm: str) -> bytes:
    match private:
        case ed25519.Ed25519PrivateKey():
            return private.sign(data)
        case rsa.RSAPrivateKey():
            hash_ = hashes.SHA256() if algorithm == "rsa-sha2-256" else hashes.SHA512()
            return private.sign(data, padding.PKCS1v15(), hash_)
        case _:
            made = private.sign(data, ec.ECDSA(CURVES[f"nistp{private.curve.key_size}"][1]))
            return b"".join(mpint(number) for number in decode_dss_signature(made))


def security_key(kind: str = ED25519_SK, *, seed: int = 1, application: str = "ssh:") -> Key:
    """A security key in software: the same for the same `seed`."""
    if kind == ED25519_SK:
        return Key(kind, _ed25519(seed), application)
    return Key(kind, _ecdsa(seed, ec.SECP256R1()), application)


def plain_key(kind: str = "ssh-ed25519", *, seed: int = 1, bits: int = 2_048) -> Key:
    """A key of a plain kind: the same for the same `seed`, but for RSA."""
    if kind == "ssh-ed25519":
        return Key(kind, _ed25519(seed))
    if kind == "ssh-rsa":
        return Key(kind, _rsa(seed, bits))
    curve = CURVES[kind.removeprefix("ecdsa-sha2-")][0]
    return Key(kind, _ecdsa(seed, curve))


def _ecdsa(seed: int, curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    """A key whose number is as long as half the curve's: ssh-keygen uses no shorter one."""
    number = hashlib.sha512(b"%d" % seed).digest()[: curve.key_size // 8 - 1]
    return ec.derive_private_key(int.from_bytes(number, "big"), curve)


def _ed25519(seed: int) -> ed25519.Ed25519PrivateKey:
    return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"%d" % seed).digest())


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a device says of a key it makes; each default is what a good one says."""

    flags: int = 0x41
    application: str | None = None
    model: bytes = MODEL
    about: Key | None = None
    more: bytes = b""
    challenge: bytes | None = None


@dataclass(frozen=True)
class Maker:
    """A maker of devices, with the authority that it has for them."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def device(
        self,
        *,
        unit: str = "Authenticator Attestation",
        authority: bool = False,
        model: bytes | None = MODEL,
        private: Private | None = None,
        until: int = 2050,
    ) -> Device:
        own = private or ec.derive_private_key(77, ec.SECP256R1())
        builder = _builder("A device", unit, self.certificate.subject, until)
        builder = builder.add_extension(x509.BasicConstraints(authority, None), critical=True)
        if model is not None:
            oid = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
            unread = x509.UnrecognizedExtension(oid, b"\x04\x10" + model)
            builder = builder.add_extension(unread, critical=False)
        made = builder.public_key(own.public_key()).sign(self.private, hashes.SHA256())
        return Device(own, made.public_bytes(serialization.Encoding.DER))


@dataclass(frozen=True)
class Device:
    """A device with its own key and certificate."""

    private: Private
    certificate: bytes

    def attestation(self, key: Key, challenge: bytes, said: Said | None = None) -> bytes:
        """What ``ssh-keygen -O write-attestation`` keeps of making `key`."""
        said = said or Said()
        data = authenticator_data(key, said)
        asked = challenge if said.challenge is None else said.challenge
        signature = self._sign(data + hashlib.sha256(asked).digest())
        return attestation_blob(self.certificate, signature, data)

    def _sign(self, data: bytes) -> bytes:
        match self.private:
            case ec.EllipticCurvePrivateKey():
                return self.private.sign(data, ec.ECDSA(hashes.SHA256()))
            case rsa.RSAPrivateKey():
                return self.private.sign(data, padding.PKCS1v15(), hashes.SHA256())
            case _:
                return self.private.sign(data)


def attestation_blob(certificate: bytes, signature: bytes, data: bytes) -> bytes:
    """The parts of an attestation put together."""
    fields = (b"ssh-sk-attest-v01", certificate, signature, _byte_string(data))
    return b"".join(string(one) for one in fields) + bytes(4) + string(b"")


def authenticator_data(key: Key, said: Said) -> bytes:
    """The data of a new `key` with a handle of four bytes, as WebAuthn lays them out."""
    application = key.application if said.application is None else said.application
    head = hashlib.sha256((application or "").encode()).digest() + bytes([said.flags]) + bytes(4)
    return head + said.model + b"\x00\x04hand" + _cose(said.about or key) + said.more


def _byte_string(data: bytes) -> bytes:
    """`data` as a byte string of CBOR."""
    if len(data) < 24:
        return bytes([0x40 + len(data)]) + data
    if len(data) < 256:
        return bytes([0x58, len(data)]) + data
    return b"\x59" + len(data).to_bytes(2, "big") + data


def _cose(key: Key) -> bytes:
    match key.private:
        case ed25519.Ed25519PrivateKey():
            point = key.private.public_key().public_bytes_raw()
            return b"\xa4\x01\x01\x03\x27\x20\x06\x21" + _byte_string(point)
        case ec.EllipticCurvePrivateKey():
            at = key.private.public_key().public_numbers()
            x, y = (_byte_string(number.to_bytes(32, "big")) for number in (at.x, at.y))
            return b"\xa5\x01\x02\x03\x26\x20\x01\x21" + x + b"\x22" + y
        case _:
            raise AssertionError


def maker(name: str = "A maker", *, seed: int = 9) -> Maker:
    """A maker whose authority is its own root."""
    private = ec.derive_private_key(seed, ec.SECP256R1())
    builder = _builder(name, "Makers", _name(name, "Makers"))
    builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)  # noqa: FBT003 -- not ours
    return Maker(private, builder.public_key(private.public_key()).sign(private, hashes.SHA256()))


def _name(name: str, unit: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        ]
    )


def _builder(name: str, unit: str, issuer: x509.Name, until: int = 2050) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name, unit))
        .issuer_name(issuer)
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(until, 1, 1, tzinfo=UTC))
    )
