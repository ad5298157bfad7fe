from __future__ import annotations

import pytest
from openpgp_builder import (
    BORN,
    SIGNED,
    Key,
    Making,
    armored,
    certificate,
    key,
    mpi,
    named,
    packet,
    seconds,
    signature,
    signed,
    subkey,
    subpacket,
)

from affidavit.base.errors import InputError
from affidavit.sources.openpgp import Keyring, SignatureStatus, check

OWNER = key()
SIGNER = key("signer")
OTHER = key("other")
NO_OWN = "a key was left out: it carries no valid signature of its own"


def ring(*parts: bytes) -> Keyring:
    return Keyring.from_armored([certificate(OWNER, *parts)])


def spans(keyring: Keyring) -> list[tuple[str, int, int | None]]:
    return [(made.fingerprint, made.created, made.expires) for made in keyring.keys]


def self_signed(made: int, *subpackets: bytes) -> bytes:
    """A user id whose self-signature was made at `made`."""
    created = subpacket(2, seconds(made))
    return named(OWNER, Making(kind=0x13, created=created, hashed=b"".join(subpackets)))


def revoked(reason: bytes, *, kind: int = 0x20, document: bytes = OWNER.hashed) -> bytes:
    how = Making(kind=kind, hashed=subpacket(29, reason) if reason else b"")
    return packet(2, signature(OWNER, document, how))


def lifetime(length: int) -> bytes:
    return subpacket(9, seconds(length))


def test_a_text_may_hold_several_blocks_with_words_between_them() -> None:
    text = b"Our keys:\n" + certificate(OWNER) + b"and\n" + certificate(OTHER)
    assert [made.fingerprint for made in Keyring.from_armored([text]).keys] == [
        OWNER.name,
        OTHER.name,
    ]


def test_keyrings_join() -> None:
    joined = ring() | Keyring.from_armored([certificate(OTHER)])
    assert [made.fingerprint for made in joined.keys] == [OWNER.name, OTHER.name]


def test_a_key_without_an_end_signs_for_ever() -> None:
    assert spans(ring()) == [(OWNER.name, BORN, None)]


def test_the_newest_self_signature_says_when_a_key_ends() -> None:
    parts = (self_signed(BORN + 9, lifetime(500)), self_signed(BORN, lifetime(100)))
    assert spans(ring(*parts)) == [(OWNER.name, BORN, BORN + 500)]


def test_a_direct_signature_on_the_key_binds_it_without_a_user_id() -> None:
    direct = packet(2, signature(OWNER, OWNER.hashed, Making(kind=0x1F, hashed=lifetime(7))))
    assert spans(ring(direct)) == [(OWNER.name, BORN, BORN + 7)]


def test_a_key_may_have_signed_itself_with_sha_1() -> None:
    assert spans(ring(named(OWNER, Making(kind=0x13, hash_algorithm=2)))) == [
        (OWNER.name, BORN, None)
    ]


def test_only_user_ids_that_the_owner_signed_are_kept() -> None:
    pasted = named(OTHER, Making(kind=0x13), b"Forge <forge@example.com>")
    assert ring(named(OWNER), pasted).keys[0].user_ids == ("GitHub <noreply@github.com>",)


@pytest.mark.parametrize(
    ("user_id", "addresses"),
    [
        (b"Forge (bot) <NoReply@Example.com>", {"noreply@example.com"}),
        (b"noreply@example.com", {"noreply@example.com"}),
        (b"<a@example.com> Forge", set()),
        (b"Forge", set()),
    ],
)
def test_a_key_has_the_addresses_of_its_user_ids(user_id: bytes, addresses: set[str]) -> None:
    made = ring(named(OWNER, Making(kind=0x13), user_id))
    assert made.keys[0].addresses == addresses


def test_what_is_neither_key_nor_name_nor_signature_is_passed_over() -> None:
    assert spans(ring(packet(12, b"trust"), named(OWNER), packet(17, b"photo"))) == spans(ring())


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(packet(13, b"nobody"), id="unsigned"),
        pytest.param(named(OTHER, Making(kind=0x13)), id="signed by another"),
        pytest.param(named(OWNER, Making(kind=0x30)), id="another kind of signature"),
        pytest.param(packet(13, b"x") + packet(2, b"\x04"), id="damaged signature"),
    ],
)
def test_a_key_that_did_not_sign_itself_is_left_out(part: bytes) -> None:
    assert ring(part) == Keyring((), (NO_OWN,))


def body_of(algorithm: int = 1, version: int = 4, n: int = 1 << 2047, e: int = 65_537) -> bytes:
    return bytes([version]) + seconds(BORN) + bytes([algorithm]) + mpi(n) + mpi(e)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (body_of(version=3), "a key that is not of version 4"),
        (b"\x04", "a key that is not of version 4"),
        (body_of(algorithm=22), "a key of algorithm 22"),
        (body_of(n=1 << 1023), "an RSA key of 1024 bits"),
        (body_of(n=1 << 16_384), "an RSA key of 16385 bits"),
        (body_of(e=1 << 40), "an RSA key of 2048 bits"),
        (body_of(e=2), "numbers that are no RSA key"),
        (body_of()[:-1], "a number is longer than the data, or empty"),
    ],
)
def test_a_key_that_cannot_be_used_is_left_out_and_named(body: bytes, reason: str) -> None:
    text = armored(packet(6, body), "PUBLIC KEY BLOCK").encode()
    assert Keyring.from_armored([text]) == Keyring((), (f"a key was left out: {reason}",))


@pytest.mark.parametrize("flags", [b"\x03", b"\x02"])
def test_a_key_whose_flags_allow_it_signs(flags: bytes) -> None:
    assert spans(ring(self_signed(BORN, subpacket(27, flags)))) == [(OWNER.name, BORN, None)]


@pytest.mark.parametrize("flags", [b"\x01", b""])
def test_a_key_that_only_certifies_does_not_sign(flags: bytes) -> None:
    assert ring(self_signed(BORN, subpacket(27, flags))) == Keyring()


@pytest.mark.parametrize("reason", [b"\x00", b"\x02broken into", b""])
def test_a_key_revoked_for_no_good_reason_is_left_out(reason: bytes) -> None:
    assert ring(revoked(reason), named(OWNER)) == Keyring(
        (), ("a key was left out: it is revoked",)
    )


@pytest.mark.parametrize("reason", [b"\x01replaced", b"\x03retired"])
def test_a_retired_key_signs_until_it_was_retired(reason: bytes) -> None:
    assert spans(ring(revoked(reason), named(OWNER))) == [(OWNER.name, BORN, SIGNED)]


def test_a_revocation_by_another_key_changes_nothing() -> None:
    pasted = packet(2, signature(OTHER, OWNER.hashed, Making(kind=0x20)))
    assert spans(ring(pasted, named(OWNER))) == spans(ring())


def test_a_signing_subkey_signs_and_ends_with_its_primary_key() -> None:
    found = ring(self_signed(BORN, lifetime(SIGNED - BORN + 1)), subkey(OWNER, SIGNER))
    end = SIGNED + 1
    assert spans(found) == [(OWNER.name, BORN, end), (SIGNER.name, BORN, end)]
    assert check(signed(SIGNER), found).status is SignatureStatus.GOOD


def damaged(part: bytes) -> bytes:
    return part[:-1] + bytes([part[-1] ^ 1])


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(subkey(OWNER, SIGNER, flags=b"\x0c"), id="for encryption"),
        pytest.param(packet(14, SIGNER.body), id="without a binding"),
        pytest.param(subkey(OTHER, SIGNER), id="bound by another key"),
        pytest.param(damaged(subkey(OWNER, SIGNER)), id="damaged binding"),
    ],
)
def test_a_subkey_that_is_not_bound_to_sign_does_not(part: bytes) -> None:
    assert ring(named(OWNER), part) == ring()


def consent(by: Key, kind: int = 0x19) -> bytes:
    return signature(by, OWNER.hashed + SIGNER.hashed, Making(kind=kind))


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        (subkey(OWNER, SIGNER, consent=consent(OTHER)), "it does not sign for its primary key"),
        (
            subkey(OWNER, SIGNER, consent=consent(SIGNER, 0x18)),
            "it does not sign for its primary key",
        ),
        (subkey(OWNER, SIGNER, consent=b""), "it does not sign for its primary key"),
        (
            subkey(OWNER, SIGNER)
            + revoked(b"\x02", kind=0x28, document=OWNER.hashed + SIGNER.hashed),
            "it is revoked",
        ),
        (packet(14, body_of(algorithm=22)), "a key of algorithm 22"),
    ],
)
def test_a_subkey_that_cannot_be_used_is_left_out_and_named(part: bytes, reason: str) -> None:
    found = ring(named(OWNER), part)
    assert (spans(found), found.skipped) == (spans(ring()), (f"a subkey was left out: {reason}",))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"ssh-rsa AAAA", "a key file holds no armored OpenPGP public key"),
        (
            b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA",
            "a key file holds no armored OpenPGP public key",
        ),
        (b"x" * ((1 << 20) + 1), "a key file is larger than 1048576 bytes"),
        (
            armored(packet(13, b"x"), "PUBLIC KEY BLOCK").encode(),
            "a key file is damaged: the data does not begin with a public key",
        ),
        (
            armored(b"\xc6\xff", "PUBLIC KEY BLOCK").encode(),
            "a key file is damaged: the data ends inside a number",
        ),
    ],
)
def test_a_file_that_holds_no_keys_is_an_input_error(text: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        Keyring.from_armored([text])
    assert caught.value.message == message
