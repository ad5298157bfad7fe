"""Signatures as ``ssh-keygen -Y sign`` makes them (OpenSSH's PROTOCOL.sshsig), read and written.

Reading is stricter than ssh-keygen: nothing may stand after the end of anything that is nested, a
number has one spelling, and base64 is in its one form.
"""

from __future__ import annotations

import binascii
import re

import msgspec

from affidavit.base.text import shortened, visible
from affidavit.identity.ssh.errors import SshProblem, SshSignatureError
from affidavit.identity.ssh.keys import ED25519, RSA, SK_ED25519, PublicKey, parse_key
from affidavit.identity.ssh.wire import LARGEST, Reader, string
from affidavit.ledger.encoding import to_base64

__all__ = [
    "HASHES",
    "SshProblem",
    "SshSignature",
    "SshSignatureError",
    "armored",
    "parse_armored",
    "parse_blob",
    "signed_bytes",
]

MAGIC = b"SSHSIG"
VERSION = 1
HASHES = frozenset({"sha256", "sha512"})
"""What a message may be hashed with."""
RSA_ALGORITHMS = frozenset({"rsa-sha2-256", "rsa-sha2-512"})
"""How an RSA key may sign; ``ssh-rsa``, which is SHA-1, may not."""
_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
_WIDTH = 70
_ED25519_LENGTH = 64
_SHOWN = 60
_WEBAUTHN = re.compile(r"webauthn-sk-[a-z0-9-]{1,40}@openssh\.com")


class SshSignature(msgspec.Struct, frozen=True, kw_only=True):
    """A signature that was read, and not checked.

    `raw` is what its algorithm made: 64 bytes for Ed25519, the number of RSA, two numbers for
    ECDSA. `flags` and `counter` are those of a security key, None for other kinds.
    """

    key: PublicKey
    namespace: str
    hash: str
    algorithm: str
    raw: bytes
    flags: int | None = None
    counter: int | None = None

    def __post_init__(self) -> None:
        """Check that just the signature of a security key has flags and a counter."""
        if {self.flags is not None, self.counter is not None} != {self.key.hardware}:
            raise SshSignatureError(
                SshProblem.MALFORMED, f"flags and counter do not fit a key {self.key.kind}"
            )


def armored(blob: bytes) -> bytes:
    """`blob` as the text that ``ssh-keygen`` writes to a ``.sig`` file."""
    text = to_base64(blob).encode()
    lines = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
    return b"\n".join([_BEGIN, *lines, _END, b""])


def parse_armored(data: bytes) -> SshSignature:
    """The signature in the text `data`, which holds nothing else.

    Raises:
        SshSignatureError: It does not; `problem` says why.
    """
    return parse_blob(unarmored(data))


def unarmored(data: bytes) -> bytes:
    """The bytes of the signature in the text `data`, as an envelope keeps them.

    Raises:
        SshSignatureError: The text is not one signature between its two lines, in base64.
    """
    if len(data) > 2 * LARGEST:
        raise SshSignatureError(
            SshProblem.TOO_LARGE, f"the signature has {len(data)} bytes of text"
        )
    lines = data.rstrip(b"\n").split(b"\n")
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise SshSignatureError(
            SshProblem.ARMOR, f"the signature does not stand between {_BEGIN.decode()} and its end"
        )
    return _from_lines(lines[1:-1])


def _from_lines(body: list[bytes]) -> bytes:
    joined = b"".join(body)
    try:
        blob = binascii.a2b_base64(joined, strict_mode=True)
    except ValueError as error:
        raise SshSignatureError(SshProblem.ARMOR, "the signature is not base64") from error
    if not blob or to_base64(blob).encode() != joined:
        raise SshSignatureError(SshProblem.ARMOR, "the signature is not base64 in its one form")
    return blob


def parse_blob(blob: bytes) -> SshSignature:
    """The signature that `blob` encodes.

    Raises:
        SshSignatureError: It is no signature of a form that is read; `problem` says why.
    """
    reader = Reader(blob, "the signature")
    if reader.take(len(MAGIC), "its magic") != MAGIC:
        reader.refuse("does not begin with SSHSIG")
    if (version := reader.u32("its version")) != VERSION:
        raise SshSignatureError(
            SshProblem.UNSUPPORTED, f"signatures of version {version} are not supported"
        )
    key_blob, namespace = reader.string("its key"), reader.text("its namespace")
    if reader.string("its reserved field"):
        reader.refuse("has something in its reserved field")
    hash_ = reader.text("its hash")
    made = reader.string("what the key made")
    reader.done()
    if not namespace:
        reader.refuse("has an empty namespace")
    if hash_ not in HASHES:
        raise _unsupported(f"the hash {_shown(hash_)}")
    return _made(parse_key(key_blob), namespace=namespace, hash_=hash_, made=made)


def _made(key: PublicKey, *, namespace: str, hash_: str, made: bytes) -> SshSignature:
    """The signature with what its key made: algorithm, bytes and, of an ``sk-`` key, flags."""
    reader = Reader(made, "what the key made")
    algorithm = reader.text("its algorithm")
    _fits(key, algorithm)
    raw = reader.string("its bytes")
    flags = counter = None
    if key.hardware:
        flags, counter = reader.take(1, "its flags")[0], reader.u32("its counter")
    reader.done()
    if algorithm in {ED25519, SK_ED25519}:
        if len(raw) != _ED25519_LENGTH:
            reader.refuse("is not of 64 bytes")
    elif algorithm not in RSA_ALGORITHMS:
        two_numbers(raw)
    return SshSignature(
        key=key,
        namespace=namespace,
        hash=hash_,
        algorithm=algorithm,
        raw=raw,
        flags=flags,
        counter=counter,
    )


def _fits(key: PublicKey, algorithm: str) -> None:
    """Refuse an `algorithm` by which a key of its kind does not sign."""
    if _WEBAUTHN.fullmatch(algorithm):
        raise SshSignatureError(
            SshProblem.WEBAUTHN, "signatures that a browser made (WebAuthn) are not supported"
        )
    allowed = RSA_ALGORITHMS if key.kind == RSA else {key.kind}
    if algorithm not in allowed:
        raise _unsupported(f"the algorithm {_shown(algorithm)} with a key {key.kind}")


def two_numbers(raw: bytes) -> tuple[int, int]:
    """The two numbers of an ECDSA signature, each above zero and in the fewest bytes.

    Raises:
        SshSignatureError: `raw` is something else.
    """
    reader = Reader(raw, "the ECDSA signature")
    numbers = reader.positive("its r"), reader.positive("its s")
    reader.done()
    return numbers


def signed_bytes(signature: SshSignature, digest: bytes) -> bytes:
    """What the key signed for a message of that `digest`; of an ``sk-`` key, its device hashed it.

    There is no version in it: what is signed differs from what is written.
    """
    parts = (signature.namespace.encode(), b"", signature.hash.encode(), digest)
    return MAGIC + b"".join(string(part) for part in parts)


def _unsupported(what: str) -> SshSignatureError:
    return SshSignatureError(SshProblem.UNSUPPORTED, f"{what} is not supported")


def _shown(text: str) -> str:
    return shortened(visible(text), _SHOWN)
