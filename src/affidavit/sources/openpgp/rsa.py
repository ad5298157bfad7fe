"""RSA over PKCS #1 v1.5. The only module that imports cryptography, so it is imported late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512, HashAlgorithm

from affidavit.sources.openpgp.packet import PacketError, UnsupportedError, integer

if TYPE_CHECKING:
    from affidavit.sources.openpgp.packet import Signature

MIN_BITS, MAX_BITS = 2048, 16_384
_SHA_1 = 2
_PADDING = PKCS1v15()
_HASHES: dict[int, HashAlgorithm] = {8: SHA256(), 9: SHA384(), 10: SHA512()}
_OLD_HASHES: dict[int, HashAlgorithm] = {_SHA_1: SHA1()} | _HASHES  # noqa: S303 - see `old`


@dataclass(frozen=True, slots=True)
class RsaKey:
    """A public RSA key of `MIN_BITS` to `MAX_BITS` bits."""

    key: RSAPublicKey

    @classmethod
    def of(cls, modulus: bytes, exponent: bytes) -> RsaKey:
        """The key of these big-endian numbers.

        Raises:
            UnsupportedError: It is too short to be trusted, too long, or no key at all.
        """
        n, e = int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big")
        if not MIN_BITS <= n.bit_length() <= MAX_BITS or e.bit_length() > 32:
            raise UnsupportedError(f"an RSA key of {n.bit_length()} bits")
        try:
            return cls(RSAPublicNumbers(e, n).public_key())
        except ValueError as error:
            raise UnsupportedError("numbers that are no RSA key") from error

    def verifies(self, signature: Signature, document: bytes, *, old: bool = False) -> bool:
        """Whether `signature` is by this key over `document` and the signature's hashed fields.

        SHA-1 is accepted only with `old`: by it a key may have signed itself, in a file that is
        trusted anyway.

        Raises:
            UnsupportedError: Its hash algorithm is not accepted.
            PacketError: It does not hold exactly one number.
        """
        hash_ = (_OLD_HASHES if old else _HASHES).get(signature.hash_algorithm)
        if hash_ is None:
            raise UnsupportedError(f"hash algorithm {signature.hash_algorithm}")
        value, end = integer(signature.rest, 0)
        if end != len(signature.rest):
            raise PacketError("something follows the signature's number")
        padded = value.rjust(self.key.key_size + 7 >> 3, b"\0")
        try:
            self.key.verify(padded, document + signature.hashed, _PADDING, hash_)
        except InvalidSignature:
            return False
        return True
