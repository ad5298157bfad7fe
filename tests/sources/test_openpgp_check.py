from __future__ import annotations

import subprocess
import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpgp_builder import (
    BORN,
    PAYLOAD,
    SIGNED,
    Making,
    armored,
    certificate,
    key,
    named,
    packet,
    seconds,
    signature,
    signed,
    subpacket,
    with_header,
)

from affidavit.sources.openpgp import (
    Keyring,
    SignatureCheck,
    SignatureStatus,
    check,
    forge_keyring,
)

FORGE = key()
OTHER = key("other")
RING = Keyring.from_armored([certificate(FORGE)])
ADDRESSES = frozenset({"noreply@github.com"})
GOOD = SignatureCheck(SignatureStatus.GOOD, FORGE.name, addresses=ADDRESSES)
NOT_THIS = SignatureCheck(
    SignatureStatus.BAD, FORGE.name, "the key did not make this signature over this commit"
)
UNKNOWN = "no key of this maker is known"


def malformed(reason: str) -> SignatureCheck:
    return SignatureCheck(SignatureStatus.MALFORMED, reason=reason)


def unsupported(reason: str) -> SignatureCheck:
    return SignatureCheck(SignatureStatus.UNSUPPORTED, reason=reason)


@pytest.mark.parametrize("hash_algorithm", [8, 9, 10])
def test_a_signature_by_a_known_key_is_good(hash_algorithm: int) -> None:
    assert check(signed(FORGE, Making(hash_algorithm=hash_algorithm)), RING) == GOOD


def test_a_commit_without_a_signature_header_has_none() -> None:
    assert check(PAYLOAD, RING) == SignatureCheck(SignatureStatus.NONE)


def test_a_signature_header_after_the_first_empty_line_is_text() -> None:
    body = PAYLOAD + b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n"
    assert check(body, RING) == SignatureCheck(SignatureStatus.NONE)


def test_a_commit_without_a_message_can_be_signed() -> None:
    payload = PAYLOAD.partition(b"\n\n")[0] + b"\n"
    text = armored(packet(2, signature(FORGE, payload))).rstrip("\n").replace("\n", "\n ")
    assert check(payload + b"gpgsig " + text.encode(), RING) == GOOD


def test_headers_that_begin_like_a_signature_are_outside_what_is_signed() -> None:
    body = signed(FORGE).replace(b"\ngpgsig ", b"\ngpgsig-sha256 junk\n more\ngpgsig ", 1)
    assert check(body, RING) == GOOD


PARENT = b"parent " + b"c" * 40 + b"\n"


def with_parent() -> bytes:
    return PAYLOAD.replace(b"author ", PARENT + b"author ", 1)


@pytest.mark.parametrize("before", [PARENT, b"author ", b"committer "])
def test_a_header_that_could_hide_parents_makes_the_signature_malformed(before: bytes) -> None:
    body = signed(FORGE, payload=with_parent())
    assert check(body, RING) == GOOD
    forged = body.replace(before, b"gpgsig-x y\n" + before, 1)
    assert check(forged, RING) == malformed("the headers are not in the order that git writes")


def test_a_signature_among_the_parents_is_malformed() -> None:
    body = signed(FORGE, payload=with_parent())
    start = body.index(b"gpgsig ")
    end = body.index(b"\n\n") + 1
    moved = body[:start].replace(PARENT, body[start:end] + PARENT) + body[end:]
    assert check(moved, RING) == malformed("the headers are not in the order that git writes")


@pytest.mark.parametrize("line", [PARENT, b"tree " + b"d" * 40 + b"\n", b"author A <a@b> 1 +0\n"])
def test_a_second_place_for_what_comes_first_is_malformed(line: bytes) -> None:
    payload = PAYLOAD.replace(b"\n\n", b"\n" + line + b"\n", 1)
    body = signed(FORGE, payload=payload)
    assert check(body, RING) == malformed("the headers are not in the order that git writes")


def test_a_merged_tag_stays_inside_what_is_signed() -> None:
    tag = b"mergetag object 1\n tag v1\n gpgsig no header\n"
    payload = PAYLOAD.replace(b"\n\n", b"\n" + tag + b"\n", 1)
    assert check(signed(FORGE, payload=payload), RING) == GOOD
    assert check(signed(FORGE, payload=payload).replace(tag, b""), RING) == NOT_THIS


def test_a_sha_256_commit_is_signed_by_its_own_header_only() -> None:
    payload = PAYLOAD.replace(b"4b825dc642cb6eb9a060e54bf8d69288fbee4904", b"0" * 64)
    text = armored(packet(2, signature(FORGE, payload)))
    assert check(with_header(payload, text, "gpgsig-sha256"), RING) == GOOD
    assert check(with_header(payload, text), RING) == SignatureCheck(SignatureStatus.NONE)


def test_a_sha_1_commit_is_not_signed_by_the_other_formats_header() -> None:
    text = armored(packet(2, signature(FORGE, PAYLOAD)))
    body = with_header(PAYLOAD, text, "gpgsig-sha256")
    assert check(body, RING) == SignatureCheck(SignatureStatus.NONE)


def test_armor_may_have_headers_and_no_checksum() -> None:
    text = armored(packet(2, signature(FORGE, PAYLOAD)), headers="Version: GnuPG v1\n")
    assert check(with_header(PAYLOAD, text.replace("=AAAA\n", "")), RING) == GOOD


@pytest.mark.parametrize("full_length", [True, False])
def test_a_number_may_count_its_leading_zero_bits(full_length: bool) -> None:  # noqa: FBT001
    for minute in range(16):
        created = subpacket(2, seconds(SIGNED + minute * 60))
        how = Making(full_length=full_length, created=created)
        assert check(signed(FORGE, how), RING) == GOOD


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(signed(FORGE).replace(b"(#12)", b"(#13)"), id="another message"),
        pytest.param(signed(FORGE).replace(b"author A", b"author B"), id="another author"),
        pytest.param(
            with_header(PAYLOAD, armored(packet(2, signature(FORGE, b"tree x\n\nother\n")))),
            id="another commit's signature",
        ),
        pytest.param(
            signed(OTHER, Making(unhashed=subpacket(16, FORGE.fingerprint[-8:]))),
            id="another key under this key's id",
        ),
        pytest.param(
            signed(OTHER, Making(hashed=subpacket(33, b"\x04" + FORGE.fingerprint), unhashed=b"")),
            id="another key under this key's fingerprint",
        ),
    ],
)
def test_a_signature_by_a_known_name_that_does_not_verify_is_bad(body: bytes) -> None:
    assert check(body, RING) == NOT_THIS


def test_another_key_with_the_forges_user_id_is_unknown() -> None:
    assert RING.keys[0].user_ids == Keyring.from_armored([certificate(OTHER)]).keys[0].user_ids
    assert check(signed(OTHER), RING) == SignatureCheck(
        SignatureStatus.UNKNOWN_KEY, OTHER.name, UNKNOWN
    )


def test_a_key_id_alone_names_a_key() -> None:
    how = Making(unhashed=subpacket(16, OTHER.fingerprint[-8:]))
    found = SignatureCheck(SignatureStatus.UNKNOWN_KEY, OTHER.name[-16:], UNKNOWN)
    assert check(signed(OTHER, how), RING) == found
    assert check(signed(OTHER, how), RING | Keyring.from_armored([certificate(OTHER)])) == (
        SignatureCheck(SignatureStatus.GOOD, OTHER.name, addresses=ADDRESSES)
    )


def test_a_signature_that_names_no_maker_is_by_an_unknown_key() -> None:
    found = SignatureCheck(SignatureStatus.UNKNOWN_KEY, None, UNKNOWN)
    assert check(signed(FORGE, Making(unhashed=b"")), RING) == found


@pytest.mark.parametrize(
    ("made", "good"),
    [(BORN - 1, False), (BORN, True), (BORN + 999, True), (BORN + 1000, False)],
)
def test_a_signature_is_judged_by_the_time_it_was_made(made: int, good: bool) -> None:  # noqa: FBT001
    self_signature = Making(kind=0x13, hashed=subpacket(9, seconds(1000)))
    ring = Keyring.from_armored([certificate(FORGE, named(FORGE, self_signature))])
    outside = "the signature was made outside the key's validity"
    bad = SignatureCheck(SignatureStatus.BAD, FORGE.name, outside)
    body = signed(FORGE, Making(created=subpacket(2, seconds(made))))
    assert check(body, ring) == (GOOD if good else bad)


PACKET = packet(2, signature(FORGE, PAYLOAD))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (signed(FORGE, Making(kind=1)), unsupported("signature of type 1")),
        (signed(FORGE, Making(version=3)), unsupported("signature of version 3")),
        (signed(FORGE, Making(hash_algorithm=2)), unsupported("hash algorithm 2")),
        (
            signed(FORGE, Making(hashed=subpacket(0x80 | 20, b"x"))),
            unsupported("critical subpacket of type 20"),
        ),
        (
            signed(FORGE, Making(unhashed=subpacket(20, b"x"))),
            unsupported("something is added outside what the signature covers"),
        ),
        (
            signed(FORGE, Making(algorithm=22)),
            unsupported("public key algorithm 22"),
        ),
        (
            with_header(
                PAYLOAD, "-----BEGIN SSH SIGNATURE-----\nU1NI\n-----END SSH SIGNATURE-----"
            ),
            unsupported("an SSH signature"),
        ),
        (
            with_header(
                PAYLOAD, "-----BEGIN SIGNED MESSAGE-----\nMI\n-----END SIGNED MESSAGE-----"
            ),
            unsupported("an X.509 signature"),
        ),
    ],
)
def test_a_form_that_is_not_checked_is_named(body: bytes, expected: SignatureCheck) -> None:
    assert check(body, RING) == expected


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (with_header(signed(FORGE), armored(PACKET)), "more than one signature header"),
        (with_header(PAYLOAD, "junk"), "there is no armored block"),
        (with_header(PAYLOAD, ""), "there is no armored block"),
        (with_header(PAYLOAD, "x" * (1 << 16)), "a signature of more than 65536 bytes"),
        (
            with_header(PAYLOAD, armored(PACKET).replace("\n\n", "\n", 1)),
            "there is no armored block",
        ),
        (
            with_header(PAYLOAD, armored(PACKET, headers="Version\n")),
            "the armor's headers are damaged",
        ),
        (with_header(PAYLOAD, armored(PACKET).replace("=AAAA", "!!")), "the armor is not base64"),
        (
            with_header(PAYLOAD, armored(PACKET + PACKET)),
            "the armor does not hold exactly one signature",
        ),
        (with_header(PAYLOAD, armored(b"")), "the armor does not hold exactly one signature"),
        (
            with_header(PAYLOAD, armored(packet(6, FORGE.body))),
            "the armor does not hold exactly one signature",
        ),
        (with_header(PAYLOAD, armored(b"\x00")), "there is no packet where one must begin"),
        (with_header(PAYLOAD, armored(PACKET[:-1])), "a packet is longer than the data"),
        (with_header(PAYLOAD, armored(b"\x8b" + PACKET)), "a packet has no length"),
        (with_header(PAYLOAD, armored(b"\xc2\xe1" + PACKET)), "a packet is cut into parts"),
        (with_header(PAYLOAD, armored(b"\x89\x01")), "the data ends inside a number"),
        (with_header(PAYLOAD, armored(packet(2, b""))), "the data ends inside a number"),
        (
            signed(FORGE, Making(created=b"")),
            "the signature does not say when it was made",
        ),
        (
            signed(FORGE, Making(created=subpacket(2, b"abc"))),
            "the signature does not say when it was made",
        ),
        (
            signed(FORGE, Making(unhashed=subpacket(16, b"short"))),
            "a key id or fingerprint has a wrong form",
        ),
        (
            signed(FORGE, Making(unhashed=subpacket(33, b"\x06" + b"x" * 32))),
            "a key id or fingerprint has a wrong form",
        ),
        (
            signed(FORGE, Making(hashed=subpacket(16, OTHER.fingerprint[-8:]))),
            "the signature names more than one maker",
        ),
        (signed(FORGE, Making(after=b"x")), "something follows the signature's number"),
        (signed(FORGE, Making(unhashed=b"\x00")), "a subpacket is longer than its area, or empty"),
        (signed(FORGE, Making(unhashed=b"\x09")), "a subpacket is longer than its area, or empty"),
    ],
)
def test_a_damaged_signature_is_malformed_and_says_how(body: bytes, reason: str) -> None:
    assert check(body, RING) == malformed(reason)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (b"\x00\x00", "a number is longer than the data, or empty"),
        (b"\x08\x00\x01", "a number is longer than the data, or empty"),
        (b"\x00\x07\xff", "a number's length does not fit it"),
    ],
)
def test_a_number_that_does_not_fit_its_length_is_malformed(number: bytes, reason: str) -> None:
    body = signature(FORGE, PAYLOAD)[:-258] + number
    assert check(with_header(PAYLOAD, armored(packet(2, body))), RING) == malformed(reason)


@pytest.mark.parametrize("number", [b"\x00\x08\xff", b"\x08\x08" + b"\xff" * 257])
def test_a_number_of_another_size_than_the_keys_is_bad(number: bytes) -> None:
    body = signature(FORGE, PAYLOAD)[:-258] + number
    assert check(with_header(PAYLOAD, armored(packet(2, body))), RING) == NOT_THIS


@pytest.mark.parametrize("header", ["short", "two octets", "old"])
def test_each_way_to_write_a_packets_length_is_read(header: str) -> None:
    body = signature(FORGE, PAYLOAD)
    size = len(body)
    lengths = {
        "short": b"\x88\xff" if size == 255 else b"\x8a" + size.to_bytes(4, "big"),
        "two octets": bytes([0xC2, (size - 192 >> 8) + 192, (size - 192) & 0xFF]),
        "old": b"\x89" + size.to_bytes(2, "big"),
    }
    assert check(with_header(PAYLOAD, armored(lengths[header] + body)), RING) == GOOD


def test_of_all_single_bit_flips_only_those_in_the_ignored_check_bytes_survive() -> None:
    survivors = []
    for bit in range(len(PACKET) * 8):
        flipped = bytearray(PACKET)
        flipped[bit // 8] ^= 1 << bit % 8
        outcome = check(with_header(PAYLOAD, armored(bytes(flipped))), RING)
        if outcome.status is SignatureStatus.GOOD:
            survivors.append(bit // 8)
    check_bytes = len(PACKET) - 258 - 2
    assert survivors == [check_bytes] * 8 + [check_bytes + 1] * 8


@given(st.binary(max_size=400))
def test_no_packet_makes_the_check_raise(data: bytes) -> None:
    body = with_header(PAYLOAD, armored(data))
    assert check(body, RING).status is not SignatureStatus.GOOD


@given(st.integers(0, len(PACKET) - 1), st.binary(min_size=1, max_size=8))
def test_no_change_to_a_packet_makes_the_check_raise(at: int, data: bytes) -> None:
    changed = PACKET[:at] + data + PACKET[at + len(data) :]
    assert check(with_header(PAYLOAD, armored(changed)), RING).status in SignatureStatus


@given(st.binary())
def test_no_body_makes_the_check_raise(body: bytes) -> None:
    assert check(b"tree x\ngpgsig " + body, RING).status is not SignatureStatus.GOOD


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(with_header(PAYLOAD, "A" * 10_000_000), id="one long line"),
        pytest.param(with_header(PAYLOAD, "\n" * 5_000_000), id="blank lines"),
        pytest.param(b"tree x\n" + b"gpgsig a\n" * 500_000 + b"\nx", id="many headers"),
        pytest.param(b"gpgsig" * 1_000_000, id="no line end"),
    ],
)
def test_ten_megabytes_of_junk_are_malformed_in_bounded_memory(body: bytes) -> None:
    tracemalloc.start()
    outcome = check(body, RING)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.status in (SignatureStatus.MALFORMED, SignatureStatus.NONE)
    assert peak < 25 * len(body)


def test_importing_the_module_does_not_import_cryptography() -> None:
    code = "import sys, affidavit.sources.openpgp; print('cryptography' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_the_keys_that_come_along_are_those_with_which_github_signs() -> None:
    found = [(made.fingerprint, made.created, made.expires) for made in forge_keyring().keys]
    assert found == [
        ("5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23", 1_502_898_241, 1_705_435_200),
        ("968479A1AFF927E37D1A566BB5690EEEBB952194", 1_705_428_342, None),
    ]
    assert forge_keyring().skipped == ()
    assert forge_keyring() is forge_keyring()
