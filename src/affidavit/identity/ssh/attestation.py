"""Whether a security key was made inside a device: what the device said of it at enrolment.

``ssh-keygen -t ed25519-sk -O challenge=FILE -O write-attestation=FILE`` keeps what the device signs
when it makes a key (OpenSSH's PROTOCOL.u2f, ``ssh-sk-attest-v01``). The device's own key signs the
data of the new key and the challenge in the ``packed`` form of WebAuthn (section 8.2); its
certificate leads to the maker.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, NoReturn

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from affidavit.base.errors import FormatError
from affidavit.identity.ssh.authenticator import EXTENSIONS, cose, read_data
from affidavit.identity.ssh.errors import SshSignatureError
from affidavit.identity.ssh.times import instant
from affidavit.identity.ssh.verifying import USER_PRESENT
from affidavit.identity.ssh.wire import Reader

if TYPE_CHECKING:
    from datetime import datetime

    from affidavit.identity.ssh.authenticator import AuthenticatorData
    from affidavit.identity.ssh.keys import PublicKey

MAGIC = "ssh-sk-attest-v01"
MOST_ROOTS = 100
"""Certificates of makers that are read."""
LEAST_CHALLENGE = 16
"""Bytes of a challenge: a shorter one could have been foreseen."""
_UNIT = "Authenticator Attestation"
_AAGUID = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
_UNREADABLE = (x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)
_OCTETS_OF_16 = b"\x04\x10"


class AttestationProblem(StrEnum):
    """Why an attestation proves nothing. docs/formats/ssh-signatures.md tells each."""

    NOT_HARDWARE = "not-hardware"
    MALFORMED = "malformed"
    CHALLENGE = "challenge"
    SELF_ATTESTED = "self-attested"
    CERTIFICATE = "certificate"
    UNTRUSTED = "untrusted"
    APPLICATION = "application"
    OTHER_KEY = "other-key"
    NOT_TOUCHED = "not-touched"
    BAD_SIGNATURE = "bad-signature"


class Attested(msgspec.Struct, frozen=True):
    """That a device made a key. `model` is the hex id that its maker gave the kind of device."""

    model: str
    root: str
    """``sha256:`` and the digest of the maker's certificate."""


class NotAttested(msgspec.Struct, frozen=True):
    """Why nothing is proven of a key."""

    problem: AttestationProblem
    message: str


class _NotProvenError(Exception):
    def __init__(self, problem: AttestationProblem, message: str) -> None:
        super().__init__(message)
        self.answer = NotAttested(problem, message)


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What was kept when a key was made: the attestation, the challenge, and the time.

    `at` is RFC 3339: certificates are judged as of then.
    """

    attestation: bytes
    challenge: bytes
    at: str


def attested(key: PublicKey, enrolment: Enrolment, roots: bytes) -> Attested | NotAttested:
    """Whether `enrolment` proves that a device of a maker in `roots` (PEM) holds `key`.

    Each certificate of `roots` is trusted by itself: a maker's intermediate authority belongs there
    too.

    Raises:
        FormatError: `roots` are no certificates, or the time is none: these are not the enrolled's.
    """
    anchors = _anchors(roots)
    when = instant(enrolment.at)
    if not key.hardware or key.application is None:
        return NotAttested(AttestationProblem.NOT_HARDWARE, f"a key {key.kind} lies in no device")
    try:
        certificate, signature, wrapped = _fields(enrolment)
        data = read_data(wrapped)
        leaf = _leaf(certificate, data)
        _speaks_of(data, key)
        _signed(leaf, signature, data.raw + hashlib.sha256(enrolment.challenge).digest())
        root = _root(leaf, [one for one in anchors if _in_time(one, when)])
        if not _in_time(leaf, when):
            _fail(AttestationProblem.CERTIFICATE, "the device's certificate was not valid then")
    except SshSignatureError as error:
        return NotAttested(AttestationProblem.MALFORMED, error.message)
    except _NotProvenError as error:
        return error.answer
    return Attested(data.model.hex(), _named(root))


def makers(roots: bytes) -> frozenset[str]:
    """The makers in `roots` (PEM), as `Attested.root` names them; none where it makes no sense."""
    try:
        found = _anchors(roots)
    except FormatError:
        return frozenset()
    return frozenset(map(_named, found))


def _named(certificate: x509.Certificate) -> str:
    return "sha256:" + certificate.fingerprint(hashes.SHA256()).hex()


def _fields(enrolment: Enrolment) -> tuple[bytes, bytes, bytes]:
    """The certificate, the signature and the wrapped data of an attestation."""
    reader = Reader(enrolment.attestation, "the attestation")
    if reader.text("its magic") != MAGIC:
        reader.refuse(f"does not begin with {MAGIC}")
    found = reader.string("its certificate"), reader.string("its signature"), reader.string("data")
    if reader.u32("its reserved flags") or reader.string("its reserved field"):
        reader.refuse("has something in a reserved field")
    reader.done()
    if len(enrolment.challenge) < LEAST_CHALLENGE:
        text = f"the challenge has fewer than {LEAST_CHALLENGE} bytes"
        _fail(AttestationProblem.CHALLENGE, text)
    return found


def _leaf(der: bytes, data: AuthenticatorData) -> x509.Certificate:
    """The device's certificate, as WebAuthn (section 8.2.1) wants it."""
    if not der:
        _fail(AttestationProblem.SELF_ATTESTED, "the key speaks for itself: there is no device's")
    try:
        leaf = x509.load_der_x509_certificate(der)
        named = leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        extensions = {one.oid: one.value for one in leaf.extensions}
    except (ValueError, *_UNREADABLE) as error:
        raise _NotProvenError(
            AttestationProblem.CERTIFICATE, "the device's certificate cannot be read"
        ) from error
    limits = extensions.get(x509.BasicConstraints.oid)
    if (
        [one.value for one in named] != [_UNIT]
        or not isinstance(limits, x509.BasicConstraints)
        or limits.ca
    ):
        _fail(AttestationProblem.CERTIFICATE, "the certificate is not one that devices have")
    model = extensions.get(_AAGUID)
    if isinstance(model, x509.UnrecognizedExtension) and model.value != _OCTETS_OF_16 + data.model:
        _fail(AttestationProblem.CERTIFICATE, "the certificate is of another model of device")
    return leaf


def _speaks_of(data: AuthenticatorData, key: PublicKey) -> None:
    """Refuse `data` that are not about `key`, or whose key nobody touched when it was made."""
    application = (key.application or "").encode()
    if not application.startswith(b"ssh:"):
        _fail(AttestationProblem.APPLICATION, "the application does not begin with ssh:")
    if data.application != hashlib.sha256(application).digest():
        _fail(AttestationProblem.APPLICATION, "the device made a key for another application")
    expected = cose(key)
    more = data.key.removeprefix(expected)
    if not data.key.startswith(expected) or bool(more) != bool(data.flags & EXTENSIONS):
        _fail(AttestationProblem.OTHER_KEY, "the device speaks of another key")
    if not data.flags & USER_PRESENT:
        _fail(AttestationProblem.NOT_TOUCHED, "nobody touched the device when it made the key")


def _signed(leaf: x509.Certificate, signature: bytes, data: bytes) -> None:
    try:
        public = leaf.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _NotProvenError(
            AttestationProblem.CERTIFICATE, "the device's own key cannot be read"
        ) from error
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(
        public.curve, ec.SECP256R1
    ):
        _fail(AttestationProblem.CERTIFICATE, "the device's own key is not an ECDSA key on P-256")
    try:
        public.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise _NotProvenError(
            AttestationProblem.BAD_SIGNATURE, "the device did not sign this key and challenge"
        ) from error


def _root(leaf: x509.Certificate, anchors: list[x509.Certificate]) -> x509.Certificate:
    """The anchor that issued `leaf`."""
    issuers = [anchor for anchor in anchors if _issued(leaf, anchor)]
    if not issuers:
        _fail(AttestationProblem.UNTRUSTED, "no certificate that is trusted issued the device's")
    return issuers[0]


def _issued(leaf: x509.Certificate, anchor: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(anchor)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _anchors(roots: bytes) -> list[x509.Certificate]:
    """The makers' certificates in `roots`, each an authority for certificates.

    Raises:
        FormatError: They are no certificates, or one is no authority.
    """
    try:
        found = x509.load_pem_x509_certificates(roots)
        limits = [one.extensions.get_extension_for_class(x509.BasicConstraints) for one in found]
    except (ValueError, x509.ExtensionNotFound, *_UNREADABLE) as error:
        raise FormatError("the makers' certificates cannot be read") from error
    if len(found) > MOST_ROOTS or not all(one.value.ca for one in limits):
        raise FormatError(f"the makers' certificates are at most {MOST_ROOTS} authorities")
    return found


def _in_time(certificate: x509.Certificate, when: datetime) -> bool:
    return certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc


def _fail(problem: AttestationProblem, message: str) -> NoReturn:
    raise _NotProvenError(problem, message)
