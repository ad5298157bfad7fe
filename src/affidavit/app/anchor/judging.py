"""Whether a time stamp is what it has to be: each check, in the order of what it rests on."""

from __future__ import annotations

import hashlib
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID

from affidavit.app.anchor.token import PLACE, ordered, token_of
from affidavit.base.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from rfc3161_client import TimeStampResponse, TimeStampTokenInfo

    from affidavit.app.anchor.token import Token

LARGEST_BUNDLE = 4 << 20
"""Bytes of a file of trusted certificates."""
AHEAD = timedelta(minutes=1)
"""How far an authority's clock may be ahead of ours."""
_GRANTED = 0
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_MALFORMED = (
    ValueError,
    KeyError,
    OverflowError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    CryptographyDeprecationWarning,
)
_WHY = re.compile(r"Verify error: ?([a-zA-Z0-9 -]{1,80})", re.ASCII)
"""What OpenSSL finds wrong with a chain."""


class Status(StrEnum):
    """What checking a time stamp came to."""

    VERIFIED = "verified"
    """A given authority vouches for the time."""
    UNVERIFIED = "unverified"
    """No authority was given: who signed it, and whether anybody did, was not checked."""
    FAILED = "failed"
    UNANSWERED = "unanswered"
    """No authority said anything."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a time stamp is worth. `time` is the authority's, None where it could not be read."""

    status: Status
    reason: str
    time: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a time stamp is held against.

    `note` are the bytes that it has to be of, `nonces` those that were asked with. It has to chain
    to one of `roots`, if any are given. `now` is when it is looked at.
    """

    note: bytes
    nonces: Collection[int]
    roots: tuple[x509.Certificate, ...] | None
    now: datetime


class _RefusedError(Exception):
    """A time stamp does not hold; said in one sentence."""


def roots_of(data: bytes, place: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, which are trusted.

    Raises:
        FormatError: It holds none, or something else.
    """
    try:
        return tuple(dict.fromkeys(x509.load_pem_x509_certificates(data)))
    except ValueError as error:
        raise FormatError(f"{place} holds no certificates in PEM") from error


def nonce_in(answer: bytes) -> int | None:
    """The nonce of the token in `answer`; None where there is none.

    Raises:
        FormatError: It is no answer of a time stamping authority.
    """
    with _malformed():
        token, response = token_of(answer), _decoded(answer)
        nonce: int | None = None if token is None else response.tst_info.nonce
        return nonce


def judged(answer: bytes, expected: Expected) -> Judged:
    """What `answer`, of a time stamping authority, is worth.

    Raises:
        FormatError: It is no such answer at all.
    """
    with _malformed():
        token, response = token_of(answer), _decoded(answer)
        if response.status != _GRANTED or token is None:
            told = " ".join(response.status_string)[:200]
            reason = f"the authority did not grant it (status {response.status}) {told}".rstrip()
            return Judged(Status.FAILED, reason)
        time = response.tst_info.gen_time.astimezone(UTC)
        try:
            _check_content(response.tst_info, expected)
            _check_signer(_signer(response, token), token, time)
            _check_now(time, expected.now)
            if not expected.roots:
                return Judged(Status.UNVERIFIED, "no authority's certificate was given", time)
            _check_signature(response, expected)
        except _RefusedError as error:
            return Judged(Status.FAILED, str(error), time)
        return Judged(Status.VERIFIED, "", time)


@contextmanager
def _malformed() -> Iterator[None]:
    """Turn what the parsers of others say of bytes that they do not understand into our error."""
    try:
        with warnings.catch_warnings():
            # Nothing of a stranger's certificate gets onto the terminal by way of a warning; what
            # will be refused one day is refused now.
            warnings.simplefilter("ignore", UserWarning)
            warnings.simplefilter("error", CryptographyDeprecationWarning)
            yield
    except _MALFORMED as error:
        raise FormatError(f"{PLACE} is not what RFC 3161 asks for") from error
    except BaseException as error:
        # A parser in Rust that gives up raises something that no base class of ours covers.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise FormatError(f"{PLACE} is not what RFC 3161 asks for") from error


def _decoded(answer: bytes) -> TimeStampResponse:
    from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 -- few commands need it

    return decode_timestamp_response(ordered(answer))


def _signer(response: TimeStampResponse, token: Token) -> x509.Certificate | None:
    """The certificate that the signature names as its own; None unless just one is brought."""
    (signer,) = response.signed_data.signer_infos
    found = [
        one
        for one in map(x509.load_der_x509_certificate, token.certificates)
        if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number)
    ]
    return found[0] if len(found) == 1 else None


def _check_content(info: TimeStampTokenInfo, expected: Expected) -> None:
    imprint = info.message_imprint
    digest = hashlib.sha256(expected.note).digest()
    if (imprint.hash_algorithm, imprint.message) != (_SHA256, digest):
        raise _RefusedError("it is of something else than that checkpoint")
    if info.nonce not in expected.nonces:
        raise _RefusedError("it answers another request: its nonce is not the one that was sent")


def _check_signer(signer: x509.Certificate | None, token: Token, time: datetime) -> None:
    """RFC 3161, section 2.3, and the certificate's name in the signature (RFC 5816)."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    if signer is None:
        raise _RefusedError("it does not bring the one certificate of who signed it")
    der = signer.public_bytes(Encoding.DER)
    if not token.named or not all(one.is_of(der) for one in token.named):
        raise _RefusedError("what it signs does not name the certificate that it brings")
    usage = _usage(signer)
    if usage is None or not usage.critical:
        raise _RefusedError("its certificate has no critical extended key usage")
    if list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise _RefusedError("its certificate is not for time stamping alone")
    if not signer.not_valid_before_utc <= time <= signer.not_valid_after_utc:
        raise _RefusedError("its certificate was not valid at its time")


def _usage(signer: x509.Certificate) -> x509.Extension[x509.ExtendedKeyUsage] | None:
    try:
        return signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        return None


def _check_now(time: datetime, now: datetime) -> None:
    if time > now + AHEAD:
        raise _RefusedError("its time is in the future")


def _check_signature(response: TimeStampResponse, expected: Expected) -> None:
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

    verifier = VerifierBuilder(roots=list(expected.roots or ())).build()
    try:
        verifier.verify_message(response, expected.note)
    except VerificationError as error:
        if "certificate verify error" not in str(error):
            raise _RefusedError("its signature does not hold") from error
        why = _WHY.search(str(error))
        reason = "its certificate does not lead to a given one"
        raise _RefusedError(f"{reason}: {why[1]}" if why else reason) from error
