"""OpenPGP keys, signatures and signed commits, made by hand so that each byte can be wrong."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm

HASHES: dict[int, HashAlgorithm] = {2: SHA1(), 8: SHA256(), 9: SHA384(), 10: SHA512()}  # noqa: S303
BORN = 1_500_000_000
SIGNED = 1_600_000_000


@cache
def private_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    del name
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


def mpi(number: int) -> bytes:
    size = number.bit_length()
    return size.to_bytes(2, "big") + number.to_bytes(size + 7 >> 3, "big")


def packet(tag: int, body: bytes) -> bytes:
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4, "big") + body


def subpacket(kind: int, body: bytes) -> bytes:
    return bytes([0xFF]) + (len(body) + 1).to_bytes(4, "big") + bytes([kind]) + body


def seconds(time: int) -> bytes:
    return time.to_bytes(4, "big")


@dataclass(frozen=True)
class Key:
    """A private key and its public packet's body."""

    private: rsa.RSAPrivateKey
    body: bytes

    @property
    def hashed(self) -> bytes:
        return b"\x99" + len(self.body).to_bytes(2, "big") + self.body

    @property
    def fingerprint(self) -> bytes:
        return hashlib.sha1(self.hashed, usedforsecurity=False).digest()

    @property
    def name(self) -> str:
        return self.fingerprint.hex().upper()


def key(name: str = "forge", *, born: int = BORN, bits: int = 2048) -> Key:
    private = private_key(name, bits)
    numbers = private.public_key().public_numbers()
    return Key(private, b"\x04" + seconds(born) + b"\x01" + mpi(numbers.n) + mpi(numbers.e))


@dataclass(frozen=True, kw_only=True)
class Making:
    """What a signature says of itself; the defaults are what a forge writes."""

    kind: int = 0
    version: int = 4
    algorithm: int = 1
    hash_algorithm: int = 8
    created: bytes = subpacket(2, seconds(SIGNED))
    hashed: bytes = b""
    unhashed: bytes | None = None
    full_length: bool = True
    after: bytes = b""


def signature(by: Key, document: bytes, how: Making | None = None) -> bytes:
    """The body of a signature packet; its two check bytes are wrong on purpose."""
    how = how or Making()
    hashed = how.created + subpacket(33, b"\x04" + by.fingerprint) + how.hashed
    if how.unhashed is not None:
        hashed = how.created + how.hashed
    unhashed = subpacket(16, by.fingerprint[-8:]) if how.unhashed is None else how.unhashed
    head = bytes([how.version, how.kind, how.algorithm, how.hash_algorithm])
    head += len(hashed).to_bytes(2, "big") + hashed
    trailer = head + b"\x04\xff" + len(head).to_bytes(4, "big")
    hash_ = HASHES.get(how.hash_algorithm, SHA256())
    value = by.private.sign(document + trailer, PKCS1v15(), hash_)
    number = mpi(int.from_bytes(value, "big"))
    if how.full_length:
        number = (len(value) * 8).to_bytes(2, "big") + value
    return head + len(unhashed).to_bytes(2, "big") + unhashed + b"\0\0" + number + how.after


def armored(data: bytes, kind: str = "SIGNATURE", *, headers: str = "") -> str:
    text = base64.encodebytes(data).decode()
    return f"-----BEGIN PGP {kind}-----\n{headers}\n{text}=AAAA\n-----END PGP {kind}-----\n"


def with_header(payload: bytes, text: str, name: str = "gpgsig") -> bytes:
    """The commit `payload` with a signature header at the end of its headers."""
    head, gap, message = payload.partition(b"\n\n")
    lines = text.rstrip("\n").replace("\n", "\n ")
    return head + f"\n{name} {lines}\n ".encode() + gap + message


PAYLOAD = (
    b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
    b"author A <a@example.com> 1600000000 +0000\n"
    b"committer GitHub <noreply@github.com> 1600000000 +0000\n"
    b"\n"
    b"Fix it (#12)\n"
)


def signed(by: Key, how: Making | None = None, payload: bytes = PAYLOAD) -> bytes:
    """A commit that `by` signed."""
    return with_header(payload, armored(packet(2, signature(by, payload, how))))


USER_ID = b"GitHub <noreply@github.com>"


def named(by: Key, how: Making | None = None, user_id: bytes = USER_ID) -> bytes:
    """A user id with the signature by which `by` takes it as its own."""
    document = by.hashed + b"\xb4" + len(user_id).to_bytes(4, "big") + user_id
    made = signature(by, document, how or Making(kind=0x13, created=subpacket(2, seconds(BORN))))
    return packet(13, user_id) + packet(2, made)


def certificate(by: Key, *parts: bytes) -> bytes:
    """An armored public key block: the key, its user id, and `parts`, or only `parts` if given."""
    body = packet(6, by.body) + b"".join(parts or (named(by),))
    return armored(body, "PUBLIC KEY BLOCK").encode()


def subkey(of: Key, made: Key, *, flags: bytes = b"\x02", consent: bytes | None = None) -> bytes:
    """A subkey of `of`, with its binding, and its consent unless another is given."""
    document = of.hashed + made.hashed
    if consent is None:
        consent = signature(made, document, Making(kind=0x19))
    unhashed = subpacket(16, of.fingerprint[-8:]) + subpacket(32, consent)
    how = Making(kind=0x18, hashed=subpacket(27, flags), unhashed=unhashed)
    return packet(14, made.body) + packet(2, signature(of, document, how))
