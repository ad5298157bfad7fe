"""Public SSH keys: the kinds that are read, and each key's fingerprint.

The encodings are those of RFC 4253 (RSA), RFC 5656 (ECDSA), RFC 8709 (Ed25519) and OpenSSH's
PROTOCOL.u2f (the ``sk-`` kinds, which a security key holds).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from affidavit.base.errors import FormatError
from affidavit.base.text import shortened, visible
from affidavit.identity.ssh.curve import small_order
from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.wire import Reader
from affidavit.ledger.encoding import from_base64, to_base64

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Loaded: TypeAlias = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey

ED25519, RSA = "ssh-ed25519", "ssh-rsa"
SK_ED25519 = "sk-ssh-ed25519@openssh.com"
SK_ECDSA = "sk-ecdsa-sha2-nistp256@openssh.com"
CURVES: dict[str, ec.EllipticCurve] = {
    "ecdsa-sha2-nistp256": ec.SECP256R1(),
    "ecdsa-sha2-nistp384": ec.SECP384R1(),
    "ecdsa-sha2-nistp521": ec.SECP521R1(),
}
"""The curve of each kind of ECDSA key; its SSH name is the end of the kind's."""
HARDWARE = frozenset({SK_ED25519, SK_ECDSA})
"""The kinds whose signatures carry flags and a counter. The kind is no proof of a device."""
KINDS = frozenset({ED25519, RSA, *CURVES, *HARDWARE})
"""Every kind that is read."""
LEAST_RSA_BITS, MOST_RSA_BITS = 2_048, 16_384
_MOST_EXPONENT_BITS = 64
_ED25519_LENGTH = 32
_GAP = re.compile(r"[ \t]+")
_SHOWN = 60


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key that was read and is sound. `blob` is its encoding, which is its identity.

    `application` is what an ``sk-`` key is bound to, such as ``ssh:``; None for the others.
    """

    kind: str
    blob: bytes
    application: str | None = None

    @property
    def fingerprint(self) -> str:
        """``SHA256:`` and base64 without padding, as ``ssh-keygen -l`` prints it."""
        digest = hashlib.sha256(self.blob).digest()
        return "SHA256:" + to_base64(digest).rstrip("=")

    @property
    def hardware(self) -> bool:
        """Whether it is of a kind made for security keys; software can make one too."""
        return self.kind in HARDWARE

    @property
    def line(self) -> str:
        """The key as a line of a ``.pub`` file, without a comment."""
        return f"{self.kind} {to_base64(self.blob)}"


def parse_key(blob: bytes) -> PublicKey:
    """The key that `blob` encodes.

    Raises:
        SshSignatureError: It is no key of a kind that is read, or is unsound.
    """
    reader = Reader(blob, "the key")
    kind = reader.text("its kind")
    application = _load(kind, reader)[1]
    return PublicKey(kind=kind, blob=blob, application=application)


def loaded(key: PublicKey) -> Loaded:
    """`key` as it verifies signatures."""
    reader = Reader(key.blob, "the key")
    return _load(reader.text("its kind"), reader)[0]


def parse_public_line(text: str) -> PublicKey:
    """The key of a line ``KIND BASE64 [comment]``, as in a ``.pub`` file.

    Raises:
        SshSignatureError: The line has another form, or its key is refused.
    """
    line = text.rstrip("\r\n")
    words = words_of(line)
    if len(words) < 2 or "\n" in line:
        raise SshSignatureError(SshProblem.MALFORMED, "a public key is one line: KIND BASE64")
    return read_words(words[0], words[1])


def words_of(line: str) -> list[str]:
    """Kind, base64 and comment of a `line` from its first word on, as far as they are there.

    They are parted by blanks and tabs alone: other white space would make one text mean two things.
    """
    return [word for word in _GAP.split(line.strip(" \t"), maxsplit=2) if word]


def read_words(kind: str, text: str) -> PublicKey:
    """The key that `text` encodes in base64 and whose kind was written before it.

    Raises:
        SshSignatureError: It is no base64, has another kind, or the key is refused.
    """
    try:
        blob = from_base64(text, "the key")
    except FormatError as error:
        raise SshSignatureError(SshProblem.MALFORMED, error.message) from error
    key = parse_key(blob)
    if key.kind != kind:
        said = shortened(visible(kind), _SHOWN)
        raise SshSignatureError(SshProblem.MALFORMED, f"the key is {key.kind}, not {said}")
    return key


def _load(kind: str, reader: Reader) -> tuple[Loaded, str | None]:
    """The key after its kind, and its application where it has one; nothing may follow."""
    if kind not in KINDS:
        raise _unsupported(kind)
    key = _LOADERS.get(kind, _ecdsa)(kind, reader)
    application = reader.text("its application") if kind in HARDWARE else None
    reader.done()
    return key, application


def _unsupported(kind: str) -> SshSignatureError:
    shown = shortened(visible(kind), _SHOWN)
    if kind.endswith("-cert-v01@openssh.com"):
        return SshSignatureError(
            SshProblem.CERTIFICATE, f"certificates are not supported: the key is {shown}"
        )
    return SshSignatureError(SshProblem.UNSUPPORTED, f"keys of the kind {shown} are not supported")


def _ed25519(_: str, reader: Reader) -> Loaded:
    point = reader.string("its point")
    if len(point) != _ED25519_LENGTH:
        reader.refuse("has a point that is not of 32 bytes")
    if small_order(point):
        raise SshSignatureError(
            SshProblem.WEAK_KEY, "the key is a point for which anybody can make signatures"
        )
    return ed25519.Ed25519PublicKey.from_public_bytes(point)


def _ecdsa(kind: str, reader: Reader) -> Loaded:
    plain = kind.removeprefix("sk-").removesuffix("@openssh.com")
    if plain != f"ecdsa-sha2-{reader.text('its curve')}":
        reader.refuse("names another curve than its kind")
    point = reader.string("its point")
    if not point.startswith(b"\x04"):
        reader.refuse("has a point that is not uncompressed")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVES[plain], point)
    except ValueError:
        reader.refuse("has a point that is not on its curve")


def _rsa(_: str, reader: Reader) -> Loaded:
    exponent, modulus = reader.positive("its exponent"), reader.positive("its modulus")
    bits = modulus.bit_length()
    if bits < LEAST_RSA_BITS:
        raise SshSignatureError(
            SshProblem.WEAK_KEY, f"the RSA key has {bits} bits; {LEAST_RSA_BITS} are the least"
        )
    if bits > MOST_RSA_BITS or exponent.bit_length() > _MOST_EXPONENT_BITS:
        raise SshSignatureError(
            SshProblem.UNSUPPORTED,
            f"RSA keys have at most {MOST_RSA_BITS} bits and an exponent of {_MOST_EXPONENT_BITS}",
        )
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except (ValueError, UnsupportedAlgorithm):
        reader.refuse("has an RSA exponent or modulus that cannot be")


_LOADERS: dict[str, Callable[[str, Reader], Loaded]] = {
    ED25519: _ed25519,
    SK_ED25519: _ed25519,
    RSA: _rsa,
}
