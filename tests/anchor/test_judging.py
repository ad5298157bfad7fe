"""A time stamp is worth what every one of its checks says, and no more."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from stamps import NOTE, authority, expected, good
from tsa import (
    ATTRIBUTE,
    NOW,
    STAMPING,
    YEAR,
    Pair,
    Stamp,
    attribute,
    certificate_v1,
    certificate_v2,
    issued,
    number,
    sequence,
    wrapped,
)

from affidavit.app.anchor.der import whole
from affidavit.app.anchor.judging import Judged, Status, judged, roots_of
from affidavit.app.anchor.token import LARGEST_ANSWER
from affidavit.base.errors import FormatError

VERIFIED = Judged(Status.VERIFIED, "", NOW)
ANSWER = good().answer()
SIGNER = authority().signer.der
SERIAL = ANSWER.index(SIGNER) + whole(SIGNER).below()[0].below()[1].content
"""The first byte of the serial number of the signer's certificate."""
COUNTRY = ANSWER.index(b"\x55\x04\x03\x0c\x06Middle") + 2
"""What says that the certificate's issuer is named by a common name: 5 off is its country."""
CHAIN = "its certificate does not lead to a given one: "


def by(signer: Pair) -> Stamp:
    return good().but(signer=signer)


def stamper(**options: object) -> Pair:
    """A signer of the trusted authority, with something else about it."""
    chosen = {"usage": STAMPING, **options}
    return issued("Odd", authority().middle, **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "stamp",
    [
        pytest.param(good(), id="named by SHA-256"),
        pytest.param(good().but(unsorted=True), id="certificates not in order"),
        pytest.param(good().but(named=certificate_v1(authority().signer)), id="named by SHA-1"),
        pytest.param(
            good().but(named=certificate_v2(authority().signer, "sha384")), id="by SHA-384"
        ),
        pytest.param(
            good().but(named=certificate_v2(authority().signer, "sha512")), id="by SHA-512"
        ),
        pytest.param(
            good().but(
                named=certificate_v1(authority().signer),
                more=(certificate_v2(authority().signer),),
            ),
            id="by both",
        ),
    ],
)
def test_a_stamp_without_a_flaw_is_verified(stamp: Stamp) -> None:
    assert judged(stamp.answer(), expected()) == VERIFIED


def test_a_stamp_is_as_good_when_its_certificate_has_expired_since() -> None:
    later = replace(expected(), now=NOW + 10 * YEAR)
    assert judged(good().answer(), later) == VERIFIED


def test_without_a_trusted_certificate_a_stamp_is_not_verified() -> None:
    reason = "no authority's certificate was given"
    for given_to in (expected(trusting=False), replace(expected(), roots=())):
        outcome = judged(good().answer(), given_to)
        assert outcome == Judged(Status.UNVERIFIED, reason, NOW)


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        pytest.param(
            good().but(imprint=bytes(32)),
            "it is of something else than that checkpoint",
            id="other imprint",
        ),
        pytest.param(
            good().but(algorithm=bytes.fromhex("300d06096086480165030402030500")),
            "it is of something else than that checkpoint",
            id="imprint said to be of another hash",
        ),
        pytest.param(
            good().but(nonce=1),
            "it answers another request: its nonce is not the one that was sent",
            id="other nonce",
        ),
        pytest.param(
            good().but(nonce=None),
            "it answers another request: its nonce is not the one that was sent",
            id="no nonce",
        ),
        pytest.param(
            good().but(brought=False),
            "it does not bring the one certificate of who signed it",
            id="no certificates",
        ),
        pytest.param(
            good().but(others=(authority().signer,)),
            "it does not bring the one certificate of who signed it",
            id="the certificate twice",
        ),
        pytest.param(
            good().but(named=b""),
            "what it signs does not name the certificate that it brings",
            id="certificate not named",
        ),
        pytest.param(
            good().but(named=certificate_v2(authority().root)),
            "what it signs does not name the certificate that it brings",
            id="another certificate named",
        ),
        pytest.param(
            good().but(
                named=certificate_v1(authority().signer), more=(certificate_v2(authority().root),)
            ),
            "what it signs does not name the certificate that it brings",
            id="named twice, once another",
        ),
        pytest.param(
            by(stamper(usage=())),
            "its certificate has no critical extended key usage",
            id="no usage",
        ),
        pytest.param(
            by(stamper(critical=False)),
            "its certificate has no critical extended key usage",
            id="usage not critical",
        ),
        pytest.param(
            by(stamper(usage=(ExtendedKeyUsageOID.CODE_SIGNING,))),
            "its certificate is not for time stamping alone",
            id="wrong usage",
        ),
        pytest.param(
            by(stamper(usage=(*STAMPING, ExtendedKeyUsageOID.CODE_SIGNING))),
            "its certificate is not for time stamping alone",
            id="another usage besides",
        ),
        pytest.param(
            by(stamper(days=(NOW - YEAR, NOW - timedelta(seconds=1)))),
            "its certificate was not valid at its time",
            id="expired",
        ),
        pytest.param(
            by(stamper(days=(NOW + timedelta(seconds=1), NOW + YEAR))),
            "its certificate was not valid at its time",
            id="not yet valid",
        ),
        pytest.param(
            by(issued("Stamper", issued("Middle", ca=True), usage=STAMPING)),
            CHAIN + "certificate signature failure",
            id="another authority of the same name",
        ),
        pytest.param(
            by(issued("Stamper", usage=STAMPING)),
            CHAIN + "self-signed certificate",
            id="signed by itself",
        ),
        pytest.param(
            good().but(others=()),
            CHAIN + "unable to get local issuer certificate",
            id="a link is missing",
        ),
    ],
)
def test_a_stamp_with_a_flaw_fails_with_its_reason(stamp: Stamp, reason: str) -> None:
    assert judged(stamp.answer(), expected()) == Judged(Status.FAILED, reason, NOW)


def test_a_stamp_whose_signature_was_changed_fails() -> None:
    changed = bytearray(ANSWER)
    changed[-1] ^= 1
    failed = Judged(Status.FAILED, "its signature does not hold", NOW)
    assert judged(bytes(changed), expected()) == failed


@pytest.mark.parametrize(
    ("at", "status"),
    [
        pytest.param(SERIAL, None, id="negative serial number"),
        pytest.param(COUNTRY, Status.FAILED, id="country of six letters"),
    ],
)
def test_an_odd_certificate_gets_no_warning_onto_the_terminal(
    at: int, status: Status | None
) -> None:
    changed = bytearray(ANSWER)
    changed[at] ^= 0x80 if status is None else 5
    try:
        outcome = judged(bytes(changed), expected())
    except FormatError:
        assert status is None
    else:
        assert outcome.status is status


@pytest.mark.parametrize("ahead", [60, 61])
def test_a_stamp_may_be_a_minute_ahead_of_us_and_no_more(ahead: int) -> None:
    time = NOW + timedelta(seconds=ahead)
    failed = Judged(Status.FAILED, "its time is in the future", time)
    outcome = judged(good().but(time=time).answer(), expected())
    assert outcome == (failed if ahead > 60 else Judged(Status.VERIFIED, "", time))


@pytest.mark.parametrize("status", [1, 2, 3, 4, 5, 9])
def test_what_was_not_granted_fails(status: int) -> None:
    reason = f"the authority did not grant it (status {status})"
    for answer in (good().but(status=status).answer(), refusal(status)):
        assert judged(answer, expected()) == Judged(Status.FAILED, reason)


def refusal(status: int, *told: bytes) -> bytes:
    return sequence(sequence(number(status), *told))


def test_what_the_authority_says_of_its_refusal_is_told() -> None:
    text = sequence(wrapped(0x0C, b"no such policy"))
    reason = "the authority did not grant it (status 2) no such policy"
    assert judged(refusal(2, text), expected()) == Judged(Status.FAILED, reason)


def test_granted_without_a_token_is_nothing() -> None:
    reason = "the authority did not grant it (status 0)"
    assert judged(refusal(0), expected()) == Judged(Status.FAILED, reason)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(good().but(content=f"{ATTRIBUTE}.7.1").answer(), id="other content"),
        pytest.param(good().but(content_type=f"{ATTRIBUTE}.7.1").answer(), id="signed as other"),
        pytest.param(
            good().but(named=certificate_v2(authority().signer, "md5")).answer(),
            id="named by an unknown hash",
        ),
        pytest.param(
            good().but(more=(certificate_v2(authority().root),)).answer(), id="attribute twice"
        ),
        pytest.param(
            good().but(named=attribute(f"{ATTRIBUTE}.16.2.47", number(1), number(2))).answer(),
            id="attribute of two values",
        ),
        pytest.param(
            good().but(named=attribute(f"{ATTRIBUTE}.16.2.47", sequence(sequence()))).answer(),
            id="attribute of no certificate",
        ),
        pytest.param(good().but(signers=2).answer(), id="two signers"),
        pytest.param(good().but(signers=0).answer(), id="no signer"),
        pytest.param(good().answer() + b"\0", id="more follows"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>no</html>", id="a page"),
        pytest.param(b"\x30\x80\0\0", id="indefinite length"),
        pytest.param(b"\x30\x81\x01\0", id="length not in its shortest form"),
        pytest.param(b"\x30\x84\xff\xff\xff\xff", id="longer than it is"),
        pytest.param(b"\x30" * 60_000, id="deep"),
        pytest.param(b"\0" * (LARGEST_ANSWER + 1), id="too large"),
    ],
)
def test_what_is_no_answer_of_an_authority_is_refused(answer: bytes) -> None:
    with pytest.raises(FormatError):
        judged(answer, expected())


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.integers(0, len(ANSWER) - 1), st.integers(1, 255)), min_size=1, max_size=3
    )
)
def test_a_stamp_that_was_tampered_with_never_says_something_else(
    flips: list[tuple[int, int]],
) -> None:
    answer = bytearray(ANSWER)
    for at, mask in flips:
        answer[at] ^= mask
    try:
        outcome = judged(bytes(answer), expected())
    except FormatError:
        return
    # Bytes that nobody signed may differ; what the authority said may not.
    assert outcome.status is Status.FAILED or outcome == VERIFIED


@given(st.binary(max_size=400), st.integers(0, 900))
def test_any_bytes_are_judged_or_refused(tail: bytes, at: int) -> None:
    for answer in (tail, ANSWER[:at] + tail):
        try:
            outcome = judged(answer, expected())
        except FormatError:
            continue
        assert outcome.status is Status.FAILED


def test_several_trusted_certificates_come_from_one_file() -> None:
    trusted = authority()
    data = trusted.root.pem + trusted.middle.pem + trusted.root.pem
    assert roots_of(data, "ca.pem") == (trusted.root.certificate, trusted.middle.certificate)
    with_more = replace(expected(), roots=roots_of(data, "ca.pem"))
    assert judged(good().but(others=()).answer(), with_more) == VERIFIED


@pytest.mark.parametrize("data", [b"", b"no certificate", authority().root.der])
def test_a_file_without_certificates_is_named(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"^ca\.pem holds no certificates"):
        roots_of(data, "ca.pem")


def test_the_imprint_is_of_the_whole_note() -> None:
    other = replace(expected(), note=NOTE + b"x")
    assert good().imprint == hashlib.sha256(NOTE).digest()
    assert judged(good().answer(), other).status is Status.FAILED
